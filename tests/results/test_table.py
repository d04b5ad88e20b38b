"""Measures of any table: read exactly, and refused where that is not possible."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import ALL
from psephos.errors import CommandError, TableError
from psephos.results.table import exact, measure_table

often = settings(max_examples=25, deadline=None)


def csv_of(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


def parquet_of(folder: Path, **columns: pa.Array) -> Path:
    path = folder / "table.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_the_answer_has_the_documented_shape(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "holder,amount\na,3\nb,1.50\nc,0\nd,0.5\n")
    measured = measure_table(path, "amount", above="0.5", thresholds=[">51/100", ">=2/3"])
    assert measured["population"] == 2
    assert measured["zeros"] == 1
    assert measured["below"] == 1
    assert measured["total"] == "450"
    assert measured["decimals"] == 2
    assert measured["measures"]["gini"] == 1 / 6
    assert measured["measures"]["hhi"] == 5 / 9
    assert measured["measures"]["nakamoto_one_half"] == 1
    assert measured["measures"]["nakamoto"] == {">51/100": 1, ">=2/3": 1}
    assert measured["exact"]["hhi"] == "5/9"
    assert measured["exact"]["top_10"] == "1/1"
    assert measured["measures"].keys() == {*ALL, "nakamoto"}
    assert measured["merger_bands"] == dict.fromkeys(("2010", "2023"), "highly concentrated")
    assert measured["exact"]["hhi_points"] == "50000/9"
    assert json.loads(json.dumps(measured, allow_nan=False)) == measured


def test_a_table_without_rows_is_undefined_not_zero(tmp_path: Path) -> None:
    measured = measure_table(csv_of(tmp_path, "amount\n"), "amount", thresholds=[">1/2"])
    assert (measured["population"], measured["total"]) == (0, "0")
    assert {measured["measures"][name] for name in ALL} == {None}
    assert measured["measures"]["nakamoto"] == {">1/2": None}
    assert measured["merger_bands"] == {"2010": None, "2023": None}
    assert measured["exact"] == {}


def test_weights_are_added_up_per_group_before_anybody_is_left_out(tmp_path: Path) -> None:
    """Two amounts of 0.6 are one holder of 1.2, who is above 1; the lonely 0.9 is not."""
    path = csv_of(tmp_path, "owner,amount\na,0.6\nb,0.9\na,0.60\nc,0\nc,0\n")
    measured = measure_table(path, "amount", group="owner", above="1")
    assert (measured["population"], measured["below"], measured["zeros"]) == (1, 1, 1)
    assert (measured["total"], measured["decimals"]) == ("120", 2)


@often
@given(
    weights=st.lists(
        st.tuples(st.integers(0, 3), st.decimals(0, 10**12, places=6)), min_size=1, max_size=20
    )
)
def test_grouping_is_the_same_as_adding_up_before(
    weights: list[tuple[int, Decimal]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    one = csv_of(folder, "g,w\n" + "".join(f"{g},{w}\n" for g, w in weights))
    grouped = measure_table(one, "w", group="g")
    sums: dict[int, Decimal] = {}
    for g, w in weights:
        sums[g] = sums.get(g, Decimal(0)) + w
    two = csv_of(folder, "w\n" + "".join(f"{w:.6f}\n" for w in sums.values()))
    assert grouped == measure_table(two, "w")


@often
@given(number=st.integers(0, 10**60), places=st.integers(0, 40), power=st.integers(-30, 30))
def test_decimal_text_is_read_exactly(number: int, places: int, power: int) -> None:
    digits = f"{number:0{places + 1}d}"
    text = f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}e{power}"
    read = exact(text)
    assert read is not None
    assert Fraction(read[0], 10 ** read[1]) == Fraction(text)


@pytest.mark.parametrize(("text", "value"), [
    ("1e5", (100000, 0)), ("1.5E-3", (15, 4)), ("12.50", (1250, 2)), (".5", (5, 1)), ("5.", (5, 0)),
    (" 7 ", (7, 0)), ("+7", (7, 0)), ("-0", (0, 0)), ("007", (7, 0)),
    ("0.1", (1, 1)), (str(2**256 - 1), (2**256 - 1, 0)),
])  # fmt: skip
def test_numbers_are_read_as_written(text: str, value: tuple[int, int]) -> None:
    assert exact(text) == value


@pytest.mark.parametrize("text", [
    "", " ", ".", "e5", "1e", "1,000", "1 000", "1'000", "1_000", "1.000.000", "0x10", "nan", "inf",
    "Infinity", "½", "١٢", "²", "5%", "$5", "1/2", "--5", "1e5.5", "−5", "5\x00", "five", "1\n2",
])  # fmt: skip
def test_what_is_no_decimal_number_is_not_read(text: str) -> None:
    assert exact(text) is None


@pytest.mark.parametrize("text", ["1e999999", "1e-101", "9" * 101, "0." + "1" * 101, "1e9999"])
def test_no_cell_can_ask_for_endless_digits(text: str, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="row 1"):
        measure_table(csv_of(tmp_path, f"w\n{text}\n"), "w")


def test_csv_parquet_text_integers_and_decimals_measure_the_same(tmp_path: Path) -> None:
    texts = ["10.25", "3.00", "0.00", "7.75"]
    from_csv = measure_table(csv_of(tmp_path, "w\n" + "\n".join(texts)), "w", above="3")
    decimals = pa.array([Decimal(t) for t in texts], pa.decimal128(38, 2))
    for column in (
        pa.array(texts), pa.array(texts, pa.large_string()), decimals,
        pa.array(texts).dictionary_encode(), decimals.cast(pa.decimal256(60, 2)),
    ):  # fmt: skip
        assert measure_table(parquet_of(tmp_path, w=column), "w", above="3") == from_csv
    whole = pa.array([int(Decimal(t) * 100) for t in texts], pa.uint64())
    measured = measure_table(parquet_of(tmp_path, w=whole), "w", above=300)
    assert measured == from_csv | {"decimals": 0}


def test_256_bit_amounts_are_exact(tmp_path: Path) -> None:
    """One unit in 10^77 decides who holds more than half."""
    half = 2**255
    path = csv_of(tmp_path, f"w\n{half}\n{half - 1}\n")
    measured = measure_table(path, "w", thresholds=[">1/2"])
    assert measured["total"] == str(2**256 - 1)
    assert measured["measures"]["nakamoto"] == {">1/2": 1}


@pytest.mark.parametrize("column", ["group", "name"])
def test_parquet_groups_by_whole_numbers_text_and_bytes(tmp_path: Path, column: str) -> None:
    names = pa.array([b"a", b"b", b"a"]) if column == "name" else pa.array([1, 2, 1])
    path = parquet_of(tmp_path, w=pa.array([1, 2, 3]), **{column: names})
    assert measure_table(path, "w", group=column)["population"] == 2


@pytest.mark.parametrize(("text", "says"), [
    ("w\n1\n-5\n", "column 'w', row 2: '-5' is negative"),
    ("w\n1\n-1e-30\n", "row 2: '-1e-30' is negative"),
    ("w\nfive\n", "row 1: 'five' is not a number"),
    ("w\nnan\n", "row 1: 'nan' is not a number"),
    ("w\ninf\n", "row 1: 'inf' is not a number"),
    ('w\n"1,000"\n', "row 1: '1,000' is not a number"),
    ("a,w\n1,2\n3,\n", "row 2: '' is empty"),
    ("a,w\n1,1,000\n", "row 1 has 3 cells, the header has 2"),
    ("a,w\n1\n", "row 1 has 1 cells, the header has 2"),
    ("w\n1\n\n2\n", "row 2 is blank"),
    ("a,b\n1,2\n", "there is no column 'w'"),
    ("w,a,w\n1,2,3\n", "column 'w' is there 2 times"),
    ("w;a\n1;2\n", "there is no column 'w'"),
    ("", "is empty"), ("\n1\n", "is empty"), ("\ufeff", "is empty"),
    ('w\n"1\n2\n3\n', "line"), ('w\n"1"2\n', "line"),
    ("w\n" + "x" * 200_000, "field larger"), ("w\n" + "1" * (1 << 20), "line 2 is too long"),
    ("w\n\x1b[31m5\n", "is not a number"),
])  # fmt: skip
def test_a_csv_that_cannot_be_measured_is_one_line_that_says_where(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(TableError) as refused:
        measure_table(csv_of(tmp_path, text), "w")
    assert says in refused.value.message
    assert refused.value.message.isprintable()
    assert refused.value.hint
    assert len(refused.value.message) < 300


def test_a_row_without_a_group_is_refused_not_gathered(tmp_path: Path) -> None:
    """All rows without a name would become one holder, perhaps the largest."""
    with pytest.raises(TableError, match="column 'g', row 2: the group is empty"):
        measure_table(csv_of(tmp_path, "g,w\na,1\n,2\n"), "w", group="g")
    path = parquet_of(tmp_path, g=pa.array(["a", None]), w=pa.array([1, 2]))
    with pytest.raises(TableError, match="column 'g', row 2: the group is empty"):
        measure_table(path, "w", group="g")


@pytest.mark.parametrize(("column", "says"), [
    (pa.array([1.0, 2.0]), "floating point"),
    (pa.array([1.0, 2.0], pa.float32()), "floating point"),
    (pa.array([1.0, 2.0]).dictionary_encode(), "floating point"),
    (pa.array([True, False]), "not a number"),
    (pa.array([[1], [2]]), "not a number"),
    (pa.array([1, -2]), "row 2: '-2' is negative"),
    (pa.array([1, None]), "row 2: '' is empty"),
    (pa.array([Decimal("1.0"), Decimal("-0.1")]), "row 2: '-0.1' is negative"),
    (pa.array(["1", "x"]), "row 2: 'x' is not a number"),
])  # fmt: skip
def test_a_parquet_column_that_is_not_exact_or_not_positive_is_refused(
    tmp_path: Path, column: pa.Array, says: str
) -> None:
    with pytest.raises(TableError) as refused:
        measure_table(parquet_of(tmp_path, w=column), "w")
    assert says in refused.value.message
    assert "'w'" in refused.value.message
    assert refused.value.message.isprintable()


def test_floating_point_names_no_group(tmp_path: Path) -> None:
    path = parquet_of(tmp_path, g=pa.array([1.0, 2.0]), w=pa.array([1, 2]))
    with pytest.raises(TableError, match="column 'g' is double, not a name"):
        measure_table(path, "w", group="g")


def test_a_file_that_is_missing_a_folder_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="No such file"):
        measure_table(tmp_path / "none.csv", "w")
    with pytest.raises(TableError, match="cannot read"):
        measure_table(tmp_path, "w")
    with pytest.raises(TableError, match="not text in UTF-8"):
        measure_table(csv_of(tmp_path, "w\n5\n", "utf-16"), "w")
    fake = tmp_path / "fake.parquet"
    fake.write_text("w\n1\n")
    with pytest.raises(TableError, match="not a Parquet file"):
        measure_table(fake, "w")


def test_a_parquet_file_that_is_cut_or_overwritten_is_broken_never_shorter(
    tmp_path: Path,
) -> None:
    path = parquet_of(tmp_path, w=pa.array([str(x) for x in range(5000)]))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TableError, match="is broken"):
        measure_table(path, "w")
    path.write_bytes(whole[:40] + b"\xff" * 400 + whole[440:])
    with pytest.raises(TableError):
        measure_table(path, "w")


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_table(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "\ufeffw,g\r\n1,a\r\n2,b\r\n\r\n")
    assert measure_table(path, "w", group="g")["total"] == "3"


@pytest.mark.parametrize("above", ["", "much", "1,000", "nan", 0.5])
def test_above_must_be_an_exact_number(tmp_path: Path, above: object) -> None:
    with pytest.raises(CommandError, match="not a number"):
        measure_table(csv_of(tmp_path, "w\n1\n"), "w", above=above)  # type: ignore[arg-type]


@pytest.mark.parametrize("above", ["1e9999", "9" * 200])
def test_above_cannot_ask_for_endless_digits(tmp_path: Path, above: str) -> None:
    with pytest.raises(CommandError):
        measure_table(csv_of(tmp_path, "w\n1\n"), "w", above=above)


@pytest.mark.parametrize(("above", "left"), [("1", 2), ("0.99", 3), (1, 2), ("-1", 4), (None, 4)])
def test_above_means_more_than(tmp_path: Path, above: str | int | None, left: int) -> None:
    path = csv_of(tmp_path, "w\n1\n1.000001\n0\n2\n0.5\n")
    assert measure_table(path, "w", above=above)["population"] == left


def test_a_wrong_threshold_is_a_wrong_command_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not a threshold"):
        measure_table(csv_of(tmp_path, "w\n1\n"), "w", thresholds=["51%"])


@pytest.mark.parametrize(("name", "points", "majority", "population"), [
    ("compound", "233.849029", (19, 18), 325), ("uniswap", "222.797801", (17, 16), 13049),
])  # fmt: skip
def test_published_power_of_delegates(
    real_data: Path, name: str, points: str, majority: tuple[int, int], population: int
) -> None:
    """ARDev097/Measuring_COP_Optimism@ef8802a: HHI above one vote, Nakamoto '> 0.51' over all."""
    path = real_data / "governance" / f"dao_{name}_delegates_voting_power.csv"
    above_one = measure_table(path, "voting_power", above="1")
    assert above_one["population"] == population
    assert f"{above_one['measures']['hhi'] * 10_000:.6f}" == points
    every = measure_table(path, "voting_power", thresholds=[">51/100", ">1/2"])
    assert tuple(every["measures"]["nakamoto"].values()) == majority


def test_published_provisions(real_data: Path) -> None:
    """starknet-io/provisions-data@6223abe: 35,304,765.215 STRK to 135,015 developers."""
    folder = real_data / "distribution" / "starknet_provisions"
    measured = measure_table(folder / "github_allocations_hashed.parquet", "amount_strk")
    assert measured["population"] == 135_015
    assert (measured["total"], measured["decimals"]) == ("35304765215", 3)
    assert round(measured["measures"]["gini"], 4) == 0.5441
    assert measured["measures"]["nakamoto_one_half"] == 7214


def test_a_holder_who_is_there_twice_is_an_error_with_both_rows(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "who,w\na,1\nb,2\na,3\n")
    with pytest.raises(TableError, match="column 'who', rows 1 and 3: 'a' is there twice"):
        measure_table(path, "w", holder="who")
    assert measure_table(path, "w", group="who")["population"] == 2
    with pytest.raises(CommandError, match="not both"):
        measure_table(path, "w", group="who", holder="who")
    once = csv_of(tmp_path, "who,w\na,1\nb,2\n")
    assert measure_table(once, "w", holder="who")["population"] == 2


def test_amounts_in_two_units_are_an_error_with_the_row(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "w,in\n1,STRK\n2,STRK\n3,fri\n")
    with pytest.raises(TableError, match="column 'in', row 3: the unit is 'fri', in row 1 'STRK'"):
        measure_table(path, "w", unit="in")
    same = csv_of(tmp_path, "w,in\n1,STRK\n2,STRK\n")
    assert measure_table(same, "w", unit="in")["population"] == 2
