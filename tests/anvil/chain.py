"""A real Ethereum node for tests: anvil, started and ended here, and its contracts.

Nothing is mined by itself: `send` puts transactions into one block, `mine` adds empty ones, and
every block is `interval` seconds after the one before. So the same calls make the same chain,
whatever the time of day. Accounts are anvil's own and it signs for them; a transaction of
any other sender needs `--auto-impersonate` (`auto_impersonate=True`).
"""

import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import requests
from eth_abi import decode
from eth_hash.auto import keccak

from tests.anvil.artifact import AnvilError, Artifact, kind, packed

GENESIS = 1_780_272_000
"""2026-06-01T00:00:00Z."""
Transaction = dict[str, Any]
Receipt = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Contract:
    """A deployed contract; `tx` makes a transaction to be sent, `call` asks."""

    anvil: "Anvil"
    artifact: Artifact
    address: bytes
    block: int

    def data(self, function: str, *args: Any) -> bytes:
        """The call data of a function."""
        signature, types = self.artifact.inputs(function, len(args))
        return keccak(signature.encode())[:4] + packed(types, args)

    def tx(
        self, function: str, *args: Any, sender: bytes | None = None, **more: Any
    ) -> Transaction:
        """A transaction that calls a function; of the first account if no sender is given."""
        return self.anvil.tx(self.address, self.data(function, *args), sender=sender, **more)

    def call(self, function: str, *args: Any, block: int | str = "latest") -> Any:
        """What a view function answers at a block: one value, or a tuple if it returns several."""
        data = self.data(function, *args)
        asked = {"to": hexed(self.address), "data": hexed(data)}
        answer = bytes.fromhex(self.anvil.rpc("eth_call", asked, tag(block))[2:])
        types = self.artifact.outputs(self.artifact.inputs(function, len(args))[0])
        values = decode(types, answer)
        return values[0] if len(values) == 1 else values

    def send(self, function: str, *args: Any, sender: bytes | None = None, **more: Any) -> Receipt:
        """One call in a block of its own."""
        return self.anvil.send(self.tx(function, *args, sender=sender, **more))[0]


def hexed(value: bytes | int) -> str:
    return hex(value) if isinstance(value, int) else "0x" + value.hex()


def tag(block: int | str) -> str:
    return hex(block) if isinstance(block, int) else block


