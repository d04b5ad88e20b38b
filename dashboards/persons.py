"""What pages ask about one address, remembered by view."""

from functools import lru_cache

from dashboards import queries as ask
from dashboards import voting
from dashboards.view import View, labels
from psephos.results import holder
from psephos.results.holder import Cast, Conflict, Holding, Link
from psephos.results.proofs.rolls import root_of, shown_in
from psephos.results.voting.proposals import Proposal


@lru_cache(maxsize=32)
def holdings(of: View, who: bytes) -> tuple[Holding, ...]:
    return holder.holdings(of.release, who, of.block)


@lru_cache(maxsize=32)
def cast(of: View, who: bytes) -> tuple[Cast, ...]:
    """Its votes, newest first."""
    return holder.cast(of.release, who, of.block, voting.every_proposal(of.pin, of.block))


@lru_cache(maxsize=32)
def missed(of: View, who: bytes) -> tuple[Proposal, ...]:
    """Votes that are over, and that it had power for and did not take part in."""
    every = voting.every_proposal(of.pin, of.block)
    return holder.missed(of.release, who, every, cast(of, who))


@lru_cache(maxsize=32)
def links(of: View, who: bytes) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """(to whom it delegates, who delegates to it)."""
    release = of.release
    return holder.given(release, who, of.block), holder.received(release, who, of.block)


@lru_cache(maxsize=32)
def conflicts(of: View, who: bytes) -> tuple[Conflict, ...]:
    release = of.release
    return holder.conflicts(release, who, of.block, labels(release.chain.id))


@lru_cache(maxsize=16)
def roll_root(of: View, kind: str, name: str) -> bytes:
    """The root of everybody's positions, as who has all of them computes it."""
    return root_of(ask.held(View(of.pin, of.block, False), kind, name))


def witness(of: View, kind: str, name: str, who: bytes) -> bytes:
    """The file that shows that an address has what it has, or nothing."""
    return shown_in(ask.held(View(of.pin, of.block, False), kind, name), who)
