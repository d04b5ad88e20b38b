"""The field and both hashes against published libraries and published values."""

import pytest
from fast_stark_crypto import pedersen_hash
from hypothesis import given, settings
from hypothesis import strategies as st
from poseidon_py.poseidon_hash import poseidon_hash, poseidon_hash_many, poseidon_hash_single

from psephos.commit.starknet.curve import GENERATOR, ORDER, affine, multiply, on_curve
from psephos.commit.starknet.felt import PRIME, felt, keccak_250, short_string
from psephos.commit.starknet.pedersen import POINTS, SHIFT, pedersen, pedersen_list
from psephos.commit.starknet.poseidon import (
    CONSTANTS,
    poseidon_many,
    poseidon_pair,
    poseidon_single,
)
from psephos.errors import MalformedAnswer

EDGES = [0, 1, 2, 3, 2**248 - 1, 2**248, 2**248 + 1, 2**251 - 1, 2**251, PRIME - 2, PRIME - 1]
FELTS = st.sampled_from(EDGES) | st.integers(0, PRIME - 1)


@settings(max_examples=60)
@given(FELTS, FELTS)
def test_pedersen_is_that_of_two_published_libraries(a: int, b: int) -> None:
    # it brings sympy, which takes seconds to import: not in every worker that reads this file
    from crypto_cpp_py.cpp_bindings import cpp_hash

    assert pedersen(a, b) == pedersen_hash(a, b) == cpp_hash(a, b)


def test_pedersen_is_that_of_a_library_at_every_pair_of_edges() -> None:
    for a in EDGES:
        for b in EDGES:
            assert pedersen(a, b) == pedersen_hash(a, b)


@settings(max_examples=60)
@given(FELTS, FELTS)
def test_poseidon_is_that_of_a_published_library(a: int, b: int) -> None:
    assert poseidon_pair(a, b) == poseidon_hash(a, b)
    assert poseidon_single(a) == poseidon_hash_single(a)


@settings(max_examples=30)
@given(st.lists(FELTS, max_size=9))
def test_poseidon_of_many_is_that_of_a_published_library(values: list[int]) -> None:
    assert poseidon_many(values) == poseidon_hash_many(values)


def test_published_values_of_pedersen() -> None:
    """starkware-libs/cairo-lang `crypto/signature/test`, and Starknet documentation."""
    assert (
        pedersen(
            0x3D937C035C878245CAF64531A5756109C53068DA139362728FEB561405371CB,
            0x208A0A10250E382E1E4BBE2880906C2791BF6275695E02FBBC6AEFF9CD8B31A,
        )
        == 0x30E480BED5FE53FA909CC0F8C4D99B8F9F2C016BE4C41E13A4848797979C662
    )
    assert pedersen(1, 2) == 0x5BB9440E27889A364BCB678B1F679ECD1347ACDEDCBF36E83494F857CC58026
    empty = 0x49EE3EBA8C1600700EE1B87EB599F16716B0B1022947733551FDE4050CA6804
    assert pedersen_list([]) == pedersen(0, 0) == SHIFT[0] == empty


def test_the_list_hash_is_a_chain_that_ends_with_the_length() -> None:
    assert pedersen_list([7, 8]) == pedersen(pedersen(pedersen(0, 7), 8), 2)


def test_published_values_of_poseidon() -> None:
    """starkware-libs/sequencer and starkware-industries/poseidon."""
    one_two = 0x5D44A3DECB2B2E0CC71071F7B802F45DD792D064F0FC7316C46514F70F9891A
    assert poseidon_pair(1, 2) == one_two
    many = 0x371CB6995EA5E7EFFCD2E174DE264B5B407027A75A231A70C2C8D196107F0E7
    assert poseidon_many([1, 2]) == many
    none = 0x2272BE0F580FD156823304800919530EAA97430E972D7213EE13F4FBF7A5DBC
    assert poseidon_many([]) == none
    first = 0x6861759EA556A2339DD92F9562A30B9E58E2AD98109AE4780B7FD8EAC77FE6F
    assert CONSTANTS[0][0] == first


def test_the_points_are_on_the_curve_and_of_its_order() -> None:
    for point in (GENERATOR, SHIFT, *POINTS):
        assert on_curve(point)
        assert multiply(ORDER, point) is None
        before = multiply(ORDER - 1, point)
        assert before is not None
        assert affine(before) == (point[0], PRIME - point[1])


def test_what_is_no_felt_is_hashed_by_nothing() -> None:
    for wrong in (-1, PRIME, 2**256, True, "0x1", 1.0, None):
        for hashed in (
            lambda x: pedersen(x, 0),
            lambda x: pedersen(0, x),
            lambda x: poseidon_pair(0, x),
            lambda x: poseidon_many([x]),
            poseidon_single,
        ):
            with pytest.raises(MalformedAnswer, match="no felt"):
                hashed(wrong)


def test_a_felt_is_read_strictly() -> None:
    assert felt("0x0") == 0
    assert felt("0x00aB") == 0xAB
    assert felt(hex(PRIME - 1)) == PRIME - 1
    for wrong in (
        *(hex(PRIME), hex(2**256), "0x", "", "1", "ab", "0x1_0", "0X1", "-0x1", " 0x1", "0x1 "),
        *("0x" + "0" * 65, "0x１", None, 1, True, [], b"0x1"),
    ):
        with pytest.raises(MalformedAnswer):
            felt(wrong)


def test_short_strings_and_keccak_are_those_of_the_protocol() -> None:
    """Worked values: chain ids, and the selector of `Transfer` as tokens publish it."""
    assert short_string("SN_MAIN") == 0x534E5F4D41494E
    assert short_string("0.14.1") == 0x302E31342E31
    assert short_string("") == 0
    transfer = 0x99CD8BDE557814842A3121E8DDFD433A539B8C9F14BF31EBF108D12E6196E9
    assert keccak_250(b"Transfer") == transfer
    for wrong in ("a" * 32, "é"):
        with pytest.raises(MalformedAnswer):
            short_string(wrong)
