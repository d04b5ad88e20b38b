"""A segment's bytes are its rows and nothing else."""

import itertools

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psephos.errors import ReleaseBroken
from psephos.store import segment
from tests.simulated.tiny import SCHEMA, batch


def whole(found):
    return pa.Table.from_batches(found, SCHEMA)


def test_rows_come_back_as_they_were_written(tmp_path):
    made = segment.write(tmp_path, SCHEMA, [batch(range(1000))])
    rows = pa.Table.from_batches(list(segment.read(tmp_path, made)))
    assert rows.cast(SCHEMA) == whole([batch(range(1000))])
    assert made.rows == 1000


def test_the_name_of_a_segment_is_the_blake2s_of_its_bytes(tmp_path):
    """BLAKE2s-256 of `abc` is the vector of RFC 7693, appendix B."""
    made = segment.write(tmp_path, SCHEMA, [batch([1])])
    assert segment.digest(tmp_path / made.file) == made.hash
    (tmp_path / "abc").write_bytes(b"abc")
    assert segment.digest(tmp_path / "abc") == (
        "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"
    )


@given(cuts=st.lists(st.integers(0, 300), max_size=6))
def test_how_rows_were_cut_before_leaves_no_trace(tmp_path_factory, cuts):
    folder = tmp_path_factory.mktemp("segments")
    ends = [0, *sorted(cuts), 300]
    parts = [batch(range(a, b)) for a, b in itertools.pairwise(ends)]
    assert segment.write(folder, SCHEMA, parts) == segment.write(
        folder, SCHEMA, [batch(range(300))]
    )


def test_a_merged_segment_has_the_bytes_of_one_written_at_once(tmp_path):
    """Across row groups too: the rows of several files fill the groups of the new one."""
    every = batch(range(150_000))
    files = [
        segment.write(tmp_path, SCHEMA, [every.slice(start, 50_000)])
        for start in range(0, 150_000, 50_000)
    ]
    merged = segment.write(tmp_path, SCHEMA, (b for f in files for b in segment.read(tmp_path, f)))
    assert merged == segment.write(tmp_path, SCHEMA, [every])
    assert merged.rows > segment.GROUP


def test_no_rows_make_no_file(tmp_path):
    assert segment.write(tmp_path, SCHEMA, []) is None
    assert segment.write(tmp_path, SCHEMA, [batch([])]) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "kind",
    [pa.float64(), pa.int64(), pa.decimal128(38, 2), pa.decimal128(20, 0), pa.decimal256(76, 0),
     pa.timestamp("s"), pa.list_(pa.float32())],
    ids=str,
)  # fmt: skip
def test_a_type_that_is_not_exact_or_not_ours_is_refused(kind):
    with pytest.raises(TypeError, match="no exact column"):
        segment.columns(pa.schema([("x", kind)]))


def test_lists_of_words_and_texts_come_back(tmp_path):
    schema = pa.schema([("w", pa.list_(pa.binary(32))), ("t", pa.list_(pa.string()))])
    rows = pa.record_batch(
        [pa.array([[b"x" * 32], []], schema[0].type), pa.array([["é"], None], schema[1].type)],
        schema=schema,
    )
    made = segment.write(tmp_path, schema, [rows])
    assert segment.columns(schema) == (("w", "BLOB[]"), ("t", "VARCHAR[]"))
    assert pa.Table.from_batches(list(segment.read(tmp_path, made))).to_pylist() == rows.to_pylist()


def test_a_changed_byte_is_found_when_the_rows_are_read(tmp_path):
    made = segment.write(tmp_path, SCHEMA, [batch(range(10))])
    path = tmp_path / made.file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert segment.fault(path, made, whole=False) is None
    with pytest.raises(ReleaseBroken, match=f"segments/{made.file} was changed"):
        list(segment.read(tmp_path, made))


def test_a_link_in_place_of_a_segment_is_refused(tmp_path):
    made = segment.write(tmp_path, SCHEMA, [batch(range(10))])
    path = tmp_path / made.file
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ReleaseBroken, match="is a link, not a file"):
        list(segment.read(tmp_path, made))
