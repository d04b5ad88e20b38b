"""Every published position at every block is what the rows give, not only those at the head."""

import copy
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from psephos.errors import ReleaseBroken
from psephos.publish.recompute import recomputed
from psephos.results.positions import derived, positions
from psephos.store import segment
from psephos.store.reader import Release
from psephos.store.release import publication
from tests.publish.conftest import House

KIND, DATASET = "balance", "token"
CHECK = f"positions {KIND} of {DATASET}"


@pytest.fixture(scope="module")
def released(month: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    made = copy.deepcopy(month)
    made.folder = tmp_path_factory.mktemp("released")
    shutil.copytree(month.folder, made.folder, dirs_exist_ok=True)
    made.release()
    return made


@pytest.fixture
def house(released: House, tmp_path: Path) -> House:
    """A copy that a test may harm."""
    shutil.copytree(released.folder, tmp_path, dirs_exist_ok=True)
    made = copy.deepcopy(released)
    made.folder = tmp_path
    return made


def failed(house: House) -> dict[str, str]:
    with house.read() as release:
        return {c.name: c.why for c in recomputed(release) if c.status != "passed"}


def forge(house: House, role: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Publish a release in which the first file of a table of positions has other rows."""
    name = f"{role}_{KIND}_{DATASET}"
    with publication(house.settings.releases) as new:
        manifest = new.previous
        assert manifest is not None
        table = manifest.tables[name]
        first, *others = table.pieces
        rows = pa.Table.from_batches(list(segment.read(new.folder / "segments", first.segment)))
        made = new.segment(rows.schema, change(rows).to_batches())
        assert made is not None
        forged = replace(first, hash=made.hash, bytes=made.bytes, rows=made.rows)
        table = replace(table, pieces=(forged, *others))
        new.publish(replace(manifest, tables={**manifest.tables, name: table}), keep=8)


def one_more(rows: pa.Table, at: int = 0) -> pa.Table:
    """The amount of one row is one unit higher."""
    place = rows.schema.get_field_index("amount")
    amounts = [int(amount) for amount in rows["amount"].to_pylist()]
    amounts[at] += 1
    return rows.set_column(place, rows.schema.field(place), pa.array(amounts, rows["amount"].type))


def test_an_honest_release_with_checkpoints_recomputes(house: House) -> None:
    assert failed(house) == {}
    with house.read() as release:
        why = next(c.why for c in recomputed(release) if c.name == CHECK)
    assert " 0 checkpoints" not in why


def test_checkpoints_of_many_holders_recompute(sample_release: Release) -> None:
    """Hundreds of holders, some of whom lose everything in between."""
    asked = "SELECT count(*) FROM checkpoint WHERE kind = 'balance' GROUP BY block_number"
    assert max(sample_release.sql(asked)["count_star()"]) > 400
    assert {check.status for check in recomputed(sample_release)} == {"passed"}


def test_a_forged_past_position_is_noticed(house: House) -> None:
    """At the head nothing is wrong: whoever is told wrongly here moves again later."""
    forge(house, "changes", one_more)
    with house.read() as release:
        assert positions(release, KIND, dataset=DATASET) == derived(release, KIND, dataset=DATASET)
    assert "changes of balance at block" in failed(house)[CHECK]


def test_a_left_out_change_is_noticed(house: House) -> None:
    forge(house, "changes", lambda rows: rows.slice(1))
    assert "changes of balance" in failed(house)[CHECK]


def test_an_invented_change_is_noticed(house: House) -> None:
    forge(house, "changes", lambda rows: pa.concat_tables([rows.slice(0, 1), rows]))
    assert "changes of balance" in failed(house)[CHECK]


def stranger(rows: pa.Table) -> pa.Table:
    """A holder more, who never held anything."""
    place = rows.schema.get_field_index("holder")
    made = pa.array([b"\x77" * 20], rows["holder"].type)
    one = rows.slice(0, 1).set_column(place, rows.schema.field(place), made)
    return pa.concat_tables([rows, one])


def earlier(rows: pa.Table) -> pa.Table:
    """The checkpoint of another block, under this one's number."""
    place = rows.schema.get_field_index("block_number")
    number = pc.subtract(rows["block_number"], pa.scalar(20, pa.uint64()))
    return rows.set_column(place, rows.schema.field(place), number)


@pytest.mark.parametrize(
    "change",
    [
        one_more,
        lambda rows: rows.slice(1),
        lambda rows: pa.concat_tables([rows.slice(0, 1), rows]),
        lambda rows: pa.concat_tables([rows.slice(0, 1), rows.slice(0, 1), rows.slice(2)]),
        stranger,
        lambda rows: stranger(rows.slice(1)),
        earlier,
    ],
    ids=["amount", "left out", "twice", "twice for another", "stranger", "exchanged", "moved"],
)
def test_a_forged_checkpoint_is_noticed(
    house: House, change: Callable[[pa.Table], pa.Table]
) -> None:
    forge(house, "checkpoints", change)
    assert "checkpoints of balance at block" in failed(house)[CHECK]


def test_a_kind_that_was_left_out_is_noticed(house: House) -> None:
    with publication(house.settings.releases) as new:
        assert new.previous is not None
        tables = {n: t for n, t in new.previous.tables.items() if t.kind != KIND}
        new.publish(replace(new.previous, tables=tables), keep=8)
    assert "was left out" in failed(house)[CHECK]


def test_a_kind_that_nothing_tells_is_noticed(house: House) -> None:
    with publication(house.settings.releases) as new:
        assert new.previous is not None
        table = replace(new.previous.tables[f"changes_{KIND}_{DATASET}"], kind="power")
        tables = {**new.previous.tables, "changes_power_gov": replace(table, dataset="gov")}
        new.publish(replace(new.previous, tables=tables), keep=8)
    assert "nothing in the release tells" in failed(house)["positions power of gov"]


def test_positions_of_a_type_that_rounds_are_not_opened(house: House) -> None:
    name = f"changes_{KIND}_{DATASET}"
    with publication(house.settings.releases) as new:
        assert new.previous is not None
        table = new.previous.tables[name]
        old = table.pieces[0].segment
        rows = pa.Table.from_batches(list(segment.read(new.folder / "segments", old)))
        place = rows.schema.get_field_index("amount")
        part = new.folder / "segments" / "double"
        pq.write_table(rows.set_column(place, "amount", pc.cast(rows["amount"], "double")), part)
        forged = replace(table.pieces[0], hash=segment.digest(part), bytes=part.stat().st_size)
        part.rename(part.with_name(forged.segment.file))
        table = replace(table, pieces=(forged, *table.pieces[1:]))
        new.publish(replace(new.previous, tables={**new.previous.tables, name: table}), keep=8)
    with pytest.raises(ReleaseBroken, match="amount is DOUBLE"):
        house.read()
