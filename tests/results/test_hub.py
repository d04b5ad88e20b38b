"""Votes of a hub: real envelopes, an export signed here, and every attack by its name."""

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from psephos.__main__ import main
from psephos.errors import DataError, VerificationFailed
from psephos.results.control.content import cid_0
from psephos.results.voting.hub import export
from psephos.results.voting.hub_outcome import verify_votes
from psephos.results.voting.hub_signed import judge
from tests.results import hub_export as hub

SIGNER = "0x91FD2c8d24767db4Ece7069AA27832ffaf8590f3"
REAL_VOTE = {
    "address": SIGNER,
    "sig": "0x9899652e4ebf35eb5abd22bbb85baead3696891cb67a115166390b64035251e9"
           "205a20b9860f6d4575c373f8243edfc77d4245053216b264e6cb0f3e1556b0041b",
    "data": {
        "domain": hub.DOMAIN,
        "types": {"Vote": [{"name": n, "type": t} for n, t in hub.KINDS["Vote"]]},
        "message": {
            "space": "fabien.eth", "choice": 1, "app": "snapshot", "reason": "", "metadata": "{}",
            "proposal": "0x0d68ee21b493aec521a67dbec244d131e00cfa5eb6f97c9a0133d3e3f08cd7d4",
            "from": SIGNER, "timestamp": 1688865913,
        },
    },
}  # fmt: skip
"""A vote that a wallet signed: snapshot-labs/snapshot-sequencer 492e110a,
test/fixtures/ingestor-payload/vote.json."""


def found(proposals: list[dict[str, Any]], votes: list[dict[str, Any]], base: int | None = None):
    read = export(hub.export(proposals, votes))
    return verify_votes(read, None if base is None else Fraction(base))


def checks(verdict) -> dict[str, str]:
    return {one.name: one.status for one in verdict.checks}


