"""The foundation: what the addresses that are declared its own hold, delegate and pay out.

Which addresses those are is a declaration (`data/entities`), and so is every figure that rests on
it: what nobody labelled is not seen here. An address labelled *treasury* is counted apart.
"""

from fractions import Fraction

from analytics.delegation import Delegations, given_by, one_level
from psephos.errors import TableError
from psephos.results import reading
from psephos.results.economy.token import ZERO
from psephos.results.labels.foundation import ROLE
from psephos.results.positions import Positions, positions
from psephos.results.power import delegation_graph
from psephos.results.shown.text import address, named
from psephos.results.shown.wording import percent, tokens
from psephos.results.studies.shape import Listing, Study, Subject, Values

TITLE = "What the foundation holds, delegates and pays out"
SHOWN = 40


def study(of: Subject) -> Study:
    """Holdings, delegations and recipients of every address labelled foundation."""
    ours = of.entities.with_role(ROLE, block=of.block)
    held = positions(of.release, "balance", dataset=of.dataset, block=of.block)
    why = held.undefined or (None if ours else "nobody is labelled foundation on this chain")
    if why:
        return Study("foundation", TITLE, of.dataset, of.block, why=why)
    values = Values(
        of,
        "foundation",
        f"addresses labelled foundation, at the end of block {of.block}",
        len(ours),
        [(of.dataset, "balance")],
        declared=(of.entities.words,),
    )
    _held(values, held, ours)
    graph = _graph(of)
    _delegated(values, graph, ours)
    paid = recipients(of, ours)
    _paid(values, held, paid)
    tables = (_holdings(held, graph, ours), _given(of, held, graph, ours), _to(of, held, paid))
    return Study("foundation", TITLE, of.dataset, of.block, tuple(values.found), tables)


def recipients(of: Subject, ours: frozenset[bytes]) -> list[tuple[bytes, int, int, int]]:
    """(who, amount, transfers, last block) of what these addresses sent to others, most first."""
    query = f"""
        SELECT recipient, sum(amount), count(*), max(block_number)
        FROM "{of.dataset}_transfer"
        WHERE block_number <= ? AND amount > 0 AND NOT {ZERO.format("recipient")}
            AND sender IN (SELECT unnest(?::BLOB[])) AND recipient NOT IN (SELECT unnest(?::BLOB[]))
        GROUP BY recipient ORDER BY 2 DESC, 1"""
    found = reading.rows(of.release, query, (of.block, sorted(ours), sorted(ours)))
    return [(bytes(who), int(amount), int(n), int(last)) for who, amount, n, last in found]


def _graph(of: Subject) -> Delegations[bytes] | None:
    """Who delegates to whom; None where the token does not tell."""
    if not reading.has(of.release, f"{of.dataset}_delegate_changed"):
        return None
    try:
        return delegation_graph(of.release, of.dataset, of.block)
    except TableError:
        return None


def _part(some: int, whole: int) -> Fraction | None:
    return Fraction(some, whole) if whole else None


def _held(values: Values, held: Positions, ours: frozenset[bytes]) -> None:
    mine = [x for who, x in zip(held.holders, held.amounts, strict=True) if who in ours]
    unit = (held.decimals, held.symbol)
    values.tell(
        "held", "Held by the foundation", sum(mine), "smallest unit",
        "Σ held by addresses labelled foundation", amount_of=unit,
    )  # fmt: skip
    values.tell(
        "held_share", "Share of the supply that the foundation holds",
        _part(sum(mine), held.total), "share", "Σ held by labelled addresses / Σ held",
    )  # fmt: skip
    values.tell(
        "addresses", "Addresses of the foundation that hold something", len(mine), "addresses",
        "count of labelled addresses with a balance",
    )  # fmt: skip


def _delegated(values: Values, graph: Delegations[bytes] | None, ours: frozenset[bytes]) -> None:
    given = None if graph is None else given_by(graph, ours)
    power = {} if graph is None else one_level(graph)
    why = "the token does not tell who delegates what"
    uses = ((values.of.dataset, "delegation"),) if graph is not None else ()
    values.tell(
        "delegated_share", "Share of the delegated power that the foundation delegated",
        None if given is None else _part(sum(given.values()), sum(power.values())), "share",
        "Σ delegated by labelled addresses / Σ delegated", why=why, uses=uses,
    )  # fmt: skip
    values.tell(
        "delegates", "Delegates with power from the foundation",
        None if given is None else len(given), "delegates",
        "count of delegates that labelled addresses delegate to", why=why, uses=uses,
    )  # fmt: skip
    hanging = None
    if given is not None:
        hanging = sum(2 * part > power[who] for who, part in given.items())
    values.tell(
        "dependent", "Delegates most of whose power is the foundation's", hanging, "delegates",
        "count of delegates with more than half of their power from labelled addresses",
        why=why, uses=uses,
    )  # fmt: skip


def _paid(values: Values, held: Positions, paid: list[tuple[bytes, int, int, int]]) -> None:
    unit = (held.decimals, held.symbol)
    values.tell(
        "paid_out", "Sent to others by the foundation", sum(one[1] for one in paid),
        "smallest unit", "Σ transfers from labelled addresses to others", amount_of=unit,
    )  # fmt: skip
    values.tell(
        "recipients", "Addresses that the foundation sent something to", len(paid), "addresses",
        "distinct recipients that are not labelled foundation",
    )  # fmt: skip


def _holdings(held: Positions, graph: Delegations[bytes] | None, ours: frozenset[bytes]) -> Listing:
    """Each address with what it holds and to whom it delegates."""
    rows = []
    for who, amount in zip(held.holders, held.amounts, strict=True):
        if who in ours:
            to = None if graph is None else graph.to.get(who)
            told = "nobody" if to is None else address(to)
            shown = tokens(amount, held.decimals)
            rows.append((address(who), shown, percent(Fraction(amount, held.total), 2), told))
    columns = ("address", held.symbol or "amount", "of the supply", "delegates to")
    return Listing("holdings", "Addresses declared the foundation's", columns, tuple(rows))


def _given(
    of: Subject, held: Positions, graph: Delegations[bytes] | None, ours: frozenset[bytes]
) -> Listing:
    """To whom it delegates, how much, and which part of that delegate's power it is."""
    columns = ("delegate", "declared owner", "from the foundation", "of the delegate's power")
    if graph is None:
        return Listing("given", "Delegations", columns, ())
    power, given = one_level(graph), given_by(graph, ours)
    rows = tuple(
        (address(who), _name(of, who), tokens(given[who], held.decimals),
         percent(Fraction(given[who], power[who])))
        for who in sorted(given, key=lambda one: (-given[one], one))
    )  # fmt: skip
    return Listing("given", "To whom the foundation delegates", columns, rows)


def _to(of: Subject, held: Positions, paid: list[tuple[bytes, int, int, int]]) -> Listing:
    """Who received most."""
    rows = tuple(
        (address(who), _name(of, who), tokens(amount, held.decimals), count, last)
        for who, amount, count, last in paid[:SHOWN]
    )
    columns = ("recipient", "declared owner", held.symbol or "amount", "transfers", "last block")
    return Listing("recipients", "Who received most from it", columns, rows)


def _name(of: Subject, who: bytes) -> str | None:
    owner = of.entities.of(who, of.block)
    return named(owner.name) if owner else None
