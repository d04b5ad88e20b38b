"""The site calls a figure proven where it verified the proof and compared its table, only there."""

import copy
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import psephos as ps
from dashboards import proofs
from dashboards.address import Address
from dashboards.foot import foot
from dashboards.pages import At
from dashboards.queries import measured
from dashboards.verifier import FILE
from dashboards.view import pin, view
from psephos.batch.derived import DerivedHeader
from psephos.results.proofs.kept import kept
from psephos.results.shown.cards import Card
from tests.dashboards.test_cards import words
from tests.publish.conftest import House


def at(house: House, block: int | None = None) -> At:
    """A page of the house's release, at a block or at its newest."""
    address = Address("/holders", block="" if block is None else str(block))
    return At(address, view(pin(house.settings.releases), address.block, "address"), {})


def end(house: House) -> int:
    """The block whose balances are proven."""
    with house.read() as release:
        header = kept(release)[0].header
    assert isinstance(header, DerivedHeader)
    return header.block


def footer(page: At, measure: str = "hhi") -> tuple[str, list[Any]]:
    """The words of a figure's footer, and its links."""
    made = foot(measured(page.view, measure, "balance", "token"), page, "/rows.csv", "card")
    return words(made), [link for link in made.children[1].children if hasattr(link, "href")]


def test_a_footer_says_proven_with_bits_bytes_time_and_the_file(proven: House) -> None:
    page = at(proven, end(proven))
    name = sorted(path.name for path in (proven.settings.releases / "proofs").iterdir())
    for measure in ("hhi", "gini", "nakamoto_one_third", "holders"):
        said, links = footer(page, measure)
        file = links[-1].href.rpartition("/")[2]
        size = (proven.settings.releases / "proofs" / file).stat().st_size
        assert "proven" in said
        assert "not proven" not in said
        assert "100 bits (80 + 20), unique" in said
        assert f"{size:,} bytes".replace(",", "\N{THIN SPACE}") in said
        assert "verified and compared with the rows here in" in said
        assert links[-1].children == "proof"
        assert file in name


def test_a_figure_at_another_block_is_not_proven_and_leads_to_the_proof(
    proven: House,
) -> None:
    page = at(proven)
    assert page.view.block > end(proven)
    said, links = footer(page)
    assert "not proven" in said
    assert f"block={end(proven)}" in links[-1].href
    assert "by=address" in links[-1].href
    said, links = footer(at(proven, end(proven)), "theil")
    assert "not proven" in said, "no statement is about it"
    assert links[-1].children != "proof"


def test_a_proof_that_was_changed_is_said_beside_the_figure_and_never_proven(
    proven: House, tmp_path: Path
) -> None:
    harmed = copy.deepcopy(proven)
    harmed.folder = tmp_path
    shutil.copytree(proven.folder, tmp_path, dirs_exist_ok=True)
    for path in (harmed.settings.releases / "proofs").iterdir():
        data = path.read_bytes()
        path.write_bytes(data[:99] + bytes((data[99] ^ 1,)) + data[100:])
    said, links = footer(at(harmed, end(harmed)))
    assert "the proof does not hold" in said
    assert "proven" not in said.replace("not proven", "")
    assert links[-1].children != "proof"


def test_a_notebook_verifies_the_proof_that_a_release_carries_of_a_figure(proven: House) -> None:
    folder = proven.settings.releases
    there, now = (at(proven, block) for block in (end(proven), None))
    card = Card(measured(there.view, "holders", "balance", "token"))
    held = ps.verify(card, releases=folder)
    assert (held.accepted, held.data_link) == (True, "compared"), held
    assert held.publics["count"] == card.value
    assert "100 bits (80 + 20), unique" in held.security
    wrong = Card(replace(card.figure, value=int(str(card.value)) + 1))
    other = ps.verify(wrong, releases=folder)
    assert (other.accepted, other.data_link) == (False, "failed")
    without = ps.verify(Card(measured(now.view, "holders", "balance", "token")), releases=folder)
    assert not without
    assert "carries no proof of holders" in repr(without)


def test_a_value_that_the_proof_does_not_give_is_not_called_proven(proven: House) -> None:
    page = at(proven, end(proven))
    figure = measured(page.view, "holders", "balance", "token")
    found = proofs.shown(page.view, replace(figure, value=int(str(figure.value)) + 1))
    assert found is not None
    assert "the proof gives" in found.fault


def test_the_site_calls_proven_what_it_compared_and_offers_the_file(proven: House) -> None:
    from dashboards.address import Address
    from dashboards.api import files
    from dashboards.api.asked import Asked
    from dashboards.api.resources.proofs import proofs as listed
    from dashboards.pages import At
    from dashboards.pages.evidence import page
    from dashboards.view import pin, view

    folder = proven.settings.releases
    pinned = pin(folder, "")
    header = kept(pinned.release)[0].header
    assert isinstance(header, DerivedHeader)
    seen = {}
    for block in (str(header.block), ""):
        at = view(pinned, block, "address")
        asked = Address(
            "/evidence", release=pinned.id[:16], block=block, by="address", dataset="token",
            kind="balance", measure="hhi",
        )  # fmt: skip
        seen[block] = str(page(At(asked, at, {})).body)
    there, now = seen[str(header.block)], seen[""]
    assert "100 bits (80 + 20), unique" in there
    assert "data link: compared" in there
    assert "/proofs/" in there
    assert "Not proven" in now
    assert f"block={header.block}" in now, "it leads to the block at which it is proven"
    table = listed(Asked(view(pinned, "", ""), {}, {}))
    rows = [dict(zip([c.name for c in table.columns], r, strict=True)) for r in table.part(0, 9)]
    assert table.count == 1
    assert {row["header"] for row in rows} == {header.to_bytes().hex()}
    assert {f"proofs/{row['file']}" for row in rows} <= files.files(folder, pinned.id).keys()


def test_beside_a_release_lies_the_hash_of_the_verifier_that_goes_with_it(proven: House) -> None:
    told = (proven.settings.releases / "verify.sha256").read_text("utf-8")
    assert told == f"{sha256(FILE.read_bytes()).hexdigest()}  verify.html\n"
