"""What a sync says: its report, and what was checked of the rows that it sealed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from psephos.batch.sync import SyncReport
from psephos.commands.check import crossed_of
from psephos.commands.console import Answer
from psephos.commands.house import House
from psephos.errors import PsephosError, Quarantined
from psephos.results.shown.wording import counted
from psephos.settings import Settings

if TYPE_CHECKING:
    from psephos.evidence.check import Check
    from psephos.results.conservation.token import Conserved


@dataclass(frozen=True, slots=True)
class Told:
    """A report, the outcomes of conservation by dataset, and what else was compared."""

    report: SyncReport
    outcomes: "Mapping[str, Sequence[Conserved]]" = field(default_factory=dict)
    compared: "tuple[tuple[str, Check], ...]" = ()
    """Dataset and check: with the other chain's rows, or with what a contract answers."""
    crossings: "tuple[tuple[str, Check], ...]" = ()


def checked(settings: Settings, house: House, report: SyncReport) -> Told:
    """If something was sealed, its rows' invariants, what crosses between the chains of
    `settings`, the tokens' books, tallies of votes and totals of stakes.

    Now, because a node proves its state near its head only.
    """
    if not report.sealed:
        return Told(report)
    from psephos.results.conservation.counted import counted
    from psephos.results.conservation.invariant_checks import guard
    from psephos.results.conservation.issued import issued
    from psephos.results.conservation.replay import conserve
    from psephos.results.conservation.staked import totalled
    from psephos.results.conservation.tallied import tallied

    since = sealed_since(report)
    guard(house.index, house.datasets, since)
    own = (
        *counted(house.index, house.datasets, since).items(),
        *issued(house.index, house.datasets, house.settings.datasets, since).items(),
    )
    crossings = crossed_of(settings, house, since)
    outcomes = conserve(house.index, house.node, house.datasets)
    compared = [
        *tallied(house.index, house.node, house.datasets, since).items(),
        *totalled(house.index, house.node, house.datasets, since).items(),
    ]
    told = Told(report, outcomes, (*own, *compared), tuple(crossings.items()))
    return stopped(house, told)


def crossed_later(settings: Settings, house: House, told: Told) -> Told:
    """What crosses, of a chain that was read before there was anything of the other one."""
    found = crossed_of(settings, house, sealed_since(told.report))
    return stopped(house, replace(told, crossings=tuple(found.items())))


def sealed_since(report: SyncReport) -> dict[str, int]:
    """The first block of what was sealed, by dataset."""
    since: dict[str, int] = {}
    for one in report.sealed:
        since[one.dataset] = min(since.get(one.dataset, one.header.first), one.header.first)
    return since


def stopped(house: House, told: Told) -> Told:
    """With what the checks stopped."""
    named = told.outcomes.keys() | sealed_since(told.report).keys()
    found = {name: why for name, why in house.index.quarantined().items() if name in named}
    quarantined = {**told.report.quarantined, **found}
    return replace(told, report=replace(told.report, quarantined=quarantined))


def answer(told: Told) -> Answer:
    """The report, with the outcomes of conservation and of what was compared: that is *seen*.

    Quarantined datasets make it exit 4; what the others gave is kept.
    """
    report, error = told.report, None
    if report.quarantined:
        names = ", ".join(sorted(report.quarantined))
        error = Quarantined(
            f"{counted(len(report.quarantined), 'dataset')} stopped: {names}",
            hint="`psephos status` says why; the other datasets went on",
        )
    conserved = [
        {"dataset": name, "level": outcome.level, **asdict(check)}
        for name, found in told.outcomes.items()
        for outcome in found
        for check in outcome.checks
    ]
    conserved += [
        {"dataset": name, "level": "seen", **asdict(check)}
        for name, check in (*told.crossings, *told.compared)
    ]
    lines = [
        f"  {': '.join(filter(None, (c['dataset'], c['name'])))} {c['status']}: {c['why']}"
        for c in conserved
    ]
    return Answer(
        {**payload(report), "conservation": conserved},
        "\n".join([text(report), *lines]),
        exit_code=4 if error else 0,
        error=error,
    )


def plain(value: Any) -> Any:
    """A report as JSON values: bytes as hex, dataclasses as objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, dict):
        return {str(key): plain(found) for key, found in value.items()}
    if isinstance(value, list | tuple):
        return [plain(found) for found in value]
    if isinstance(value, PsephosError):
        return {"name": value.name, "message": value.message, "hint": value.hint}
    return value


def payload(report: SyncReport) -> dict[str, Any]:
    """A report for scripts; of what was sealed, how much of each dataset."""
    return {
        "chain_id": report.chain_id,
        "head": plain(report.head),
        "final": plain(report.final),
        "blocks": report.blocks,
        "rows": dict(report.rows),
        "reorganisations": plain(report.reorganisations),
        "contradictions": plain(report.contradictions),
        "quarantined": {
            name: {"name": error, "message": message}
            for name, (error, message) in report.quarantined.items()
        },
        "left": plain(report.left),
        "sealed": dict(Counter(sealed.dataset for sealed in report.sealed)),
        "superseded": [
            {"dataset": s.dataset, "table": s.table, "day": s.day, "reason": s.reason}
            for s in report.sealed
            if s.reason
        ],
        "behind": list(report.behind),
        "complete": report.complete,
    }


def text(report: SyncReport) -> str:
    lines = [
        f"{report.blocks:,} blocks and {sum(report.rows.values()):,} rows read"
        f" to block {report.head.number:,}; final {report.final.number:,};"
        f" {len(report.sealed):,} tables sealed"
    ]
    lines += [
        f"  reorganisation at block {moved.fork.number}, {moved.depth} deep: {moved.reason}"
        for moved in report.reorganisations
    ]
    lines += [f"  the node contradicted itself: {found}" for found in report.contradictions[:20]]
    lines += [f"  {name} stopped: {message}" for name, (_, message) in report.quarantined.items()]
    lines += [
        f"  {name}: not read yet {', '.join(f'{a}–{b}' for a, b in gaps)}"
        for name, gaps in report.left.items()
        if gaps
    ]
    return "\n".join([*lines, *(f"  {line}" for line in report.behind)])
