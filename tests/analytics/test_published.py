"""Known values: exact vectors with their source, and what others published from given inputs."""

import csv
import json
from fractions import Fraction
from math import exp, inf, isclose, log, log2
from pathlib import Path

import pytest

from analytics import (
    MEASURES,
    Threshold,
    atkinson,
    coalition,
    effective_number,
    generalised_entropy,
    gini,
    gini_unbiased,
    hall_tideman,
    hhi,
    hhi_normalised,
    hhi_points,
    hill,
    hoover,
    nakamoto_one_half,
    pielou,
    renyi,
    shannon,
    tau,
    theil,
    theil_l,
    top_share,
)


def close(ours: object, theirs: str | float) -> bool:
    return isclose(float(ours), float(theirs), rel_tol=1e-12, abs_tol=1e-13)  # type: ignore[arg-type]


def alike(ours: object, theirs: str) -> bool:
    """To fourteen digits."""
    return isclose(float(ours), float(theirs), rel_tol=1e-14, abs_tol=1e-15)  # type: ignore[arg-type]


def among(value: Fraction, holders: int, counted: int) -> Fraction:
    """The Gini of `holders` as it is among `counted`, who include the empty ones."""
    return value * Fraction(holders, counted) + 1 - Fraction(holders, counted)


def test_hhi_of_the_guidelines() -> None:
    """US Department of Justice, Herfindahl-Hirschman Index: 30, 30, 20, 20 % are 2,600."""
    assert hhi([30, 30, 20, 20]) == Fraction(2600, 10_000)


def test_sample_of_cardano() -> None:
    """consensus-decentralization@605ebc9, test_end_to_end.py: 2020-12-16, four pools."""
    assert close(shannon([2, 1, 1, 1]), 1.9219280948873623)
    assert gini([2, 1, 1, 1]) == Fraction(15, 100)
    assert nakamoto_one_half([2, 1, 1, 1]) == 2


def test_sample_of_bitcoin_with_its_tie() -> None:
    """The same, 2018-02-15: entropy 1.5. Its Nakamoto of 1 is *at least* half."""
    assert shannon([2, 1, 1]) == 1.5
    assert coalition([2, 1, 1], Threshold.parse(">=1/2")) == 1
    assert nakamoto_one_half([2, 1, 1]) == 2


def test_entropy_of_a_holder_of_nearly_all() -> None:
    """H = q log₂(1/q) + (1−q) log₂(1/(1−q)) ≈ q (log₂(1/q) + 1/ln 2) at q = 10⁻¹⁸: not zero."""
    value = shannon([10**18 - 1, 1])
    assert isinstance(value, float)
    assert isclose(value, 1e-18 * (log2(1e18) + 1 / log(2)), rel_tol=1e-12)


def test_amounts_no_float_can_hold_still_have_an_entropy() -> None:
    """10⁴⁰⁰ is beyond a double; who holds 10⁻⁴⁰⁰ of it adds nothing to be seen."""
    assert shannon([10**400, 10**400, 1]) == 1
    value = theil([10**400, 1])
    assert isinstance(value, float)
    assert isclose(value, log(2), rel_tol=1e-14)


@pytest.fixture(scope="module")
def vectors(request: pytest.FixtureRequest) -> dict[str, dict[str, object]]:
    folder: Path = request.getfixturevalue("real_data")
    return json.loads((folder / "decentralization" / "test_vectors.json").read_text())  # type: ignore[no-any-return]


