"""What a chart or a table shows, as CSV: every row, exact.

Amounts are whole numbers of the smallest unit, as the chain has them; how many decimals they have
stands beside them. A cell of text that a spreadsheet would run as a formula begins with `'`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain, islice
from urllib.parse import urlencode

from dashboards import flowing, persons, ruling, staked, voting
from dashboards import queries as ask
from dashboards.address import Address
from dashboards.promised import verdicts
from dashboards.settling import updated
from dashboards.studied import listing, studied
from dashboards.supposing import supposed
from dashboards.typed import typed
from dashboards.unlocking import course, supplied
from dashboards.view import View, iso, utc
from psephos.errors import CommandError
from psephos.results import reading
from psephos.results.bases import OF_KIND
from psephos.results.economy.settlement import CORES
from psephos.results.evidence import LEVELS
from psephos.results.figures import OF_POSITIONS
from psephos.results.positions import HOLDERS, SOURCES
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import display
from psephos.results.standing import MISSING, standing
from psephos.results.studies import STUDIES
from psephos.results.voting.proposals import Proposal

Cell = str | int | Decimal | None
Rows = Iterable[Sequence[Cell]]
PLACES = 12
DIVIDES = re.compile(r"[\",;|\t\r\n]")
FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""How a formula begins, also in the wide letters that some spreadsheets take for narrow ones."""


def csv_href(table: str, at: Address, **choices: str) -> str:
    """The address of a file with what is shown at an address."""
    given = {"release": at.release, "block": at.block, "by": at.by, **choices}
    return f"/csv/{table}?{urlencode({name: value for name, value in given.items() if value})}"


def content(table: str, view: View, at: Address) -> Iterator[bytes]:
    """A file in pieces; `CommandError` for a table there is none of."""
    if table not in TABLES:
        raise CommandError("there is no such file", hint=", ".join(TABLES))
    pieces = written(TABLES[table](view, at))
    first = next(pieces)  # Whatever is wrong is said before the answer has begun.
    return chain([first], pieces)


def written(rows: Rows) -> Iterator[bytes]:
    """Rows as CSV, some thousand at a time."""
    for some in batched(iter(rows), 2_000):
        lines = (",".join(quoted(safe(value)) for value in row) for row in some)
        yield "".join(f"{line}\r\n" for line in lines).encode()


def batched(rows: Iterator[Sequence[Cell]], size: int) -> Iterator[list[Sequence[Cell]]]:
    """So many rows at a time."""
    while some := list(islice(rows, size)):
        yield some


def quoted(value: Cell) -> str:
    """A cell as RFC 4180 writes it, in quotes also where another program would divide it: where
    `;` or a tab separates cells, what follows one could begin as a formula.
    """
    text = f"{value:f}" if isinstance(value, Decimal) else "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"' if DIVIDES.search(text) else text


