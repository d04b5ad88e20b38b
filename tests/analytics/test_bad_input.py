"""Bad input, each kind by name: an error that names the value and its place, never a number."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import inf, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics import ALL, PARTICIPATION, holdings
from analytics.fast import measured
from analytics.functions import EXAMPLES, FUNCTIONS, OPTIONS
from analytics.games import Game, game
from analytics.measure import Measure
from analytics.threshold import Threshold
from psephos.errors import ConfigurationError, DataError, PsephosError
from psephos.results.control.rule_files import read
from psephos.results.shipped import shipped


@pytest.mark.parametrize("name", ALL)
def test_a_negative_amount_is_refused_by_every_measure(name: str) -> None:
    with pytest.raises(DataError, match="amount 1 is negative: -2"):
        ALL[name].of([5, -2, 3])


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("value", [nan, inf, -inf, 2.5, Decimal("1.5"), "7", None, True])
def test_nan_infinities_and_what_is_no_whole_number_are_refused_by_every_measure(
    name: str, value: object
) -> None:
    with pytest.raises(DataError, match="amount 2 is no whole number"):
        ALL[name].of([5, 2, value])  # type: ignore[list-item]


def test_what_is_true_is_no_amount_to_the_fast_twin_either() -> None:
    with pytest.raises(DataError, match="amount 1 is no whole number: 'True'"):
        measured([2, True, 3])


@pytest.mark.parametrize(
    ("value", "says"), [(nan, "no number: nan"), (inf, "no number: inf"), (-1.0, "negative: -1.0")]
)
def test_nan_infinities_and_negatives_in_an_array_name_their_place(value: float, says: str) -> None:
    with pytest.raises(DataError, match=f"amount 1 is {says}"):
        measured(np.array([1.0, value, 2.0]))


def test_mixed_units_are_refused_with_both_units_and_the_place() -> None:
    with pytest.raises(DataError, match="different units: 'wei' in place 0, 'fri' in 2"):
        holdings([("a", 1), ("b", 2), ("c", 3)], ["wei", "wei", "fri"])


def test_a_duplicated_holder_is_refused_with_both_places() -> None:
    with pytest.raises(DataError, match="holder 0x07 is there twice: in places 0 and 2"):
        holdings([(b"\7", 1), (b"\1", 2), (b"\7", 3)])


def test_weights_that_do_not_sum_to_what_was_declared_are_refused_with_both_sums() -> None:
    with pytest.raises(DataError, match="weights add up to 6, not to the 7"):
        game([3, 2, 1], Fraction(1, 2), total=7)


@pytest.mark.parametrize("quota", [7, 0, -1])
def test_a_quota_above_the_total_or_below_one_is_refused_with_the_total(quota: int) -> None:
    with pytest.raises(DataError, match=f"a quota of {quota} is not within 1 and .*, 6"):
        Game((3, 2, 1), quota)


def test_a_negative_weight_is_refused_with_the_voters_place() -> None:
    with pytest.raises(DataError, match="voter 2 has a negative weight: -2"):
        Game((3, -2, 1), 1)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('base = "cast"', 'base = "members"', "`body.base` contradicts kind tokens"),
        ('kind = "seats"\nmembers = 12\nthreshold = ">1/2"', 'kind = "seats"\nthreshold = ">1/2"',
         "`body.members` is missing"),
        ('since = 2025-05-15', 'since = 2025-05-15\nuntil = 2025-05-01', "`until` is 2025-05-01"),
        ('agree = ["foundation"]', 'agree = ["senate"]', "senate"),
        ('appointed_by = "foundation"', 'appointed_by = "senate"', "`body.same_as` contradicts"),
    ],
)  # fmt: skip
def test_a_rule_file_that_contradicts_itself_is_refused_with_file_line_and_key(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    whole = (shipped("rules") / "starknet.toml").read_text(encoding="utf-8")
    assert old in whole
    file = tmp_path / "wrong.toml"
    file.write_text(whole.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read(file)
    assert "wrong.toml, line " in raised.value.message
    assert says in raised.value.message


IDS = ("clusters",)
"""Functions whose numbers are places in a list of addresses, not amounts."""
OF_ANY_ORDER = {("renyi", inf), ("hill", inf)}
"""Orders may be infinite: that is the largest holder's."""
NEVER_NEGATIVE = (
    "bribe", "by_issuer", "churn", "circulating", "cost", "lost_votes", "one_level", "recount",
    "single_source", "staking_ratio", "supply_identity", "time_weighted", "to_reach", "to_win",
    "transitive", "unlock_pressure", "velocity", "yearly_mint",
)  # fmt: skip


