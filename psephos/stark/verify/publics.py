"""The public numbers: whole numbers put together from field elements, and how they relate."""

from collections.abc import Sequence
from math import prod

from psephos.stark.verify.combination import Combination
from psephos.stark.verify.refused import Refused
from psephos.stark.verify.tape import Tape, largest

Values = tuple[int, ...]
"""The publics of one statement, in its tape's order."""


def values_of(c: Combination, elements: Sequence[int]) -> list[Values]:
    """Σ element·2^shift of each public; Refused as "publics" if an element is out of range."""
    rest = iter(elements)
    found: list[Values] = []
    for tape in c.tapes:
        values = []
        for public in tape.publics:
            value = 0
            for bits, shift in public.elements:
                element = next(rest)
                if element >= largest(bits):
                    raise Refused(
                        "publics", f"{tape.name}: {public.name} has a part of over {bits} bits"
                    )
                value += element << shift
            values.append(value)
        found.append(tuple(values))
    return found


def check_relations(c: Combination, values: Sequence[Values]) -> None:
    """Every statement's relations between its publics and those of what it requires.

    Refused as "relation", with its label, where one does not hold.
    """
    first: dict[tuple[int, bytes], Values] = {}
    for tape, table, own in zip(c.tapes, c.about, values, strict=True):
        first.setdefault((table, tape.id), own)
        _check(tape, [own, *(first[table, id_] for id_ in tape.required)])


def _check(tape: Tape, whose: Sequence[Values]) -> None:
    for relation in tape.relations:
        left = sum(
            term.factor * prod(whose[i][public] for i, public in term.publics)
            for term in relation.terms
        )
        if left < 0 or (left and not relation.at_least):
            raise Refused("relation", f"{tape.name}: {relation.label} does not hold")
