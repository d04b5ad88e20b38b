"""docs/method/header.md and ledger.md say what the code does: their examples are recomputed."""

import re
from pathlib import Path
from typing import Any

from psephos.batch import mountain, roll, tree
from psephos.batch.derived import DerivedHeader
from psephos.batch.header import BatchHeader
from psephos.batch.history import Entry
from psephos.batch.rowbytes import element, fields, row, schema_hash
from psephos.chain.event import schema
from psephos.chain.events import SOURCES

METHOD = Path(__file__).parents[2] / "docs" / "method"
VOTE = next(e for e in SOURCES["governor"].events if e.table == "vote_cast")


def blocks(name: str) -> list[bytes]:
    """The fenced examples of a page, in order."""
    text = (METHOD / name).read_text(encoding="utf-8")
    return [bytes.fromhex(found) for found in re.findall(r"```\n([0-9a-f\n]+)```", text)]


def lines(name: str) -> list[tuple[str, str, str, bytes]]:
    """The tables of fields of a page: name, code, value, bytes."""
    text = (METHOD / name).read_text(encoding="utf-8")
    found = re.findall(r"^\| (\w+) \| ([^|]+) \| ([^|]+) \| `([0-9a-f]+)` \|$", text, re.M)
    return [(field, code, value, bytes.fromhex(data)) for field, code, value, data in found]


def told(code: str, value: str) -> Any:
    if value.startswith("0x"):
        return bytes.fromhex(value[2:])
    return value if code == "text" else int(value)


def test_the_example_row_of_the_page_is_the_row_of_its_values() -> None:
    schema_id, data, leaf, empty, two, *_ = blocks("header.md")
    columns = schema(VOTE)
    layout = fields(columns)
    page = lines("header.md")[: len(layout)]
    assert [(name, code) for name, code, _, _ in page] == [(f.name, f.code) for f in layout]
    values = [told(code, value) for _, code, value, _ in page]
    assert [element(f.code, v) for f, v in zip(layout, values, strict=True)] == [p[3] for p in page]
    assert row(layout, values) == data == b"".join(p[3] for p in page)
    assert schema_hash(columns) == schema_id
    assert tree.leaf(data) == leaf
    assert empty == tree.EMPTY == tree.root([])
    assert two == tree.root([leaf, tree.leaf(data[:-1] + b"\0")])


def test_the_example_header_of_the_page_is_the_header_of_its_fields() -> None:
    data, name = blocks("header.md")[5:7]
    header = BatchHeader.from_bytes(data)
    page = lines("header.md")[11 : 11 + 16]
    assert b"".join(p[3] for p in page) == data == header.to_bytes()
    assert header.id == name
    for field, _, value, _ in page[2:]:
        ours = getattr(header, field)
        shown = "0x" + ours.hex() if isinstance(ours, bytes) else str(ours)
        assert ("absent" if ours is None else shown) == value


def test_the_example_of_a_derived_table_follows_from_the_other_example() -> None:
    page = lines("header.md")[11 + 16 :]
    header = DerivedHeader.from_bytes(b"".join(p[3] for p in page))
    assert header.id == blocks("header.md")[7]
    assert header.source_root == mountain.root([mountain.leaf(blocks("header.md")[6])])
    assert header.row_root == roll.root([roll.Row(5, 7), roll.Row(9, 3)])
    for field, _, value, _ in page[2:]:
        ours = getattr(header, field)
        shown = "0x" + ours.hex() if isinstance(ours, bytes) else str(ours)
        assert ("absent" if ours is None else shown) == value


def test_the_example_entry_of_the_page_seals_that_header() -> None:
    data, leaf, one, none = blocks("ledger.md")
    entry = Entry.from_bytes(data)
    assert entry.header.to_bytes() == blocks("header.md")[5]
    assert (entry.supersedes, entry.reason, entry.kind) == (None, "", "sealed")
    assert mountain.leaf(data) == leaf
    assert mountain.root([leaf]) == one
    assert mountain.root([]) == none
