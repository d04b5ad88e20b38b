"""What pages ask about proposals and votes, remembered by view and arguments."""

from functools import lru_cache
from typing import NamedTuple

from dashboards.view import Pin, View
from psephos.errors import CommandError
from psephos.results import reading
from psephos.results.figures import Figure, of_proposal
from psephos.results.shown.text import number
from psephos.results.voting.flips import Flip, flip_set
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.voting.rules import State, rules
from psephos.results.voting.votes import votes

RECENT = 10


class Ballot(NamedTuple):
    """A vote as it was cast; the reason is the chain's own text."""

    voter: bytes
    support: str
    weight: int
    reason: str
    block: int


@lru_cache(maxsize=32)
def every_proposal(pinned: Pin, block: int) -> tuple[Proposal, ...]:
    """Every proposal created up to a block, newest first."""
    return tuple(proposals(pinned.release, block))


def of_token(of: View, token: str) -> tuple[Proposal, ...]:
    """Every proposal whose governor counts this token's power, or does not say whose."""
    found = every_proposal(of.pin, of.block)
    return tuple(one for one in found if token_of(of, one.dataset) in (None, token))


def proposal(of: View, name: str, id: bytes) -> Proposal:
    """One proposal; `CommandError` if it was not created up to the block."""
    for one in every_proposal(of.pin, of.block):
        if (one.dataset, one.id) == (name, id):
            return one
    raise CommandError(
        f"there is no such proposal up to block {number(of.block)}",
        hint="the page Votes lists those there are",
    )


@lru_cache(maxsize=64)
def of_vote(of: View, measure: str, name: str, id: bytes) -> Figure:
    """A figure of one proposal."""
    return of_proposal(of.release, measure, proposal(of, name, id))


def token_of(of: View, governor: str) -> str | None:
    """The dataset whose voting power a governor counts."""
    return rules(of.release, governor).token


def unit_of(of: View, governor: str) -> tuple[int, str]:
    """Decimals and symbol of the power a governor counts."""
    entry = reading.dataset(of.release, token_of(of, governor) or governor)
    return entry.decimals, entry.symbol


@lru_cache(maxsize=64)
def flipped(of: View, name: str, id: bytes) -> Flip | None:
    """Who could flip a proposal."""
    return flip_set(of.release, proposal(of, name, id))


@lru_cache(maxsize=16)
def ballots(of: View, name: str, id: bytes) -> tuple[Ballot, ...]:
    """Each vote on a proposal, heaviest first."""
    found = votes(of.release, id, of.block, dataset=name)
    columns = found.select("voter", "support", "weight", "reason", "block_number")
    return tuple(
        Ballot(voter, support, int(weight), reason, block)
        for voter, support, weight, reason, block in columns.rows()
    )


@lru_cache(maxsize=32)
def attendance(of: View, name: str) -> tuple[dict[bytes, int], int]:
    """In how many of the last votes that are over each address took part, and how many those are.

    Of the governors that count the voting power of dataset `name`.
    """
    over = [
        one
        for one in every_proposal(of.pin, of.block)
        if one.state is not None
        and one.state not in (State.PENDING, State.ACTIVE, State.CANCELED)
        and rules(of.release, one.dataset).token == name
    ][:RECENT]
    found: dict[bytes, int] = {}
    for one in over:
        for voter in {ballot.voter for ballot in ballots(of, one.dataset, one.id)}:
            found[voter] = found.get(voter, 0) + 1
    return found, len(over)
