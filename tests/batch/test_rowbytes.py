"""Row bytes: the definition, its fast twin, and what they refuse."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.batch.leaves import CHUNK, encode, leaves
from psephos.batch.rowbytes import check_order, element, fields, row, rows_of, schema_hash
from psephos.batch.tree import leaf
from psephos.chain.event import Shape, schema
from psephos.chain.events import SOURCES
from psephos.errors import VerificationFailed

WIDE = pa.schema(
    [
        pa.field("block_number", pa.uint64(), nullable=False),
        pa.field("place", pa.binary(20), nullable=False),
        pa.field("small", pa.uint8(), nullable=False),
        pa.field("middle", pa.uint16(), nullable=False),
        pa.field("index", pa.uint32(), nullable=False),
        pa.field("amount", pa.decimal128(38, 0), nullable=False),
        pa.field("flag", pa.bool_(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("text_raw", pa.binary()),
        pa.field("data", pa.binary(), nullable=False),
        pa.field("words", pa.list_(pa.binary(32)), nullable=False),
        pa.field("texts", pa.list_(pa.string()), nullable=False),
        pa.field("texts_raw", pa.list_(pa.binary())),
        pa.field("maybe", pa.binary(20)),
        pa.field("perhaps", pa.uint64()),
        pa.field("note", pa.binary()),
    ]
)

RAW: dict[str, st.SearchStrategy[Any]] = {
    "block_number": st.integers(0, 2**64 - 1),
    "place": st.binary(min_size=20, max_size=20),
    "small": st.integers(0, 2**8 - 1),
    "middle": st.integers(0, 2**16 - 1),
    "index": st.integers(0, 2**32 - 1),
    "amount": st.integers(0, 10**38 - 1).map(Decimal),
    "flag": st.booleans(),
    "text": st.text(max_size=20),
    "text_raw": st.none() | st.binary(max_size=9),
    "data": st.binary(max_size=20),
    "words": st.lists(st.binary(min_size=32, max_size=32), max_size=3),
    "texts": st.lists(st.text(max_size=5), max_size=3),
    "texts_raw": st.none() | st.lists(st.binary(max_size=5), max_size=3),
    "maybe": st.none() | st.binary(min_size=20, max_size=20),
    "perhaps": st.none() | st.integers(0, 2**64 - 1),
    "note": st.none() | st.binary(max_size=5),
}


def table(rows: list[dict[str, Any]], columns: pa.Schema = WIDE) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=columns)


def encoded(rows: pa.Table, columns: pa.Schema = WIDE) -> list[bytes]:
    return [part[i] for part in encode(rows, columns) for i in range(len(part))]


@settings(max_examples=80)
@given(st.lists(st.fixed_dictionaries(RAW), max_size=6))
def test_whole_tables_are_encoded_as_single_rows_are(rows: list[dict[str, Any]]) -> None:
    whole = table(rows)
    exact = list(rows_of(whole, WIDE))
    assert encoded(whole) == exact
    assert leaves(whole, WIDE) == [leaf(data) for data in exact]
    if rows:  # a slice of a table has buffers that begin elsewhere
        assert encoded(whole.slice(1)) == exact[1:]
        assert encoded(pa.concat_tables([whole, whole])) == exact * 2


@settings(max_examples=60)
@given(st.lists(st.fixed_dictionaries(RAW), min_size=1, max_size=3), st.data())
def test_two_rows_with_the_same_bytes_are_the_same_row(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    """The encoding is injective: whatever is changed in a row shows in its bytes."""
    name = data.draw(st.sampled_from(sorted(RAW)))
    value = data.draw(RAW[name])
    other = rows[0] | {name: value}

    def meant(r: dict[str, Any]) -> dict[str, Any]:
        text = r["text"].encode() if r["text_raw"] is None else r["text_raw"]
        texts = r["texts_raw"]
        texts = [t.encode() for t in r["texts"]] if texts is None else texts
        return r | {"text": text, "texts": texts, "text_raw": 0, "texts_raw": 0}

    same = meant(rows[0]) == meant(other)
    assert (encoded(table([rows[0]])) == encoded(table([other]))) == same


def test_a_chunk_boundary_leaves_no_trace() -> None:
    narrow = pa.schema([pa.field("block_number", pa.uint64(), nullable=False)])
    count = CHUNK + 3
    rows = encoded(pa.table({"block_number": pa.array(range(count), pa.uint64())}), narrow)
    assert rows == [i.to_bytes(8, "big") for i in range(count)]


SHAPES = sorted(
    {shape.table: shape for source in SOURCES.values() for shape in source.shapes}.items()
)


@pytest.mark.parametrize("shape", [s for _, s in SHAPES], ids=[n for n, _ in SHAPES])
def test_every_declared_table_has_row_bytes(shape: Shape) -> None:
    columns = schema(shape)
    layout = fields(columns)
    declared = [c.name for c in shape.columns]
    assert [f.name for f in layout][:6] == [
        "block_number",
        "block_hash",
        "transaction_index",
        "log_index",
        "transaction_hash",
        "contract",
    ]
    assert [f.name for f in layout][6:] == declared
    empty = pa.table([pa.array([], f.type) for f in columns], schema=columns)
    assert encoded(empty, columns) == []
    assert len(schema_hash(columns)) == 32


def test_the_schema_hash_depends_on_names_types_order_and_optionality() -> None:
    def one(*columns: pa.Field) -> bytes:
        return schema_hash(pa.schema(list(columns)))

    a, b = pa.field("a", pa.uint64(), False), pa.field("b", pa.uint64(), False)
    hashes = {
        one(a, b),
        one(b, a),
        one(a),
        one(a, pa.field("b", pa.uint64())),
        one(a, pa.field("b", pa.uint32(), False)),
        one(a, pa.field("c", pa.uint64(), False)),
    }
    assert len(hashes) == 6


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("u8", 256),
        ("u64", -1),
        ("u64", 2**64),
        ("u128", 2**128),
        ("b20", b"x" * 19),
        ("b32", b"x" * 33),
        ("b32[]", [b"x"]),
    ],
)
def test_a_value_that_a_field_cannot_hold_is_refused(code: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"fit|belong"):
        element(code, value)


def test_rows_of_another_number_of_values_are_refused() -> None:
    layout = fields(pa.schema([pa.field("a", pa.uint64(), nullable=False)]))
    with pytest.raises(ValueError, match="zip"):
        row(layout, [1, 2])


@pytest.mark.parametrize(
    "kind", [pa.float64(), pa.int64(), pa.decimal128(38, 2), pa.timestamp("s")], ids=str
)
def test_types_without_one_exact_encoding_are_refused(kind: pa.DataType) -> None:
    with pytest.raises(ValueError, match="not defined"):
        fields(pa.schema([pa.field("a", kind)]))


ONE = pa.schema([pa.field("amount", pa.decimal128(38, 0), nullable=False)])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: pa.table({"amount": pa.array([None], pa.decimal128(38, 0))}),
        lambda: pa.table({"amount": pa.array([Decimal(-1)], pa.decimal128(38, 0))}),
        lambda: pa.table({"other": pa.array([1], pa.uint64())}),
        lambda: pa.table({"amount": pa.array(["x"])}),
        lambda: pa.table({"amount": pa.array([Decimal("1.5")], pa.decimal128(38, 1))}),
    ],
    ids=["null", "negative", "missing", "text", "fraction"],
)
def test_a_table_that_its_schema_does_not_describe_is_refused(
    wrong: Callable[[], pa.Table],
) -> None:
    with pytest.raises(VerificationFailed):
        list(encode(wrong(), ONE))


KEYS = [(1, 0, 0), (1, 0, 1), (1, 2, 0), (2, 0, 0)]


def keyed(keys: list[tuple[int, int, int]]) -> pa.Table:
    names = ("block_number", "transaction_index", "log_index")
    kinds = (pa.uint64(), pa.uint32(), pa.uint32())
    columns = zip(names, kinds, range(3), strict=True)
    return pa.table({n: pa.array([k[i] for k in keys], t) for n, t, i in columns})


def test_rows_in_order_of_block_transaction_and_log_are_in_order() -> None:
    check_order(keyed(KEYS))
    check_order(keyed([]))
    check_order(keyed(KEYS[:1]))


@pytest.mark.parametrize("at", range(4))
def test_a_row_twice_is_refused(at: int) -> None:
    with pytest.raises(VerificationFailed, match="twice"):
        check_order(keyed([*KEYS[: at + 1], *KEYS[at:]]))


@pytest.mark.parametrize("at", range(3))
def test_rows_out_of_order_are_refused(at: int) -> None:
    swapped = [*KEYS[:at], KEYS[at + 1], KEYS[at], *KEYS[at + 2 :]]
    with pytest.raises(VerificationFailed, match="order"):
        check_order(keyed(swapped))
