"""Marks of a docstring become what they mean on a page, and no word is changed."""

import re

from dash import html
from hypothesis import given
from hypothesis import strategies as st

from dashboards.pages.method import EVERY
from dashboards.pages.proposal import turning
from dashboards.prose import prose
from psephos.results.voting.flips import Flip


def read(part: object) -> str:
    return part if isinstance(part, str) else part.children


def kinds(text: str) -> list[tuple[str, str]]:
    return [(type(part).__name__, read(part)) for part in prose(text)]


def test_bold_code_and_indices_are_drawn() -> None:
    assert kinds("inequality **among holders**.") == [
        ("str", "inequality "),
        ("B", "among holders"),
        ("str", "."),
    ]
    assert kinds("Σ_{i≤3} x_i / Σ x") == [
        *(("str", "Σ"), ("Sub", "i≤3"), ("str", " x"), ("Sub", "i"), ("str", " / Σ x")),
    ]
    assert kinds("2^H by `measure`") == [
        *(("str", "2"), ("Sup", "H"), ("str", " by "), ("Code", "measure")),
    ]


def test_a_name_with_an_underscore_is_left_as_it_is() -> None:
    assert kinds("top_share of x") == [("str", "top_share of x")]
    assert kinds("`top_share` of x")[0] == ("Code", "top_share")


def test_no_measure_shows_a_mark_to_its_reader() -> None:
    for entry in EVERY.values():
        shown = "".join(read(part) for part in [*prose(entry.formula), *prose(entry.definition)])
        assert not re.search(r"\*\*|`|_\{|\^\{", shown), entry.name


@given(st.text(alphabet="ab_{}*^`i Σ\n", max_size=60))
def test_the_words_stay_as_they_are(text: str) -> None:
    bare = str.maketrans("", "", "_{}*^`")
    assert "".join(read(part) for part in prose(text)).translate(bare) == text.translate(bare)
    assert all(part != "" for part in prose(text))
    assert all(isinstance(p, str | html.B | html.Code | html.Sub | html.Sup) for p in prose(text))


def test_who_could_have_turned_a_vote_is_said_of_who_could() -> None:
    one, two = ((b"a", 3),), ((b"a", 3), (b"b", 2))
    assert turning(Flip(True, two, one, 9, 0, 3), False) == "Two voters could have turned it"
    assert (
        turning(Flip(False, None, one, 9, 5, 3), True)
        == "One delegate who has not voted could turn it"
    )
    assert (
        turning(Flip(False, None, two, 9, 5, 5), True)
        == "Two delegates who have not voted could turn it"
    )
    assert (
        turning(Flip(False, None, two, 9, 5, 5), False)
        == "Two delegates who did not vote could have turned it"
    )
    none = turning(Flip(False, None, None, 9, 5, None), False)
    assert none == "No voter could have turned it by changing sides"
