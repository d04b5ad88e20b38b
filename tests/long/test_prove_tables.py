"""Proofs over real and large tables: what they say is what exact mathematics says of the rows."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from random import Random

import polars as pl
import pytest

from analytics.concentration import coalition, hhi
from analytics.inequality import gini
from analytics.threshold import ONE_HALF
from psephos.__main__ import main
from psephos.results.proofs.provable import MOST
from psephos.stark.prove import Table, prove
from psephos.stark.single import text
from psephos.stark.verify import Accept, accepted, verify

pytestmark = pytest.mark.long

NAMES = ("concentration", "coalition", "inequality")


def agrees(weights: list[int], preset: str = "test") -> None:
    """The proof's publics, read by the verifier, equal HHI, Nakamoto and Gini of the weights."""
    made = prove(Table(weights), NAMES, thresholds=[(1, 2, True)], preset=preset)
    least = 0 if preset == "test" else 100
    read = verify(made.data, Accept(accepted(), least_bits=least))
    found = {name.partition("/")[0]: values for name, values in read.publics}
    held = sorted((w for w in weights if w), reverse=True)
    total = found["total"]["total"]
    assert total == sum(weights)
    assert Fraction(found["concentration"]["sum_of_squares"], total**2) == hhi(held)
    assert found["coalition"]["coalition"] == coalition(held, ONE_HALF)
    holders, ranks = found["inequality"]["holders"], found["inequality"]["rank_sum"]
    assert holders == len(held)
    assert Fraction((holders + 1) * total - 2 * ranks, holders * total) == gini(held)


@pytest.mark.parametrize("name", ["compound", "uniswap"])
def test_delegates_of_a_real_house(real_data: Path, name: str) -> None:
    file = real_data / "governance" / f"dao_{name}_delegates_voting_power.csv"
    agrees(pl.read_csv(file)["voting_power"].cast(pl.Int64).to_list(), "standard")


def test_provisions_with_many_ties(real_data: Path) -> None:
    folder = real_data / "distribution" / "starknet_provisions"
    amounts = pl.read_parquet(folder / "github_allocations_hashed.parquet")["amount_strk"]
    assert len(amounts) == 135_015
    scaled = [Fraction(amount) * 10**18 for amount in amounts.to_list()]
    assert all(amount.denominator == 1 for amount in scaled)
    agrees([amount.numerator for amount in scaled])


@pytest.mark.parametrize("bits", [1, 64, 128])
def test_a_hundred_thousand_random_weights(bits: int) -> None:
    random = Random(bits)
    agrees([random.getrandbits(bits) for _ in range(100_000)])


def test_a_million_weights_of_128_bits() -> None:
    random = Random(20)
    agrees([random.getrandbits(128) for _ in range(1 << 20)])


def test_a_file_with_more_rows_than_a_proof_is_of_is_one_line_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, out = tmp_path / "votes.csv", tmp_path / "proof"
    table.write_text("power\n" + "1\n" * (MOST + 1))
    asked = ["prove", "--table", str(table), "--weight", "power", "--statement", "total"]
    assert main([*asked, "--out", str(out), "--json"]) == 1
    assert "more than 4194304 rows" in json.loads(capsys.readouterr().out)["error"]["message"]
    assert list(tmp_path.iterdir()) == [table]


def test_a_compact_proof_is_accepted_as_what_it_is_and_refused_where_only_unique_decoding_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command, and by the verifier in one file."""
    table, out = tmp_path / "votes.csv", tmp_path / "proof"
    table.write_text("power\n5\n3.5\n")
    asked = ["prove", "--table", str(table), "--weight", "power", "--statement", "total"]
    assert main([*asked, "--preset", "compact", "--out", str(out)]) == 0
    capsys.readouterr()
    said = {}
    for regime, code in (("any", 0), ("unique", 3)):
        assert main(["verify", "proof", str(out), "--regime", regime, "--json"]) == code
        said[regime] = json.loads(capsys.readouterr().out)
    assert (said["any"]["regime"], said["any"]["verified"]) == ("johnson", True)
    assert said["any"]["bits"] >= 100
    assert said["unique"]["checks"][0]["name"] == "security"
    verifier = tmp_path / "verify.py"
    verifier.write_text(text())
    for options, code in (((), 0), (("--unique",), 3)):
        command = [sys.executable, "-S", str(verifier), str(out), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
