"""Bad input, each kind by name: an error that names the value and its place, never a number."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from fractions import Fraction
from inspect import signature
from math import copysign, inf, isnan, log, log2, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics import (
    ALL,
    ONE_HALF,
    PARTICIPATION,
    Threshold,
    atkinson,
    generalised_entropy,
    gini,
    hill,
    holdings,
    merger_change,
    renyi,
    smallest_coalition,
    tau,
    theil,
)
from analytics.bootstrap import bootstrap
from analytics.fast import measured
from analytics.functions import EXAMPLES, FUNCTIONS, OPTIONS
from analytics.games import Game, game
from analytics.measure import Measure
from analytics.tail import power_law
from analytics.windows import breaks
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
    "score": [(0, 0, "value")], "power_law": [(1,)], "power_law_counts": [(1,)], "velocity": [(1,)],
    "lorenz": [(1,)],
    "pivotal": [(2, "supply"), (2, "delegated")], "agreed": [(1,), (2,)], "moved": [(2,)],
    "scored": [(0, "value")], "soonest": [(1, "holders", "delay_hours")],
    "concentration_curve": [(1,)], "holdings": [(1,)],
    "over_lengths": [(0, 0), (0, 1), (0, 2)],
    "sliding": [(0, 0), (0, 1), (0, 2)], "turnouts": [("supply",), ("delegated",), ("delegates",)],
}  # fmt: skip
"""Arguments that may be left out, values that may be undefined, and names, which may be any."""

UNREAD = {"soonest": ("threshold", "members", "propose_strict")}
"""Parts that an example must have and the function does not look at."""

ENTRIES = ALL | PARTICIPATION | FUNCTIONS
HOLDERS = ((5, 3, 1, 1),)
"""What a measure of positions is tried with."""


def call(name: str) -> dict[str, Any]:
    """A worked example whole: the arguments in order, and every option by its name.

    An option that the example leaves at its default is there, too, with that default.
    """
    given = EXAMPLES.get(name, HOLDERS)
    parameters = list(signature(ENTRIES[name].of).parameters.values())
    left = {
        one.name: one.default for one in parameters[len(given) :] if one.default is not one.empty
    }
    return {"given": list(given), "by name": left | OPTIONS.get(name, {})}


def within(value: Any) -> list[tuple[Any, Any]]:
    """(key, part) of whatever has parts: tables, lists, rules, and the inside of a threshold."""
    if isinstance(value, Measure):
        return []
    if isinstance(value, dict):
        return list(value.items())
    if is_dataclass(value) and not isinstance(value, type):
        return [(field.name, getattr(value, field.name)) for field in fields(value)]
    return list(enumerate(value)) if isinstance(value, (list, tuple)) else []


def leaves(
    value: Any, kinds: tuple[type, ...] = (int, Fraction, float)
) -> Iterator[tuple[Any, ...]]:
    """The way to each number within nested arguments; to each yes or no, if that is asked for."""
    if type(value) in kinds:
        yield ()
    for key, part in within(value):
        yield from ((key, *way) for way in leaves(part, kinds))


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


def found_at(value: Any, way: tuple[Any, ...]) -> Any:
    """What is at the end of a way."""
    return found_at(dict(within(value))[way[0]], way[1:]) if way else value


def looked_at(name: str, ways: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The ways to what the function looks at."""
    return [way for way in ways if not set(way) & set(UNREAD.get(name, ()))]


def some(ways: Iterable[tuple[Any, ...]], most: int) -> list[tuple[Any, ...]]:
    """The first of the arguments, and all options."""
    each = list(ways)
    return [way for way in each if way[0] == "given"][:most] + [
        way for way in each if way[0] == "by name"
    ]


@pytest.mark.parametrize("name", sorted((set(EXAMPLES) | set(ALL)) - set(IDS)))
def test_no_number_of_any_function_may_be_nan_or_infinite_nor_an_amount_negative(name: str) -> None:
    """Each number of each function's worked example in turn: an error of ours, with the value."""
    arguments = call(name)
    for way in some(looked_at(name, leaves(arguments)), 12):
        for bad in (nan, inf, -7):
            never = name in NEVER_NEGATIVE or way[0] == "by name" or way[-1] == "share"
            if (name, bad) in OF_ANY_ORDER or (bad == -7 and not never):
                continue
            with pytest.raises(PsephosError) as raised:
                answer(name, put(arguments, way, bad))
            assert str(bad) in raised.value.message, (way, bad)


OTHER = (None, "x", 2.5, True, b"\x07", [], {})
"""Nothing, a text, numbers that are none, and lists and tables of nothing, where none is asked."""


def answer(name: str, arguments: dict[str, Any]) -> Any:
    found = ENTRIES[name].of(*arguments["given"], **arguments["by name"])
    return list(found) if isinstance(found, Iterator) else found


