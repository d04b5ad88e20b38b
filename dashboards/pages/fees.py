"""Fees: what using the chain costs, who pays it, and where it goes."""

from typing import Any

from dashboards.cards import card, columns, headline, undefined
from dashboards.download import csv_href
from dashboards.foot import foot
from dashboards.forms import chart
from dashboards.lists import by_name, key_numbers, listed
from dashboards.pages import At, Page
from dashboards.parts import kicker, switch
from dashboards.studied import listing, studied
from psephos.errors import CommandError, TableError
from psephos.results import reading
from psephos.results.economy.fees import FEES
from psephos.results.shown.drawing import bars
from psephos.results.studies.shape import Listing

PATH, GROUP, NAME, ORDER = r"/fees", "Chain", "Fees", 31
ASKS = (
    ("What does a transaction cost?", "numbers"),
    ("Who pays, for itself or for others?", "payers"),
    (
        "Where does it go: burned, to somebody, or to L1; and what of it is checked?",
        "sequencer numbers",
    ),
)
WORDS = {
    "median": "is the median fee of a transaction",
    "ninth_decile": "is what nine of ten transactions cost at most",
    "paid": "was paid in the window",
    "burned_share": "of it was burned; the rest went to who produced the block",
    "payers": "paid a fee",
    "payers_fees_half": "paid more than half of it",
}
MORE = {
    "fri_share": "of it, by value, was paid in STRK; the rest in ETH",
    "tip_share": "of what was paid in STRK were tips",
    "relayed_share": "of the transactions were paid by a relayer for somebody else",
    "crosschecked": "of the fees equal their own transfer to the sequencer",
    "equal_price": "of the fees are at the one price of their block",
}
"""What only Starknet tells."""
DEFINED = {
    "units": "Each full day (UTC): what was paid in STRK, of it tips, and in ETH; the share is by "
    "the sequencer's own rate, from each block's header",
    "relayed": "Who paid for accounts of others, through which forwarder, by which call",
    "sequencer": "Transfers of the token of fees from the addresses that headers name as sequencer",
}
"""Its tables, and what they hold."""
TITLES = {"sequencer": "What the sequencer's addresses sent on, and to whom"}


def page(at: At) -> Page:
    there = reading.datasets(at.view.release, *FEES)
    if not there:
        raise TableError("this release tells no fees", hint="collect a dataset of fees")
    name = at.address.dataset or there[0]
    if name not in there:
        raise CommandError("there is no such dataset of fees", hint=", ".join(there))
    which = switch("dataset", name, {one: one for one in there}) if len(there) > 1 else None
    study = studied(at.view, "fees", name)
    if study.why:
        told = headline(kicker(at.view), "No fee can be told.", undefined(study.why))
        return Page("Fees", [told, which])
    figures = by_name(study)
    median, paid = figures["median"], figures["paid"]
    return Page(
        "Fees",
        [
            headline(kicker(at.view), f"A transaction costs {median.text} {median.unit}.",
                     f"{figures['payers'].text} accounts paid {paid.text} {paid.unit} for "
                     f"{figures['transactions'].text} transactions: {paid.population}."),
            which,
            key_numbers(at, figures, WORDS),
            key_numbers(at, figures, MORE, "more") if MORE.keys() & figures.keys() else None,
            columns(
                by_day(at, name, paid),
                listed(at, "fees", name, "payers", figures["payers_fees_half"], wide=True,
                       title=f"{figures['payers_fees_half'].text} accounts paid more than half",
                       definition="Fees in the window by who paid them; an account is not a "
                       "person, and some pay for others"),
                *(listed(at, "fees", name, one.name, figures[measure], wide=True,
                         title=TITLES.get(one.name, ""), definition=defined(one.name))
                  for one in study.tables if (measure := under(one, figures))),
            ),
        ],
    )  # fmt: skip


def by_day(at: At, name: str, figure: Any) -> Any:
    """What was paid on each full day."""
    found = listing(at.view, "fees", name, "days")
    if found is None:
        return None
    unit = figure.unit
    values = [float(str(row[2]).replace("\u2009", "")) for row in found.rows]
    most = max(range(len(values)), key=values.__getitem__)
    title = f"Most was paid on {found.rows[most][0]}"
    return card(
        title,
        f"Fees of each full day (UTC), in {unit}",
        chart(bars([str(row[0]) for row in found.rows], values, unit), f"{title}.", form="flow"),
        foot(figure, at, csv_href("study", at.address, kind="fees", dataset=name, measure="days"),
             "days"),
        wide=True,
    )  # fmt: skip


def under(of: Listing, figures: Any) -> str:
    """The figure that a further table's footer is of; none of those that have their own card, nor
    of updates whose cost is told of none.
    """
    named = {"units": "fri_share", "relayed": "relayed_share", "sequencer": "paid"}
    if of.name.startswith("updates_"):
        return "paid" if any(cell is not None for row in of.rows for cell in row[2:]) else ""
    found = named.get(of.name, "")
    return found if found in figures else ""


def defined(table: str) -> str:
    """What a further table holds."""
    return DEFINED.get(table, "What settling on L1 cost, update by update: of the chain beside")
