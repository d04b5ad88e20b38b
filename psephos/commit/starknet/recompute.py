"""A block recomputed from its contents: its commitments, its era, its hash.

Commitments come from the contents where these are given, else from the header as told. Since
the block hash binds them either way, an equal hash makes a told commitment the block's own;
what the contents are is then not shown by it.
"""

from dataclasses import dataclass
from itertools import product

from psephos.commit.starknet import commitments
from psephos.commit.starknet.block import Block, StateDiff
from psephos.commit.starknet.block_hash import Commitments, block_hash
from psephos.commit.starknet.hashes import Hashes
from psephos.commit.starknet.header import encode
from psephos.commit.starknet.versions import Era, eras, sequencers
from psephos.errors import UnknownFork

NAMES = {
    "transactions": "what commits to the transactions",
    "transaction_count": "the number of transactions",
    "events": "what commits to the events",
    "event_count": "the number of events",
    "receipts": "what commits to the receipts",
    "state_diff": "what commits to the state diff",
    "state_diff_length": "the length of the state diff",
}
"""What a block's hash takes from its contents, in words; before 0.13.2 the first four."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Commitments recomputed from contents; None where the contents were not given, or where
    the era has no such commitment."""

    transactions: int | None = None
    transaction_count: int | None = None
    events: int | None = None
    event_count: int | None = None
    receipts: int | None = None
    state_diff: int | None = None
    state_diff_length: int | None = None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a block comes to. `hash` is None for the `reason` given.

    The first blocks of test networks may be of two eras: `era` and `hash` are then those that
    are equal to the hash told, else the last tried. `header` are the bytes that recompute to the
    hash by themselves (`psephos.commit.starknet.header`).
    """

    era: Era
    contents: Contents
    hash: int | None
    reason: str = ""
    header: bytes = b""


def recompute(
    block: Block, diff: StateDiff | None, chain: int | None, hashes: Hashes
) -> Recomputed:
    """Commitments and hash of a block that is closed.

    UnknownFork for an open block, and for a version whose formulas are not known.
    """
    if block.number is None or block.hash is None:
        raise UnknownFork("the block is still open: it has no hash yet")
    era = eras(block.version, block.number, chain)[0]
    return rehashed(block, contents(block, diff, era, hashes), chain, hashes)


def rehashed(block: Block, own: Contents, chain: int | None, hashes: Hashes) -> Recomputed:
    """The hash of a block from commitments that are known already, and told ones for the rest.

    Without the commitment to receipts, say, it shows that all else is the block's own.
    """
    if block.number is None:
        raise UnknownFork("the block is still open: it has no hash yet")
    possible = eras(block.version, block.number, chain)
    last = Recomputed(possible[0], own, None, "nothing to hash")
    for era, sequencer in product(possible, sequencers(block.sequencer, chain)):
        try:
            known = _taken(block, own, era)
            found = block_hash(block, known, era, sequencer=sequencer, chain=chain, hashes=hashes)
            header = encode(block, known, era, sequencer=sequencer, chain=chain or 0)
            last = Recomputed(era, own, found, header=header)
        except UnknownFork as error:
            last = Recomputed(era, own, None, error.message)
        if last.hash == block.hash:
            return last
    return last


def told_header(block: Block, chain: int | None) -> bytes:
    """The bytes of a header as it is told, not hashed yet. UnknownFork where it does not tell all
    that its hash binds: before 0.13.2 always, and where commitments are left out."""
    if block.number is None or block.hash is None:
        raise UnknownFork("the block is still open: it has no hash yet")
    era = eras(block.version, block.number, chain)[0]
    known = _taken(block, Contents(), era)
    return encode(block, known, era, sequencer=block.sequencer or 0, chain=chain or 0)


def contents(block: Block, diff: StateDiff | None, era: Era, hashes: Hashes) -> Contents:
    """The commitments to what is given."""
    found: dict[str, int] = {}
    transactions, events, receipts = block.transactions, block.events, block.receipts
    if transactions is not None:
        found["transaction_count"] = len(transactions)
    if events is not None:
        found["event_count"] = len(events)
    if era.kind == "pedersen":
        if transactions is not None:
            found["transactions"] = commitments.transaction_commitment(transactions, era, hashes)
        if events is not None:
            found["events"] = commitments.event_commitment(events, era, hashes)
        return Contents(**found)
    if diff is not None:
        found["state_diff_length"] = len(diff)
    receipts = receipts if receipts is not None and _gas_told(block) else None
    given = (transactions, events, receipts, diff)
    made = commitments.together(era, hashes, transactions or (), events or (), receipts or (), diff)
    names = ("transactions", "events", "receipts", "state_diff")
    known = zip(names, given, made, strict=True)
    return Contents(**found, **{name: value for name, part, value in known if part is not None})


def _gas_told(block: Block) -> bool:
    told = [r.l1_gas is not None and r.l1_data_gas is not None for r in block.receipts or ()]
    return all(told)


def _taken(block: Block, own: Contents, era: Era) -> Commitments:
    """What goes into the block hash: recomputed where it can be, else told.

    Before 0.13.2 a header's own commitments are not those that were hashed: nothing is taken.
    """
    names = NAMES if era.kind == "poseidon" else dict(list(NAMES.items())[:4])
    values: dict[str, int] = {}
    for name, words in names.items():
        value = getattr(own, name)
        if value is None and era.kind == "pedersen":
            raise UnknownFork("before 0.13.2 a block's hash needs its transactions and receipts")
        value = getattr(block.told, name) if value is None else value
        if value is None:
            raise UnknownFork(f"{words} is neither given nor told by the header")
        values[name] = value
    return Commitments(**values)
