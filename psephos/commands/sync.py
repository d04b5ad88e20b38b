"""`psephos sync`: collect from the chain, verify, store, and seal whatever became final.

With `--follow` every report is shown as it comes: with `--json`, one document a line. A chain that
is configured with its L1 is driven together with it: the L1 first or, following, beside it.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Event, Thread
from typing import Annotated, Any

import typer

from psephos.batch.sync import Progress
from psephos.commands.console import Answer, Config, Json, one_line, progress, show
from psephos.commands.house import House, opened
from psephos.commands.sync_told import answer, checked, crossed_later
from psephos.configuration import load
from psephos.errors import CommandError, PsephosError
from psephos.settings import Settings


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
            given = {**options, **own, "progress": report, "ledger": house.ledger}
            newest = sync(house.node, house.index, house.datasets, **given)
            found.append(checked(settings, house, newest))
    for place, house_settings in enumerate(settings.houses[:-1]):
        if found[place].report.sealed and not found[place].crossings:
            with opened(house_settings) as house:
                found[place] = crossed_later(settings, house, found[place])
    return together([answer(told) for told in found])


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
            found = answer(checked(settings, house, newest))
            code = found.exit_code
            show("sync", found, as_json=as_json)
            sys.stdout.flush()
    return Answer(exit_code=code, shown=True)
