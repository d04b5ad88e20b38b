"""Several statements in one proof, each about one of its tables: docs/method/prover-format.md,
sections 7 and 13.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s
from itertools import accumulate

from psephos.errors import CommandError
from psephos.stark.tape import Interaction, Sum, Tape

MOST_STATEMENTS, MOST_TABLES = 16, 16
MOST_TOGETHER = 32
"""Statements of a proof about several tables."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A tape in a combination: its table, where its own columns and public elements begin."""

    tape: Tape
    own: int
    element: int
    table: int = 0


@dataclass(frozen=True, slots=True)
class Combination:
    """The ordered list of statements of a proof."""

    placed: tuple[Placed, ...]
    tables: int = 1

    @classmethod
    def of(cls, tapes: Sequence[Tape], about: Sequence[int] = ()) -> "Combination":
        """`about` is the table of each tape, by number; all are about table 0 if it is empty.

        CommandError if a required statement does not stand before the one that requires it.
        """
        about = about or [0] * len(tapes)
        tables = max(about, default=0) + 1
        most = MOST_STATEMENTS if tables == 1 else MOST_TOGETHER
        if not 1 <= len(tapes) <= most or tables > MOST_TABLES or len(set(about)) < tables:
            raise CommandError(
                f"{len(tapes)} statements about {tables} tables",
                hint=f"1 to {most} statements, {MOST_TABLES} tables at most, something about each",
            )
        before: set[tuple[int, bytes]] = set()
        for tape, table in zip(tapes, about, strict=True):
            if not before.issuperset((table, required) for required in tape.requires):
                raise CommandError(f"what {tape.name} requires does not stand before it")
            before.add((table, tape.id))
        own = accumulate((tape.own for tape in tapes), initial=0)
        elements = accumulate((tape.elements for tape in tapes), initial=0)
        made = cls(tuple(map(Placed, tapes, own, elements, about)), tables)
        made._check_widths()
        return made

    def _check_widths(self) -> None:
        widths: dict[int, int] = {}
        for _, interaction in self.interactions:
            width = len(interaction.members)
            if widths.setdefault(interaction.bus, width) != width:
                raise CommandError(f"bus {interaction.bus} has members of two widths")

    @property
    def ids(self) -> tuple[bytes, ...]:
        return tuple(placed.tape.id for placed in self.placed)

    @property
    def id(self) -> bytes:
        head = b"" if self.tables == 1 else bytes((0, self.tables))
        return blake2s(head + self.listed, person=b"pstark-C").digest()

    @property
    def listed(self) -> bytes:
        """How many statements there are, then each, as they stand in a claim."""
        each = [placed.tape.id for placed in self.placed]
        if self.tables > 1:
            each = [bytes((p.table,)) + id_ for p, id_ in zip(self.placed, each, strict=True)]
        return bytes((len(each),)) + b"".join(each)

    @property
    def own(self) -> int:
        """How many own columns there are in all."""
        return sum(placed.tape.own for placed in self.placed)

    @property
    def elements(self) -> int:
        return sum(placed.tape.elements for placed in self.placed)

    @property
    def interactions(self) -> list[tuple[Placed, Interaction]]:
        return [(placed, i) for placed in self.placed for i in placed.tape.interactions]

    @property
    def sums(self) -> list[tuple[Placed, Sum]]:
        return [(placed, s) for placed in self.placed for s in placed.tape.sums]

    @property
    def buses(self) -> list[int]:
        return sorted({i.bus for _, i in self.interactions})

    @property
    def auxiliary(self) -> int:
        """Auxiliary columns, each an extension element: a helper for two fractions, one sum."""
        pairs = -(-len(self.interactions) // 2)
        return pairs + 1 if self.interactions or self.sums else 0

    @property
    def constraints(self) -> int:
        return sum(len(placed.tape.constraints) for placed in self.placed) + self.auxiliary

    @property
    def most(self) -> int:
        return min(placed.tape.most for placed in self.placed)

    def codes(self, table: int = 0) -> frozenset[int]:
        """The codes of a table's columns that are read."""
        mine = (placed.tape.codes for placed in self.placed if placed.table == table)
        return frozenset().union(*mine)

    def values(self, elements: Sequence[int]) -> list[dict[str, int]]:
        """Of each statement, its publics as exact integers."""
        found = []
        for placed in self.placed:
            at, publics = placed.element, {}
            for public in placed.tape.publics:
                parts = zip(elements[at : at + len(public.elements)], public.elements, strict=True)
                publics[public.name] = sum(element << shift for element, (_, shift) in parts)
                at += len(public.elements)
            found.append(publics)
        return found
