"""The back-test on Compound's votes: by published sums, and the page that tells it."""

from fractions import Fraction
from pathlib import Path

import pytest

from analytics.capture import to_win
from psephos.errors import ConfigurationError
from psephos.results.economy.backtest import backtests, replayed, warned
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


def test_of_the_first_vote_the_power_that_came_before_it_is_public() -> None:
    """Five accounts and the proposer: 230,333 and 95,000, 74,667 short of a quorum."""
    (of,) = backtests()
    (found,) = warned(of)
    assert found.vote.proposal == 247
    assert sum(found.vote.fresh[:5]) == 230_333
    assert (found.amount, found.lacks) == (of.attackers, 74_667)
    page = PAGE.read_text(encoding="utf-8")
    assert f"{float(100 * found.share):.1f} % of the quorum" in page
    assert f"{found.lacks:,} short" in page
    for one in of.votes:
        assert (one.for_ is None) == bool(one.why)  # what is not computed says why
        assert one.url in page


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("day = 2024-07-28", 'day = "July"', "`vote.day` must be a day"),
        ('url = "https://chain', 'url = "chain', "`vote.url` must be where the source can be read"),
        (
            'not_checkable = "no sums of votes are public that were read: a',
            'x = "',
            "`vote.not_check",
        ),
        ("fresh = [42695", "fresh = [-1", "`vote.fresh` must be a whole number"),
        ("for = 682191\n", "", "`vote.for` and `against` belong together"),
        ("for = 682191", "for = 325332", "line 33: `vote.for` is 325332, less than the attackers'"),
        ("quorum = 400000", "quorum = -1", "line 3: `quorum` must be a whole number"),
        ("asked = 499000", 'asked = "all"', "line 31: `vote.asked` must be a whole number"),
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
