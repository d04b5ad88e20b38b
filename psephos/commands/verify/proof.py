"""`psephos verify proof FILE`: what a proof says, and that it follows from the table it names."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from psephos.commands.console import Answer, Config, Json
from psephos.commands.places import releases_folder
from psephos.commands.prove.table import Choice, Holder, facts, text
from psephos.commands.verify.asked import Id, Releases, check_bits, contents
from psephos.commands.verify.verdict import MARKS, failure, told
from psephos.errors import CommandError, PsephosError, VerificationFailed
from psephos.evidence.check import Check

if TYPE_CHECKING:
    from psephos.results.proofs.data_link import Columns
    from psephos.stark.verify import Verified
    from psephos.store.reader import Release

NOT_CHECKED, LINKED, COMPARED = "not checked", "linked row", "compared"
"""What is known of how the proof's table relates to rows: nothing, one row of it, all."""

NOTHING: Mapping[str, Any] = {
    "preset": None,
    "statements": [],
    "bits": None,
    "pow_bits": None,
    "regime": None,
    "binding_term": None,
    "scale": None,
    "publics": {},
    "row_root": None,
    "low_degree_root": None,
}
"""What a proof that was refused says: every key of one that was not, and nothing else."""

REGIMES = {"unique": ("unique",), "any": ("unique", "johnson")}


def run(
    file: Annotated[Path, typer.Argument(help="The proof.")],
    table: Annotated[
        list[Path] | None,
        typer.Option("--table", help="The rows: commit to them again and compare; repeatable."),
    ] = None,
    weight: Annotated[
        str | None, typer.Option("--weight", help="Its column of weights [default: found].")
    ] = None,
    holder: Holder = None,
    choice: Choice = None,
    header: Annotated[
        Path | None, typer.Option("--header", help="The batch header whose table it should be.")
    ] = None,
    figure: Annotated[
        str | None, typer.Option("--figure", help="The published figure that it should prove.")
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option("--batch", help="The sealed table it should be of: DATASET/DAY/TABLE."),
    ] = None,
    row: Annotated[
        Path | None, typer.Option("--link", help="A row of it, made by `prove row --link`.")
    ] = None,
    releases: Releases = None,
    release: Id = None,
    config: Config = None,
    least_bits: Annotated[
        float, typer.Option("--least-bits", help="Refuse fewer proven bits than this.")
    ] = 100,
    regime: Annotated[
        str, typer.Option("--regime", help="any, or unique: no proof in the Johnson regime.")
    ] = "any",
    json: Json = False,
) -> Answer:
    """Check a proof: its numbers follow from the table it commits to, and which table that is."""
    columns = (weight, holder, choice)
    rows = Rows(table or None, columns, figure, batch, row)
    told_once(rows, named=bool(weight or holder or choice))
    if regime not in REGIMES:
        raise CommandError(f"there is no regime {regime[:40]!r}", hint="any or unique")
    check_bits(least_bits)
    checks: list[Check] = []
    try:
        found = checked(contents(file), least_bits, REGIMES[regime], checks)
    except VerificationFailed as error:
        checks.append(Check("file", "failed", error.message))
        found = None
    link = NOT_CHECKED
    if found is not None and header is not None:
        checks.append(_attempt("header", lambda: _of_header(found, contents(header))))
    if found is not None:
        places = partial(releases_folder, releases, config)
        more = _linked_to(found, rows, places, release)
        checks += more
        if more[-1].status != "not_possible":
            good = LINKED if row is not None else COMPARED
            link = good if all(check.status == "passed" for check in more) else "failed"
    return answered(found, checks, link, least_bits)


class Rows(NamedTuple):
    """Where the rows of a proof are to be found: at most one of table, figure, batch, link."""

    table: list[Path] | None
    columns: "Columns"
    figure: str | None
    batch: str | None
    row: Path | None


def told_once(rows: Rows, *, named: bool) -> None:
    """`CommandError` for rows of two places at once, and for columns `named` of no rows."""
    if sum(given is not None for given in (rows.table, rows.figure, rows.batch, rows.row)) > 1:
        raise CommandError(
            "the rows are of one place: --table, --figure, --batch or --link", hint="leave one out"
        )
    if named and rows.table is None and rows.batch is None:
        raise CommandError("columns of which rows?", hint="--table FILE, or leave them out")


