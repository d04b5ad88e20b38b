"""The back-test on Compound's votes: by published sums, and the page that tells it."""

from fractions import Fraction
from pathlib import Path

import pytest

from analytics.capture import to_win
from psephos.errors import ConfigurationError
from psephos.results.economy.backtest import backtests, replayed
from psephos.results.shipped import shipped

PAGE = Path(__file__).resolve().parents[2] / "docs" / "method" / "capture-compound.md"


def test_the_vote_that_was_captured_could_be_had_for_what_the_attackers_had() -> None:
    (of,) = backtests()
    assert [one.proposal for one in of.votes] == [247, 279, 289]
    (found,) = replayed(of)  # of the others no sums are public
    assert (found.alone.needs, found.helped.needs) == (633_637, 276_779)
    assert found.flip == Fraction("24277.5")
    assert found.enough
    assert found.dollars is not None
    assert found.dollars < (found.vote.dollars or 0)  # less than what it paid
    page = PAGE.read_text(encoding="utf-8")
    others = (found.vote.for_ or 0) - of.attackers
    nobody = to_win(0, Fraction(1), of.quorum, helped=others).needs
    assert found.price is not None
    for told in (
        f"{found.alone.needs:,} COMP (majority)", f"{found.helped.needs:,} COMP (majority)",
        f"the {others:,} votes", f"{of.attackers:,} COMP: enough", "24,277.5",
        f"{float(found.price):.2f} dollars", f"{round(found.dollars):,} dollars",
        f"{nobody:,} COMP",
    ):  # fmt: skip
        assert told in page, told


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("for = 682191\n", "", "`vote.for` and `against` belong together"),
        ("for = 682191", "for = 325332", "line 26: `vote.for` is 325332, less than the attackers'"),
        ("quorum = 400000", "quorum = -1", "line 3: `quorum` must be a whole number"),
        ("asked = 499000", 'asked = "all"', "line 24: `vote.asked` must be a whole number"),
        ('outcome = "passed"', 'result = "passed"', "`vote.outcome` is missing"),
    ],
)
def test_a_wrong_file_names_the_key_and_its_line(tmp_path, old, new, where) -> None:
    whole = (shipped("backtest") / "compound-2024.toml").read_text(encoding="utf-8")
    assert old in whole
    (tmp_path / "wrong.toml").write_text(whole.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        backtests(tmp_path)
    assert where in raised.value.message
