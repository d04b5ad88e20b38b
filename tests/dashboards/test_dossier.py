"""The dossier of a vote: what is recomputed is filled, what is declared is hollow, and a voter and
a proposer are followed to their own page."""

import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from dashboards import dossier
from dashboards.address import Address
from dashboards.app import create
from dashboards.pages import At
from dashboards.view import View, pin, view
from psephos.results.control.decisions import Document, decisions
from psephos.results.voting.proposals import Proposal, proposals
from psephos.settings import Settings
from tests.dashboards.test_cards import words
from tests.dashboards.test_figures_shown import shown


@pytest.fixture(scope="module")
def here(sample: Settings) -> View:
    return view(pin(sample.releases), "", "")


@pytest.fixture(scope="module")
def site(sample: Settings) -> FlaskClient:
    return create(sample.releases).test_client()


def at(of: View) -> At:
    return At(Address("/votes"), of, {})


def thread(card) -> list[tuple[str, str]]:
    """(mark, words) of each step of a card."""
    found = next(one for one in card.children if getattr(one, "className", "") == "thread")
    return [(step.className, words(step)) for step in found.children]


def test_the_dossier_of_the_sample_names_a_proposal_there_is(here: View) -> None:
    named = {one.vote for one in decisions() if here.release.chain.id in one.chains}
    there = {f"{one.dataset}/0x{one.id.hex()}" for one in proposals(here.release)}
    assert named & there


def test_a_dossier_says_what_binds_the_text_what_was_published_and_what_followed(
    here: View,
) -> None:
    (one,) = (found for found in proposals(here.release) if dossier.declared(here, found))
    card = dossier.dossier(at(here), one)
    steps = thread(card)
    assert [mark for mark, _ in steps] == ["", "part", ""]
    assert "hash of its calls and its text" in steps[0][1]
    assert "announcement" in steps[1][1]
    assert "2026-06-01" in steps[1][1]
    assert "timelock, call executed: block 344" in steps[2][1]
    assert words(card.children[0]) == "One text about it is named; its own is bound to its number"


def test_a_vote_without_a_dossier_says_so_and_one_before_its_step_has_not_taken_it(
    here: View,
) -> None:
    known = {bool(dossier.declared(here, one)): one for one in proposals(here.release)}
    marks = thread(dossier.dossier(at(here), known[False]))
    assert [mark for mark, _ in marks] == ["", "open"]
    assert "No dossier is declared" in marks[1][1]
    early = View(here.pin, 300, False)
    assert thread(dossier.dossier(at(early), known[True]))[2] == (
        "open", "the timelock executes it timelock, call executed: not yet",
    )  # fmt: skip


def test_a_text_of_another_vote_is_not_bound_and_a_name_is_no_text(
    here: View,
) -> None:
    one = next(iter(proposals(here.release)))
    elsewhere: Proposal = replace(one, id=b"\1" * 32)
    assert dossier.text(here, elsewhere)[0] == "fail"
    plain = SimpleNamespace(dataset="strk", id=one.id, description="ipfs://Qm" + "a" * 44)
    assert "name of its text" in dossier.text(here, plain)[1]  # type: ignore[arg-type]
    plain.description = "A text"
    assert "Nothing on the chain binds" in dossier.text(here, plain)[1]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("agrees", "mark", "said"),
    [(True, "", "has the name sha256:aa"), (False, "fail", "has not the name sha256:aa"),
     (None, "part", "not kept here")],
)  # fmt: skip
def test_a_document_is_filled_only_where_its_text_is_kept_and_has_its_name(
    agrees: bool | None, mark: str, said: str
) -> None:
    of = Document(
        "forum", "A title", "https://x.example", date(2026, 1, 2), "sha256:aa", "", agrees
    )
    found = dossier.document(of)
    assert (found[0], found[1]) == (mark, "forum: A title")
    assert said in found[2][-1]


def test_every_voter_and_the_proposer_lead_to_their_own_page(site: FlaskClient, here: View) -> None:
    one = max(proposals(here.release), key=lambda found: found.tally.voters)
    text, _ = shown(site, f"/votes/{one.dataset}/0x{one.number:x}")
    row = r'"voter": "(0x[0-9a-f]{40})", "href": "/delegates/(0x[0-9a-f]{40})\?'
    listed = re.findall(row, text)
    assert len(listed) == one.tally.voters
    assert all(who == page for who, page in listed)
    assert f'"href": "/delegates/0x{one.proposer.hex()}?' in text
    again, title = shown(site, f"/delegates/{listed[0][0]}")
    assert title != "psephos"
    assert '"id": "at-record"' in again