def test_exact_vectors_of_every_measure(vectors: dict[str, dict[str, object]]) -> None:
    """Twelve vectors in exact arithmetic; where theirs count empty holders, by the identity."""
    assert len(vectors) == 12
    for name, entry in vectors.items():
        exact: dict[str, str | int] = entry["exact"]  # type: ignore[assignment]
        listed = entry["vector"]
        held = (
            [10**6 // i for i in range(1, 1001)]
            if isinstance(listed, str)
            else [int(text) for text in listed]  # type: ignore[attr-defined]
        )
        n, some = int(exact["n"]), int(exact["n_pos"])
        assert alike(hhi(held), str(exact["hhi_0_1"])), name
        assert not exact["hhi_fraction"] or hhi(held) == Fraction(str(exact["hhi_fraction"])), name
        assert alike(effective_number(held), str(exact["n_eff_1/hhi"])), name
        uneven = gini(held)
        assert isinstance(uneven, Fraction)
        theirs = among(uneven, some, n)
        assert alike(theirs, str(exact["gini"])), name
        assert not exact["gini_fraction"] or theirs == Fraction(str(exact["gini_fraction"])), name
        assert alike(shannon(held), str(exact["shannon_bits"])), name
        empty = n - some
        for key, found in (
            ("gini_unbiased_n/(n-1)", gini_unbiased(held, empty=empty)),
            ("hhi_10000", hhi_points(held)),
            ("hhi_normalised", hhi_normalised(held, empty=empty)),
            ("entropy_pct_npos", pielou(held)),
            ("entropy_pct_n", pielou(held, empty=empty)),
            ("n_eff_exp_H", hill(held, 1)),
            ("renyi2_bits", renyi(held, 2)),
            ("min_entropy_bits", renyi(held, inf)),
            ("theil_T", theil(held, empty=empty)),
            ("theil_L_mld", theil_l(held, empty=empty)),
            ("ge2", generalised_entropy(held, 2, empty=empty)),
            ("atkinson_0.5", atkinson(held, 0.5, empty=empty)),
            ("atkinson_1", atkinson(held, 1, empty=empty)),
            ("atkinson_2", atkinson(held, 2, empty=empty)),
            ("hoover", hoover(held, empty=empty)),
            ("hall_tideman", hall_tideman(held)),
        ):
            written = exact[key]
            ok = found is None if written is None else alike(found, str(written))
            assert ok, (name, key, found, written)
        assert tau(held, "0.33") == exact["nc_ge_0.33"], name
        assert tau(held, "0.66") == exact["nc_ge_0.66"], name
        for k in (1, 3, 5, 10):
            assert alike(top_share(held, k), str(exact[f"cr{k}"])), name
        for share in ("1/3", "1/2", "2/3"):
            for sign, word in ((">", "gt"), (">=", "ge")):
                size = coalition(held, Threshold.parse(sign + share))
                assert size == exact[f"nc_{word}_{share}"], (name, sign, share)


def expected(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "decentralization" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counts(path: Path) -> list[int]:
    with path.open(encoding="utf-8", newline="") as file:
        return [int(row[1]) for row in list(csv.reader(file))[1:]]


def test_published_concentration_of_nodes(real_data: Path) -> None:
    """Edinburgh Decentralisation Index, edi-frontend@f0f1589: nodes per organisation or country."""
    rows = expected(real_data, "edi_network_geo_expected.csv")
    assert len(rows) == 6
    for row in rows:
        file = f"{row['kind']}__{row['ledger']}__{row['date']}.csv"
        held = counts(real_data / "decentralization" / "edi_network_geo" / file)
        assert (len(held), sum(held)) == (int(row["n"]), int(row["total"]))
        assert abs(hhi_points(held) / Fraction(row["hhi_pub"]) - 1) < Fraction(1, 10**12), file  # type: ignore[operator]
        # theirs is at least half; ours, more than half, is the same where nobody ties
        assert tau(held, "1/2") == int(row["nc_pub"])
        assert nakamoto_one_half(held) == int(row["nc_gt"])
        assert close(top_share(held, 1), row["mpr_pub"])
        assert close(shannon(held), row["H"])
        if row["H_pub"]:
            assert close(shannon(held), row["H_pub"])


def test_published_concentration_of_bitcoin_blocks(real_data: Path) -> None:
    """The same, blocks per miner in 30 days; theirs counts miners of neighbouring windows too."""
    rows = expected(real_data, "edi_bitcoin_consensus_expected.csv")
    assert len(rows) == 27
    checked = {"gini": 0, "theil": 0}
    for row in rows:
        file = f"bitcoin_{row['pub_date']}.csv"
        held = counts(real_data / "decentralization" / "edi_bitcoin_consensus" / file)
        n, counted = sum(x > 0 for x in held), len(held)
        assert (n, counted) == (int(row["pub_total_entities"]), int(row["ours_n_pop"]))
        assert abs(hhi_points(held) / Fraction(row["pub_hhi"]) - 1) < Fraction(1, 10**12), file  # type: ignore[operator]
        assert close(shannon(held), row["pub_entropy=1"]), file
        assert tau(held, "1/2") == int(row["pub_nakamoto_coefficient"]), file
        assert nakamoto_one_half(held) == int(row["ours_nc"]), file
        assert close(pielou(held), row["pub_entropy_percentage=1"]), file
        assert coalition(held, Threshold.parse(">=0.33")) == int(row["pub_tau_index=0.33"])
        assert coalition(held, Threshold.parse(">=0.66")) == int(row["pub_tau_index=0.66"])
        assert close(top_share(held, 1), row["pub_concentration_ratio=1"])
        assert close(top_share(held, 3), row["pub_concentration_ratio=3"])
        if row["gini_ok"] == "True":
            checked["gini"] += 1
            assert close(among(gini(held), n, counted), row["pub_gini"]), file  # type: ignore[arg-type]
        if row["theil_ok"] == "True":
            checked["theil"] += 1
            assert close(theil(held) + log(counted / n), row["pub_theil_index"]), file  # type: ignore[operator]
    assert checked == {"gini": 20, "theil": 20}


def test_rows_whose_holders_are_not_known_are_still_consistent(real_data: Path) -> None:
    """T = ln N − H ln 2: what was published says how many were counted, and that is a number of
    miners; with it the same row's Gini follows from the blocks, too."""
    rows = [
        row
        for row in expected(real_data, "edi_bitcoin_consensus_expected.csv")
        if row["theil_ok"] != "True"
    ]
    assert len(rows) == 7
    for row in rows:
        bits, theil_ = float(row["pub_entropy=1"]), float(row["pub_theil_index"])
        counted = exp(theil_ + bits * log(2))
        n = round(counted)
        assert isclose(counted, n, rel_tol=1e-13), row["pub_date"]
        file = f"bitcoin_{row['pub_date']}.csv"
        held = counts(real_data / "decentralization" / "edi_bitcoin_consensus" / file)
        empty = n - sum(x > 0 for x in held)
        assert empty >= 0
        assert close(theil(held, empty=empty), row["pub_theil_index"]), file
        assert close(gini(held, empty=empty), row["pub_gini"]), file


@pytest.mark.parametrize(("n", "bits", "theil_", "digits"), [
    (103_766_738, 11.140145571978488, 10.7359, 4),
])  # fmt: skip
def test_a_published_row_without_holders_satisfies_the_identity(
    n: int, bits: float, theil_: float, digits: int
) -> None:
    """edi-frontend@f0f1589, holders of Ethereum on 2023-08-01: 501.4525 points, Gini 0.9971."""
    assert round(log(n) - bits * log(2), digits) == theil_


MINERS = (814, 544, 540, 473, 448, 411, 351, 283, 166, 129, 106, 64, 47, 45, 29, 24, 22, 19, 15,
          13, 9, 2, 1, 1)  # fmt: skip
"""Blocks of Bitcoin a miner in the thirty days around 2020-12-30 (consensus-decentralization)."""


def test_a_published_window_of_miners() -> None:
    """edi-frontend@f0f1589: six more miners, of the windows beside, are in Gini and Theil."""
    assert abs(hhi_points(MINERS) / Fraction("1018.0990286906632") - 1) < Fraction(1, 10**12)  # type: ignore[operator]
    assert close(shannon(MINERS), "3.5919472361685667")
    assert close(pielou(MINERS), "0.7834191087939322")
    assert close(top_share(MINERS, 1), "0.17866549604916593")
    assert close(top_share(MINERS, 3), "0.41659350307287096")
    assert close(gini(MINERS, empty=6), "0.6944395668715247")
    assert close(theil(MINERS, empty=6), "0.911449282191825")
    assert (tau(MINERS, "1/2"), nakamoto_one_half(MINERS)) == (4, 4)
    assert (tau(MINERS, "0.33"), tau(MINERS, "0.66")) == (3, 6)


def test_the_known_values_reach_every_measure() -> None:
    """[3, 2, 1], by hand: a measure that is entered must also be worked out once."""
    by_hand = {
        "nakamoto_one_third": 1, "nakamoto_one_half": 2, "nakamoto_two_thirds": 2,
        "hhi": Fraction(14, 36), "effective_number": Fraction(36, 14),
        "top_1": Fraction(1, 2), "top_3": 1, "top_5": 1, "top_10": 1,
        "shannon": 0.5 * 1 + log2(3) / 3 + log2(6) / 6,
        "gini": Fraction(2, 9), "theil": log(3) - log(2) / 2 - log(3) / 3 - log(6) / 6,
    }  # fmt: skip
    assert MEASURES.keys() == by_hand.keys()
    assert all(close(MEASURES[name].of([3, 2, 1]), value) for name, value in by_hand.items())