def safe(value: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula; numbers are left alone."""
    if isinstance(value, str) and value.lstrip(" \u00a0")[:1] in FORMULA:
        return "'" + value
    return value


def exact(share: Fraction | None) -> str:
    """A share with so many places, rounded once; empty where it is undefined."""
    if share is None:
        return ""
    whole, part = divmod(round(share * 10**PLACES), 10**PLACES)
    return f"{whole}.{part:0{PLACES}}"


def _positions(view: View, at: Address) -> Rows:
    kind = at.kind if at.kind in SOURCES and at.kind != "vote" else None
    if kind is None:
        raise CommandError("there are no such positions")
    held = ask.held(view, kind, ask.dataset_of(view, kind, at.dataset))
    whole = held.total
    yield ["rank", HOLDERS[kind], "owner_declared", "amount", "decimals", "symbol", "share"]
    for rank, (who, amount, owner) in enumerate(
        zip(held.holders, held.amounts, held.owners, strict=True), start=1
    ):
        yield [
            rank, hexed(who), owner, amount, held.decimals, held.symbol,
            exact(Fraction(amount, whole)),
        ]  # fmt: skip


def _history(view: View, at: Address) -> Rows:
    if at.measure not in ask.HISTORY or at.kind not in ("power", "balance"):
        raise CommandError("there is no such history")
    name = ask.dataset_of(view, at.kind, at.dataset)
    yield ["block", "time_utc", at.measure, "exact"]
    for block, time, value in ask.history(view, at.measure, at.kind, name):
        shown = (
            value if isinstance(value, int) else exact(None if value is None else Fraction(value))
        )
        told = "" if value is None or isinstance(value, float) else str(value)
        yield [block, utc(time), shown, told]


def _proposals(view: View, at: Address) -> Rows:
    yield [
        "governor", "proposal", "title", "state", "provisional", "proposer", "created_block",
        "for", "against", "abstain", "voters", "quorum", "turnout_supply", "turnout_delegated",
        "turnout_heads", "description",
    ]  # fmt: skip
    for one in voting.every_proposal(view.pin, view.block):
        if not at.key or (one.dataset, f"0x{one.id.hex()}") == (at.dataset, at.key):
            yield _proposal(one)


def _proposal(one: Proposal) -> Sequence[Cell]:
    state = "undefined" if one.state is None else one.state.value
    turnout = (one.turnout.supply, one.turnout.delegated, one.turnout.heads)
    return [
        one.dataset, f"0x{one.id.hex()}", one.title, state, "yes" if one.provisional else "no",
        hexed(one.proposer), one.created, one.tally.for_, one.tally.against, one.tally.abstain,
        one.tally.voters, one.quorum, *map(exact, turnout), display(one.description),
    ]  # fmt: skip


def _votes(view: View, at: Address) -> Rows:
    one = voting.proposal(view, at.dataset, bytes.fromhex(at.key[2:]))
    yield ["voter", "support", "weight", "reason", "block"]
    for voter, support, weight, reason, block in voting.ballots(view, one.dataset, one.id):
        yield [hexed(voter), support, weight, display(reason), block]


def _measures(view: View, at: Address) -> Rows:
    if at.kind not in ("power", "balance", "locked"):
        raise CommandError("there are no such positions")
    name = ask.dataset_of(view, at.kind, at.dataset)
    yield ["measure", "value", "text", "unit", "block", "population", "level", "release", "id"]
    for measure in (*OF_POSITIONS, *OF_KIND.get(at.kind, ())):
        found = ask.measured(view, measure, at.kind, name)
        yield [
            measure, "" if found.value is None else str(found.value), found.text, found.unit,
            found.block, found.population, found.evidence.level, found.evidence.release, found.id,
        ]  # fmt: skip


def _grants(view: View, at: Address) -> Rows:
    name = ask.dataset_of(view, "locked", at.dataset)
    entry = view.release.datasets[name]
    yield ["beneficiary", "promised", "vested", "released", "locked", "decimals", "symbol"]
    for one in ask.grants_of(view, name) or []:
        yield [
            hexed(one.beneficiary), one.amount, one.vested, one.released, one.locked,
            entry.decimals, entry.symbol,
        ]  # fmt: skip


def _control(view: View, at: Address) -> Rows:
    found = ruling.control(view, at.system)
    yield ["body", "member", "weight", "banzhaf", "banzhaf_normalised", "shapley", "exact"]
    for name, powers in found.powers.items():
        if powers is None:
            continue
        for one in sorted(powers.players, key=lambda player: -player.shapley):
            normalised = "" if one.normalised is None else repr(one.normalised)
            yield [
                name, display(one.name), one.weight, repr(one.banzhaf), normalised,
                repr(one.shapley), "yes" if powers.exact else "no",
            ]  # fmt: skip


def _study(view: View, at: Address) -> Rows:
    """One table of a study, or its figures where no table is named."""
    if at.kind not in STUDIES or at.dataset not in view.release.datasets:
        raise CommandError("there is no such study", hint=", ".join(STUDIES))
    if not at.measure:
        yield ["measure", "value", "text", "unit", "block", "population", "level", "id"]
        for one in studied(view, at.kind, at.dataset).figures:
            yield [
                one.measure, "" if one.value is None else str(one.value), one.text, one.unit,
                one.block, one.population, one.evidence.level, one.id,
            ]  # fmt: skip
        return
    found = listing(view, at.kind, at.dataset, at.measure)
    if found is None:
        raise CommandError("the study has no such table at this block")
    columns = typed(view, at.dataset, found)
    yield [column.name for column in columns]
    words = {True: "yes", False: "no"}
    for row in zip(*(column.cells for column in columns), strict=True):
        yield [words[cell] if isinstance(cell, bool) else cell for cell in row]


def _flows(view: View, at: Address) -> Rows:
    yield ["from", "to", "amount"]
    for flow in flowing.flows(view, ask.dataset_of(view, "power", at.dataset)):
        yield [display(flow.source), display(flow.target), flow.amount]


def _locked(view: View, at: Address) -> Rows:
    yield ["time_utc", "still_locked_tokens"]
    for _, time, value in course(view, ask.dataset_of(view, "supply", at.dataset)):
        yield [utc(time), str(value)]


def _supply(view: View, at: Address) -> Rows:
    yield ["block", "time_utc", "supply_tokens"]
    for block, time, value in supplied(view, ask.dataset_of(view, "supply", at.dataset)):
        yield [block, utc(time), str(value)]


def _updates(view: View, at: Address) -> Rows:
    there = reading.datasets(view.release, *CORES)
    if at.dataset not in there:
        raise CommandError("there is no such core contract", hint=", ".join(there))
    yield ["l1_block", "time_utc", "to_l2_block", "gas_paid_wei", "blobs_paid_wei"]
    for one in updated(view, at.dataset):
        yield [one.block, iso(one.time), one.covers, one.gas, one.blobs]


def _promises(view: View, at: Address) -> Rows:
    yield ["promise", "since", "until", "result", "holds", "why", "row", "found", "asked",
           "row_result", "block"]  # fmt: skip
    for one in verdicts(view):
        until = "" if one.version.until is None else str(one.version.until)
        head = [one.promise.name, str(one.version.since), until, str(one.result),
                "yes" if one.holds else "no", one.judged.why or ""]  # fmt: skip
        for row in one.judged.rows or (None,):
            rest = ["", "", "", "", None] if row is None else [
                display(row.what), row.found, row.asked, str(row.result), row.block,
            ]  # fmt: skip
            yield [*head, *rest]


def _whatif(view: View, at: Address) -> Rows:
    found = supposed(view, ask.dataset_of(view, "power", at.dataset), at)
    yield ["what", "name", "before", "after"]
    for one in found.measures:
        yield ["measure", one.name, _said(one.before), _said(one.after)]
    for vote in found.votes:
        yield ["vote", display(vote.proposal.title), _said(vote.before), _said(vote.after)]


def _standing(view: View, at: Address) -> Rows:
    yield ["dataset", "first_block", "last_block", *(*reversed(LEVELS), MISSING)]
    for name, entry in view.release.datasets.items():
        yield [name, entry.first, view.block, *standing(view.release, name, view.block).values()]


def _said(value: object) -> str:
    """Exact, or empty where it is undefined."""
    words = {True: "passed", False: "failed", None: ""}
    return words[value] if isinstance(value, bool) or value is None else str(value)


TABLES: dict[str, Callable[[View, Address], Rows]] = {
    "positions": _positions,
    "history": _history,
    "proposals": _proposals,
    "votes": _votes,
    "measures": _measures,
    "grants": _grants,
    "control": _control,
    "study": _study,
    "flows": _flows,
    "locked": _locked,
    "supply": _supply,
    "updates": _updates,
    "promises": _promises,
    "whatif": _whatif,
    "holder": persons.held_rows,
    "cast": persons.cast_rows,
    "standing": _standing,
    "duties": staked.duty_rows,
}


def filename(table: str, view: View) -> str:
    """Made from what was checked, never from what was typed."""
    return f"psephos-{table}-{view.block}-{view.pin.id[:8]}.csv"
