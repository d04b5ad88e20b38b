"""The walk from a logged block hash to every L2 block of its update."""

import random
from dataclasses import replace

import pytest

from psephos.commit.l1.logs import StateUpdate
from psephos.commit.l1.walk import Link, walked
from psephos.commit.starknet.felt import PRIME
from psephos.errors import VerificationFailed


def chain(first: int, last: int, genesis: int = 0) -> list[Link]:
    draw = random.Random(first)
    parent, links = genesis, []
    for number in range(first, last + 1):
        links.append(Link(number, draw.randrange(PRIME), parent, 1000 + number))
        parent = links[-1].hash
    return links


BEFORE = StateUpdate(999, 99, 77)


def test_every_block_of_an_update_is_tied_to_the_logged_hash() -> None:
    links = chain(100, 110, 77)
    update = StateUpdate(1110, 110, links[-1].hash)
    assert walked(links, update, BEFORE).startswith("blocks 100 to 110 lead to")
    first = chain(0, 4)
    assert walked(first, StateUpdate(1004, 4, first[-1].hash), None)
    early = StateUpdate(999, 99, None)
    assert walked(links, update, early)


def test_a_walk_with_a_gap_a_stranger_or_another_end_is_refused() -> None:
    links = chain(100, 110, 77)
    update = StateUpdate(1110, 110, links[-1].hash)
    forged = replace(links[5], hash=5)
    lies = {
        "a block missing at the start": (links[1:], update, BEFORE),
        "a block missing inside": (links[:5] + links[6:], update, BEFORE),
        "a block missing at the end": (links[:-1], update, BEFORE),
        "no block": ([], update, BEFORE),
        "a block twice": ([*links[:5], links[4], *links[5:]], update, BEFORE),
        "one block instead of another": ([*links[:5], links[4], *links[6:]], update, BEFORE),
        "a forged block": ([*links[:5], forged, *links[6:]], update, BEFORE),
        "reversed": (links[::-1], update, BEFORE),
        "another logged hash": (links, replace(update, hash=5), BEFORE),
        "another root": (links, replace(update, root=5), BEFORE),
        "another end before": (links, update, replace(BEFORE, hash=78)),
        "no update before": (links, update, None),
        "a log without hash": (links, replace(update, hash=None), BEFORE),
        "an update into the past": (links, update, replace(BEFORE, number=110)),
        "block 0 that follows something": (
            chain(0, 4, 9),
            StateUpdate(1004, 4, chain(0, 4, 9)[-1].hash),
            None,
        ),
    }
    for told in lies.values():
        with pytest.raises(VerificationFailed):
            walked(*told)
