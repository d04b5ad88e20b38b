"""Witnesses of rows and of their absence: what is there is shown, what is not cannot be."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.batch import roll, tree, witness
from psephos.batch.roll import Row
from psephos.batch.tree import Inclusion
from psephos.errors import VerificationFailed
from tests.batch.test_header import sample

ids = st.sets(st.integers(0, 40) | st.integers(0, 2**256 - 1), min_size=1, max_size=12)


def held(numbers: set[int]) -> list[Row]:
    return [Row(number, number % 1000, number % 3) for number in sorted(numbers)]


@settings(max_examples=60)
@given(ids, st.integers(0, 41) | st.integers(0, 2**256 - 1))
def test_whoever_is_in_a_roll_is_shown_and_whoever_is_not_is_absent(numbers, asked):
    rows = held(numbers)
    found = roll.Witness.from_bytes(roll.witness(rows, asked).to_bytes())
    said = roll.verify_roll(found, roll.root(rows), len(rows))
    assert found.present == (asked in numbers)
    assert ("nobody" in said) == (asked not in numbers)
    if found.present:
        assert found.told == Row(asked, asked % 1000, asked % 3)


@settings(max_examples=60)
@given(ids, st.data())
def test_nobody_in_a_roll_can_be_shown_to_be_absent(numbers, data):
    """With any row of the roll as the witness for any id that is in it."""
    rows = held(numbers)
    asked = data.draw(st.sampled_from(sorted(numbers)))
    for i in range(len(rows)):
        honest = roll.witness(rows, rows[i].id)
        other = replace(honest, asked=asked)
        if other.present:
            continue
        with pytest.raises(VerificationFailed):
            roll.verify_roll(other, roll.root(rows), len(rows))


def test_every_flipped_bit_of_a_roll_s_witness_is_noticed():
    rows = held({3, 5, 9, 77})
    root, data = roll.root(rows), roll.witness(rows, 6).to_bytes()
    assert len(data) < 1024
    for at in range(len(data)):
        bent = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        try:
            found = roll.Witness.from_bytes(bent)
            said = roll.verify_roll(found, root, 4)
        except VerificationFailed:
            continue
        # Another id in the same gap may be asked for: that nobody has it is true.
        assert "nobody" in said
        assert found.asked == 7


@pytest.mark.parametrize("size", [1 << 16, pytest.param(1 << 20, marks=pytest.mark.long)])
def test_that_somebody_is_in_a_large_roll_or_nobody_takes_less_than_a_kilobyte(size):
    rows = [Row(2 * i + 1, i, i % 3) for i in range(size)]
    root = roll.root(rows)
    for asked in (size + 1, 2 * size):
        data = roll.witness(rows, asked).to_bytes()
        found = roll.Witness.from_bytes(data)
        roll.verify_roll(found, root, size)
        assert (found.present, len(data) < 1024) == (asked % 2 == 1, True)


def test_a_row_of_the_largest_table_that_is_proven_about_takes_less_than_a_kilobyte():
    """By the number of digests alone: 22 in a roll; 20 and a row of 300 bytes in a sealed table."""
    path = Inclusion(5, 1 << 22, (bytes(32),) * 22)
    assert len(roll.Witness(bytes(32), 1, bytes(roll.ROW), path).to_bytes()) < 1024
    sealed = Inclusion(5, 1 << 20, (bytes(32),) * 20)
    assert len(witness.Witness(bytes(32), ((bytes(300), sealed),)).to_bytes()) < 1024


def row(block: int, transaction: int, log: int) -> bytes:
    places = transaction.to_bytes(4, "big") + log.to_bytes(4, "big")
    return block.to_bytes(8, "big") + bytes(32) + places + b"a vote"


PLACES = [(5, 0, 1), (5, 0, 2), (5, 3, 0), (9, 1, 1)]
ROWS = [row(*place) for place in PLACES]


def header(rows: list[bytes]):
    root = tree.root([tree.leaf(one) for one in rows])
    return replace(sample(), rows=len(rows), row_root=root)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_places_of_a_sealed_table_hold_a_row_or_none(count):
    rows, table = ROWS[:count], header(ROWS[:count])
    for place in [*PLACES, (0, 0, 0), (5, 0, 0), (5, 2, 9), (9, 1, 2), (2**64 - 1, 0, 0)]:
        if place in PLACES[:count]:
            with pytest.raises(ValueError, match="stands at"):
                witness.absent(table, rows, place)
            made = witness.included(table, rows, PLACES.index(place))
        else:
            made = witness.absent(table, rows, place)
        read = witness.Witness.from_bytes(made.to_bytes())
        assert read == made
        witness.verify_witness(read, table)


def test_no_row_of_a_sealed_table_can_be_shown_to_be_absent():
    table, leaves = header(ROWS), [tree.leaf(one) for one in ROWS]
    told = [(one, tree.include(leaves, i)) for i, one in enumerate(ROWS)]
    for place in PLACES:
        for some in [(), *((t,) for t in told), *((a, b) for a in told for b in told)]:
            with pytest.raises(VerificationFailed):
                witness.verify_witness(witness.Witness(table.id, some, place), table)


def test_a_witness_is_about_one_header():
    table = header(ROWS)
    made = witness.included(table, ROWS, 2)
    for other in (header(ROWS[:3]), replace(table, day=1)):
        with pytest.raises(VerificationFailed, match="another header"):
            witness.verify_witness(made, other)


def test_every_flipped_bit_of_a_witness_is_noticed():
    table = header(ROWS)
    data = witness.absent(table, ROWS, (5, 1, 7)).to_bytes()
    for at in range(len(data)):
        bent = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        try:
            made = witness.Witness.from_bytes(bent)
            witness.verify_witness(made, table)
        except VerificationFailed:
            continue
        assert (5, 0, 2) < made.place < (5, 3, 0)
    for size in range(len(data)):
        with pytest.raises(VerificationFailed):
            witness.verify_witness(witness.Witness.from_bytes(data[:size]), table)
