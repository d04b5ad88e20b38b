"""The Pedersen hash, in exact Python (compiled twins: `compiled`).

    pedersen(a, b) = x coordinate of  S + a_low·P1 + a_high·P2 + b_low·P3 + b_high·P4

with a = a_low + 2^248·a_high, points of the STARK curve that nobody knows a relation of:
StarkWare derived them from the digits of π. Source: Starknet documentation, "Pedersen hash",
constants of starkware-libs/cairo-lang `signature/pedersen_params.json`.
    pedersen(1, 2) = 0x5bb9440e27889a364bcb678b1f679ecd1347acdedcbf36e83494f857cc58026
"""

from collections.abc import Sequence
from functools import cache

from psephos.commit.starknet.curve import Jacobian, Point, add, affine, double
from psephos.commit.starknet.felt import check_felts

SHIFT: Point = (
    0x49EE3EBA8C1600700EE1B87EB599F16716B0B1022947733551FDE4050CA6804,
    0x3CA0CFE4B3BC6DDF346D49D06EA0ED34E621062C0E056C1D0405D266E10268A,
)
POINTS: tuple[Point, Point, Point, Point] = (
    (
        0x234287DCBAFFE7F969C748655FCA9E58FA8120B6D56EB0C1080D17957EBE47B,
        0x3B056F100F96FB21E889527D41F4E39940135DD7A6C94CC6ED0268EE89E5615,
    ),
    (
        0x4FA56F376C83DB33F9DAB2656558F3399099EC1DE5E3018B7A6932DBA8AA378,
        0x3FA0984C931C9E38113E0C0E47E4401562761F92A7A23B45168F4E80FF5B54D,
    ),
    (
        0x4BA4CC166BE8DEC764910F75B45F74B40C690C74709E90F3AA372F0BD2D6997,
        0x40301CF5C1751F4B971E46C4EDE85FCAC5C59A5CE5AE7C48151F27B24B219C,
    ),
    (
        0x54302DCB0E6CC1C6E44CCA8F61A63BB2CA65048D53FB325D36FF12C49A58202,
        0x1B77B3E37D13504B348046268D8AE25CE98AD783C25561A879DCC77E99C2426,
    ),
)
LOW_BITS = 248
"""Bits of a felt that multiply the first point of its pair; the rest multiply the second."""


def pedersen(a: int, b: int) -> int:
    """The hash of two felts: a felt. MalformedAnswer for what is no felt."""
    check_felts(a, b)
    total: Jacobian | None = (*SHIFT, 1)
    for value, doublings in zip((a, b), bit_points(), strict=True):
        for bit, point in enumerate(doublings):
            if value >> bit & 1:
                total = add(total, point)
    if total is None:
        raise AssertionError("a relation between Pedersen's points was found")
    return affine(total)[0]


def pedersen_list(values: Sequence[int]) -> int:
    """h(… h(h(0, v1), v2) …, n): the hash of n felts in their order; of none it is h(0, 0)."""
    total = 0
    for value in values:
        total = pedersen(total, value)
    return pedersen(total, len(values))


@cache
def bit_points() -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """What each of 252 bits of the first and of the second felt adds: 2^i·P1, then 2^i·P2."""
    first, first_high, second, second_high = POINTS
    return _doublings(first) + _doublings(first_high)[:4], (
        _doublings(second) + _doublings(second_high)[:4]
    )


def _doublings(point: Point) -> tuple[Point, ...]:
    found = [point]
    while len(found) < LOW_BITS:
        twice = double((*found[-1], 1))
        assert twice is not None
        found.append(affine(twice))
    return tuple(found)
