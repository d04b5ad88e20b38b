"""What statements about the same holders in several tables share: four buses, one for each
32 bits of a weight, on which weights are added up by id.

A fraction's numerator is a piece of a weight, its members are the id: on bus 4 + j the numerators
of each id have to add up to zero over all tables. At most 32 statements with 2^22 rows each put
pieces below 2^32 there, and `several` takes off at most 2^58 of one id: no sum comes near p, so
they are sums of integers.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from psephos.stark.air import Air, Symbol
from psephos.stark.columns import AGAINST, FOR, HOLDER_BUS, ID, ID_LIMBS, LIMBS, RANGE_BUS, WEIGHT
from psephos.stark.ntt import Array
from psephos.stark.statements.order import ID_PIECES, Order, Pieces, packed, pieces
from psephos.stark.statements.statement import Values

Signed = NDArray[np.int64]

HALVES: Pieces = tuple((i, i + 1) for i in range(0, LIMBS, 2))
"""The limbs of each 32 bits of a weight."""

HALF = 1 << 32
PART, TRANSITION = "part", "transition"


def halves(air: Air) -> list[Symbol]:
    """The weight of a row in pieces of 32 bits."""
    weight = [air.now(WEIGHT + k) for k in range(LIMBS)]
    return [packed(weight, piece) for piece in HALVES]


def bound_ids(air: Air) -> None:
    """Every limb of an id has 16 bits, so that nobody has two."""
    for k in range(ID_LIMBS):
        air.interact(RANGE_BUS, 1, air.now(ID + k))


def count_to_holder(air: Air, numerators: Sequence[Symbol]) -> None:
    """Put one numerator on each bus, under the row's id."""
    ids = [air.now(ID + k) for k in range(ID_LIMBS)]
    members = [packed(ids, piece) for piece in ID_PIECES]
    for j, numerator in enumerate(numerators):
        air.interact(HOLDER_BUS + j, numerator, *members)


def moved(values: Values) -> tuple[list[Array], list[Signed]]:
    """Ids (pieces of 48 bits) and signed pieces of weight of all that tables count to holders."""
    ids: list[list[Array]] = [[np.zeros(0, np.uint64)] for _ in ID_PIECES]
    weights: list[list[Signed]] = [[np.zeros(0, np.int64)] for _ in HALVES]
    for name, other in values.together:
        if name not in (PART, TRANSITION):
            continue
        sign = np.int64(1) if name == PART else signs(other)
        for found, piece in zip(ids, pieces(id_limbs(other), ID_PIECES), strict=True):
            found.append(piece[: other.count])
        for told, half in zip(weights, pieces(other.limbs, HALVES), strict=True):
            told.append((half.astype(np.int64) * sign)[: other.count])
    return [np.concatenate(part) for part in ids], [np.concatenate(part) for part in weights]


def signs(values: Values) -> Signed:
    """1 where a row is a credit, -1 where it is a debit, 0 elsewhere."""
    credit, debit = (values.data[code].astype(np.int64) for code in (FOR, AGAINST))
    return credit - debit


def id_limbs(values: Values) -> list[Array]:
    """The ids' limbs, lowest first."""
    return [values.data[ID + k] for k in range(ID_LIMBS)]


def by_holder(ids: Sequence[Array], weights: Sequence[Signed]) -> tuple[list[Array], list[Signed]]:
    """Distinct ids in rising order, and the sum of each piece of weight."""
    if not len(ids[0]):
        return list(ids), list(weights)
    order = by_id(ids)
    ordered = [piece[order] for piece in ids]
    new = np.ones(len(order), np.bool_)
    new[1:] = np.any([piece[1:] != piece[:-1] for piece in ordered], axis=0)
    first = np.flatnonzero(new)
    sums = [np.add.reduceat(weight[order], first) for weight in weights]
    return [piece[first] for piece in ordered], sums


def by_id(ids: Sequence[Array]) -> Order:
    """Row numbers by rising id."""
    return np.lexsort(list(ids))


def places(wanted: Sequence[Array], ids: Sequence[Array]) -> Order:
    """Where each wanted id stands among distinct ids, -1 if nowhere."""
    both = [np.concatenate(pair) for pair in zip(ids, wanted, strict=True)]
    order = by_id(both)
    new = np.ones(len(order), np.bool_)
    new[1:] = np.any([piece[order][1:] != piece[order][:-1] for piece in both], axis=0)
    group, count = np.cumsum(new) - 1, len(ids[0])
    owner = np.full(len(order), -1, np.intp)
    known = order < count
    owner[group[known]] = order[known]
    found = np.empty(len(wanted[0]), np.intp)
    found[order[~known] - count] = owner[group[~known]]
    return found
