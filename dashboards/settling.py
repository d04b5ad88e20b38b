"""State updates of an L2 on L1: when each came, and how long nobody heard anything.

A core contract is watched by this release, or by that of the chain beside it: an L2's L1.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from dashboards.chains import beside, others
from dashboards.view import View, iso, utc, view
from psephos.results import reading
from psephos.results.economy.settlement import CORES, SETTLES, Update, updates
from psephos.results.shown.text import number
from psephos.results.shown.wording import plural, tokens

SHOWN = 400
EVER = 1 << 62
"""A second after every block's."""
SYSTEMS = {"starknet_core": "Starknet", "starkex": "StarkEx"}


@dataclass(frozen=True, slots=True)
class Settled:
    """A core contract, the view of the chain that has it, and its updates in order."""

    core: str
    there: View
    updates: tuple[Update, ...]

    @property
    def system(self) -> str:
        """What is settled there, for people."""
        sources = reading.dataset(self.there.release, self.core).sources
        return next(words for source, words in SYSTEMS.items() if source in sources)

    @property
    def waits(self) -> list[int]:
        """Seconds between one and the next."""
        times = [one.time for one in self.updates]
        return [b - a for a, b in pairwise(times)]

    @property
    def at(self) -> list[str]:
        """When each wait ended, the last of them."""
        return [iso(one.time) for one in self.updates[1:][-SHOWN:]]

    @property
    def gaps(self) -> list[float]:
        """Minutes of the last waits."""
        return [wait / 60 for wait in self.waits[-SHOWN:]]

    @property
    def longest_text(self) -> str:
        """The longest wait in words."""
        minutes = max(self.waits) // 60
        parts = ((minutes // 60, "hour"), (minutes % 60, "minute"))
        told = [f"{number(n)} {plural(one)[n != 1]}" for n, one in parts if n]
        return " and ".join(told) or "less than a minute"

    @property
    def rows(self) -> list[tuple[str, str]]:
        """How many, the last, how far it covers, the median wait, and what they paid."""
        waits, last = sorted(self.waits), self.updates[-1]
        known = [one for one in self.updates if one.gas is not None]
        paid = sum((one.gas or 0) + (one.blobs or 0) for one in known)
        told = [
            ("state updates", number(len(self.updates))),
            ("the last of them", f"block {number(last.block)}, {utc(last.time)}"),
            ("median wait, minutes", number(waits[(len(waits) - 1) // 2] // 60)),
        ]
        if last.covers is not None:
            told.append(("the last block that they cover", number(last.covers)))
        if known:
            told.append((f"paid on L1 by the {number(len(known))} whose fee is told, ETH",
                         tokens(paid, 18, 6)))  # fmt: skip
        return told


@lru_cache(maxsize=8)
def settled(of: View) -> tuple[Settled, ...]:
    """Every core contract in sight, with its state updates up to the view's block or time."""
    other = beside(of, "starknet_core")
    return tuple(
        Settled(core, there, updated(there, core))
        for there in ((of,) if other is None else (of, other))
        for core in reading.datasets(there.release, *CORES)
    )


def updated(of: View, core: str) -> tuple[Update, ...]:
    """The updates of one core contract up to the view's block."""
    found = updates(of.release, core, 0, EVER)
    return tuple(one for one in found if one.block <= of.block)


@dataclass(frozen=True, slots=True)
class Covering:
    """A final state update that covers a block of an L2, and its own block's hash on L1."""

    of: Settled
    update: Update
    hash: str


def covering(of: View, block: int) -> Covering | None:
    """The first final state update that covers a block of Starknet; None if none does yet, or if
    no release in sight watches its core contract.

    It is looked for in all that is final on L1, as an update comes after the block it covers.
    """
    for pinned in (of.pin, *others(of.pin).values()):
        for one in settled(view(pinned, "", "")):
            own = one.there.pin.id == pinned.id
            if not own or SETTLES not in reading.dataset(pinned.release, one.core).sources:
                continue
            known = (up for up in one.updates if up.covers is not None and up.covers >= block)
            if (found := next(known, None)) is not None:
                query = "SELECT hash FROM block WHERE number = ?"
                told = reading.rows(pinned.release, query, (found.block,))
                return Covering(one, found, f"0x{told[0][0].hex()}")
    return None
