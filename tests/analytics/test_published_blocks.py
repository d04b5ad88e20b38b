"""What was published of raw blocks, from the blocks: who made each is read, not typed in.

The blocks and the values are those of the Edinburgh index's own test of the whole way
(consensus-decentralization@605ebc9, tests/test_end_to_end.py).
"""

import json
from collections import Counter
from fractions import Fraction
from math import isclose
from pathlib import Path
from typing import Any

from analytics import gini, nakamoto_one_half, shannon, tau
from analytics.windows import sliding

Block = dict[str, Any]

TAGS = {b"mined by gbminers": "GBMiners", b"BTC.TOP": "BTC.TOP"}
"""What a pool writes into the first transaction of its blocks."""
GROUPS = {"1PCT5": "1PCT", "1d8988c2057d6efd6a094e468840a51942ab03b5b69b07a2bca71b53": "1PCT"}
"""A pool of a group by its ticker, and by its address of rewards."""


def blocks(folder: Path, name: str) -> list[Block]:
    path = folder / "decentralization" / "edi_sample" / f"sample_{name}_raw_data.json"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def miner(block: Block) -> str:
    """The pool by its tag; else whoever was paid, together; an output to nobody pays nobody."""
    words = bytes.fromhex(block["identifiers"])
    for tag, pool in TAGS.items():
        if tag in words:
            return pool
    paid = {one for output in block["outputs"] for one in output["addresses"]}
    return "/".join(sorted(one for one in paid if not one.startswith("nonstandard")))


def producer(block: Block) -> str:
    """The group by ticker or address; before there were pools, the company that made all blocks."""
    known = block.get("identifiers") or block.get("reward_addresses") or "Input Output"
    return GROUPS.get(known, known)


def by_month(found: list[Block], month: str, who: Any) -> Counter[str]:
    return Counter(who(block) for block in found if block["timestamp"].startswith(month))


def test_two_months_of_bitcoin_from_their_blocks(real_data: Path) -> None:
    """Entropy 1.5 and 0, Gini 0.375 and 0.75 among the four of both months, Nakamoto 1 and 1:
    theirs is at least half; more than half of eight are two pools."""
    found = blocks(real_data, "bitcoin")
    months = [by_month(found, month, miner) for month in ("2018-02", "2018-03")]
    assert [sorted(month.values(), reverse=True) for month in months] == [[4, 2, 2], [1]]
    february, march = sliding(months, 1, rule="neighbours")
    held, later = february.amounts.values(), march.amounts.values()
    assert (shannon(held), shannon(later)) == (1.5, 0)
    assert gini(held, empty=february.empty) == Fraction(375, 1000)
    assert gini(later, empty=march.empty) == Fraction(75, 100)
    assert (tau(held, "1/2"), tau(later, "1/2")) == (1, 1)
    assert (nakamoto_one_half(held), nakamoto_one_half(later)) == (2, 1)


def test_a_month_of_cardano_from_its_blocks(real_data: Path) -> None:
    """Five blocks of December 2020: entropy 1.9219280948873623, Gini 0.15, Nakamoto 2."""
    held = by_month(blocks(real_data, "cardano"), "2020-12", producer)
    assert held == {"1PCT": 2, "CFLOW": 1, "ARRA": 1, "Input Output": 1}
    value = shannon(held.values())
    assert isclose(value, 1.9219280948873623, rel_tol=1e-15)  # type: ignore[arg-type]
    assert gini(held.values()) == Fraction(15, 100)
    assert nakamoto_one_half(held.values()) == tau(held.values(), "1/2") == 2


def test_a_year_of_which_no_block_is_there_is_undefined(real_data: Path) -> None:
    """2010: theirs is empty, too."""
    held = by_month(blocks(real_data, "bitcoin"), "2010", miner)
    assert shannon(held.values()) is gini(held.values()) is nakamoto_one_half(held.values()) is None