def nodes(value: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The way to each number or yes or no, to each list, table or rule above it, to each option."""
    found = [("given", *way) for way in leaves(value["given"])]
    inner = {way[:depth] for way in found for depth in range(2, len(way))}
    sides = leaves(value, (bool,))
    whole = [(key, part) for key in value for part, _ in within(value[key])]
    return list(dict.fromkeys([*found[:6], *sorted(inner, key=str)[:9], *sides, *whole]))


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) | set(ALL)))
def test_no_argument_of_another_kind_raises_an_error_that_is_not_ours(name: str) -> None:
    """Each part of each worked example in turn; nothing and a text are never taken for a number."""
    arguments = call(name)
    numbers = set(leaves(arguments))
    for way in looked_at(name, nodes(arguments)):
        for other in OTHER:
            said = ""
            try:
                answer(name, put(arguments, way, other))
            except PsephosError as error:
                said = error.message
            optional = way[1:] in LEFT_OUT.get(name, ()) or found_at(arguments, way) is None
            if (other is None and not optional) or (other == "x" and way in numbers):
                assert str(other) in said, (way, other)


EXTREME = (
    10**400, -(10**400), 10**5000, Fraction(10**400, 3), 1e308, 5e-324, Fraction(1, 10**400),
)  # fmt: skip
"""Numbers beyond a double, at its ends, and of more digits than Python writes."""


def not_a_number(value: Any) -> bool:
    """Whether NaN is anywhere in an answer."""
    if isinstance(value, np.ndarray):
        return bool(np.isnan(value).any())
    if isinstance(value, (set, frozenset)):
        return any(map(not_a_number, value))
    if isinstance(value, float):
        return isnan(value)
    return any(not_a_number(part) for _, part in within(value))


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) | set(ALL)))
def test_a_number_beyond_a_double_gives_an_answer_or_an_error_of_ours(name: str) -> None:
    """Each number of each worked example in turn; an answer is a number, and it ends."""
    arguments = call(name)
    for way in some(leaves(arguments), 12):
        for extreme in EXTREME:
            try:
                found = answer(name, put(arguments, way, extreme))
            except PsephosError:
                continue
            assert not not_a_number(found), (way, extreme)


@pytest.mark.parametrize(("of", "says"), [
    (lambda: Threshold(0.5), "share of a threshold is no exact number: '0.5'"),  # type: ignore[arg-type]
    (lambda: Threshold("x"), "no exact number: 'x'"),  # type: ignore[arg-type]
    (lambda: Threshold(Fraction(1, 2), strict=None), "strict is 'None'"),  # type: ignore[arg-type]
    (lambda: Threshold.parse(None), "not a threshold: 'None'"),  # type: ignore[arg-type]
    (lambda: Threshold.parse(b">1/2"), "not a threshold: \"b'>1/2'\""),  # type: ignore[arg-type]
    (lambda: tau([3, 2, 1], 1 / 3), "share is no exact number: '0.333"),  # type: ignore[arg-type]
    (lambda: renyi([1, 2], 10**400), "order is beyond what a double holds: '1000"),
    (lambda: hill([1, 2], 10**400), "order is beyond what a double holds: '1000"),
    (lambda: atkinson([1, 2], 10**400), "aversion is beyond what a double holds: '1000"),
    (lambda: generalised_entropy([1, 2], 10**400), "from −1,000 to 1,000"),
    (lambda: generalised_entropy([10**40, 1, 1], 1000.5), "order 1000.5: .* to 1,000"),
    (lambda: generalised_entropy([10**40, 1, 1], -9.5), "order -9.5 is beyond what a double"),
    (lambda: merger_change([30, 20], 30.0, 20), "first who merges is no whole number: '30.0'"),  # type: ignore[arg-type]
    (lambda: smallest_coalition([("a", 5), (["b"], 1)], ONE_HALF), "holder 1 is .*'b'"),  # type: ignore[list-item]
    (lambda: holdings([(("a", ["b"]), 1)]), "holder 0 is "),
    (lambda: gini([1, 10**5000]), "amount 1 has more than 13,000 bits"),
    (lambda: gini([1, -(10**5000)]), "amount 1 has more than 13,000 bits"),
    (lambda: Threshold(Fraction(1, 10**5000)), "share of a threshold has more than 13,000 bits"),
    (lambda: power_law([4, 2, 1], 1, resamples=-5, seed=1), "resamples is negative: -5"),
    (lambda: power_law([4, 2, 1], 1, resamples=10**400, seed=1), "at most 1,000,000"),
    (lambda: bootstrap([7, 4], lambda held: nan, seed=1), "of the events is no number: 'nan'"),
    (lambda: bootstrap([7, 4], lambda held: inf, seed=1), "beyond what a double holds: 'inf'"),
    (lambda: bootstrap([7, 4], lambda held: "x", seed=1), "is no number: 'x'"),  # type: ignore[arg-type, return-value]
    (lambda: bootstrap([7, 4], lambda held: None if held == [7, 4] else 10**400, seed=1), ""),
    (lambda: breaks([0] * 20, significance=2), "a significance of 2: it is a chance"),
    (lambda: breaks([0] * 20, significance=nan), "significance is no number: 'nan'"),
    (lambda: breaks([0] * 20, significance=True), "significance is no number: 'True'"),
])  # fmt: skip
def test_a_wrong_value_is_named_with_its_place(of: Callable[[], object], says: str) -> None:
    if not says:
        assert of() is None
        return
    with pytest.raises(PsephosError, match=says):
        of()


def test_amounts_and_holders_of_nothing_beyond_a_double_are_counted() -> None:
    """ln n of 10⁴⁰⁰ who are counted; ranks of a series of amounts of any size; nothing is NaN."""
    many = 10**400
    assert theil([3, 2, 1], empty=many) == pytest.approx(400 * log(10) - 1.0114, abs=1e-4)
    assert atkinson([3, 2, 1], Fraction(1, 2), empty=many) == 1
    assert atkinson([1, 10**40], 1e308) == 1
    assert atkinson([3, 2, 1], 1e308) == pytest.approx(1 / 2)  # the poorest has half the mean
    assert renyi([1] * 1000, 1e308) == pytest.approx(log2(1000))
    assert [one.at for one in breaks([many, *[0] * 9, *[many + 1] * 12])] == [10]


@pytest.mark.parametrize("name", sorted(ALL))
def test_no_measure_answers_minus_zero(name: str) -> None:
    for held in ([7], [1, 1], [10**400] * 3):
        value = ALL[name].of(held)
        assert value is None or copysign(1, value) == 1, held
