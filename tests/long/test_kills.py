"""A hundred kills with -9 while collecting, rolling back and sealing; five hundred in a campaign.

What is killed at each of its steps: a sealing in tests/batch, a publication beside this file.
"""

import pytest

from tests.batch.test_kills import survives


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_a_hundred_kills_lose_nothing(tmp_path, seed):
    survives(tmp_path, seed, kills=25)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(10, 20))
def test_five_hundred_kills_lose_nothing(tmp_path, seed):
    print(f"seed {seed}: 50 kills, {survives(tmp_path, seed, kills=50)} reorganisations")
