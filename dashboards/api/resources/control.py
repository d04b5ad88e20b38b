"""Who can pass, block, propose and halt: bodies, their members' power, ways and votes."""

from collections.abc import Sequence

from dashboards import ruling
from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.table import Column, Row, Table, listed
from psephos.results.control.bodies import Electorate
from psephos.results.control.speed import Speed
from psephos.results.control.told import Control
from psephos.results.control.votes import Told
from psephos.results.shown.text import display, one_line

MOST = 12
"""Members of a coalition that are named in a body's row; `members` lists all."""


def systems(asked: Asked) -> Table:
    """The systems of rules that hold on the block's day."""
    found = ruling.every_system(asked.view)
    return listed(
        (
            Column("system", "text", "Its name."),
            Column("usual", "flag", "Whether it is the one of the release's own governor."),
            Column("title", "text", "What it is the rules of."),
            Column("status", "text", "Whether they are in force, or proposed."),
            Column("since", "text", "From this day on."),
            Column("until", "text", "The first day they no longer hold; null while they do."),
            Column("source", "text", "Where they were read."),
            Column("assumed", "text", "What the source does not say and the file had to."),
        ),
        [
            (one.name, at == 0, one_line(one.title), one.status, str(one.since),
             None if one.until is None else str(one.until), one_line(one.source),
             display("; ".join(one.assumed)) or None)
            for at, one in enumerate(found)
        ],
        definition="/control",
    )  # fmt: skip


def told(asked: Asked) -> Control:
    """The system that is asked for, at the block."""
    return ruling.control(asked.view, asked.words["system"])


def table(
    of: Control, columns: Sequence[Column], rows: Sequence[Row], undefined: str = ""
) -> Table:
    """Rows with what the bodies rest on; amounts are of the token whose holders are a body."""
    held = next((one.held for one in of.bodies.values() if one.held), None)
    return listed(
        tuple(columns),
        rows,
        rests=of.evidence,
        definition="/method/minimum_winning",
        decimals=held.decimals if held else None,
        symbol=held.symbol if held else "",
        undefined=None if rows else undefined or "these rules have none at this block",
    )


def bodies(asked: Asked) -> Table:
    """Each body: what it needs to agree, and how few of its members could do what."""
    found = told(asked)
    columns = (
        Column("body", "text", "Its name in the rules."),
        Column("title", "text", "What it is."),
        Column("kind", "text", "tokens, stake or seats."),
        Column("dataset", "text", "The token whose power it is, or the stakes; null of seats."),
        Column("members", "whole", "How many."),
        Column("power", "amount", "Of all together; one a seat."),
        Column("threshold", "text", "What is needed, with > or >=."),
        Column("base", "text", "Of what."),
        Column("quorum", "amount", "What must have been cast; 0 is none."),
        Column("appointed_by", "text", "Who appoints its members; null where nobody does."),
        Column("removable_by", "text", "Who may remove them; null where no source says so."),
        Column("pass", "whole", "The fewest who pass against everybody else; null: nobody can."),
        Column("pass_alone", "whole", "The fewest who pass if nobody else comes."),
        Column("block", "whole", "The fewest who block."),
        Column("propose_alone", "whole", "How many could propose alone; null: it proposes "
               "nothing."),
        Column("who", "text", f"Those who pass, heaviest first; {MOST} are named at the most."),
        Column("dictator", "text", "Who decides alone; null if nobody does."),
        Column("delay_hours", "whole", "How long what it decides waits; null where no source "
               "says."),
        Column("undefined", "text", "Why its members cannot be told; null if they can."),
    )  # fmt: skip
    return table(found, columns, [_body(found, one) for one in found.bodies.values()])


def _body(of: Control, one: Electorate) -> Row:
    body, able = one.body, of.able[one.body.name]
    passing = able.passing or ()
    fewest = (
        None if some is None else len(some)
        for some in (able.passing, able.passing_alone, able.blocking)
    )
    return (
        body.name, one_line(body.title), body.kind,
        one.held.dataset if one.held else one.staked or None,
        len(one.weights), one.power, str(body.threshold), body.base, one.quorum,
        one_line(body.appointed_by) or None, one_line(body.removable_by) or None, *fewest,
        able.proposing_alone,
        ", ".join(one_line(one.names[voter]) for voter in passing[:MOST]) or None,
        None if able.dictator is None else one_line(one.names[able.dictator]),
        body.delay_hours, one.why and one_line(one.why),
    )  # fmt: skip