def _linked_to(
    found: "Verified", rows: Rows, folder: Callable[[], Path], release: str | None
) -> list[Check]:
    """The checks of how a proof's table relates to rows; the last one says "data link"."""
    if rows.table is not None:
        from psephos.results.proofs.data_link import compared_files

        tables = rows.table
        return [_attempt("data link", lambda: compared_files(found, tables, rows.columns))]
    if rows.figure is not None or rows.batch is not None:
        return _of_release(found, rows, folder(), release)
    if rows.row is not None:
        file = rows.row
        return [_attempt("data link", lambda: _linked(found, contents(file)))]
    why = "no rows were given: who published the proof is trusted for what its table is"
    return [Check("data link", "not_possible", why)]


def _of_release(found: "Verified", rows: Rows, folder: Path, release: str | None) -> list[Check]:
    """The rows are a release's: only then is all loaded that reads one."""
    from psephos.store.reader import Release

    with Release.open(folder, release) as opened:
        if rows.figure is not None:
            return list(_of_figure(found, opened, rows.figure))
        batch = rows.batch or ""
        return [_attempt("data link", lambda: _of_batch(found, opened, batch, rows.columns))]


def checked(
    data: bytes, least_bits: float, regimes: tuple[str, ...], checks: list[Check]
) -> "Verified | None":
    """Verify, and note each cause that a proof could be refused for."""
    from psephos.stark.verify import CAUSES, Accept, Refused, accepted, verify

    try:
        found = verify(data, Accept(accepted(), least_bits, regimes))
    except Refused as error:
        checks.append(Check(error.cause, "failed", error.message))
        return None
    checks += [Check(cause, "passed") for cause in CAUSES if cause != "header"]
    return found


def answered(found: "Verified | None", checks: list[Check], link: str, least_bits: float) -> Answer:
    """The answer with the keys that scripts read, also of a proof that was refused."""
    error: PsephosError | None = failure("proof", checks)
    said = facts(found) if found else NOTHING
    base = told("proof", checks, {**said, "data_link": link}, error, error is None)
    lines = [f"{MARKS[c.status]} {c.name}" + (f": {c.why}" if c.why else "") for c in checks]
    lines += text(found).splitlines() if found and not error else []
    lines.append(f"data link: {link}")
    return Answer(base.payload, "\n".join(lines), exit_code=base.exit_code, error=error)


def _attempt(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, "passed", check())
    except VerificationFailed as error:
        return Check(name, "failed", error.message)


def _of_header(found: "Verified", data: bytes) -> str:
    from psephos.stark.verify import Refused, check_header, read_header

    try:
        return check_header(found, read_header(data))
    except Refused as error:
        raise VerificationFailed(error.message) from error


def _linked(found: "Verified", data: bytes) -> str:
    from psephos.stark.verify import Refused, verify_link

    try:
        linked = verify_link(data, found)
    except Refused as error:
        raise VerificationFailed(f"{error.cause}: {error.message}") from error
    return f"row {linked.row} weighs {linked.weight}; of the other rows nothing is known"


def _of_batch(found: "Verified", release: "Release", name: str, columns: "Columns") -> str:
    from psephos.results.proofs.data_link import compared
    from psephos.results.proofs.provable_batch import provable_batch

    weight, holder, choice = columns
    _, provable = provable_batch(release, name, weight or "weight", holder, choice)
    return f"{name}: {compared(found, provable)}"


def _of_figure(found: "Verified", release: "Release", id: str) -> Iterator[Check]:
    """That the proof gives a figure's value, then that its table is that figure's positions."""
    from psephos.publish.figure import published
    from psephos.results.labels.entities import entities
    from psephos.results.proofs.data_link import compared
    from psephos.results.proofs.proven_figure import agrees, provable

    told = published(release, id)
    labels = entities(release.chain.id) if told["entities"] else None
    yield _attempt("figure", lambda: agrees(found, told))
    yield _attempt("data link", lambda: compared(found, provable(release, told, labels)))
