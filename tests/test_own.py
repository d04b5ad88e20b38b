"""A reader's own labels and measures: the same definition, interval and evidence as the house's."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

import psephos as ps
from analytics.concentration import hhi
from psephos.errors import TableError
from psephos.workbench import Workbench
from tests.simulated.house import make_release


@pytest.fixture(scope="module")
def r(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    folder = tmp_path_factory.mktemp("releases")
    make_release(folder, rows=500, days=4)
    with ps.open(folder) as bench:
        yield bench


def second(amounts: Sequence[int]) -> Fraction | None:
    """The second holder's share."""
    return Fraction(amounts[1], sum(amounts)) if len(amounts) > 1 else None


def test_a_measure_of_ones_own_has_the_evidence_of_its_rows(r: Workbench) -> None:
    held = r.positions.balance
    mine, theirs = ps.figure(second, held, unit="share").figure, r.figures.balance.hhi.figure
    assert mine.value == Fraction(held.amounts[1], held.total)
    assert mine.evidence == theirs.evidence
    assert (mine.block, mine.population) == (theirs.block, theirs.population)
    assert mine.text.endswith(" %")
    assert "second, code " in mine.definition


def test_its_interval_is_that_of_the_house_for_the_same_function(r: Workbench) -> None:
    def own(amounts: Sequence[int]) -> Fraction | None:
        value = hhi(amounts)
        assert value is None or isinstance(value, Fraction)
        return value

    mine, theirs = ps.figure(own, r.positions.balance).figure, r.figures.balance.hhi.figure
    assert mine.value == theirs.value
    assert mine.interval is not None
    assert theirs.interval is not None
    assert (mine.interval.low, mine.interval.high) == (theirs.interval.low, theirs.interval.high)


def test_other_code_is_another_figure_and_the_same_code_the_same(r: Workbench) -> None:
    def largest(amounts: Sequence[int]) -> int:
        return amounts[0]

    again = ps.figure(largest, r.positions.balance).figure.id
    assert ps.figure(largest, r.positions.balance).figure.id == again

    def largest(amounts: Sequence[int]) -> int:  # type: ignore[no-redef]
        return amounts[0] + 0

    assert ps.figure(largest, r.positions.balance).figure.id != again


@pytest.mark.parametrize("answer", ["7", True, float("nan"), [1]])
def test_an_answer_that_is_no_number_is_refused(r: Workbench, answer: object) -> None:
    def wrong(amounts: Sequence[int]) -> object:
        return answer

    with pytest.raises(TableError, match="wrong answers"):
        ps.figure(wrong, r.positions.balance)  # type: ignore[arg-type]


def test_the_name_of_a_measure_of_the_house_is_taken(r: Workbench) -> None:
    def gini(amounts: Sequence[int]) -> int:
        return 0

    with pytest.raises(TableError, match="measure of the house"):
        ps.figure(gini, r.positions.balance)
    with pytest.raises(TableError, match="no positions of a release"):
        ps.figure(second, [3, 2, 1])  # type: ignore[arg-type]


def test_labels_of_ones_own_are_counted_by_and_declared(r: Workbench) -> None:
    frame = r.positions.balance.frame
    two = frame["holder"].to_list()[:2]
    mine = r.with_entities(pl.DataFrame({"address": two, "owner": ["Ariadne", "Ariadne"]}))
    held = mine.positions.balance
    assert len(held) == len(frame) - 1
    assert held.amounts[0] == sum(r.positions.balance.amounts[:2])
    figure = mine.figures.balance.top_1.figure
    assert figure.evidence.declared[0].startswith("entities ")
    assert "reader's own" in figure.evidence.declared[0]
    assert mine.at(r.block).positions.balance.amounts == held.amounts
    assert ps.figure(second, held).figure.evidence.declared == figure.evidence.declared


def test_declared_labels_given_back_count_alike(r: Workbench) -> None:
    declared = r.entities.frame
    assert r.with_entities(declared).entities.owners == r.entities.owners


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"address": "0x12"}, "row 1, column 'address'"),
        ({"owner": " "}, "row 1, column 'owner'"),
        ({"role": "king"}, "row 1, column 'role'"),
        ({"since": -1}, "row 1, column 'since'"),
        ({"since": 9, "until": 9}, "row 1, column 'until'"),
    ],
)
def test_a_wrong_label_is_named_by_row_and_column(
    r: Workbench, change: dict[str, object], told: str
) -> None:
    good = {"address": "0x" + "11" * 20, "owner": "A", "role": "other", "since": 0, "until": None}
    rows = pl.DataFrame([good, {**good, **change}], strict=False, infer_schema_length=None)
    with pytest.raises(TableError, match=told):
        r.with_entities(rows)
    with pytest.raises(TableError, match="no column 'owner'"):
        r.with_entities(rows.drop("owner"))


def test_two_labels_that_disagree_are_believed_by_nobody(r: Workbench) -> None:
    who = r.positions.balance.frame["holder"][0]
    rows = pl.DataFrame({"address": [who, who], "owner": ["A", "B"]})
    assert len(r.with_entities(rows).entities.conflicts) == 1


def test_notebooks_get_four_names(tmp_path: Path) -> None:
    assert {"figure", "open", "prove", "verify"} <= set(dir(ps))
