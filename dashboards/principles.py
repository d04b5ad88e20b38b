"""The four principles as a card: each with its score, what that hangs on, and its components."""

from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboards.cards import card, undefined
from dashboards.download import csv_href
from dashboards.foot import evidence_href, foot
from dashboards.pages import At
from dashboards.studied import studied
from psephos.results.figures import Figure
from psephos.results.studies.scorecard import PRINCIPLES


def principles(at: At, token: str) -> Any:
    """A row a principle. There is no score of everything together."""
    study = studied(at.view, "scorecard", token)
    if study.why:
        return card("The four principles", "", undefined(study.why), wide=True)
    by_name = {figure.measure: figure for figure in study.figures}
    scores = [by_name[f"score_{name}"] for name in PRINCIPLES]
    rows = [principle(at, one) for one in scores]
    known = [one for one in scores if one.value is not None]
    weakest = min(known, key=lambda one: Fraction(one.value or 0), default=None)
    title = (
        f"Weakest of the four principles: {weakest.title.split(':')[0].lower()}"
        if weakest
        else "The four principles"
    )
    return card(
        title,
        "Mean of each principle's components on scales that are declared, a choice and no finding; "
        "the line is where another weight or what is not known would put it",
        [html.Div(rows, className="principles"), components(at, token)],
        foot(
            weakest or scores[0], at,
            csv_href("study", at.address, kind="scorecard", dataset=token, measure="components"),
            "principles",
        ),
        wide=True,
    )  # fmt: skip


def principle(at: At, figure: Figure) -> Any:
    """`Liveness: blocks keep coming`, its bar with the interval, and the score."""
    name, _, words = figure.title.partition(": ")
    value = float(figure.value) if figure.value is not None else 0.0
    between = figure.interval
    low, high = (float(between.low or 0), float(between.high or 0)) if between else (value, value)
    return html.Div(
        [
            html.Span([html.B(name), html.Small(words)]),
            html.Div(
                [
                    html.I(className="reach", style={"left": f"{100 * low:.2f}%",
                                                     "width": f"{100 * (high - low):.2f}%"}),
                    *(
                        [html.I(className="found", style={"left": f"{100 * value:.2f}%"})]
                        if figure.value is not None
                        else []
                    ),
                ],
                className="scale",
            ),
            dcc.Link(figure.text, href=evidence_href(figure, at.address)),
        ],
        className="principle",
    )  # fmt: skip


def components(at: At, token: str) -> Any:
    """Everything a score is the mean of, folded away."""
    study = studied(at.view, "scorecard", token)
    rows = [
        html.Tr(
            [
                html.Td(dcc.Link(one.title, href=evidence_href(one, at.address)), className="text"),
                html.Td(
                    f"{one.text} {one.unit if one.unit != 'share' else ''}", className="amount"
                ),
            ]
        )
        for one in study.figures
        if not one.measure.startswith("score_")
    ]
    table = html.Table(html.Tbody(rows), className="plain")
    return html.Details([html.Summary("What each is the mean of"), table], className="more")
