"""Parts that several pages show: a table of holders, measures of it, switches, wording."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import accumulate
from typing import Any

import dash_mantine_components as dmc  # type: ignore[import-untyped]
from dash import dcc, html

from analytics import MEASURES, Value
from dashboards import queries as ask
from dashboards.address import Address
from dashboards.chains import words
from dashboards.foot import evidence_href
from dashboards.forms import overlaid
from dashboards.pages import At
from dashboards.tables import MOST, Column, grid, stacked
from dashboards.view import View, labels, utc, when
from psephos.results.bases import OF_KIND
from psephos.results.positions import HOLDERS, Positions
from psephos.results.shown.drawing import Picture
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import named, number
from psephos.results.shown.wording import counted, decimal, percent
from psephos.results.shown.wording import tokens as whole_tokens
from psephos.results.voting.proposals import Proposal

ADDRESS = re.compile(r"0x(?:[0-9a-f]{40}|[0-9a-f]{64})")


def kicker(view: View) -> str:
    """Chain, block and its time."""
    release = view.release
    time = utc(when(view.pin, view.block))
    tail = " · not final" if view.block > release.final else ""
    return f"{words(release.chain.name)} · block {number(view.block)} · {time}{tail}"


def share(value: Fraction | None) -> str:
    """A share in percent; a word where it is undefined."""
    return "undefined" if value is None else percent(value)


def rounded(value: Value) -> str:
    """A number of people, to one place."""
    return "undefined" if value is None else decimal(Fraction(value), 1)


def large(amount: int, decimals: int) -> str:
    """A sum as a reader remembers it: 3.26 bn, 812.40 million. Exact ones are in the files."""
    for size, word in ((9, " bn"), (6, " million")):
        if amount >= 10 ** (size + decimals):
            return decimal(Fraction(amount, 10 ** (size + decimals)), 2) + word
    return whole_tokens(amount, decimals)


def few(count: int) -> str:
    """A number as a sentence says it, where it stands alone: `three`."""
    return counted(count, " ", " ").strip()


def choice(name: str, value: str, options: Mapping[str, str]) -> Any:
    """A switch whose choice goes into the address; the first is what no choice means."""
    return html.Div(
        dmc.SegmentedControl(
            id={"choice": name, "usual": next(iter(options))},
            value=value,
            data=[{"value": key, "label": label} for key, label in options.items()],
            size="xs",
        ),
        className="choice",
    )


def tokens(at: At, kind: str, name: str, first: str = "") -> Any:
    """Which token a page is of, where a release has several; nothing where there is one.

    first: the one that it opens on, where that is not the kind's usual one
    """
    there = sorted(ask.there_are(at.view, kind), key=lambda one: one != first)
    return switch("token", name, {one: one for one in there}) if len(there) > 1 else None


def switch(what: str, value: str, options: Mapping[str, str]) -> Any:
    """A dataset's switch under the headline, with what it switches."""
    return html.Div([html.Span(what), choice("dataset", value, options)], className="switches")


def by_owner(at: Address) -> Any:
    """Holders by address, or by declared owner."""
    options = {"address": "by address", "owner": "by declared owner"}
    return choice("by", at.by or "address", options)


def holders(at: At, held: Positions, extra: Mapping[str, Mapping[bytes, str]], id: str) -> Any:
    """A table of positions, largest first, with more columns by holder where given."""
    noun = HOLDERS[held.kind]
    known = labels(at.view.release.chain.id)
    owners = [known.of(holder, held.block) for holder in held.holders[:MOST]]
    names = [named(owner.name) if owner else "" for owner in owners]
    unit = held.symbol or "amount"
    columns = [
        Column("rank", "", 48, where="wide"),
        Column("who", noun, 110, 1, sorts="rank", style="lines", where="phone", leads=True),
        Column("holder", noun, 150, 3, style="hash", where="wide", leads=True),
        *([Column("owner", "declared owner", 130, 2, where="wide")] if any(names) else []),
        Column("amount", unit, 122, 2, sorts="rank", style="num", where="wide"),
        Column(
            "much", held.symbol or "amount", 118, sorts="rank", style="num lines", where="phone"
        ),
        Column("share", "share", 80, 1, sorts="part", style="num", where="wide"),
        Column("together", "together", 88, 1, sorts="sum", style="num", where="wide"),
        *(
            Column(f"more{place}", head, 96, 1, style="num", where="wide")
            for place, head in enumerate(extra)
        ),
    ]
    return grid(columns, rows(at, held, names, extra), id)