class Anvil:
    """A running anvil. Use `with Anvil.start(binary) as anvil:`; it ends with the block."""

    def __init__(self, url: str, contracts: Mapping[str, Artifact], interval: int) -> None:
        self.url = url
        self.contracts = contracts
        self.interval = interval
        self.session = requests.Session()
        self.accounts = [bytes.fromhex(a[2:]) for a in self.rpc("eth_accounts")]
        self.rpc("anvil_setBlockTimestampInterval", interval)

    @classmethod
    @contextmanager
    def start(
        cls,
        binary: Path,
        contracts: Mapping[str, Artifact] | None = None,
        *,
        interval: int = 12,
        **flags: str | int | bool,
    ) -> Iterator[Self]:
        """Start a node on a free port; `flags` are anvil's own, with _ for - (`gas_limit=…`)."""
        chosen = {"port": 0, "timestamp": GENESIS, "gas_limit": 1_000_000_000, **flags}
        command = [str(binary), "--no-mining"]
        for name, value in chosen.items():
            if value is not False:
                command.append("--" + name.replace("_", "-"))
                command += [] if value is True else [str(value)]
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
            try:
                anvil = cls(listening(process, output), contracts or {}, interval)
                with anvil.session:
                    yield anvil
            finally:
                process.terminate()
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def batch(self, asked: Iterable[tuple[str, Sequence[Any]]]) -> list[Any]:
        """Many requests in one; the results in the order asked. Any error is raised."""
        body = [
            {"jsonrpc": "2.0", "id": i, "method": m, "params": list(p)}
            for i, (m, p) in enumerate(asked)
        ]
        if not body:
            return []
        answers = self.session.post(self.url, json=body, timeout=600).json()
        if isinstance(answers, dict):
            raise AnvilError(str(answers.get("error", answers)))
        for answer in answers:
            if "error" in answer:
                raise AnvilError(f"{body[answer['id']]['method']}: {answer['error']['message']}")
        return [a["result"] for a in sorted(answers, key=lambda a: a["id"])]

    def rpc(self, method: str, *params: Any) -> Any:
        return self.batch([(method, params)])[0]

    def tx(
        self, to: bytes | None, data: bytes = b"", *, sender: bytes | None = None, **more: Any
    ) -> Transaction:
        """A transaction ready for `send`; `more` are fields of eth_sendTransaction, as integers."""
        fields = {"gas": 1_000_000, "maxFeePerGas": 10**11, "maxPriorityFeePerGas": 10**9, **more}
        head = {"from": hexed(sender or self.accounts[0]), "data": hexed(data)}
        whom = {} if to is None else {"to": hexed(to)}
        return {**head, **whom, **{k: hexed(v) for k, v in fields.items()}}

    def submit(self, *transactions: Transaction) -> list[str]:
        """Put transactions into the pool, in order, without mining; their hashes.

        Nonces are given here: items of a batch run side by side, and the node would count wrong.
        """
        senders = list(dict.fromkeys(t["from"] for t in transactions))
        asked = [("eth_getTransactionCount", (s, "pending")) for s in senders]
        nonces = {s: int(n, 16) for s, n in zip(senders, self.batch(asked), strict=True)}
        numbered = []
        for t in transactions:
            numbered.append({**t, "nonce": hex(nonces[t["from"]])})
            nonces[t["from"]] += 1
        return self.batch([("eth_sendTransaction", (t,)) for t in numbered])

    def send(self, *transactions: Transaction, check: bool = True) -> list[Receipt]:
        """Mine one block with these transactions; receipts in the order given."""
        hashes = self.submit(*transactions)
        self.mine()
        receipts = self.batch([("eth_getTransactionReceipt", (h,)) for h in hashes])
        for t, receipt in zip(transactions, receipts, strict=True):
            if receipt is None:
                raise AnvilError(
                    f"not mined (out of the block's gas?): {t['from']} -> {t.get('to')}"
                )
            if check and receipt["status"] != "0x1":
                raise AnvilError(f"reverted: {t} {self.reason(t, receipt)}")
        return receipts

    def reason(self, transaction: Transaction, receipt: Receipt) -> str:
        """Why a transaction reverted: the node's own words on the same call a block earlier."""
        try:
            call = {k: transaction[k] for k in ("from", "to", "data") if k in transaction}
            self.rpc("eth_call", call, hex(int(receipt["blockNumber"], 16) - 1))
        except AnvilError as error:
            return str(error)
        return "(no reason: it depends on its place in the block)"

    def deploy(self, name: str, *args: Any, sender: bytes | None = None) -> Contract:
        """Deploy a contract by name in a block of its own."""
        artifact = self.contracts[name]
        makers = [item for item in artifact.abi if item["type"] == "constructor"]
        types = [kind(i) for i in makers[0]["inputs"]] if makers else []
        data = artifact.bytecode + packed(types, args)
        receipt = self.send(self.tx(None, data, sender=sender, gas=12_000_000))[0]
        return self.at(name, receipt["contractAddress"], int(receipt["blockNumber"], 16))

    def at(self, name: str, address: bytes | str, block: int = 0) -> Contract:
        """A contract that is there already."""
        raw = bytes.fromhex(address[2:]) if isinstance(address, str) else address
        return Contract(self, self.contracts[name], raw, block)

    def mine(self, count: int = 1, interval: int | None = None) -> None:
        """Add blocks; `interval` seconds between them for this time only."""
        if interval is None:
            self.rpc("anvil_mine", hex(count))
            return
        self.rpc("anvil_setBlockTimestampInterval", interval)
        self.rpc("anvil_mine", hex(count))
        self.rpc("anvil_setBlockTimestampInterval", self.interval)

    def set_time(self, timestamp: int) -> None:
        """The timestamp of the next block."""
        self.rpc("evm_setNextBlockTimestamp", timestamp)

    def head(self) -> int:
        return int(self.rpc("eth_blockNumber"), 16)

    def block(self, number: int | str) -> Mapping[str, Any]:
        return self.rpc("eth_getBlockByNumber", tag(number), False)

    def receipts(self, number: int) -> list[Receipt]:
        return self.rpc("eth_getBlockReceipts", hex(number))

    def balance(self, address: bytes, block: int | str = "latest") -> int:
        return int(self.rpc("eth_getBalance", hexed(address), tag(block)), 16)

    def reorg(self, depth: int, *transactions: tuple[Transaction, int]) -> None:
        """Replace the newest `depth` blocks; a transaction goes into the new block of its index."""
        self.rpc("anvil_reorg", depth, [[t, i] for t, i in transactions])


def listening(process: subprocess.Popen[bytes], output: Any, patience: float = 300) -> str:
    """Wait for the node to say where it listens (it chose the port itself: no race for one)."""
    end = time.monotonic() + patience
    while time.monotonic() < end and process.poll() is None:
        output.seek(0)
        for line in output.read().decode(errors="replace").splitlines():
            if line.startswith("Listening on "):
                return "http://" + line.removeprefix("Listening on ").strip()
        time.sleep(0.02)
    output.seek(0)
    raise AnvilError(f"anvil did not start: {output.read().decode(errors='replace')[-500:]}")
