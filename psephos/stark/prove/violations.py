"""What a trace breaks: every rule, row by row, without any proof.

This is for who writes a statement, and for tests that cheat: it finds what a verifier could only
call wrong, and says where. It reads the same tapes as prover and verifiers do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psephos.stark.combination import Combination, Placed
from psephos.stark.field import P
from psephos.stark.lowering import Lowering
from psephos.stark.ntt import Array
from psephos.stark.program import execute, program
from psephos.stark.prove.commit import Places, trace
from psephos.stark.prove.lower import Scene
from psephos.stark.tape import EVERY, FIRST, LAST, NOT_NEGATIVE, TRANSITION, Interaction


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that does not hold: its statement, its label, and the row (None: of the whole)."""

    statement: str
    label: str
    row: int | None


def violations(
    combination: Combination,
    codes: Sequence[Sequence[int]],
    elements: Sequence[int],
    data: Sequence[Sequence[Array]],
    own: Sequence[Array],
) -> list[Violation]:
    """All of them: constraints by row, buses by value, sums, ranges of publics, relations.

    `codes` and `data` are of each table.
    """
    rows = len(data[0][0])
    places = Places(rows, tuple(map(len, data)), len(own))
    columns = np.concatenate([trace(tree, rows) for tree in (*data, own)])
    scene = Scene(combination, elements, codes, places, 2)
    checks = _Checks(scene, columns.reshape(len(columns), 1, -1), rows)
    found: list[Violation] = []
    for placed in combination.placed:
        found += checks.constraints(placed) + checks.sums(placed)
    for bus in combination.buses:
        found += checks.bus(bus)
    return found + _publics(combination, elements)


@dataclass(frozen=True, slots=True)
class _Checks:
    scene: Scene
    columns: Array
    rows: int

    def registers(self, placed: Placed, wanted: Sequence[int]) -> Array:
        """The value of registers in every row: (registers, rows)."""
        low = Lowering()
        held = self.scene.registers(low, placed)
        nothing = np.zeros(8 * self.rows, np.uint64)
        return execute(program(low, [held[r] for r in wanted]), nothing, self.columns)

    def constraints(self, placed: Placed) -> list[Violation]:
        told = placed.tape.constraints
        values = self.registers(placed, [c.register for c in told])
        spans = {
            EVERY: slice(None),
            TRANSITION: slice(0, self.rows - 1),
            FIRST: slice(0, 1),
            LAST: slice(self.rows - 1, self.rows),
        }
        found = []
        for constraint, column in zip(told, values, strict=True):
            span = spans[constraint.kind]
            first = span.start or 0
            found += [
                Violation(placed.tape.name, constraint.label, first + int(row))
                for row in np.flatnonzero(column[span])
            ]
        return found

    def sums(self, placed: Placed) -> list[Violation]:
        told, elements = placed.tape.sums, self.scene.elements
        values = self.registers(placed, [s.register for s in told])
        found = []
        for s, column in zip(told, values, strict=True):
            target = s.target if s.constant else elements[placed.element + s.target]
            if (_total(column) - target) % P:
                found.append(Violation(placed.tape.name, s.label, None))
        return found

    def bus(self, bus: int) -> list[Violation]:
        """Each tuple of members whose fractions do not cancel, at the first row that has it."""
        chosen = [(p, i) for p, i in self.scene.combination.interactions if i.bus == bus]
        parts = [self._part(placed, interaction) for placed, interaction in chosen]
        members = np.concatenate([part[1:].T for part in parts])
        counts = np.concatenate([part[0] for part in parts])
        there = np.flatnonzero(counts)
        flat = members[there, 0] if members.shape[1] == 1 else members[there]
        keys, first, which = np.unique(flat, axis=0, return_index=True, return_inverse=True)
        net = _unbalanced(counts[there], which.reshape(-1), len(keys))
        found = []
        for k in np.flatnonzero(net):
            at = int(there[first[k]])
            value = ", ".join(str(int(x)) for x in np.atleast_1d(keys[k]))
            name = chosen[at // self.rows][0].tape.name
            found.append(Violation(name, f"bus {bus}: {value}", at % self.rows))
        return found

    def _part(self, placed: Placed, interaction: Interaction) -> Array:
        return self.registers(placed, [interaction.numerator, *interaction.members])


def _total(column: Array) -> int:
    low = int((column & np.uint64(0xFFFFFFFF)).sum(dtype=np.uint64))
    return low + (int((column >> np.uint64(32)).sum(dtype=np.uint64)) << 32)


def _unbalanced(counts: Array, which: NDArray[np.intp], size: int) -> NDArray[np.bool_]:
    """Of each key, whether its numerators add up to something else than a multiple of p.

    They are summed sixteen bits at a time, which floats do exactly. The nearest multiple of p is
    within p / 2 of the sum, so comparing both modulo 2^64 decides.
    """
    low, near = np.zeros(size, np.uint64), np.zeros(size)
    for shift in range(0, 64, 16):
        limb = ((counts >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.float64)
        part = np.bincount(which, limb, size)
        low += part.astype(np.uint64) << np.uint64(shift)
        near += part * 2.0**shift
    nearest: Array = np.rint(near / P).astype(np.uint64) * np.uint64(P)
    return np.not_equal(low, nearest)


def _publics(combination: Combination, elements: Sequence[int]) -> list[Violation]:
    found = []
    values = combination.values(elements)
    backwards = reversed(list(enumerate(combination.placed)))
    first = {(placed.table, placed.tape.id): i for i, placed in backwards}
    for i, placed in enumerate(combination.placed):
        at = placed.element
        for public in placed.tape.publics:
            for bits, _ in public.elements:
                if elements[at] >= min(P, 1 << bits):
                    found.append(Violation(placed.tape.name, f"{public.name} is too large", None))
                at += 1
        whose = [i, *(first[placed.table, required] for required in placed.tape.requires)]
        numbers = [list(values[w].values()) for w in whose]
        for relation in placed.tape.relations:
            total = 0
            for term in relation.terms:
                part = term.coefficient
                for who, number in term.factors:
                    part *= numbers[who][number]
                total += part
            if total < 0 or (total and relation.kind != NOT_NEGATIVE):
                found.append(Violation(placed.tape.name, relation.label, None))
    return found
