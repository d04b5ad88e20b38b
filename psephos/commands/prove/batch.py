"""`psephos prove batch DATASET/DAY/TABLE`: what a sealed table adds up to, and its second root."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psephos.commands.console import Answer, Config, Json, progress
from psephos.commands.places import releases_folder
from psephos.commands.prove.table import Out, Thresholds, Tops, facts, text
from psephos.commands.verify.asked import Id, Releases
from psephos.errors import CommandError, NotCollected

if TYPE_CHECKING:
    from psephos.batch.header import BatchHeader
    from psephos.settings import Settings
    from psephos.stark.verify import Verified


def run(
    name: Annotated[str, typer.Argument(help="DATASET/DAY/TABLE of a release.")],
    weight: Annotated[str, typer.Option("--weight", help="The column of whole weights.")],
    out: Out,
    statement: Annotated[list[str], typer.Option("--statement", help="What to prove; repeatable.")],
    holder: Annotated[str | None, typer.Option("--id", help="The column of addresses.")] = None,
    choice: Annotated[str | None, typer.Option("--choice", help="The column of votes.")] = None,
    threshold: Thresholds = None,
    top: Tops = None,
    header: Annotated[
        Path | None, typer.Option("--header", help="Write the header with its second root, too.")
    ] = None,
    house: Annotated[
        bool, typer.Option("--ledger", help="Name it in the house's ledger, too.")
    ] = False,
    preset: Annotated[str, typer.Option(help="standard or compact.")] = "standard",
    releases: Releases = None,
    release: Id = None,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Prove what a sealed table adds up to; the proof names the header's row root."""
    from psephos.configuration import PRESETS, load
    from psephos.results.proofs.provable_batch import provable_batch, with_root
    from psephos.results.proofs.proving import Question, proven
    from psephos.store.durable import check_free, put
    from psephos.store.reader import Release

    for file in (out, header or out):
        check_free(file)
    question = Question.read(statement, threshold or (), top or ())
    if house and preset not in PRESETS:
        raise CommandError(
            f"the ledger names no proof of preset {preset!r}", hint=" or ".join(PRESETS)
        )
    settings = load(config) if house else None
    with Release.open(releases_folder(releases, config), release) as opened:
        sealed, provable = provable_batch(opened, name, weight, holder, choice)
    rooted = with_root(sealed, provable) if settings or header else sealed
    if settings is not None:
        _check(settings.ledger, rooted)
    with progress("proving") as report:
        data, found = proven(
            provable, question, preset, lambda _, done, steps: report(done, steps, 0)
        )
    put(out, data, what="proof")
    if header is not None:
        put(header, rooted.to_bytes(), what="header")
    entries = _recorded(settings, rooted, data, found) if settings is not None else 0
    said = {"table": name, "rows": sealed.rows, "header": f"0x{sealed.id.hex()}"}
    return Answer(
        {"out": str(out), "bytes": len(data), "entries": entries, **said, **facts(found)},
        f"{out}: {len(data):,} bytes, {sealed.rows:,} rows of {name}\n{text(found)}",
    )


def _check(ledger: Path, rooted: "BatchHeader") -> None:
    """That the ledger can be written, and takes a proof of this table: before anything is."""
    from psephos.batch.ledger import Ledger
    from psephos.publish.proven_days import recordable

    if not ledger.exists():
        raise NotCollected(f"there is no ledger {ledger}", hint="`psephos sync` begins one")
    with Ledger.open(ledger) as opened:
        recordable(opened, rooted)


def _recorded(settings: "Settings", rooted: "BatchHeader", data: bytes, found: "Verified") -> int:
    """How many entries the house's ledger got."""
    from psephos.batch.ledger import Ledger
    from psephos.publish.proven_days import record

    with Ledger.open(settings.ledger) as ledger:
        return record(ledger, settings.releases, rooted, data, found.combination.id)
