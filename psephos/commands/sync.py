"""`psephos sync`: collect from the chain, verify, store, and seal whatever became final.

With `--follow` every report is shown as it comes: with `--json`, one document a line. A chain that
is configured with its L1 is driven together with it: the L1 first or, following, beside it.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, is_dataclass, replace
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Any

import typer

from psephos.batch.sync import Progress, SyncReport
from psephos.commands.check import crossed_of
from psephos.commands.console import Answer, Config, Json, one_line, progress, show
from psephos.commands.house import House, opened
from psephos.configuration import load
from psephos.errors import CommandError, PsephosError, Quarantined
from psephos.results.shown.wording import counted
from psephos.settings import Settings

if TYPE_CHECKING:
    from psephos.evidence.check import Check
    from psephos.results.conservation.token import Conserved

    Outcomes = Mapping[str, Sequence[Conserved]]


def run(
    first: Annotated[int | None, typer.Option("--from", min=0, help="First block.")] = None,
    last: Annotated[
        int | None, typer.Option("--to", min=0, help="Last block [default: the newest].")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on until interrupted; --json: a line a report.")
    ] = False,
    verify: Annotated[
        str | None,
        typer.Option(
            help="What is recomputed: all (every root, transactions too), headers (and receipts"
            " where they matter), 'sample N' or none"
            " [default: all where a dataset has payers, else headers]."
        ),
    ] = None,
    newest_first: Annotated[
        bool, typer.Option("--newest-first", help="Read the newest blocks first.")
    ] = False,
    reread: Annotated[
        bool, typer.Option("--reread", help="Read again what did not reach what is verified now.")
    ] = False,
    retry: Annotated[
        list[str] | None,
        typer.Option(help="Let this quarantined dataset go on where it broke; repeatable."),
    ] = None,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Collect, verify and seal."""
    from psephos.batch.sync import sync
    from psephos.chain.verify import Verify

    if first is not None and last is not None and last < first:
        raise CommandError(f"--to {last} lies before --from {first}", hint="swap the two")
    rule = None if verify is None else Verify.parse(verify)
    settings = load(config)
    options: dict[str, Any] = {"verify": rule, "newest_first": newest_first, "reread": reread}
    if follow:
        return following(settings, options, retry or (), as_json=json)
    found = []
    for house_settings in settings.houses:
        own = {"first": first, "last": last} if house_settings is settings else {}
        with opened(house_settings) as house, progress("collecting") as report:
            let_go_on(house, owned(settings, house, retry or ()))
            told = {**options, **own, "progress": report, "ledger": house.ledger}
            newest = sync(house.node, house.index, house.datasets, **told)
            found.append(answered(settings, house, newest))
    return together(found)


def together(found: Sequence[Answer]) -> Answer:
    """The answers of one run: this chain's, and its L1's beside it."""
    *below, own = found
    if not below:
        return own
    worst = max(found, key=lambda answer: answer.exit_code)
    text = "\n".join(answer.text for answer in found)
    payload = {**own.payload, "l1": below[0].payload}
    return Answer(payload, text, exit_code=worst.exit_code, error=worst.error)


def following(
    settings: Settings, options: Mapping[str, Any], retry: Sequence[str], *, as_json: bool
) -> Answer:
    """Follow a chain and, in a thread of its own, its L1: each has its index and its ledger."""
    ended, codes, failed = Event(), [0], list[PsephosError]()

    def one(configured: Settings, report: Progress | None) -> None:
        try:
            with opened(configured) as house:
                let_go_on(house, owned(settings, house, retry))
                told = {**options, "progress": report, "ledger": house.ledger}
                told["pause"] = pausing(ended)
                codes.append(followed(settings, house, told, as_json=as_json).exit_code)
        except PsephosError as error:
            failed.append(error)
        finally:
            ended.set()

    *below, own = settings.houses
    threads = [Thread(target=one, args=(house, None), daemon=True) for house in below]
    for thread in threads:
        thread.start()
    with progress("collecting") as report:
        one(own, report)
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return Answer(exit_code=max(codes), shown=True)


