"""A simulated Starknet chain as a node of one version shows it: blocks in every shape it has.

Answers about a block are made once and shared: nobody changes them.
"""

from typing import Any

from tests.simulated.rpc import Refused
from tests.simulated.starknet import Block, Json, StarknetChain

BLOCK_NOT_FOUND = (24, "Block not found")
CONTRACT_NOT_FOUND = (20, "Contract not found")
PAGE_SIZE_TOO_BIG = (31, "Requested page size is too big")
INVALID_TOKEN = (33, "The supplied continuation token is invalid or unknown")
TOO_MANY_KEYS = (34, "Too many keys provided in a filter")
NO_PROOF = (42, "the node doesn't support storage proofs for blocks that are too far in the past")


COMMITTED = (
    "event_commitment",
    "transaction_commitment",
    "receipt_commitment",
    "state_diff_commitment",
    "event_count",
    "transaction_count",
    "state_diff_length",
)
"""Members of a header since 0.10."""

OPEN = (
    "timestamp", "sequencer_address", "l1_gas_price", "l2_gas_price", "l1_data_gas_price",
    "l1_da_mode", "starknet_version",
)  # fmt: skip
"""What a block tells that is still open, beside its transactions."""


class View:
    """A chain as a node of one version of the specification shows it.

    `page` is how many events it tells at once. `chain` may be changed at any time.
    """

    def __init__(self, chain: StarknetChain, spec: str = "0.10", page: int = 1024) -> None:
        self.chain = chain
        self.spec = spec
        self.page = page
        self._shown: dict[tuple[str, str, bool], Json] = {}

    @property
    def new(self) -> bool:
        return self.spec == "0.10"

    # which block

    def block(self, block_id: Any) -> Block:
        """The block of an id. Raises Refused where there is none, or the tag is unknown."""
        blocks, number = self.chain.blocks, -1
        if block_id == "latest":
            number = self.chain.head
        elif block_id == "l1_accepted" and self.spec != "0.8":
            number = self.chain.accepted
        elif isinstance(block_id, dict) and "block_number" in block_id:
            number = block_id["block_number"]
        elif isinstance(block_id, dict) and "block_hash" in block_id:
            number = self.chain.number_of(int(block_id["block_hash"], 16))
        else:
            raise Refused(-32602, "Invalid params: block_id")
        if not 0 <= number < len(blocks):
            raise Refused(*BLOCK_NOT_FOUND)
        return blocks[number]

    def is_open(self, block_id: Any) -> bool:
        return bool(block_id == ("pending" if self.spec == "0.8" else "pre_confirmed"))

    def accepted(self, block: Block) -> bool:
        return bool(block.told["block_number"] <= self.chain.accepted)

    # blocks

    def shown(self, block: Block, body: str) -> Json:
        """The block in the shape of this version, with `receipts`, `txs` or `hashes`."""
        key = (block.told["block_hash"], body, self.accepted(block))
        if key not in self._shown:
            self._shown[key] = self._make(block, body)
        return self._shown[key]

    def _make(self, block: Block, body: str) -> Json:
        status = "ACCEPTED_ON_L1" if self.accepted(block) else "ACCEPTED_ON_L2"
        left = () if self.new else COMMITTED
        told = {name: value for name, value in block.told.items() if name not in left}
        entries = [_entry(entry, status) for entry in block.told["transactions"]]
        return told | {"status": status, "transactions": BODIES[body](entries)}

    def opened(self, body: str) -> Json:
        """The block that is being made: as the newest one, with what it cannot have left out."""
        newest = self.chain.blocks[-1].told
        told = {name: newest[name] for name in OPEN}
        entries = [_entry(entry, "ACCEPTED_ON_L2") for entry in newest["transactions"]]
        told["transactions"] = BODIES[body](entries)
        if self.spec == "0.8":
            return told | {"parent_hash": newest["block_hash"]}
        return told | {"block_number": newest["block_number"] + 1}


def _entry(entry: Json, status: str) -> Json:
    return {**entry, "receipt": {**entry["receipt"], "finality_status": status}}


BODIES = {
    "receipts": lambda entries: entries,
    "txs": lambda entries: [
        {**e["transaction"], "transaction_hash": e["receipt"]["transaction_hash"]} for e in entries
    ],
    "hashes": lambda entries: [e["receipt"]["transaction_hash"] for e in entries],
}


def told(body: str) -> Any:
    def method(view: View, block_id: Any) -> Json:
        if view.is_open(block_id):
            return view.opened(body)
        return view.shown(view.block(block_id), body)

    return method


def state_update(view: View, block_id: Any) -> Json:
    if view.is_open(block_id):
        empty: Json = {name: [] for name in view.chain.blocks[-1].update["state_diff"]}
        root = view.chain.blocks[-1].update["new_root"]
        return {"old_root": root, "state_diff": empty if view.new else _older(empty)}
    update = view.block(block_id).update
    if view.new:
        return update
    return {**update, "state_diff": _older(update["state_diff"])}


def _older(diff: Json) -> Json:
    return {name: value for name, value in diff.items() if name != "migrated_compiled_classes"}


def transaction_count(view: View, block_id: Any) -> int:
    return len(view.block(block_id).told["transactions"])


def hash_and_number(view: View) -> Json:
    newest = view.block("latest").told
    return {name: newest[name] for name in ("block_hash", "block_number")}


def receipt(view: View, transaction_hash: str) -> Json:
    for block in reversed(view.chain.blocks):
        for entry in view.shown(block, "receipts")["transactions"]:
            if int(entry["receipt"]["transaction_hash"], 16) == int(transaction_hash, 16):
                where = {name: block.told[name] for name in ("block_hash", "block_number")}
                return entry["receipt"] | where
    raise Refused(29, "Transaction hash not found")
