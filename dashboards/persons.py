"""What pages ask about one address, remembered by view."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from dashboards import queries as ask
from dashboards import voting
from dashboards.address import Address
from dashboards.view import View, labels
from psephos.errors import CommandError
from psephos.results import holder
from psephos.results.holder import Cast, Conflict, Holding, Link
from psephos.results.proofs.rolls import root_of, shown_in
from psephos.results.shown.text import display
from psephos.results.voting.proposals import Proposal

LENGTHS = (20, 32)


def asked(of: View, text: str) -> bytes:
    """An address as it was typed, in the chain's width; `CommandError` where it is none of it."""
    digits = text.removeprefix("0x").lower()
    width = length(of)
    if width == 32:
        return bytes.fromhex(digits.rjust(64, "0"))
    if len(digits) != 2 * width:
        raise CommandError(
            f"that is no address of this chain: it has {len(digits)} digits",
            hint=f"0x and {2 * width} hexadecimal digits",
        )
    return bytes.fromhex(digits)


def length(of: View) -> int:
    """Bytes of an address: 32 on Starknet, else 20."""
    sources = {one for entry in of.release.datasets.values() for one in entry.sources}
    wide = any(one.startswith("starknet_") and one not in ("starknet_core", "starknet_bridge")
               for one in sources)  # fmt: skip
    return LENGTHS[wide]


def held_rows(of: View, at: Address) -> Iterator[Sequence[str | int | None]]:
    """What an address has, as a file."""
    yield ["kind", "dataset", "amount", "decimals", "symbol", "share", "rank", "holders",
           "undefined"]  # fmt: skip
    for one in holdings(of, asked(of, at.a)):
        share = "" if one.share is None else str(one.share)
        yield [one.kind, one.dataset, None if one.undefined else one.amount, one.decimals,
               one.symbol, share, one.rank, one.holders, one.undefined or ""]  # fmt: skip


def cast_rows(of: View, at: Address) -> Iterator[Sequence[str | int | None]]:
    """The votes of an address, and those that it missed, as a file."""
    who = asked(of, at.a)
    yield ["governor", "proposal", "title", "side", "weight", "power", "in_full"]
    for one in cast(of, who):
        full = "" if one.full is None else "yes" if one.full else "no"
        yield [one.proposal.dataset, f"0x{one.proposal.id.hex()}", display(one.proposal.title),
               one.support, one.weight, one.power, full]  # fmt: skip
    for missing in missed(of, who):
        yield [missing.dataset, f"0x{missing.id.hex()}", display(missing.title), "", None, None, ""]


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