def signed_again(of: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The row with its stored text changed, and named anew: only the signature can tell."""
    told = json.loads(of["envelope"])
    change(told)
    made = hub.row(told | {"hash": of["id"]})
    return of | {"envelope": made["envelope"], "ipfs": made["ipfs"]}


def test_a_vote_that_a_wallet_signed_recovers_to_its_voter_and_to_nobody_else_if_altered() -> None:
    message = REAL_VOTE["data"]["message"]  # type: ignore[index]
    told = {
        "id": "QmId", "voter": SIGNER, "created": 1688865913, "space": {"id": "fabien.eth"},
        "proposal": {"id": message["proposal"]}, "choice": 1, "vp": 1,
    }  # fmt: skip
    stored = hub.text(REAL_VOTE)
    (vote,) = export(
        hub.export([], [told | {"envelope": stored, "id": cid_0(stored.encode())}])
    ).votes
    assert judge(vote).words == "signed"
    altered = stored.replace('"choice":1', '"choice":2')
    row = told | {"envelope": altered, "id": cid_0(altered.encode()), "choice": 2}
    (vote,) = export(hub.export([], [row])).votes
    assert judge(vote).words.startswith("refused: signed by 0x")


def test_an_export_of_signed_votes_is_verified_and_counted() -> None:
    of = hub.proposal(votes=3)
    cast = [hub.vote(of, 2, 1, 60.5), hub.vote(of, 3, 2, "30.25"), hub.vote(of, 4, 1, 9)]
    verdict, (outcome,) = found([of], cast, base=1_000)
    assert verdict.verified, verdict.checks
    assert set(checks(verdict).values()) == {"passed"}
    assert (outcome.voters, outcome.power, outcome.signed) == (3, 9975, 9975)
    assert outcome.powers == (6950, 3025)
    assert (outcome.winner, outcome.flip, outcome.half) == (0, 1, 1)
    assert outcome.turnout == Fraction(9975, 100_000)
    with pytest.raises(DataError, match="was cast, more than"):
        found([of], cast, base=99)


def test_of_one_voter_the_later_vote_counts_whatever_the_order_of_the_rows() -> None:
    of = hub.proposal()
    early, late = hub.vote(of, 2, 1, 5, at=1_100), hub.vote(of, 2, 2, 5, at=1_200)
    for rows in ([early, late], [late, early], [late, early, late]):
        verdict, (outcome,) = found([of | {"votes": 1}], [*rows, hub.vote(of, 3, 1, 1)])
        assert outcome.powers == (1, 5), rows
        assert verdict.verified
    same = [hub.vote(of, 2, 1, 5), hub.vote(of, 2, 2, 5)]
    greatest = max(same, key=lambda one: one["id"])
    assert found([of], same)[1][0].powers[greatest["choice"] - 1] == 5


ATTACKS: dict[str, tuple[Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]], str]] = {
    "wrong signer": (
        lambda of, vote: signed_again(
            vote, lambda told: told.update(sig=json.loads(hub.vote(of, 9)["envelope"])["sig"])),
        "signed by 0x"),
    "altered choice": (lambda of, vote: vote | {"choice": 2}, "choice is not the one"),
    "altered choice in the text too": (
        lambda of, vote: signed_again(
            vote | {"choice": 2}, lambda told: told["data"]["message"].update(choice=2)),
        "the id is not the digest"),
    "altered voter": (
        lambda of, vote: vote | {"voter": hub.address(hub.key(9))}, "voter is not the one"),
    "altered time": (lambda of, vote: vote | {"created": 1_501}, "created is not the one"),
    "another space": (lambda of, vote: vote | {"space": {"id": "x"}}, "space is not the one"),
    "other domain": (
        lambda of, vote: hub.vote(of, 2, domain={"name": "snapshot", "version": "0.1.3"}),
        "another domain"),
    "domain of a chain": (
        lambda of, vote: hub.vote(of, 2, domain={**hub.DOMAIN, "chainId": 5}), "another domain"),
    "another id": (lambda of, vote: vote | {"id": "0x" + "0" * 64}, "not the digest"),
    "a choice that no type binds": (
        lambda of, vote: signed_again(vote, lambda told: told["data"]["types"]["Vote"].pop(4)),
        "bind no choice"),
    "a member that no type binds": (
        lambda of, vote: signed_again(
            vote, lambda told: told["data"]["message"].update(more=1)),
        "members are not those"),
    "another text": (
        lambda of, vote: vote | {"envelope": vote["envelope"] + " "}, "does not have the name"),
    "a signature out of range": (
        lambda of, vote: signed_again(
            vote, lambda told: told.update(sig="0x" + "00" * 64 + "1b")),
        "outside its range"),
    "an envelope of nothing": (lambda of, vote: vote | {"envelope": "{}"}, "has no address"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_row_that_is_not_what_was_signed_is_refused_and_does_not_count(attack: str) -> None:
    of = hub.proposal()
    change, why = ATTACKS[attack]
    verdict, (outcome,) = found([of], [change(of, hub.vote(of, 2)), hub.vote(of, 3, 2, 7)])
    told = verdict.facts["votes"][0]
    assert (outcome.powers, checks(verdict)["votes"]) == ((0, 7), "failed"), told
    assert told["row"].startswith("refused: ")
    assert why in told["row"]
    assert not verdict.verified


UNKNOWN: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "no envelope": (lambda vote: vote | {"envelope": None}, "has no envelope"),
    "personal sign": (
        lambda vote: vote | {"envelope": {"address": vote["voter"], "msg": "{}", "sig": "0x"}},
        "personal_sign"),
    "a contract's wallet": (
        lambda vote: signed_again(vote, lambda told: told.update(sig="0x")), "EIP-1271"),
    "a contract's wallet of two owners": (
        lambda vote: signed_again(vote, lambda told: told.update(sig=told["sig"] * 2)),
        "EIP-1271"),
    "a contract's own kind": (
        lambda vote: signed_again(vote, lambda told: told.update(sig=told["sig"][:-2] + "1f")),
        "kind 31"),
    "an alias": (
        lambda vote: signed_again(
            vote, lambda told: told.update(address=hub.address(hub.key(9)))),
        "another key"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNKNOWN)
def test_what_only_others_can_say_is_not_possible_and_counts_as_the_hubs_word(case: str) -> None:
    of = hub.proposal()
    change, why = UNKNOWN[case]
    verdict, (outcome,) = found([of], [change(hub.vote(of, 2)), hub.vote(of, 3, 2, 7)])
    told = verdict.facts["votes"][0]
    assert told["row"].startswith("seen: ")
    assert why in told["row"]
    assert (outcome.powers, outcome.power, outcome.signed) == ((1, 7), 8, 7)
    assert checks(verdict)["votes"] == "not_possible"
    assert not verdict.recomputed


def test_an_envelope_as_json_has_no_known_bytes_but_is_signed() -> None:
    """Written again as clients write it the name is right; with spaces nobody can say."""
    of = hub.proposal()
    vote = hub.vote(of, 2)
    as_json = vote | {"envelope": json.loads(vote["envelope"])}
    facts = found([of], [as_json])[0].facts["votes"]
    assert (facts[0]["row"], facts[0]["content"]) == ("signed", "the stored text has its name")
    facts = found([of], [as_json | {"ipfs": cid_0(b"other")}])[0].facts["votes"]
    assert facts[0]["row"] == "signed"
    assert "not in the export" in facts[0]["content"]


@pytest.mark.parametrize(
    ("kind", "choice", "powers"),
    [
        ("basic", 0, None), ("basic", 4, None), ("basic", [1], None),
        ("approval", [1, 3], (7, 0, 7)), ("approval", [1, 1], None), ("approval", [], None),
        ("weighted", {"1": 1, "3": 3}, (Fraction(7, 4), 0, Fraction(21, 4))),
        ("weighted", {"2": 0.5}, (0, 7, 0)), ("weighted", {"1": 0}, None),
        ("weighted", {"4": 1}, None), ("weighted", {"x": 1}, None), ("weighted", {"1": -1}, None),
        ("weighted", {"1": True}, None),
    ],
)  # fmt: skip
def test_a_choice_gets_its_part_and_one_out_of_range_nothing(kind, choice, powers) -> None:
    of = hub.proposal(kind, ("a", "b", "c"), votes=1)
    verdict, (outcome,) = found([of], [hub.vote(of, 2, choice, 7)])
    assert outcome.powers == (powers or (0, 0, 0))
    assert checks(verdict)["in time, of its choices"] == ("passed" if powers else "failed")
    assert checks(verdict)["votes"] == "passed"


def test_votes_out_of_time_of_other_proposals_and_left_out_are_told() -> None:
    of = hub.proposal(votes=2)
    inside = [hub.vote(of, 2, at=hub.START), hub.vote(of, 3, at=hub.END)]
    verdict, (outcome,) = found([of], inside)
    assert (outcome.voters, verdict.verified) == (2, True)
    for at in (hub.START - 1, hub.END + 1):
        verdict, (outcome,) = found([of], [*inside, hub.vote(of, 4, at=at)])
        assert (outcome.voters, verdict.verified) == (2, False)
    assert checks(found([of], inside[:1])[0])["as many as the hub says"] == "failed"
    other = hub.proposal(choices=("Yes", "No"))
    verdict, _ = found([of], [*inside, hub.vote(other, 2)])
    assert verdict.facts["votes"][2]["left_out"] == "its proposal is not in the export"


def test_a_proposal_that_was_not_signed_so_has_no_outcome() -> None:
    of = hub.proposal()
    for change in ({"title": "Another"}, {"choices": ["Against", "For"]}, {"end": hub.END + 1}):
        verdict, (outcome,) = found([of | change], [hub.vote(of, 2)])
        assert outcome.powers == ()
        assert outcome.why is not None
        assert checks(verdict)["proposals"] == "failed"


def test_ballots_by_rank_are_listed_and_not_counted_and_a_tie_has_no_winner() -> None:
    of = hub.proposal("ranked-choice", votes=1)
    _, (outcome,) = found([of], [hub.vote(of, 2, [2, 1], 7)])
    assert (outcome.power, outcome.winner) == (7, None)
    assert outcome.why == "ballots of kind ranked-choice are not counted here"
    of = hub.proposal()
    _, (outcome,) = found([of], [hub.vote(of, 2, 1), hub.vote(of, 3, 2)])
    assert (outcome.winner, outcome.flip) == (None, None)
    _, (outcome,) = found([of], [])
    assert (outcome.voters, outcome.winner, outcome.half) == (0, None, None)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"vp": None}, "row 0: '' is empty"), ({"vp": -1}, "is negative"),
        ({"vp": "1,5"}, "not a number"), ({"vp": []}, "is empty"), ({"vp": True}, "is empty"),
        ({"created": 1.5}, "created is missing, or no whole number"), ({"id": 5}, "id is missing"),
        ({"proposal": None}, r"proposal\.id is missing"), ({"envelope": 5}, "no object"),
        ({"envelope": "{"}, "not strict JSON"),
        ({"envelope": '{"sig":1,"sig":2}'}, "a name stands twice"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_refuses_the_file_and_says_where(change, why) -> None:
    of = hub.proposal()
    with pytest.raises(VerificationFailed, match=why):
        export(hub.export([of], [hub.vote(of, 2) | change]))


def test_power_is_read_as_it_is_written_not_as_a_double() -> None:
    of = hub.proposal()
    body = hub.export([of], [hub.vote(of, 2, 1, 7.25), hub.vote(of, 3, 1, 1)])
    digits = "12345678901234567890.123456789012345678"
    read = export(body.replace(b"7.25", digits.encode()))
    assert (read.votes[0].power, read.decimals) == (int(digits.replace(".", "")), 18)
    assert read.votes[1].power == 10**18


def test_the_command_tells_outcomes_and_fails_with_3_or_4(tmp_path, capsys) -> None:
    of = hub.proposal()
    good, other = hub.vote(of, 2, 1, 3), hub.vote(of, 3, 2, 1)
    file = tmp_path / "votes.json"
    for rows, code in (
        ([good, other], 0), ([good, other | {"envelope": None}], 4),
        ([good, other | {"choice": 1}], 3),
    ):  # fmt: skip
        file.write_bytes(hub.export([of], rows))
        assert main(["verify", "votes", str(file), "--base", "10"]) == code
        assert "First vote ψ" in capsys.readouterr().out
    file.write_bytes(hub.export([of], [good, other]))
    assert main(["verify", "votes", str(file), "--base", "ten"]) == 2
    capsys.readouterr()
    assert main(["verify", "votes", str(file), "--base", "10", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["proposals"][0]["winner"], told["proposals"][0]["turnout"]) == ("For", 0.4)
    assert told["level"].startswith("seen: ")
