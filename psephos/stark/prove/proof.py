"""A proof, from columns to bytes, in the order of docs/method/prover-format.md, section 8."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from psephos.errors import DataError
from psephos.stark.combination import Combination
from psephos.stark.field import Element, lift, multiply, root
from psephos.stark.grind import nonce
from psephos.stark.merkle import tree
from psephos.stark.ntt import Array, interpolate
from psephos.stark.presets import Preset
from psephos.stark.prove import deep, fri
from psephos.stark.prove.auxiliary import auxiliary
from psephos.stark.prove.commit import Oracle, Places, extend, place, shifts
from psephos.stark.prove.lower import Challenges, Scene
from psephos.stark.prove.quotient import divides, quotient
from psephos.stark.transcript import Transcript

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Committed:
    """A table of a proof: the codes of its columns, its layout, the root of its rows."""

    layout: int
    codes: list[int]
    row_root: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """What a proof is about, besides its publics."""

    preset: Preset
    k: int
    scale: int
    tables: Sequence[Committed]

    @property
    def codes(self) -> list[list[int]]:
        """Of each table."""
        return [table.codes for table in self.tables]

    def to_bytes(self, combination: Combination) -> bytes:
        """Version 1 about one table, version 2 about several."""
        preset = self.preset.id
        if len(self.tables) == 1:
            (table,) = self.tables
            head = bytes((1, preset, self.k, table.layout, self.scale)) + table.row_root
        else:
            head = bytes((2, preset, self.k, self.scale, len(self.tables)))
            head += b"".join(bytes((t.layout,)) + t.row_root for t in self.tables)
        return b"PSEPHOSP" + head + combination.listed


def proof(
    claim: Claim,
    combination: Combination,
    elements: Sequence[int],
    data: Sequence[Sequence[Array]],
    own: Sequence[Array],
    *,
    progress: Progress = lambda step, done, steps: None,
    checked: bool = True,
) -> bytes:
    """The proof's bytes; `data` are the columns of each table.

    With `checked` False a witness that breaks the rules is not refused.
    """
    made = _Making(claim, combination, elements, checked)
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("columns", lambda: made.columns(data, own)),
        ("fractions", made.fractions),
        ("quotient", made.quotient),
        ("values", made.outside),
        ("folding", made.fold),
        ("grinding", made.grind),
        ("openings", made.open),
    )
    for number, (name, step) in enumerate(steps):
        progress(name, number, len(steps))
        step()
    progress("done", len(steps), len(steps))
    return b"".join(made.parts)


class _Making:
    """A proof while it is made: what was sent so far, and what later steps need of earlier ones."""

    def __init__(
        self, claim: Claim, combination: Combination, elements: Sequence[int], checked: bool
    ) -> None:
        preset = claim.preset
        self.claim, self.preset, self.checked = claim, preset, checked
        self.rows = 1 << claim.k
        self.places = Places(
            self.rows,
            tuple(map(len, claim.codes)),
            combination.own,
            combination.auxiliary * preset.degree,
            2 * preset.degree,
        )
        self.scene = Scene(combination, elements, claim.codes, self.places, preset.degree)
        self.coefficients = np.empty((self.places.count, 8 * self.rows), np.uint64)
        self.values = np.empty((self.places.count, preset.blowup, 8 * self.rows), np.uint64)
        self.oracles: list[Oracle] = []
        self.drawn: Challenges | None = None
        publics = b"".join(element.to_bytes(8, "little") for element in elements)
        head = claim.to_bytes(combination)
        self.parts = [head, publics]
        self.transcript = Transcript()
        self.transcript.absorb("preset", preset.to_bytes())
        self.transcript.absorb("claim", head)
        self.transcript.absorb("publics", publics)

    def columns(self, data: Sequence[Sequence[Array]], own: Sequence[Array]) -> None:
        last = self.places.tree_of_own
        first = self.coefficients[: self.places.groups(last).stop]
        for number, columns in enumerate((*data, own)):
            place(columns, first[self.places.groups(number)])
        if self.scene.combination.auxiliary:
            self.traces = first.copy()
        for number in range(last):
            self.commit(number, "data")
        self.commit(last, "own")

    def commit(self, number: int, label: str, *, interpolated: bool = False) -> None:
        """Extend the columns of a tree, which stand in `coefficients`, and say their root."""
        where, width = self.places.groups(number), self.places.widths[number]
        if not width:
            self.transcript.absorb(label, b"")
            return
        mine, values = self.coefficients[where], self.values[where]
        if not interpolated:
            for columns in mine:
                interpolate(columns)
        extend(mine, self.claim.k, width, values)
        self.oracles.append(Oracle(tree(values, width), values, width))
        self.say(label, self.oracles[-1].tree.root)

    def say(self, label: str, data: bytes) -> None:
        self.transcript.absorb(label, data)
        self.parts.append(data)

    def fractions(self) -> None:
        combination = self.scene.combination
        if not combination.auxiliary:
            self.transcript.absorb("aux", b"")
            return
        buses = combination.buses
        count = 1 + len(buses) + len(combination.sums)
        alpha, *rest = self.transcript.elements("lookups", count, self.preset.degree)
        beta = dict(zip(buses, rest, strict=False))
        self.drawn = Challenges(alpha, beta, rest[len(buses) :])
        number = self.places.tree_of_own + 1
        out = self.coefficients[self.places.groups(number)]
        auxiliary(self.scene, self.drawn, self.traces, out, checked=self.checked)
        del self.traces
        self.commit(number, "aux")

    def quotient(self) -> None:
        count = self.scene.combination.constraints
        factors = self.transcript.elements("constraints", count, self.preset.degree)
        number = self.places.tree_of_own + 2
        out = self.coefficients[self.places.groups(number)]
        out[0] = quotient(self.scene, self.drawn, factors, self.values)
        self.commit(number, "quotient", interpolated=True)
        if self.checked and not divides(self.scene, self.drawn, factors, self.values):
            raise DataError("the rows break a rule of the statements, so there is nothing to prove")

    def outside(self) -> None:
        """The values at z and g·z, and P over the first coset of the domain."""
        degree, k = self.preset.degree, self.claim.k
        z = self.transcript.point("point", degree)
        at = z, multiply(z, lift(root(k), degree))
        slots = deep.columns_of(self.places, degree)
        here = self._values(at[0], slots)
        later = self._values(at[1], slots[:-2])
        del self.coefficients
        self.say("values", b"".join(map(_bytes, here + later)))
        factors = self.transcript.elements("deep", len(here) + len(later), degree)
        split = factors[: len(here)], factors[len(here) :]
        shift = shifts(k, self.preset.blowup)[0]
        self.first = deep.deep(slots, (here, later), at, split, self.values, shift, root(k))

    def _values(self, point: Element, slots: Sequence[Sequence[int]]) -> list[Element]:
        base = deep.columns_at(self.coefficients, point)
        return [
            base[places[0]] if len(places) == 1 else deep.joined([base[p] for p in places])
            for places in slots
        ]

    def fold(self) -> None:
        k, preset = self.claim.k, self.preset

        def challenge(root_of_layer: bytes) -> Element:
            self.say("layer", root_of_layer)
            return self.transcript.elements("fold", 1, preset.degree)[0]

        values = fri.extended(self.first, k, preset.blowup)
        self.folded = fri.folded(values, k, preset, challenge)
        self.say("last", b"".join(map(_bytes, self.folded.last)))

    def grind(self) -> None:
        found = nonce(self.transcript.state, self.preset.grinding)
        self.say("nonce", found.to_bytes(8, "little"))

    def open(self) -> None:
        size = self.rows * self.preset.blowup
        positions = self.transcript.positions("positions", self.preset.queries, size)
        self.parts += [oracle.opened(positions) for oracle in self.oracles]
        self.parts.append(fri.opened(self.folded.layers, positions, size, self.preset.fold))


def _bytes(element: Element) -> bytes:
    return b"".join(x.to_bytes(8, "little") for x in element)