class _Ended(Exception):
    """The chain that was followed beside this one is followed no more."""


def pausing(ended: Event) -> Callable[[float], None]:
    """A pause that ends with the whole."""

    def pause(seconds: float) -> None:
        if ended.wait(seconds):
            raise _Ended

    return pause


def owned(settings: Settings, house: House, names: Sequence[str]) -> list[str]:
    """Of several chains' names of datasets those of one; names of none are the chain's own."""
    known = {dataset.name for one in settings.houses for dataset in one.datasets}
    here = {dataset.name for dataset in house.datasets}
    return [n for n in names if n in here or (n not in known and house.settings is settings)]


def let_go_on(house: House, names: Sequence[str]) -> None:
    """Take datasets out of quarantine."""
    for name in names:
        if name not in house.index.quarantined():
            raise CommandError(
                f"dataset {name!r} is not quarantined", hint="`psephos status` lists those"
            )
        house.index.release_quarantine(name)


def followed(
    settings: Settings, house: House, options: Mapping[str, Any], *, as_json: bool
) -> Answer:
    """Every report as it comes, until interrupted; the exit code is the last one's."""
    from psephos.batch.follow import follow

    code = 0

    def waiting(error: PsephosError, seconds: float) -> None:
        typer.echo(f"{one_line(error.message)}; trying again in {seconds:.0f} s", err=True)

    with suppress(KeyboardInterrupt, _Ended):
        for newest in follow(house.node, house.index, house.datasets, waiting=waiting, **options):
            found = answered(settings, house, newest)
            code = found.exit_code
            show("sync", found, as_json=as_json)
            sys.stdout.flush()
    return Answer(exit_code=code, shown=True)


def answered(settings: Settings, house: House, report: SyncReport) -> Answer:
    """The answer; if something was sealed, its rows' invariants, what crosses between the chains
    of `settings`, and the tokens' books first.

    Now, because a node proves its state near its head only.
    """
    if not report.sealed:
        return answer(report)
    from psephos.results.conservation.invariant_checks import guard
    from psephos.results.conservation.replay import conserve
    from psephos.results.conservation.tallied import tallied

    since: dict[str, int] = {}
    for one in report.sealed:
        since[one.dataset] = min(since.get(one.dataset, one.header.first), one.header.first)
    guard(house.index, house.datasets, since)
    crossings = crossed_of(settings, house, since)
    outcomes = conserve(house.index, house.node, house.datasets)
    votes = tallied(house.index, house.node, house.datasets, since)
    told = outcomes.keys() | since.keys()
    stopped = {name: why for name, why in house.index.quarantined().items() if name in told}
    whole = replace(report, quarantined={**report.quarantined, **stopped})
    return answer(whole, outcomes, [*crossings.items(), *votes.items()])


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


def answer(
    report: SyncReport,
    outcomes: "Outcomes | None" = None,
    compared: "Iterable[tuple[str, Check]]" = (),
) -> Answer:
    """The report, with the outcomes of conservation, and by dataset of what was `compared` with the
    other chain's rows or what a contract answers: that is *seen*.

    Quarantined datasets make it exit 4; what the others gave is kept.
    """
    error = None
    if report.quarantined:
        names = ", ".join(sorted(report.quarantined))
        error = Quarantined(
            f"{counted(len(report.quarantined), 'dataset')} stopped: {names}",
            hint="`psephos status` says why; the other datasets went on",
        )
    conserved = [
        {"dataset": name, "level": outcome.level, **asdict(check)}
        for name, found in (outcomes or {}).items()
        for outcome in found
        for check in outcome.checks
    ]
    conserved += [{"dataset": name, "level": "seen", **asdict(check)} for name, check in compared]
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
