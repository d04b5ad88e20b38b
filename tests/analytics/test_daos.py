"""Delegates of Compound and Uniswap: what others published of them, from the same lists.

ARDev097/Measuring_COP_Optimism@ef8802a: totals and HHI of delegates with more than one token, and
the fewest with "> 0.51" over all rows; more than half is another question.
"""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from analytics import Threshold, coalition, hhi_points, nakamoto_one_half

PUBLISHED = {
    "compound": (325, "2074350.83", "233.849029", 19, 18),
    "uniswap": (13_049, "200540823.71", "222.797801", 17, 16),
}


def powers(folder: Path, name: str) -> list[Fraction]:
    file = folder / "governance" / f"dao_{name}_delegates_voting_power.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return [Fraction(row["voting_power"]) for row in csv.DictReader(lines)]


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_published_concentration_of_delegates(real_data: Path, name: str) -> None:
    count, total, hhi, decimal, half = PUBLISHED[name]
    listed = powers(real_data, name)
    some = [int(power * 10**18) for power in listed if power > 1]
    assert len(some) == count
    assert abs(Fraction(sum(some), 10**18) - Fraction(total)) < Fraction(1, 100)
    points = hhi_points(some)
    assert points is not None
    assert abs(points - Fraction(hhi)) < Fraction(1, 10**6)
    every = [int(power * 10**18) for power in listed]
    assert coalition(every, Threshold.parse(">0.51")) == decimal
    assert nakamoto_one_half(every) == half
