"""Who delegates to whom, and what grants still lock: the rows under two pages."""

from dashboards import flowing
from dashboards import queries as ask
from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.table import Column, Table, listed
from psephos.results.evidence import evidence
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import one_line

FLOW = (
    Column("source", "text", "Holders, by their declared role."),
    Column("target", "text", "A delegate, all others, or nobody."),
    Column("amount", "amount", "How much they hold, in the token's smallest unit."),
)
GRANT = (
    Column("beneficiary", "text", "Whose grants."),
    Column("promised", "amount", "In the token's smallest unit."),
    Column("vested", "amount", "By the block's time."),
    Column("released", "amount", "Taken out so far."),
    Column("locked", "amount", "Promised less vested, or less released if more was."),
)


def flows(asked: Asked) -> Table:
    """Voting power from kinds of holders to the largest delegates, the others, and nobody."""
    view, given = asked.view, asked.given.get("dataset", "")
    if not given and ask.first_of(view, "power") is None:
        return listed(FLOW, [], undefined="this release has no voting power")
    name = ask.dataset_of(view, "power", given)
    entry, found = view.release.datasets[name], flowing.flows(view, name)
    return listed(
        FLOW,
        [(one_line(one.source), one_line(one.target), one.amount) for one in found],
        rests=evidence(view.release, [(name, "balance"), (name, "delegation")], view.block),
        definition="/delegation",
        decimals=entry.decimals,
        symbol=entry.symbol,
        undefined=None if found else "this token does not tell who delegates to whom",
    )


def grants(asked: Asked) -> Table:
    """What each beneficiary was promised, has vested, has taken and has not got yet."""
    view, given = asked.view, asked.given.get("dataset", "")
    if not given and ask.first_of(view, "locked") is None:
        return listed(GRANT, [], undefined="this release has no grants")
    name = ask.dataset_of(view, "locked", given)
    entry, found = view.release.datasets[name], ask.grants_of(view, name)
    return listed(
        GRANT,
        [
            (hexed(one.beneficiary), one.amount, one.vested, one.released, one.locked)
            for one in found or ()
        ],
        rests=evidence(view.release, [(name, "locked")], view.block),
        definition="/holders",
        decimals=entry.decimals,
        symbol=entry.symbol,
        undefined="blocks are missing, or the block's time is not known" if found is None else None,
    )


RESOURCES = (
    Resource("/flows", "Flows of voting power", "From whom votes come, and to whom they go.", flows,
             ("block", "dataset"), lasts=False),
    Resource("/grants", "Grants", "Locked grants by beneficiary.", grants, ("block", "dataset")),
)  # fmt: skip
