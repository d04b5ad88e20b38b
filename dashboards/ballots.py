"""Every vote cast on a proposal, as a table: who, which side, how much, and why."""

from typing import Any

from dashboards import queries as ask
from dashboards import voting
from dashboards.cards import card
from dashboards.download import csv_href
from dashboards.foot import foot
from dashboards.pages import At
from dashboards.parts import brief
from dashboards.tables import MOST, Column, clipped, grid, stacked
from dashboards.view import labels
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import named, number
from psephos.results.shown.wording import counted, tokens
from psephos.results.voting.proposals import Proposal

BRIEFLY = 120
"""Characters of a reason on a phone."""


def votes_csv(at: At, one: Proposal) -> str:
    return csv_href("votes", at.address, dataset=one.dataset, key=f"0x{one.id.hex()}")


def voter_href(at: At, who: bytes) -> str:
    """The page of a voter: its record where voting power is told, else what its address has."""
    if ask.first_of(at.view, "power"):
        return at.address.href(f"/delegates/{hexed(who)}")
    return at.address.href("/address", a=hexed(who))


def voters(at: At, one: Proposal) -> Any:
    """Every vote with its reason, which is somebody's text and nothing else."""
    cast = voting.ballots(at.view, one.dataset, one.id)
    if not cast:
        return None
    known = labels(at.view.release.chain.id)
    decimals, symbol = voting.unit_of(at.view, one.dataset)
    rows = []
    for rank, vote in enumerate(cast[:MOST], start=1):
        owner = known.of(vote.voter, at.view.block)
        name, address = named(owner.name) if owner else "", brief(vote.voter)
        said = f"“{clipped(vote.reason, BRIEFLY)}”" if vote.reason else ""
        rows.append(
            {
                "rank": rank,
                "voter": hexed(vote.voter),
                "href": voter_href(at, vote.voter),
                "owner": name,
                "who": stacked(f"{rank}. {name or address}", address if name else "", said),
                "support": vote.support,
                "weight": tokens(vote.weight, decimals),
                "sort": float(vote.weight),
                "much": stacked(tokens(vote.weight, decimals), vote.support),
                "block": vote.block,
                "reason": clipped(vote.reason),
            }
        )
    shown = [
        Column("rank", "", 56, where="wide"),
        Column(
            "who", "voter, reason", 110, 1, sorts="rank", style="lines", where="phone", leads=True
        ),
        Column("voter", "voter", 150, 2, style="hash", where="wide", leads=True),
        Column("owner", "declared owner", 130, 1, where="wide"),
        Column("support", "side", 88, where="wide"),
        Column("weight", symbol or "power", 130, 1, sorts="sort", style="num", where="wide"),
        Column("much", symbol or "power", 118, sorts="sort", style="num lines", where="phone"),
        Column("block", "block", 84, style="num", where="wide"),
        Column("reason", "reason, in the voter's own words", 260, 4, style="reason", where="wide"),
    ]
    more = (
        f" The {MOST} heaviest of {number(len(cast))}; the CSV has all." if len(cast) > MOST else ""
    )
    figure = voting.of_vote(at.view, "turnout_heads", one.dataset, one.id)
    return card(
        f"{counted(len(cast), 'vote', capital=True)} cast",
        f"Power at the snapshot, heaviest first; long reasons are cut.{more}",
        grid(shown, rows, "voters"),
        foot(figure, at, votes_csv(at, one), "voters"),
        wide=True,
    )
