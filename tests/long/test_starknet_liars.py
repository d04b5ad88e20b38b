"""Starknet storage proofs under liars: 24,000 lies, a million in a campaign; every flipped bit."""

import os
from collections import Counter

import pytest

from tests.commit.starknet.liars import attack
from tests.commit.starknet.test_proof import flipped

EACH = 1_000_000 // 8 if os.environ.get("PSEPHOS_CAMPAIGN") else 24_000 // 8


@pytest.mark.long
def test_every_flipped_bit_of_a_proof_is_refused() -> None:
    assert flipped(1) > 11_000


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1008))
def test_no_liar_gets_a_lie_accepted(seed: int) -> None:
    told: Counter = attack(seed, EACH)
    for lie in ("behind the hash", "drop", "double", "move", "swap", "flip", "graft", "compensate"):
        assert told[f"{lie}: refused"] > EACH // 100, told
    print("lies told:", sum(told.values()), dict(sorted(told.items())))
