"""`psephos simulate`: one document by seed, and what is wrong said with file, line and key."""

from fractions import Fraction
from pathlib import Path

import pytest

from psephos.results.shipped import shipped

STARKNET = str(shipped("scenarios") / "starknet.toml")


def test_the_same_seed_gives_the_same_document_and_another_gives_another(ask) -> None:
    line = ("simulate", "--scenario", STARKNET, "--runs", "5", "--seed")
    code, one = ask(*line, "7")
    assert (code, one["ok"], one["command"], one["seed"], one["runs"]) == (
        0,
        True,
        "simulate",
        7,
        5,
    )
    assert ask(*line, "7") == (0, one)
    assert ask(*line, "8")[1]["bands"] != one["bands"]
    assert one["evidence"] is None, "nothing of it is from a chain"
    assert len(one["bands"]["supply"]) == len(one["days"]) == 60
    supply = one["bands"]["supply"][-1]
    assert int(supply["quantiles"][0]) <= int(supply["expected"]) <= int(supply["quantiles"][-1])


def test_what_is_indexed_carries_the_evidence_of_its_release(ask) -> None:
    path = str(shipped("scenarios") / "sample.toml")
    code, found = ask("simulate", "--scenario", path, "--runs", "3", "--seed", "1")
    assert code == 0
    assert found["indexed"].keys() == {"supply", "locked", "treasury"}
    assert found["evidence"]["level"] == "anchored"
    assert "strk_transfer.amount" in found["evidence"]["columns"]


@pytest.mark.parametrize(
    ("line", "name", "says"),
    [
        (("--scenario", "nowhere.toml"), "CommandError", "there is no file nowhere.toml"),
        (("--scenario", STARKNET, "--seed", "-1"), "CommandError", "--seed -1"),
        (("--scenario", STARKNET, "--runs", "0"), "CommandError", "--runs 0"),
        (("--scenario", STARKNET, "--seed", "nan"), "CommandError", "--seed"),
        (("--scenario", STARKNET, "--schedules", "nowhere"), "CommandError", "no folder nowhere"),
        ((), "CommandError", "--scenario"),
    ],
)
def test_a_wrong_command_line_is_one_error(ask, line, name: str, says: str) -> None:
    code, found = ask("simulate", *line)
    assert code in (1, 2)
    assert found["error"]["name"] == name
    assert says in found["error"]["message"]


def test_a_wrong_file_is_named_with_line_and_key(ask, tmp_path: Path) -> None:
    text = Path(STARKNET).read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text.replace('btc = "25 %"', 'btc = "26 %"'), "utf-8")
    code, found = ask("simulate", "--scenario", str(tmp_path / "mine.toml"))
    assert code == 2
    assert found["error"]["name"] == "ConfigurationError"
    assert "mine.toml, line 23: `rates.rewards` adds up to 101 %" in found["error"]["message"]


def test_measure_tells_the_economy_as_a_study(ask) -> None:
    code, found = ask("measure", "--kind", "economy", "--block", "1000")
    assert code == 0
    assert {one["measure"] for one in found["figures"]} > {"supply_missing", "velocity"}
    assert (found["study"]["kind"], found["study"]["block"]) == ("economy", 1000)


PRICES = """\
day,token,currency,price,source
2026-08-01,STRK,USD,0.13,made up
2026-08-01,ETH,USD,2600,made up
"""


def test_fees_cover_issuance_by_declared_prices(ask, tmp_path: Path, sample_release) -> None:
    (tmp_path / "p.csv").write_text(PRICES, encoding="utf-8")
    line = ("measure", "--kind", "economy", "--block", "2000", "--prices", str(tmp_path / "p.csv"))
    code, found = ask(*line, "--currency", "USD", "--measure", "fee_cover_fees")
    assert code == 0
    (figure,) = found["figures"]
    day = 86_400
    last = sample_release.sql("SELECT timestamp FROM block WHERE number = 2000").item() // day * day
    window = "JOIN block ON number = block_number WHERE timestamp >= ? AND timestamp < ?"
    paid, minted = (
        Fraction(
            int(sample_release.sql(f"{query} {window} {more}", (last - 30 * day, last)).item())
        )
        for query, more in (
            ("SELECT sum(base_fee_burned + priority_fee + blob_fee) FROM fees_fee_transaction", ""),
            ("SELECT sum(amount) FROM strk_transfer", "AND ltrim(hex(sender), '0') = ''"),
        )
    )
    assert Fraction(figure["value_text"]) == Fraction(2600) / Fraction("0.13") * paid / minted
    assert (
        "price of ETH: 2600 USD on 2026-08-01 (source: made up)" in figure["evidence"]["declared"]
    )


def test_a_simulation_is_worth_what_a_declared_price_says(ask, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(PRICES, encoding="utf-8")
    line = ("simulate", "--scenario", STARKNET, "--runs", "1", "--prices", str(tmp_path / "p.csv"))
    code, found = ask(*line, "--currency", "USD")
    assert code == 0
    told = found["prices"]
    supply = Fraction(found["bands"]["supply"][-1]["expected"]) * Fraction("0.13") / 10**18
    shown = Fraction("".join(c for c in told["worth"]["supply"] if c.isdigit() or c == "."))
    assert abs(shown - supply) <= Fraction(1, 100)
    assert told["declared"] == "price of STRK: 0.13 USD on 2026-08-01 (source: made up)"
    assert ask(*line)[1]["error"]["message"] == "--prices and --currency go together"
    assert ask(*line, "--currency", "EUR")[1]["error"]["hint"] == "it has USD"
