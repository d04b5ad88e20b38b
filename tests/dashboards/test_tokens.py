"""A release of several tokens: each page says which one it is of, and leads to the others."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboards.app import create
from psephos.results.bases import of_base
from psephos.results.figures import figure
from psephos.results.positions import positions
from psephos.results.shown.findings import decide_alone
from psephos.store.reader import Release
from tests.dashboards.test_site import shown
from tests.simulated.house import DATASETS, SECOND, publish, two_lives

TOKENS = ("lords", "strk")
GOVERNORS = {"strk": "gov", "lords": "senate"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("tokens")
    publish(found, two_lives(4_000, 600), datasets=DATASETS + SECOND)
    return found


@pytest.fixture(scope="module")
def several(folder: Path) -> FlaskClient:
    return create(folder).test_client()


def switches(text: str) -> list[str]:
    """What a page's switch of datasets offers."""
    found = re.search(r'"data": \[([^]]*)\][^}]*"id": \{"choice": "dataset"', text)
    found = found or re.search(r'"choice": "dataset".{0,200}?"data": \[([^]]*)\]', text)
    return re.findall(r'"value": "([^"]*)"', found[1]) if found else []


@pytest.mark.parametrize("path", ["/", "/delegates", "/holders"])
def test_every_page_of_a_token_offers_the_others(several: FlaskClient, path: str) -> None:
    for token in TOKENS:
        assert switches(shown(several, path, f"?dataset={token}")[0]) == list(TOKENS)


@pytest.mark.parametrize("path", ["/", "/votes", "/delegates", "/holders"])
def test_where_there_is_one_there_is_nothing_to_choose(site: FlaskClient, path: str) -> None:
    assert switches(shown(site, path)[0]) == []


def test_what_a_page_says_is_of_the_token_that_was_chosen(
    several: FlaskClient, folder: Path
) -> None:
    with Release.open(folder) as release:
        held = {name: positions(release, "power", dataset=name) for name in TOKENS}
        alone = {n: decide_alone(h, of_base(release, "decisive", h)) for n, h in held.items()}
        top = {name: figure(release, "top_10", "balance", dataset=name).text for name in TOKENS}
    assert len(set(top.values())) == len(TOKENS)
    for token in TOKENS:
        text, _ = shown(several, "/", f"?dataset={token}")
        assert f"{alone[token]}." in text
        assert f"/votes/{GOVERNORS[token]}/" in text
        assert not any(f"/votes/{gov}/" in text for t, gov in GOVERNORS.items() if t != token)
        holders, _ = shown(several, "/holders", f"?dataset={token}")
        assert f"hold {top[token]} of the supply" in holders
        assert ("csv/grants" in holders) == (token == "strk")


def test_votes_can_be_of_one_governor_or_of_all(several: FlaskClient) -> None:
    every, _ = shown(several, "/votes")
    assert switches(every) == ["all", *sorted(GOVERNORS.values())]
    for governor in GOVERNORS.values():
        assert f"/votes/{governor}/" in every
        others = [one for one in GOVERNORS.values() if one != governor]
        text, _ = shown(several, "/votes", f"?dataset={governor}")
        assert f"/votes/{governor}/" in text
        assert not any(f"/votes/{one}/" in text for one in others)
    assert "There is no such governor" in shown(several, "/votes", "?dataset=strk")[0]
