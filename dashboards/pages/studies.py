"""Studies: who votes alike, who uses and who holds, what capture would take, what time does."""

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from dashboards import queries as ask
from dashboards.cards import card, columns, headline, undefined
from dashboards.definitions import EVERY, measure_of
from dashboards.download import csv_href
from dashboards.foot import evidence_href, foot
from dashboards.lists import STUDIED, by_name, key_numbers, listed, unit_of
from dashboards.pages import At, Page
from dashboards.parts import choice, kicker, tokens
from dashboards.studied import studied
from psephos.errors import CommandError
from psephos.results.figures import Figure
from psephos.results.shown.text import number
from psephos.results.shown.wording import counted
from psephos.results.studies.shape import Study

PATH, GROUP, NAME, ORDER = r"/studies", "Governance", "Studies", 15
ASKS = (
    ("What does the study find?", "numbers"),
    ("Which figures say so, and what does each rest on?", "figures"),
    ("Which votes, days or choices make it so?", "votes over-time labels breaks fresh days"),
)
OF_POWER = ("alignment", "capture")
"""Studies of voting power; the others take what a token has."""
OF_VOTERS = ("users",)
"""Studies of what a token has that open on the one that votes."""
WORDS = {
    "largest_bloc_2_3": "of the power is one bloc: it agrees in two votes of three",
    "bloc_entropy_2_3": "of entropy are between blocs; 0 is one bloc",
    "pivotal_votes": "of the votes one voter alone could have turned",
    "power_of_users": "of the voting power is with who paid a fee",
    "balance_of_users": "of the supply is with who paid a fee",
    "votes_of_users": "of the weight cast was cast by users",
    "same_by_heads": "of the votes come out alike with one vote a user",
    "payers_half": "pay more than half of the fees",
    "to_win_bought": "bought, win a vote at the turnout there was",
    "bribe_voters": "have, together, what had to be bribed",
    "expected_turnout": "of delegated power is the turnout expected",
    "fresh_most": "of power at most came in the week before a snapshot",
    "mean_nakamoto_one_half": "have more than half of the mean of a month",
    "mean_gini": "is the Gini coefficient of that mean",
    "breaks_nakamoto_one_half": "in the daily Nakamoto coefficient",
    "breaks_gini": "in the daily Gini coefficient",
    "nakamoto_one_half_labels": "have more than half, by the labels chosen",
    "gini_labels": "is the Gini coefficient by the labels chosen",
    "hhi_labels": "is the HHI by the labels chosen",
    "top_1_labels": "has the largest, by the labels chosen",
}
"""What the key numbers of each study say."""


def page(at: At) -> Page:
    name = at.address.kind or next(iter(STUDIED))
    if name not in STUDIED:
        raise CommandError("there is no such study here", hint=", ".join(STUDIED))
    kind = "power" if name in OF_POWER else "balance"
    opens = (ask.first_of(at.view, "power") if name in OF_VOTERS else "") or ""
    dataset = ask.dataset_of(at.view, kind, at.address.dataset or opens)
    study = studied(at.view, name, dataset)
    figures = by_name(study)
    head = headline(kicker(at.view), finding(study, figures), context(study))
    choices = html.Div(choice("kind", name, STUDIED), className="switches")
    chosen = [choices, tokens(at, kind, dataset, opens)]
    if not study.figures:
        return Page(study.title, [head, *chosen, undefined(study.why or "it has no figure here")])
    first = study.figures[0]
    return Page(
        study.title,
        [
            head,
            *chosen,
            key_numbers(at, figures, {n: said for n, said in WORDS.items() if n in figures}),
            columns(
                *(listed(at, name, dataset, one.name, first, wide=True) for one in study.tables),
                every(at, study),
            ),
        ],
    )


def finding(study: Study, figures: Mapping[str, Figure]) -> str:
    """What the study says in a sentence; its title where that is undefined."""
    told = {
        "largest_bloc_2_3": "{} of the voting power votes as one bloc.",
        "power_of_users": "{} of the voting power is with those who use the network.",
        "to_win_bought": "To win a vote takes {}, bought at the turnout there was.",
    }
    for name, words in told.items():
        if name in figures and figures[name].value is not None:
            one = figures[name]
            return words.format(f"{one.text} {unit_of(one)}".strip())
    half = figures.get("nakamoto_one_half_labels")
    if half is not None and half.interval is not None:
        return f"More than half takes {half.interval.text}, by whose labels one counts."
    breaks = [one for name, one in figures.items() if name.startswith("breaks_")]
    if breaks:
        count = sum(int(one.value or 0) for one in breaks)
        return f"{counted(count, 'break', capital=True)} in what is measured day by day."
    return f"{study.title}."


def context(study: Study) -> str:
    """Of whom it is."""
    if not study.figures:
        return "This block tells too little of it."
    who = study.figures[0].population
    return f"{who[:1].upper()}{who[1:]}."


def every(at: At, study: Study) -> Any:
    """Each figure with its interval, its definition and its evidence."""
    rows = [
        html.Tr(
            [
                html.Td(said(at, one), className="text"),
                html.Td(f"{one.text} {unit_of(one)}".strip(), className="amount strong",
                        title=one.undefined or ""),
                html.Td(one.interval.text if one.interval else "", className="amount wide"),
                html.Td(dcc.Link("evidence", href=evidence_href(one, at.address)),
                        className="amount"),
            ]
        )
        for one in study.figures
    ]  # fmt: skip
    csv = csv_href("study", at.address, kind=study.kind, dataset=study.dataset)
    return card(
        f"{number(len(rows))} figures say so",
        "Each with its value, the interval where there is one, and what it rests on",
        html.Table(html.Tbody(rows), className="plain measures"),
        foot(study.figures[0], at, csv, "figures", counted=False),
        wide=True,
    )


def said(at: At, one: Figure) -> Any:
    """A figure's title, which leads to its definition."""
    measure = measure_of(one.measure)
    if measure not in EVERY:
        return one.title
    return dcc.Link(one.title, href=at.address.href(f"/method/{measure}"))
