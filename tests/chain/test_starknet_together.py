"""Blocks that are recomputed at once are what each is alone, whatever stands among them."""

from copy import deepcopy
from typing import Any

import pytest

from psephos.chain.starknet.check import Checked, check_block, check_blocks
from psephos.commit.starknet.hashes import compiled
from psephos.commit.starknet.versions import CHAINS
from psephos.errors import MalformedAnswer, PsephosError, UnknownFork
from tests.simulated.starknet import StarknetChain

SEPOLIA = CHAINS["SN_SEPOLIA"]
VERSIONS = {0: "0.13.2", 5: "0.13.4", 9: "0.14.1"}


@pytest.fixture(scope="module")
def told() -> list[tuple[Any, Any]]:
    """Blocks of three ways of hashing, some without a transaction."""
    chain = StarknetChain(seed=3, version=VERSIONS, busy=2, upgrades=(), interval=10)
    chain.grow(13)
    return [(block.told, block.update) for block in chain.blocks]


def alone(block: Any, update: Any, number: int) -> Checked | PsephosError:
    try:
        return check_block(block, update, number, SEPOLIA, compiled())
    except PsephosError as error:
        return error


def words(found: Checked | PsephosError) -> tuple[Any, ...]:
    if isinstance(found, PsephosError):
        return type(found), str(found)
    return found.level, found.doubt, found.header, len(found.logs)


def assert_same(told: list[tuple[Any, Any]]) -> list[Checked | PsephosError]:
    found = check_blocks(told, 0, SEPOLIA, compiled())
    each = [alone(*one, number) for number, one in enumerate(told)]
    assert list(map(words, found)) == list(map(words, each))
    return found


def test_right_blocks_of_every_era_are_whole_together(told: list[tuple[Any, Any]]) -> None:
    found = assert_same(told)
    assert {one.level for one in found if isinstance(one, Checked)} == {"whole"}
    assert check_blocks([], 0, SEPOLIA, compiled()) == []


@pytest.mark.parametrize("at", range(0, 14, 3))
def test_a_wrong_block_among_right_ones_is_the_only_one_that_is_wrong(
    told: list[tuple[Any, Any]], at: int
) -> None:
    for change in (
        {"timestamp": 5},
        {"new_root": "0x5"},
        {"block_number": 99},
        {"starknet_version": "9.9.9"},
        {"transactions": None},
        {"l1_gas_price": {"price_in_wei": hex(2**253), "price_in_fri": "0x1"}},
    ):
        some = deepcopy(told)
        some[at] = ({**some[at][0], **change}, some[at][1])
        found = assert_same(some)
        good = [isinstance(one, Checked) and one.level == "whole" for one in found]
        assert good == [number != at for number in range(14)], change
    none: Any = None
    assert_same([*told[:at], (none, none), *told[at + 1 :]])


def test_what_cannot_be_hashed_with_the_others_is_found_and_stops_none_of_them(
    told: list[tuple[Any, Any]],
) -> None:
    """The compiled hashes refuse a batch in which one number is no felt."""
    odd = compiled().__class__(
        **{
            name: getattr(compiled(), name)
            for name in ("pedersen", "pedersen_pairs", "poseidon_pairs", "roots")
        },
        poseidon=lambda lists: _refusing(lists, told[4][0]["timestamp"]),
    )
    found = check_blocks(told, 0, SEPOLIA, odd)
    assert [isinstance(one, MalformedAnswer) for one in found] == [i == 4 for i in range(14)]
    assert not any(isinstance(one, UnknownFork) for one in found)


def _refusing(lists: Any, number: int) -> list[int]:
    if any(number in one for one in lists):
        raise MalformedAnswer("a number is no felt")
    return compiled().poseidon(lists)
