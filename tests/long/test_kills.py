"""Two hundred kills with -9 while collecting, rolling back, sealing; a thousand in a campaign."""

import pytest

from tests.batch.test_kills import survives


@pytest.mark.long
def test_two_hundred_kills_lose_nothing(tmp_path):
    cut = sum(survives_in(tmp_path, seed, kills=52, phases=4) for seed in range(4))
    assert cut >= 100


@pytest.mark.campaign
def test_a_thousand_kills_lose_nothing(tmp_path):
    cut = sum(survives_in(tmp_path, seed, kills=100, phases=5) for seed in range(10, 20))
    assert cut >= 500


def survives_in(folder, seed, **counts):
    (folder / str(seed)).mkdir()
    return survives(folder / str(seed), seed=seed, **counts)