def members(asked: Asked) -> Table:
    """Every member of every body with its indices of power, most powerful first."""
    found = told(asked)
    columns = (
        Column("body", "text", "The body."),
        Column("member", "text", "Who: an address, an owner or a seat."),
        Column("weight", "amount", "Votes; one a seat."),
        Column("banzhaf", "text", "Raw Banzhaf index: the chance of a swing."),
        Column("banzhaf_normalised", "text", "Share of all swings."),
        Column("shapley", "text", "Shapley-Shubik index."),
        Column("exact", "flag", "Whether counted in whole numbers."),
        Column("resolution", "text", "What rounding of weights moved an index at most; 0 if "
               "exact."),
    )  # fmt: skip
    rows: list[Row] = []
    for name, powers in found.powers.items():
        if powers is None:
            continue
        for one in sorted(powers.players, key=lambda player: -player.shapley):
            normalised = None if one.normalised is None else repr(one.normalised)
            rows.append(
                (name, one_line(one.name), one.weight, repr(one.banzhaf), normalised,
                 repr(one.shapley), powers.exact, repr(max(powers.resolution)))
            )  # fmt: skip
    return table(found, columns, rows, "no body of these rules can be told from this release")


def ways(asked: Asked) -> Table:
    """Each way to an act: who must agree, who may stop it, and how soon it has an effect."""
    found = told(asked)
    columns = (
        Column("to", "text", "The act: pass, propose or halt."),
        Column("matter", "text", "What it is about, as an upgrade; null of everything."),
        Column("title", "text", "The way."),
        Column("agree", "text", "The bodies that must agree."),
        Column("unless", "text", "The bodies that may stop it; null if none may."),
        Column("fewest", "whole", "Members of the smallest coalitions; null: it cannot be told."),
        Column("not_before_hours", "whole", "Before which it has no effect."),
        Column("delays_told", "flag", "Whether every delay is told; else the hours are the least."),
    )
    return table(found, columns, [_way(one) for one in found.speeds])


def _way(one: Speed) -> Row:
    way = one.way
    return (
        way.to, one_line(way.matter) or None, one_line(way.title), ", ".join(way.agree),
        ", ".join(way.unless) or None, one.fewest, one.hours, one.sure,
    )  # fmt: skip


def votes(asked: Asked) -> Table:
    """Every decided vote by these rules, and how few could have turned it."""
    found = told(asked)
    columns = (
        Column("dataset", "text", "The governor."),
        Column("proposal", "text", "Its id as 32 bytes."),
        Column("title", "text", "Its title; what cannot be seen is made visible."),
        Column("passed", "flag", "By these rules; null where it cannot be told."),
        Column("margin", "text", "Votes for less votes against, in the smallest unit."),
        Column("flip", "whole", "The fewest winners whose change of side turns it."),
        Column("robustness", "whole", "The fewest voters whose absence fails the quorum."),
        Column("undefined", "text", "Why it cannot be told; null if it can."),
    )
    return table(found, columns, [_vote(one) for one in found.votes])


def _vote(one: Told) -> Row:
    margin = None if one.margin is None else str(one.margin)
    return (
        one.proposal.dataset, f"0x{one.proposal.id.hex()}", one_line(one.proposal.title),
        one.passed, margin, one.flip, one.robustness, one.why and one_line(one.why),
    )  # fmt: skip


AT = ("block", "by")
RESOURCES = (
    Resource("/control", "Systems of rules", "The rules there are of who decides.", systems,
             ("block",), lasts=False),
    Resource("/control/{system}", "Control", "Who can pass, block and propose, body by body.",
             bodies, AT, lasts=False),
    Resource("/control/{system}/members", "Indices of power", "Every member with its indices.",
             members, AT, lasts=False),
    Resource("/control/{system}/ways", "Ways", "What leads to each act, and how soon.", ways, AT,
             lasts=False),
    Resource("/control/{system}/votes", "Votes by these rules", "Every decided vote, and how few "
             "could have turned it.", votes, AT, lasts=False),
)  # fmt: skip