def holder_href(at: Address, kind: str, who: bytes) -> str:
    """The page of a holder: a delegate has one of its own."""
    if kind == "power":
        return at.href(f"/delegates/{hexed(who)}")
    if kind == "stake":
        return at.href(f"/stake/{hexed(who)}")
    return at.href("/address", a=hexed(who))


def rows(
    at: At, held: Positions, names: list[str], extra: Mapping[str, Mapping[bytes, str]]
) -> list[dict[str, Any]]:
    """The rows of `holders`; only as many as are shown."""
    sums = accumulate(held.amounts)
    found = []
    for rank, (who, amount, owner, sum_) in enumerate(
        zip(held.holders[:MOST], held.amounts, names, sums, strict=False), start=1
    ):
        part, together = Fraction(amount, held.total), Fraction(sum_, held.total)
        short = brief(who)
        told = [f"{head}: {said[who]}" for head, said in extra.items() if said.get(who)]
        found.append(
            {
                "rank": rank,
                "holder": hexed(who),
                "href": holder_href(at.address, held.kind, who),
                "owner": owner,
                "who": stacked(f"{rank}. {owner or short}", short if owner else "", *told),
                "amount": whole_tokens(amount, held.decimals),
                "share": percent(part, 2),
                "much": stacked(whole_tokens(amount, held.decimals), percent(part, 2)),
                "part": float(part),
                "together": percent(together),
                "sum": float(together),
                **{f"more{n}": said.get(who, "") for n, said in enumerate(extra.values())},
            }
        )
    return found


def brief(raw: bytes) -> str:
    """An address as a reader recognises it: 0x12ab…89ef."""
    return f"0x{raw.hex()[:4]}…{raw.hex()[-4:]}"


def dashed(
    at: At, held: Positions, now: Picture, draw: Callable[[Positions], Picture]
) -> tuple[Picture, str]:
    """A curve of positions with the same at the block that is compared with, and how that is said.

    Alone, and nothing said, where no other block is chosen or nobody had anything there.
    """
    if at.other is None or at.other.block == held.block:
        return now, ""
    was = ask.held(at.other, held.kind, held.dataset)
    if not was.amounts:
        return now, f"; nobody had anything at block {number(was.block)}"
    here, there = (f"block {number(one.block)}" for one in (held, was))
    return overlaid(now, draw(was), (here, there)), f"; dashed: at {there}"


def owner_of(at: At, words: str) -> str:
    """Whose an address is declared to be, for people; everything else as it is."""
    if not ADDRESS.fullmatch(words):
        return words
    owner = labels(at.view.release.chain.id).of(bytes.fromhex(words[2:]), at.view.block)
    return named(owner.name) if owner else words


def many(held: Positions) -> str:
    """A note where a table cannot show everybody."""
    if len(held) <= MOST:
        return ""
    return f" The {MOST} largest of {number(len(held))}; the CSV has all."


def measures(view: View, at: Address, kind: str, name: str) -> Any:
    """Every measure of positions: value, unit, and where it is defined and what it rests on."""
    listed = []
    for measure in (*OF_KIND.get(kind, ()), *MEASURES):
        figure = ask.measured(view, measure, kind, name)
        listed.append(
            html.Tr(
                [
                    html.Td(
                        dcc.Link(figure.title, href=at.href(f"/method/{measure}")), className="text"
                    ),
                    html.Td(figure.text, className="amount strong", title=figure.undefined or ""),
                    html.Td(figure.unit if figure.unit != "share" else "", className="unit"),
                    html.Td(
                        dcc.Link("evidence", href=evidence_href(figure, at)), className="amount"
                    ),
                ]
            )
        )
    return html.Table(html.Tbody(listed), className="plain measures")


def proposal_href(one: Proposal, at: Address) -> str:
    return at.href(f"/votes/{one.dataset}/0x{one.number:x}")


def state(one: Proposal) -> str:
    """The state in a word, or that it cannot be told."""
    return "undefined" if one.state is None else one.state.value
