"""A publisher who lies after the ledger: positions and figures are made again from the rows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from psephos.publish.recompute import recomputed
from psephos.store import segment
from psephos.store.manifest import Manifest
from psephos.store.reader import Release
from psephos.store.release import Publication, publication
from tests.evidence.house import House, build


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> House:
    return build(tmp_path_factory.mktemp("house") / "of")


@pytest.fixture
def house(built: House, tmp_path: Path) -> House:
    return built.copy(tmp_path / "copy")


def statuses(house: House) -> dict[str, str]:
    with house.open() as release:
        return {check.name: check.status for check in recomputed(release)}


def lie(house: House, change: Callable[[Publication, Manifest], Manifest]) -> None:
    """Publish a release that fits all its hashes and is not what the rows give."""
    with publication(house.releases) as new:
        assert new.previous is not None
        new.publish(change(new, new.previous), keep=8)


def positions_one_more(new: Publication, manifest: Manifest) -> Manifest:
    """Every amount in one file of changes, one unit higher."""
    name, table = next(
        (name, table)
        for name, table in manifest.tables.items()
        if table.role == "changes" and table.kind == "power" and table.pieces
    )
    piece = table.pieces[-1]
    rows = pa.Table.from_batches(list(segment.read(new.folder / "segments", piece.segment)))
    at = rows.schema.get_field_index("amount")
    one = pa.scalar(1, pa.decimal128(38, 0))
    amount = pc.add(rows["amount"].cast(pa.decimal128(37, 0)), one.cast(pa.decimal128(37, 0)))
    changed = rows.set_column(at, rows.schema.field(at), amount.cast(pa.decimal128(38, 0)))
    made = new.segment(rows.schema, changed.to_batches())
    assert made is not None
    forged = replace(piece, hash=made.hash, bytes=made.bytes)
    pieces = (*table.pieces[:-1], forged)
    return replace(manifest, tables={**manifest.tables, name: replace(table, pieces=pieces)})


def a_prettier_figure(new: Publication, manifest: Manifest) -> Manifest:
    assert manifest.figures is not None
    path = new.folder / "figures" / f"{manifest.figures.hash}.json"
    told = msgspec.json.decode(path.read_bytes())
    half, *_ = [f for f in told if f["measure"] == "nakamoto_one_half" and f["kind"] == "power"]
    half["value"] = half["text"] = str(int(half["value"]) + 1)
    return replace(manifest, figures=new.figures(msgspec.json.encode(told, order="sorted")))


def a_figure_left_out(new: Publication, manifest: Manifest) -> Manifest:
    assert manifest.figures is not None
    path = new.folder / "figures" / f"{manifest.figures.hash}.json"
    told = msgspec.json.decode(path.read_bytes())
    return replace(manifest, figures=new.figures(msgspec.json.encode(told[1:], order="sorted")))


def test_an_honest_release_recomputes(house: House) -> None:
    found = statuses(house)
    assert {"figures", "positions power of token", "positions vote of gov"} <= found.keys()
    assert set(found.values()) == {"passed"}


def test_positions_that_the_rows_do_not_give_are_named(house: House) -> None:
    lie(house, positions_one_more)
    found = statuses(house)
    assert found["positions power of token"] == "failed"
    assert found["positions vote of gov"] == "passed"


def test_a_figure_that_the_positions_do_not_give_is_named(house: House) -> None:
    lie(house, a_prettier_figure)
    with house.open() as release:
        (bad,) = [check for check in recomputed(release) if check.status == "failed"]
    assert bad.name == "figures"
    assert "nakamoto_one_half of token" in bad.why


def test_a_figure_that_was_left_out_is_noticed(house: House) -> None:
    lie(house, a_figure_left_out)
    assert statuses(house)["figures"] == "failed"


def test_a_release_that_fits_its_hashes_opens_even_so(house: House) -> None:
    """Hashes alone do not catch it: that is why these checks are there."""
    lie(house, a_prettier_figure)
    with Release.open(house.releases) as release:
        assert release.check() == []
