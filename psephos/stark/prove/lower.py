"""A combination's arithmetic as expressions over columns: its constraints, fractions and sums."""

from collections.abc import Sequence
from dataclasses import dataclass

from psephos.stark.combination import Combination, Placed
from psephos.stark.field import Element, P, add, inverse, lift, scale
from psephos.stark.lowering import Lowering, Node, Wide
from psephos.stark.prove.commit import Places
from psephos.stark.tape import (
    ADD,
    AFTER,
    CONSTANT,
    EVERY,
    NOW,
    OWN_AFTER,
    OWN_NOW,
    PUBLIC,
    SUBTRACT,
    Interaction,
)


@dataclass(frozen=True, slots=True)
class Challenges:
    """What is drawn before the auxiliary columns: α, β of each bus, γ of each sum."""

    alpha: Element
    beta: dict[int, Element]
    gamma: list[Element]


@dataclass(frozen=True, slots=True)
class Scene:
    """All that expressions are about: statements, their publics, and where columns stand."""

    combination: Combination
    elements: Sequence[int]
    codes: Sequence[Sequence[int]]
    """Of each table."""
    places: Places
    degree: int

    def registers(self, low: Lowering, placed: Placed) -> list[Node]:
        """A node for each register of a tape."""
        found: list[Node] = []
        codes = list(self.codes[placed.table])
        for op, a, b in placed.tape.operations:
            if op in (NOW, AFTER):
                slot = self.places.slot(placed.table, codes.index(a))
                found.append(low.column(slot, later=op == AFTER))
            elif op in (OWN_NOW, OWN_AFTER):
                slot = self.places.slot(self.places.tree_of_own, placed.own + a)
                found.append(low.column(slot, later=op == OWN_AFTER))
            elif op == CONSTANT:
                found.append(low.constant(a))
            elif op == PUBLIC:
                found.append(low.constant(self.elements[placed.element + a]))
            elif op == ADD:
                found.append(low.add(found[a], found[b]))
            elif op == SUBTRACT:
                found.append(low.sub(found[a], found[b]))
            else:
                found.append(low.mul(found[a], found[b]))
        return found

    def all_registers(self, low: Lowering) -> dict[Placed, list[Node]]:
        return {placed: self.registers(low, placed) for placed in self.combination.placed}

    def auxiliary(self, low: Lowering, number: int, *, later: bool = False) -> Wide:
        """Auxiliary column `number` in this row or the next."""
        first = self.places.slot(self.places.tree_of_own + 1, number * self.degree)
        return tuple(low.column(first + i, later=later) for i in range(self.degree))

    def targets(self, gamma: Sequence[Element]) -> Element:
        """Σ γ·target."""
        total = lift(0, self.degree)
        for (placed, told), factor in zip(self.combination.sums, gamma, strict=True):
            target = told.target if told.constant else self.elements[placed.element + told.target]
            total = add(total, scale(factor, target))
        return total

    def step(self, low: Lowering, registers: dict[Placed, list[Node]], drawn: Challenges) -> Wide:
        """Σ γ·s - (Σ γ·target) / N: what a row adds to the accumulator, besides its fractions."""
        total = low.wide(scale(self.targets(drawn.gamma), P - inverse(self.places.rows)))
        for (placed, told), factor in zip(self.combination.sums, drawn.gamma, strict=True):
            part = low.scale_wide(low.wide(factor), registers[placed][told.register])
            total = low.add_wide(total, part)
        return total

    def fractions(
        self, low: Lowering, registers: dict[Placed, list[Node]], drawn: Challenges
    ) -> list[list[tuple[Node, Wide]]]:
        """Numerators and denominators of each helper column, one or two of them."""
        found = []
        for placed, interaction in self.combination.interactions:
            held = registers[placed]
            found.append((held[interaction.numerator], denominator(low, interaction, held, drawn)))
        return [found[i : i + 2] for i in range(0, len(found), 2)]


def denominator(
    low: Lowering, interaction: Interaction, held: list[Node], drawn: Challenges
) -> Wide:
    """β - x_1 - α·x_2 - α²·x_3 …"""
    value = low.wide(drawn.beta[interaction.bus])
    factor = low.wide(lift(1, low.degree))
    for member in interaction.members:
        value = low.sub_wide(value, low.scale_wide(factor, held[member]))
        factor = low.mul_wide(factor, low.wide(drawn.alpha))
    return value


def fraction(low: Lowering, pair: list[tuple[Node, Wide]]) -> tuple[Wide, Wide]:
    """Numerator and denominator of the sum of one or two fractions."""
    (u, f), *rest = pair
    if not rest:
        return low.lift(u), f
    ((v, g),) = rest
    return low.add_wide(low.scale_wide(g, u), low.scale_wide(f, v)), low.mul_wide(f, g)


def constraints(low: Lowering, scene: Scene, drawn: Challenges | None) -> list[tuple[int, Wide]]:
    """All constraints with their kinds: the tapes', the helpers', the accumulator's."""
    registers = scene.all_registers(low)
    found = [
        (constraint.kind, low.lift(registers[placed][constraint.register]))
        for placed in scene.combination.placed
        for constraint in placed.tape.constraints
    ]
    if drawn is None:
        return found
    pairs = scene.fractions(low, registers, drawn)
    step = scene.step(low, registers, drawn)
    for number, pair in enumerate(pairs):
        helper = scene.auxiliary(low, number)
        above, below = fraction(low, pair)
        found.append((EVERY, low.sub_wide(low.mul_wide(helper, below), above)))
        step = low.add_wide(step, helper)
    accumulator = scene.auxiliary(low, len(pairs))
    later = scene.auxiliary(low, len(pairs), later=True)
    found.append((EVERY, low.sub_wide(low.sub_wide(later, accumulator), step)))
    return found
