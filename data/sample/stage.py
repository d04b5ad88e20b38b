"""The sample's stage: an agenda of blocks, who plays, and the prices of their transactions."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from data.sample.allocation import BUILDERS, CAST, HEAD
from tests.anvil.chain import Anvil, Contract, Transaction, hexed

Act = Callable[[], list[Transaction]]
SEED = 20_221_130
"""The day STRK was minted on Ethereum."""
GWEI = 10**9
DOOMED = hex(77_777)
"""The gas of a transaction that is meant to fail: as on any chain, some do, and they cost."""


class Stage:
    """A running play. `at` puts an act on the agenda, `run` plays it to the head.

    Everything that chance decides comes from one seeded source, asked in one order, so the same
    script makes the same chain. Acts are called at the block before theirs.
    """

    def __init__(self, anvil: Anvil) -> None:
        self.anvil = anvil
        self.chance = random.Random(SEED)
        self.agenda: dict[int, list[Act]] = {}
        self.settling: dict[int, list[Act]] = {}
        self.lot = random.Random(SEED + 1)
        self.quiet: set[int] = set()
        self.contracts: dict[str, Contract] = {}
        self.escrows: dict[bytes, bytes] = {}
        self.voters: dict[str, list[bytes]] = {}
        self.ballots: list[Any] = []
        self.reasons = -1
        self.now = 0
        accounts = iter(anvil.accounts)
        self.cast = {part: [next(accounts) for _ in range(n)] for part, n in CAST.items()}
        self.proposer = self.cast["delegate"][0]

    @property
    def token(self) -> Contract:
        return self.contracts["token"]

    @property
    def house(self) -> Contract:
        return self.contracts["house"]

    @property
    def timelock(self) -> Contract:
        return self.contracts["timelock"]

    @property
    def vault(self) -> Contract:
        return self.contracts["vault"]

    @property
    def council(self) -> Contract:
        return self.contracts["council"]

    @property
    def named(self) -> dict[str, bytes]:
        """The first account of every part, by the part's name."""
        return {part: accounts[0] for part, accounts in self.cast.items()}

    def between(self, first: int, last: int, source: random.Random | None = None) -> int:
        """A number of chance, both ends included."""
        return first + int((source or self.chance).random() * (last - first + 1))

    def at(self, block: int, act: Act) -> None:
        """Play an act in a block that is still to come."""
        assert self.now < block <= HEAD, block
        self.agenda.setdefault(block, []).append(act)

    def settle(self, block: int, act: Act) -> None:
        """The same for Starknet's settlement, whose chance is its own: it changes no other act."""
        assert self.now < block <= HEAD, block
        self.settling.setdefault(block, []).append(act)

    def ambient(self, block: int, act: Act) -> None:
        """The same for what nobody waits for: a block that must be quiet is moved by one."""
        self.at(block + 1 if block in self.quiet else block, act)

    def run(self, head: int) -> None:
        """Play the agenda up to `head`, then mine to it."""
        while (block := min([*self.agenda, *self.settling], default=head + 1)) <= head:
            self.now = block
            if (gap := block - 1 - self.anvil.head()) > 0:
                self.anvil.mine(gap)
            played = [
                [t for act in agenda.pop(block, []) for t in act()]
                for agenda in (self.agenda, self.settling)
            ]
            if any(played):
                self.play(*played)
        self.anvil.mine(head - self.anvil.head())

    def play(
        self, transactions: Sequence[Transaction], settling: Sequence[Transaction] = ()
    ) -> None:
        """One block: its base fee, who built it, and what each pays the builder on top."""
        source = self.chance if transactions else self.lot
        lot, builder = self.between(1, 100, source), BUILDERS[-1][0]
        for candidate, percent in BUILDERS:
            lot -= percent
            if lot <= 0:
                builder = candidate
                break
        base = self.between(4, 240, source) * GWEI // 10
        self.anvil.batch(
            [
                ("anvil_setCoinbase", (hexed(builder),)),
                ("anvil_setNextBlockBaseFeePerGas", (hex(base),)),
            ]
        )
        priced = [
            {**t, "maxPriorityFeePerGas": hex(self.between(1, 250, chance) * GWEI // 100)}
            for some, chance in ((transactions, self.chance), (settling, self.lot))
            for t in some
        ]
        receipts = self.anvil.send(*priced, check=False)
        for t, receipt in zip(priced, receipts, strict=True):
            expected = "0x0" if t["gas"] == DOOMED else "0x1"
            assert receipt["status"] == expected, (t, self.anvil.reason(t, receipt))

    def ask(self, function: str, addresses: Sequence[bytes]) -> dict[bytes, int]:
        """What a function of the token says about each address now."""
        asked = [
            (
                "eth_call",
                (
                    {"to": hexed(self.token.address), "data": hexed(self.token.data(function, a))},
                    "latest",
                ),
            )
            for a in addresses
        ]
        return {a: int(n, 16) for a, n in zip(addresses, self.anvil.batch(asked), strict=True)}

    def balances(self, addresses: Sequence[bytes]) -> dict[bytes, int]:
        return self.ask("balanceOf", addresses)

    def powers(self, addresses: Sequence[bytes]) -> dict[bytes, int]:
        return self.ask("getVotes", addresses)

    def by_council(self, to: bytes, data: bytes) -> list[Transaction]:
        """A transaction of the multisig: approvals of as many owners as it wants, then the deed."""
        council, zero = self.council, bytes(20)
        fixed = (to, 0, data, 0, 0, 0, 0, zero, zero)
        digest = council.call("getTransactionHash", *fixed, council.call("nonce"))
        owners = sorted(bytes.fromhex(o[2:]) for o in council.call("getOwners"))
        signers = owners[: council.call("getThreshold")]
        approvals = [council.tx("approveHash", digest, sender=o, gas=120_000) for o in signers]
        proofs = b"".join(bytes(12) + o + bytes(32) + b"\x01" for o in signers)
        deed = council.tx("execTransaction", *fixed, proofs, sender=signers[0], gas=900_000)
        return [*approvals, deed]
