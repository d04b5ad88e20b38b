"""The statement's rules at one point: tapes run on integers, then what LogUp and sums ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psephos.stark.verify.combination import Combination
from psephos.stark.verify.field import (
    Element,
    add,
    inverse,
    lift,
    mul,
    scale,
    sub,
)
from psephos.stark.verify.tape import (
    ADD,
    DATA,
    DATA_NEXT,
    EVERY,
    OWN,
    OWN_NEXT,
    PUBLIC,
    SUB,
    Tape,
)


@dataclass(frozen=True, slots=True)
class Rows:
    """All columns at one point: data of each table by code, own, auxiliary."""

    data: Sequence[Mapping[int, Element]]
    own: Sequence[Element]
    auxiliary: Sequence[Element]


@dataclass(frozen=True, slots=True)
class Lookups:
    """α, β of each bus, γ of each sum."""

    alpha: Element
    beta: Mapping[int, Element]
    gamma: Sequence[Element]


def run(
    tape: Tape, table: int, now: Rows, after: Rows, own: int, publics: Sequence[int]
) -> list[Element]:
    """The registers of a tape; `own` is where its own columns begin, `publics` are its own."""
    here, there = now.data[table], after.data[table]
    d = len(here[0])
    found: list[Element] = []
    for code, a, b in tape.operations:
        if code == ADD:
            value = add(found[a], found[b])
        elif code == SUB:
            value = sub(found[a], found[b])
        elif code > SUB:
            value = mul(found[a], found[b])
        elif code in (DATA, DATA_NEXT):
            value = (here if code == DATA else there)[a]
        elif code in (OWN, OWN_NEXT):
            value = (now if code == OWN else after).own[own + a]
        else:
            value = lift(publics[a] if code == PUBLIC else a, d)
        found.append(value)
    return found


def constraints(
    c: Combination, now: Rows, after: Rows, publics: Sequence[int], lookups: Lookups | None
) -> list[tuple[int, Element]]:
    """Kind and value of every constraint at the point, those of the tapes first."""
    found: list[tuple[int, Element]] = []
    fractions: list[tuple[Element, Element]] = []
    sums: list[tuple[Element, int]] = []
    for tape, table, own, start in zip(c.tapes, c.about, c.own_at, c.public_at, strict=True):
        mine = publics[start : start + tape.elements]
        registers = run(tape, table, now, after, own, mine)
        found += [(kind, registers[register]) for kind, register, _ in tape.constraints]
        if lookups is not None:
            for bus, numerator, members in tape.interactions:
                tuple_ = [registers[register] for register in members]
                fractions.append((registers[numerator], _denominator(lookups, bus, tuple_)))
            for register, public, target, _ in tape.sums:
                sums.append((registers[register], mine[target] if public else target))
    if lookups is not None:
        found += _auxiliary(c, now, after, fractions, sums, lookups)
    return found


def _denominator(lookups: Lookups, bus: int, members: Sequence[Element]) -> Element:
    """β − x₁ − α·x₂ − α²·x₃ − …"""
    folded = members[-1]
    for member in reversed(members[:-1]):
        folded = add(mul(folded, lookups.alpha), member)
    return sub(lookups.beta[bus], folded)


def _auxiliary(
    c: Combination,
    now: Rows,
    after: Rows,
    fractions: Sequence[tuple[Element, Element]],
    sums: Sequence[tuple[Element, int]],
    lookups: Lookups,
) -> list[tuple[int, Element]]:
    """The helpers' constraints, two fractions each, and the accumulator's."""
    *helpers, total = now.auxiliary
    found: list[tuple[int, Element]] = []
    step = sub(after.auxiliary[-1], total)
    for i, helper in enumerate(helpers):
        (u, f), *second = fractions[2 * i : 2 * i + 2]
        value = sub(mul(helper, f), u)
        for v, g in second:
            value = sub(mul(value, g), mul(v, f))
        found.append((EVERY, value))
        step = sub(step, helper)
    due = lift(0, len(total))
    for (register, target), gamma in zip(sums, lookups.gamma, strict=True):
        step = sub(step, mul(gamma, register))
        due = add(due, scale(gamma, target))
    found.append((EVERY, add(step, scale(due, inverse(1 << c.log_rows)))))
    return found
