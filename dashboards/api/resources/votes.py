"""Proposals and the votes on them."""

from dashboards import voting
from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.table import Column, Row, Table, listed
from psephos.results.evidence import evidence
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import display, one_line
from psephos.results.voting.proposals import Proposal

PROPOSAL = (
    Column("dataset", "text", "The governor."),
    Column("proposal", "text", "Its id as 32 bytes."),
    Column("number", "text", "Its id as the contract writes it."),
    Column("title", "text", "The first line of its text; what cannot be seen is made visible."),
    Column("proposer", "text", "Who proposed it."),
    Column("created", "whole", "Block of its creation."),
    Column("snapshot_block", "whole", "The block whose voting power counts; null while ahead."),
    Column("state", "text", "Its state as of the block; null where it cannot be told."),
    Column("provisional", "flag", "Whether it may change."),
    Column("for", "amount", "Power cast for it."),
    Column("against", "amount", "Power cast against it."),
    Column("abstain", "amount", "Power that abstained."),
    Column("voters", "whole", "How many voted."),
    Column("quorum", "amount", "What is needed; null if it is not known."),
    Column("turnout_supply", "share", "Cast, of the supply at the snapshot."),
    Column("turnout_delegated", "share", "Cast, of the power delegated at the snapshot."),
    Column("turnout_heads", "share", "Voters with power, of those who had some."),
    Column("undefined", "text", "Why its state is not told; null if it is."),
)


def row(one: Proposal) -> Row:
    tally, turnout = one.tally, one.turnout
    return (
        one.dataset, f"0x{one.id.hex()}", str(one.number), one_line(one.title),
        hexed(one.proposer), one.created, one.snapshot_block,
        None if one.state is None else one.state.value, one.provisional, tally.for_,
        tally.against, tally.abstain, tally.voters, one.quorum, turnout.supply,
        turnout.delegated, turnout.heads, one.undefined,
    )  # fmt: skip


def every_proposal(asked: Asked) -> Table:
    """Every proposal created up to a block, newest first."""
    view, name = asked.view, asked.given.get("dataset", "")
    found = [
        one for one in voting.every_proposal(view.pin, view.block) if name in ("", one.dataset)
    ]
    governors = dict.fromkeys(one.dataset for one in found)
    uses = [(governor, kind) for governor in governors for kind in ("proposal", "vote")]
    rests = evidence(view.release, uses, view.block) if uses else None
    return listed(PROPOSAL, [row(one) for one in found], rests=rests, definition="/method",
                  **_unit(asked, governors))  # fmt: skip


def _unit(asked: Asked, governors: dict[str, None]) -> dict[str, object]:
    units = {voting.unit_of(asked.view, governor) for governor in governors}
    if len(units) != 1:
        return {}
    decimals, symbol = units.pop()
    return {"decimals": decimals, "symbol": symbol}


def votes(asked: Asked) -> Table:
    """Each vote on a proposal, heaviest first."""
    view, name = asked.view, asked.words["dataset"]
    one = voting.proposal(view, name, bytes.fromhex(asked.words["proposal"][2:]))
    ballots = voting.ballots(view, name, one.id)
    return listed(
        (
            Column("voter", "text", "Who voted."),
            Column("side", "text", "for, against or abstain."),
            Column("weight", "amount", "With how much power."),
            Column("reason", "text", "In the voter's words; what cannot be seen is made visible."),
            Column("block", "whole", "In this block."),
        ),
        [(hexed(b.voter), b.support, b.weight, display(b.reason), b.block) for b in ballots],
        rests=evidence(view.release, [(name, "vote")], view.block),
        **_unit(asked, {name: None}),
    )


RESOURCES = (
    Resource("/proposals", "Proposals", "Every proposal as of a block, newest first.",
             every_proposal, ("block", "dataset")),
    Resource("/proposals/{dataset}/{proposal}/votes", "Votes", "Each vote, heaviest first.", votes,
             ("block",)),
)  # fmt: skip
