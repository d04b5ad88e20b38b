"""Every shipped rule file on a vote that passes, one that fails and a tie; and files that lie."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from analytics.rules import Ballot, decide
from psephos.errors import CommandError, ConfigurationError
from psephos.results.control.rule_files import read, system, systems
from psephos.results.shipped import shipped
from psephos.results.voting.proposals import proposals
from psephos.results.voting.rules import rules as governor_rules
from psephos.results.voting.rules import succeeded
from psephos.store.reader import Release

UNIT = 10**18
SUPPLY = 10_000_000_000 * UNIT
YES, NO = Ballot(1), Ballot(0, 1)


def tokens(for_: int, against: int, abstain: int = 0) -> Ballot:
    return Ballot(for_ * UNIT, against * UNIT, abstain * UNIT, supply=SUPPLY, delegated=SUPPLY // 2)


PASSES = {
    "openzeppelin": {"holders": tokens(300_000_000, 299_999_999, 100_000_000)},
    "bravo": {"holders": tokens(682_191, 633_636)},
    "snapshot-x": {"holders": tokens(2, 1)},
    "starknet": {"holders": tokens(2, 1), "vetting": Ballot(7, 5), "starkware": YES},
    "starknet-contracts": {"starkware": YES, "council": Ballot(4, 8)},
    "starknet-first-phase": {"holders": tokens(2, 1), "starkware": YES},
    "snip-33": {"validators": Ballot(201, 99, delegated=300)},
    "proposal-2022": {"holders": tokens(2, 1), "council": Ballot(5, 4), "developers": Ballot(4, 5)},
}
FAILS = {
    "openzeppelin": {"holders": tokens(300_000_000, 0, 99_999_999)},  # short of the quorum
    "bravo": {"holders": tokens(399_999, 0, 400_000)},  # an abstention does not count
    "snapshot-x": {"holders": tokens(1, 2)},
    "starknet": {"holders": tokens(2, 1), "vetting": Ballot(6, 6), "starkware": YES},
    "starknet-contracts": {"starkware": YES, "council": Ballot(3, 9)},
    "starknet-first-phase": {"holders": tokens(2, 1), "starkware": NO},
    "snip-33": {"validators": Ballot(100, 0, delegated=300)},
    "proposal-2022": {"holders": tokens(2, 1), "council": Ballot(5, 4), "developers": Ballot(3, 6)},
}
TIES = {
    "openzeppelin": {"holders": tokens(500_000_000, 500_000_000)},
    "bravo": {"holders": tokens(400_000, 400_000)},
    "snapshot-x": {"holders": tokens(1, 1)},
    "starknet": {"holders": tokens(1, 1), "vetting": Ballot(12), "starkware": YES},
    "starknet-contracts": {"council": Ballot(6, 6), "starkware": NO},
    "starknet-first-phase": {"holders": tokens(1, 1), "starkware": YES},
    "snip-33": {"validators": Ballot(200, 100, delegated=300)},  # exactly two thirds
    "proposal-2022": {"holders": tokens(1, 1), "council": Ballot(9)},
}


@pytest.mark.parametrize("name", sorted(systems()))
def test_each_file_passes_fails_and_ties_as_its_rules_read(name: str) -> None:
    rules = system(name)
    assert decide(rules, PASSES[name], unit=UNIT).passed
    assert not decide(rules, FAILS[name], unit=UNIT).passed
    assert not decide(rules, TIES[name], unit=UNIT).passed


def test_nine_of_twelve_upgrade_at_once_and_eight_do_not() -> None:
    rules = system("starknet")
    assert decide(rules, {"council": Ballot(9, 3)}, matter="upgrade").passed
    assert not decide(rules, {"council": Ballot(8, 4)}, matter="upgrade").passed
    assert decide(rules, {"committee": Ballot(3, 1)}, matter="minting").passed
    assert not decide(rules, {"committee": Ballot(3, 1)}, matter="upgrade").passed
    assert decide(rules, {"starkware": YES}, to="halt").passed
    assert decide(rules, {"foundation": YES}, to="propose").passed


def test_openzeppelins_file_decides_every_vote_of_the_sample_as_its_governor_did(
    sample_release: Release,
) -> None:
    """The quorum's numerator is the deployment's own: what it was at each snapshot is told."""
    rules = system("openzeppelin")
    checked = set()
    for one in proposals(sample_release):
        if one.at_snapshot is None or one.quorum is None or one.at_snapshot.supply is None:
            continue
        body = rules.bodies[0]
        tally, supply = one.tally, one.at_snapshot.supply
        ballot = Ballot(tally.for_, tally.against, tally.abstain, supply, one.at_snapshot.delegated)
        assert body.quorum is not None
        told = one.quorum == supply * 4 // 100
        by_contract = succeeded(tally, one.quorum, governor_rules(sample_release, one.dataset))
        if told:
            assert decide(rules, {"holders": ballot}).passed == by_contract
        reached = ballot.counted(body.quorum.counts) >= one.quorum
        assert by_contract == (
            reached and body.threshold.met(tally.for_, tally.for_ + tally.against)
        )
        checked.add(by_contract)
    assert checked == {True, False}


def test_every_file_says_where_it_comes_from_and_since_when() -> None:
    for versions in systems().values():
        for one in versions:
            assert one.source
            assert one.since <= date(2026, 1, 1)
            assert one.status in ("in force", "library", "proposed", "sketch")


def test_an_unknown_system_and_a_day_before_it_are_named() -> None:
    with pytest.raises(CommandError, match="there is no rule file of 'nowhere'"):
        system("nowhere")
    with pytest.raises(CommandError, match="no rule file of bravo holds on 2009-01-03"):
        system("bravo", date(2009, 1, 3))


def changed(tmp_path: Path, old: str, new: str, name: str = "starknet") -> Path:
    whole = (shipped("rules") / f"{name}.toml").read_text(encoding="utf-8")
    assert old in whole, old
    file = tmp_path / f"{name}.toml"
    file.write_text(whole.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "words"),
    [
        (
            "starknet",
            'threshold = ">1/2"',
            'threshold = ">0.6.6"',
            "body.threshold",
            "not a threshold",
        ),
        (
            "starknet",
            'threshold = ">1/2"',
            'threshold = "1/2"',
            "body.threshold",
            "not a threshold",
        ),
        (
            "starknet",
            'threshold = ">1/2"',
            'threshold = ">=3/2"',
            "body.threshold",
            "met by nobody",
        ),
        (
            "starknet",
            'agree = ["council"]',
            'agree = ["consul"]',
            "way.agree",
            "no body of this file",
        ),
        ("starknet", "members = 12", "members = 0", "body.members", "is missing"),
        ("starknet", "members = 12", "member = 12", "body.members", "is missing"),
        ("starknet", 'kind = "tokens"', 'kind = "token"', "body.kind", "must be one of"),
        (
            "starknet",
            'kind = "tokens"',
            'kind = "tokens"\nmembers = 3',
            "body.members",
            "contradicts",
        ),
        ("starknet", 'base = "cast"', 'base = "members"', "body.base", "contradicts kind tokens"),
        ("starknet", 'base = "members"', 'base = "cast"', "body.base", "contradicts kind seats"),
        ("starknet", 'to = "halt"', 'to = "stop"', "way.to", "must be one of"),
        ("starknet", 'name = "council"', 'name = "vetting"', "body.name", "an earlier body"),
        ("starknet", 'agree = ["committee"]', 'agree = ["council"]', "body.name", "is in no way"),
        (
            "starknet",
            'threshold = ">=3/4"\nbase = "members"\nappointed_by = "foundation"',
            'threshold = ">=3/4"\nbase = "members"\nappointed_by = "committee"',
            "body.appointed_by",
            "circle",
        ),
        ("starknet", 'same_as = "council"', 'same_as = "consul"', "body.same_as", "no other body"),
        ("starknet", 'same_as = "council"', 'same_as = "committee"', "body.same_as", "contradicts"),
        (
            "starknet",
            "since = 2025-05-15",
            "since = 2025-05-15\nuntil = 2025-01-01",
            "until",
            "not after",
        ),
        ("starknet", "since = 2025-05-15", 'since = "spring"', "since", "must be a day"),
        ("starknet", 'status = "in force"', 'status = "old"', "status", "must be one of"),
        ("starknet", "delay_hours = 192", "delay_hours = -1", "way.delay_hours", "whole number"),
        ("starknet", "delay_hours = 168", "delay_hours = -1", "body.delay_hours", "whole number"),
        ("starknet", "delay_hours = 168", "delay_hours = 604800", "body.delay_hours", "in hours"),
        ("starknet", "delay_hours = 168", "delay_hours = true", "body.delay_hours", "whole number"),
        (
            "openzeppelin",
            'quorum_counts = ["for", "abstain"]',
            'quorum_counts = ["abstain"]',
            "body.quorum_counts",
            "leaves out",
        ),
        (
            "openzeppelin",
            'quorum_counts = ["for", "abstain"]',
            'quorum_counts = ["for", "for"]',
            "body.quorum_counts",
            "at most once",
        ),
        ("openzeppelin", 'quorum_share = ">=4/100"\n', "", "body.quorum_counts", "there is none"),
        (
            "openzeppelin",
            'quorum_share = ">=4/100"',
            'quorum_share = ">4/100"',
            "body.quorum_share",
            ">=",
        ),
        (
            "openzeppelin",
            'quorum_share = ">=4/100"',
            'quorum_share = ">=4/100"\nquorum_tokens = 1',
            "body.quorum_tokens",
            "contradicts",
        ),
        (
            "openzeppelin",
            'propose_tokens = ">=0"',
            'propose_tokens = "0"',
            "body.propose_tokens",
            "must be a text",
        ),
        (
            "bravo",
            "quorum_tokens = 400000",
            'quorum_tokens = 400000\nquorum_base = "supply"',
            "body.quorum_base",
            "contradicts",
        ),
        ("starknet-contracts", 'unless = ["council"]\n', "", "body.block", "never used"),
        ("starknet-contracts", 'block = ">=9/12"\n', "", "way.unless", "has no `block`"),
        (
            "starknet-contracts",
            'unless = ["council"]',
            'unless = ["starkware"]',
            "way.unless",
            "cannot do both",
        ),
        (
            "starknet-contracts",
            'agree = ["starkware"]',
            'agree = ["council"]',
            "way.unless",
            "cannot do both",
        ),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_key_and_line(
    tmp_path: Path, name: str, old: str, new: str, key: str, words: str
) -> None:
    file = changed(tmp_path, old, new, name)
    with pytest.raises(ConfigurationError) as caught:
        read(file)
    assert f"{name}.toml, line " in caught.value.message
    assert f"`{key}`" in caught.value.message
    assert words in caught.value.message


def test_a_file_in_which_nothing_can_pass_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    whole = (shipped("rules") / "snapshot-x.toml").read_text(encoding="utf-8")
    file.write_text(whole.replace('to = "pass"', 'to = "halt"'), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="`way` is missing: nothing could ever pass"):
        read(file)


def test_two_files_of_one_system_may_not_hold_on_one_day(tmp_path: Path) -> None:
    whole = (shipped("rules") / "bravo.toml").read_text(encoding="utf-8")
    (tmp_path / "one.toml").write_text(whole, encoding="utf-8")
    (tmp_path / "two.toml").write_text(whole.replace("2021-03-28", "2022-01-01"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="`since` lies within"):
        systems(tmp_path)
    ended = whole.replace("since = 2021-03-28", "since = 2021-03-28\nuntil = 2022-01-01")
    (tmp_path / "one.toml").write_text(ended, encoding="utf-8")
    assert [one.since.year for one in systems(tmp_path)["bravo"]] == [2021, 2022]
    assert system("bravo", date(2021, 12, 31), tmp_path).since.year == 2021
    assert system("bravo", date(2022, 1, 1), tmp_path).since.year == 2022


@pytest.mark.parametrize("content", [b"\xff\xfe", b"system = ", b"[[body]]\nname = 3\n"])
def test_what_is_no_rule_file_is_said_in_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        read(file)
    assert "x.toml" in caught.value.message
    assert "\n" not in caught.value.message


def test_the_builders_council_votes_within_the_holders_and_what_no_source_says_is_unknown() -> None:
    """Share and members: community.starknet.io/t/11820; the 30th community call."""
    (builders, pool) = system("starknet-first-phase").parties
    assert (builders.name, builders.within, builders.members) == ("builders", "holders", 17)
    assert (builders.share, pool.share) == (Fraction(23, 100), Fraction(10, 100))
    assert (builders.threshold, builders.since, builders.removable_by) == (None, None, "")
    assert pool.members == 0


def test_every_body_that_the_core_contracts_know_is_in_a_rule_file() -> None:
    """Sources: SNIP-25, SNIP-27, SNIP-33, and L2BEAT's discovery of 1 October 2025."""
    there = {
        (one.name, body.name) for all_ in systems().values() for one in all_
        for body in (*one.bodies, *one.parties)
    }  # fmt: skip
    assert there >= {
        ("starknet", "council"), ("starknet", "vetting"), ("starknet", "committee"),
        ("starknet", "foundation"), ("starknet", "starkware"), ("snip-33", "validators"),
        ("starknet-contracts", "minority"), ("starknet-contracts", "operators"),
        ("starknet-contracts", "verifier"), ("starknet-contracts", "bridges"),
        ("starknet-contracts", "executor"), ("starknet-first-phase", "builders"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('within = "holders"', 'within = "senate"', "`party.within` names 'senate'"),
        ('within = "holders"\n', "", "`party.share` is of a body's power"),
        ('share = "23/100"', 'share = "0.23"', "`party.share` must be a text such as '23/100'"),
        ('share = "23/100"', 'share = "3/2"', "at most 1"),
        ('name = "builders"', 'name = "holders"', "is that of an earlier body or party"),
        ("members = 17", "members = 17\nmember = 1", "`party.member` is not a key"),
        ("members = 17", "since = 2023-01-01\nuntil = 2023-01-01", "`party.until` is 2023-01-01"),
    ],
)
def test_a_party_that_contradicts_its_file_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    whole = (shipped("rules") / "starknet-first-phase.toml").read_text(encoding="utf-8")
    assert old in whole
    (tmp_path / "one.toml").write_text(whole.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path / "one.toml")
    assert "one.toml, line " in raised.value.message
    assert says in raised.value.message
