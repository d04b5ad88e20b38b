"""Several statements about one table in one proof: docs/method/prover-format.md, section 7."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s
from itertools import accumulate

from psephos.errors import CommandError
from psephos.stark.tape import Interaction, Sum, Tape

MOST_STATEMENTS = 16


@dataclass(frozen=True, slots=True)
class Placed:
    """A tape in a combination: where its own columns and its public elements begin."""

    tape: Tape
    own: int
    element: int


@dataclass(frozen=True, slots=True)
class Combination:
    """The ordered list of statements of a proof."""

    placed: tuple[Placed, ...]

    @classmethod
    def of(cls, tapes: Sequence[Tape]) -> "Combination":
        """CommandError if a required statement does not stand before the one that requires it."""
        if not 1 <= len(tapes) <= MOST_STATEMENTS:
            raise CommandError(f"{len(tapes)} statements: a proof has 1 to {MOST_STATEMENTS}")
        before: set[bytes] = set()
        for tape in tapes:
            if not before.issuperset(tape.requires):
                raise CommandError(f"what {tape.name} requires does not stand before it")
            before.add(tape.id)
        own = accumulate((tape.own for tape in tapes), initial=0)
        elements = accumulate((tape.elements for tape in tapes), initial=0)
        made = cls(tuple(map(Placed, tapes, own, elements)))
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
        ids = self.ids
        return blake2s(bytes((len(ids),)) + b"".join(ids), person=b"pstark-C").digest()

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

    @property
    def codes(self) -> frozenset[int]:
        return frozenset().union(*(placed.tape.codes for placed in self.placed))

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