LEFT_OUT = {
    "score": [(0, 0, "value")], "power_law": [(1,)], "velocity": [(1,)], "lorenz": [(1,)],
    "pivotal": [(2, "supply"), (2, "delegated")], "agreed": [(1,), (2,)], "moved": [(2,)],
    "sliding": [(0, 0), (0, 1), (0, 2)],
}  # fmt: skip
"""Arguments that may be left out, values that may be undefined, and names, which may be any."""


def leaves(value: Any) -> Iterator[tuple[Any, ...]]:
    """The way to each number within nested arguments."""
    if isinstance(value, Measure):
        return
    if isinstance(value, dict):
        parts: Iterable[tuple[Any, Any]] = value.items()
    elif is_dataclass(value) and not isinstance(value, Threshold):
        parts = [(field.name, getattr(value, field.name)) for field in fields(value)]
    elif isinstance(value, (list, tuple)):
        parts = enumerate(value)
    else:
        if isinstance(value, (int, Fraction, float)) and not isinstance(value, bool):
            yield ()
        return
    for key, part in parts:
        yield from ((key, *way) for way in leaves(part))


def put(value: Any, way: tuple[Any, ...], new: Any) -> Any:
    """The same arguments with one number replaced."""
    if not way:
        return new
    key, *rest = way
    if isinstance(value, dict):
        return {**value, key: put(value[key], tuple(rest), new)}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{key: put(getattr(value, key), tuple(rest), new)})
    listed = list(value)
    listed[key] = put(listed[key], tuple(rest), new)
    return type(value)(listed)


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - set(IDS)))
def test_no_number_of_any_function_may_be_nan_or_infinite_nor_an_amount_negative(name: str) -> None:
    """Each number of each function's worked example in turn: an error of ours, with the value."""
    arguments = list(EXAMPLES[name])
    ways = list(leaves(arguments))
    for way in ways[:12]:
        for bad in (nan, inf, -7):
            if (name, bad) in OF_ANY_ORDER or (bad == -7 and name not in NEVER_NEGATIVE):
                continue
            with pytest.raises(PsephosError) as raised:
                answer(name, put(arguments, way, bad))
            assert str(bad) in raised.value.message, (way, bad)


OTHER = (None, "x", 2.5, True, b"\x07", [], {})
"""Nothing, a text, numbers that are none, and lists and tables of nothing, where none is asked."""


def answer(name: str, arguments: list[Any]) -> Any:
    of = FUNCTIONS[name] if name in FUNCTIONS else PARTICIPATION[name]
    found = of.of(*arguments, **OPTIONS.get(name, {}))
    return list(found) if isinstance(found, Iterator) else found


def nodes(value: Any) -> list[tuple[Any, ...]]:
    """The way to each number within nested arguments and to each list, table or rule above it."""
    found = list(leaves(value))
    inner = {way[:depth] for way in found for depth in range(1, len(way))}
    return list(
        dict.fromkeys([*found[:6], *sorted(inner, key=str)[:9], *((n,) for n in range(len(value)))])
    )


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_no_argument_of_another_kind_raises_an_error_that_is_not_ours(name: str) -> None:
    """Each part of each worked example in turn; nothing and a text are never taken for a number."""
    arguments = list(EXAMPLES[name])
    numbers = set(leaves(arguments))
    for way in nodes(arguments):
        for other in OTHER:
            said = ""
            try:
                answer(name, put(arguments, way, other))
            except PsephosError as error:
                said = error.message
            missing = other is None and way not in LEFT_OUT.get(name, ())
            if missing or (other == "x" and way in numbers):
                assert str(other) in said, (way, other)
