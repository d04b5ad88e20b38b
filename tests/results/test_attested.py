"""Attestations by SQL as the replay has them, in windows of every kind; and the second best."""

import random
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from psephos.chain.dataset import Dataset as Watched
from psephos.results import staking
from psephos.results.life.attested import Attested, attested, counted
from psephos.results.staking import epoch_of, epochs, last_block
from tests.results.house import House, word
from tests.results.studies.test_stakers import HOW, LAST, SAMPLE, lived_house

SECONDS = 20


@pytest.fixture(scope="module")
def lived() -> tuple[House, dict[str, Any]]:
    """Four generations of staking, and validators who attest to some epochs; the largest to none.

    Every block is known, twenty seconds after the one before.
    """
    house, tables = (deepcopy(one) if n == 0 else one for n, one in enumerate(lived_house()))
    house.watched["attest"] = Watched("attest", 1, (word(8),), ("starknet_attestation",), 13)
    house.times = {block: block * SECONDS for block in range(LAST + 1)}
    chance, found = random.Random(7), epochs(HOW.first, tables)
    stakers = sorted(staking.stakes(tables))
    for block in range(14, LAST + 1):
        epoch = epoch_of(found, block)
        for who in stakers[1:]:
            if chance.random() < 0.12:
                house.emit("attest", "staker_attestation", block, staker=who, epoch=epoch)
    told = house.open(LAST).sql("SELECT * FROM attest_staker_attestation").to_arrow()
    return house, {**tables, "staker_attestation": told}


def opened(house: House, chain: int = SAMPLE) -> Any:
    release: Any = house.open(LAST)
    release.chain = type(release.chain)(chain, "starknet", "")
    return release


def test_attestations_by_sql_equal_the_replay_in_every_window(
    lived: tuple[House, dict[str, Any]],
) -> None:
    house, tables = lived
    release, found = opened(house), epochs(HOW.first, tables)
    assert counted(release, "staking", HOW, LAST) == found
    seen = 0
    for begins in (0, 13, 30, 36, 51, 77):
        for ends in (12, 47, 60, 86, 87, 123, LAST):
            whole = [
                epoch
                for epoch in range(20)
                if (last_block(found, epoch - 1) or -1) + 1 >= max(begins, 13)
                and (last_block(found, epoch) or 0) <= ends
            ]
            told = attested(release, "attest", begins * SECONDS, ends * SECONDS + 1)
            assert told.exact
            rows = {who: (done, owed) for who, done, owed in told.rows}
            if not whole:
                assert not rows
                assert told.share is None
                continue
            wanted = staking.attested(tables, found, whole[0], whole[-1], HOW.delay)
            assert rows == wanted
            seen += len(rows)
    assert seen > 50


def test_who_attested_to_nothing_has_nothing_of_what_it_owed(
    lived: tuple[House, dict[str, Any]],
) -> None:
    """The second best cannot see it."""
    house, tables = lived
    lazy = min(staking.stakes(tables))
    told = attested(opened(house), "attest", 0, LAST * SECONDS + 1)
    assert [row[1] for row in told.rows if row[0] == lazy] == [0]
    assert next(row[2] for row in told.rows if row[0] == lazy) > 5
    assert told.rows[0][1] == 0
    other = attested(opened(house, chain=5), "attest", 0, LAST * SECONDS + 1)
    assert not other.exact
    assert lazy not in {row[0] for row in other.rows}
    assert other.share is not None
    assert told.share is not None
    assert other.share > told.share


def test_only_what_was_told_up_to_the_block_counts(lived: tuple[House, dict[str, Any]]) -> None:
    house, tables = lived
    found = epochs(HOW.first, tables)
    told = attested(opened(house), "attest", 0, LAST * SECONDS + 1, 60)
    last = epoch_of(found, 60)
    assert last is not None
    end = last if last_block(found, last) == 60 else last - 1
    wanted = staking.attested(tables, found, 2, end, HOW.delay)
    assert {row[0]: row[1:] for row in told.rows} == wanted


def test_an_epoch_attested_without_acting_stake_is_owed_too() -> None:
    """Or a share could be above one: delays differed between generations."""
    told = Attested(((word(1), 2, 2),), exact=True)
    assert told.share == Fraction(1)
    house = House()
    house.watched = {
        "staking": Watched("staking", 1, (word(7),), ("starknet_staking",), 1),
        "attest": Watched("attest", 1, (word(8),), ("starknet_attestation",), 1),
    }
    house.times = {block: block * SECONDS for block in range(LAST + 1)}
    house.emit("attest", "staker_attestation", 30, staker=word(1), epoch=2)
    rows = attested(opened(house), "attest", 0, LAST * SECONDS + 1).rows
    assert rows == ((word(1), 1, 1),)
    tables = opened(house).sql("SELECT * FROM attest_staker_attestation").to_arrow()
    replayed = staking.attested({"staker_attestation": tables}, (HOW.first,), 1, 5, HOW.delay)
    assert replayed == {word(1): (1, 1)}
