"""A published figure as a proof: its positions, made again from the rows, are the proof's table.

| measure | statement | equals |
|---|---|---|
| holders, total | total | count, total |
| hhi, effective_number | concentration | Σx² / (Σx)², and its inverse |
| gini | inequality | ((n + 1)·Σx − 2·Σ rank·x) / (n·Σx), n holders |
| nakamoto_one_third, …_one_half, …_two_thirds | coalition, > ⅓, > ½, > ⅔ | coalition |

Ids are the holders' addresses, so that each finds the own row (`psephos.batch.roll`).
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from analytics.threshold import Threshold
from psephos.batch import roll
from psephos.batch.roll import NO_CHOICE, Row
from psephos.errors import CommandError, NotCollected, VerificationFailed
from psephos.results.labels.entities import Entities
from psephos.results.positions import derived
from psephos.results.proofs.provable import SCALE, Provable
from psephos.results.proofs.proving import Question, Report, gini, proven, publics
from psephos.results.proofs.sealed_tables import KINDS, Named, rows_of
from psephos.stark.verify import Verified
from psephos.store.reader import Release

Told = Mapping[str, int]
SAYS: dict[str, tuple[str, str, Callable[[Told], int | Fraction]]] = {
    "holders": ("total", "", lambda told: told["count"]),
    "total": ("total", "", lambda told: told["total"]),
    "hhi": ("concentration", "", lambda told: Fraction(told["sum_of_squares"], told["total"] ** 2)),
    "effective_number": (
        "concentration", "", lambda told: Fraction(told["total"] ** 2, told["sum_of_squares"])
    ),
    "gini": ("inequality", "", gini),
    "nakamoto_one_third": ("coalition", ">1/3", lambda told: told["coalition"]),
    "nakamoto_one_half": ("coalition", ">1/2", lambda told: told["coalition"]),
    "nakamoto_two_thirds": ("coalition", ">2/3", lambda told: told["coalition"]),
}  # fmt: skip
"""Statement, threshold and value of each measure that can be proven."""


def prove_figure(
    release: Release,
    told: Mapping[str, Any],
    labels: Entities | None,
    preset: str = "standard",
    report: Report | None = None,
) -> tuple[bytes, Verified]:
    """The proof of a published figure, which was checked to give the published value.

    CommandError for a measure that no statement is about; NotCollected for a figure without a
    value; VerificationFailed if the rows do not give it.
    """
    statement, threshold, _ = _says(told["measure"])
    if told["value"] is None:
        raise NotCollected(f"the figure has no value: {told['undefined']}", hint="nothing to prove")
    table = provable(release, told, labels)
    question = Question.read([statement], [threshold] if threshold else [])
    data, found = proven(table, question, preset, report)
    agrees(found, told)
    return data, found


def provable(release: Release, told: Mapping[str, Any], labels: Entities | None) -> Provable:
    """The positions that a figure measures, from the event rows, in the order of addresses.

    At a batch's end, and by address, they are the sealed table itself; of votes with what each
    chose.
    """
    key = bytes.fromhex(told["key"][2:]) if told["key"] else None
    if not told["entities"] and told["kind"] in KINDS:
        return rows_of(release, Named(told["dataset"], told["kind"], key, 0, told["block"]))
    if told["entities"] and (labels is None or labels.id != told["entities"]):
        raise VerificationFailed("the figure counts declared owners that are not those known here")
    held = derived(
        release,
        told["kind"],
        dataset=told["dataset"],
        block=told["block"],
        key=key,
        entities=labels if told["entities"] else None,
    )
    if held.undefined or not held.holders:
        raise NotCollected(held.undefined or "nobody holds anything", hint="nothing to prove")
    pairs = zip(held.holders, held.amounts, strict=True)
    rows = sorted(Row(int.from_bytes(holder, "big"), amount, NO_CHOICE) for holder, amount in pairs)
    ids, weights = [row.id for row in rows], [row.weight for row in rows]
    return Provable(weights, ids, None, min(held.decimals, SCALE), roll.root(rows))


def agrees(found: Verified, told: Mapping[str, Any]) -> str:
    """That the proof's numbers give the figure's value; VerificationFailed if they do not."""
    if missing := lacks(found, told["measure"]):
        raise VerificationFailed(missing)
    numbers, value = _numbers(found, told["measure"]), _says(told["measure"])[2]
    if str(value(numbers)) != told["value"]:
        raise VerificationFailed(
            f"the proof gives {value(numbers)}, the figure {told['measure']} says {told['value']}"
        )
    return f"{told['measure']} of {told['dataset']} at block {told['block']} = {told['text']}"


def lacks(found: Verified, measure: str) -> str:
    """Why a proof does not tell a measure; empty if it does."""
    statement, threshold, _ = _says(measure)
    if not any(tape.name.partition("/")[0] == statement for tape in found.combination.tapes):
        return f"the proof says nothing of {measure}"
    if threshold and not any(_is_of(told, threshold) for _, told in found.publics):
        return "the proof is about another threshold than the figure"
    return ""


def _numbers(found: Verified, measure: str) -> Told:
    """All that is proven; of several coalitions what the one with the measure's threshold says."""
    threshold = _says(measure)[1]
    chosen = [told for _, told in found.publics if threshold and _is_of(told, threshold)]
    return {**publics(found), **(chosen[0] if chosen else {})}


def _is_of(told: Told, threshold: str) -> bool:
    """Whether these are the publics of a coalition with this threshold."""
    if "denominator" not in told:
        return False
    share = Threshold.parse(threshold)
    proven_share = Fraction(told["numerator"], told["denominator"])
    return (proven_share, told["strict"]) == (share.share, int(share.strict))


def _says(measure: str) -> tuple[str, str, Callable[[Told], int | Fraction]]:
    if measure not in SAYS:
        raise CommandError(f"no statement is about {measure}", hint=f"provable: {', '.join(SAYS)}")
    return SAYS[measure]
