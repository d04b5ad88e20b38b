"""Whether rows are a proof's table: all of it is committed to again, and both roots are compared.

A proof names its table by roots, not its columns by what a file calls them. So whoever has the
file need not know which ones were proven: those are the proof's that give its roots.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from psephos.errors import CommandError, TableError, VerificationFailed
from psephos.results.cells import names
from psephos.results.proofs.merged import read_merged
from psephos.results.proofs.moved import read_moved
from psephos.results.proofs.provable import Provable, choices_of, read_provable, weights_in
from psephos.results.proofs.proving import publics, table_of
from psephos.stark.columns import CHOICE_BIT, ID_BIT
from psephos.stark.verify import Verified

Columns = tuple[str | None, str | None, str | None]
"""What a file calls the weights, who a row is, and what it chose; None where it is not told."""

MOVED = 3
"""Tables of a transition: positions after, positions before, moves."""


def compared(found: Verified, provable: Provable, parts: Sequence[Provable] = ()) -> str:
    """That these rows are the proof's table, and `parts` those that it merges.

    All is committed to again. VerificationFailed if a table is another; CommandError for tables
    of which the proof has more, or fewer: what was not compared would count as if it were.
    """
    from psephos.stark.prove.commit import committed

    claim, tables = found.claim, [table_of(one) for one in (provable, *parts)]
    if len(claim.tables) != len(tables):
        raise CommandError(
            f"the proof is about {len(claim.tables)} tables, these are the rows of {len(tables)}",
            hint="as many --table as it was proven of, in their order",
        )
    k = max(table.log_rows for table in tables)
    made = tuple((table.layout, table.row_root) for table in tables)
    if (claim.log_rows, claim.scale, claim.tables) != (k, provable.scale, made):
        raise VerificationFailed(
            "the rows are not the proof's table: size, columns, scale or row root differ"
        )
    blowup = 1 << claim.preset.blowup
    for table, root in zip(tables, found.data_roots, strict=True):
        if committed(table.ordered(k), k, blowup).root != root:
            raise VerificationFailed("the rows give another low-degree root than the proof's")
    return f"{len(provable.weights)} rows give the proof's low-degree root"


def compared_files(found: Verified, paths: Sequence[Path], columns: Columns) -> str:
    """That a file is the proof's table, or that several are those that it merges.

    With a column of directions they are positions after, positions before, and moves.
    Errors as `compared_file`; CommandError where several have no name for weights and ids.
    """
    if len(paths) == 1:
        return compared_file(found, paths[0], columns)
    weight, holder, choice = columns
    if weight is None or holder is None:
        raise CommandError("several tables are compared by --weight and --id", hint="name both")
    if choice is not None:
        if len(paths) != MOVED:
            raise CommandError(
                "of several tables only moves have a direction",
                hint="three of --table: positions after, positions before, moves",
            )
        said = compared(found, *read_moved(paths, weight, holder, choice))
        return f"{said}: those before and the moves, which are the proof's, too, lead to them"
    said = compared(found, *read_merged(paths, weight, holder))
    return f"{said}, merged from {len(paths)} tables, which are the proof's, too"


def compared_file(found: Verified, path: Path, columns: Columns) -> str:
    """That a file is the proof's table; columns that are not told are those that give its roots.

    VerificationFailed if no columns of the file do; TableError for a file or a named column that
    cannot be read; CommandError as `compared`.
    """
    weight, holder, choice = columns
    ids, choices = found.claim.layout & ID_BIT, found.claim.layout & CHOICE_BIT
    if weight is not None and (holder or not ids) and (choice or not choices):
        return compared(found, read_provable(path, weight, holder, choice))
    for read in _readings(found, path, columns):
        try:
            said = compared(found, read_provable(path, *read))
        except (TableError, VerificationFailed):
            continue
        words = zip(("weight", "id", "choice"), read, strict=True)
        return f"{said}: {', '.join(f'{word} {name!r}' for word, name in words if name)}"
    raise VerificationFailed(
        f"no columns of {path.name} give the proof's roots: it is another table, or its columns"
        " were proven under other rows"
    )


def _readings(
    found: Verified, path: Path, columns: Columns
) -> Iterator[tuple[str, str | None, str | None]]:
    """The ways to read a file that could give the proof's table, those of the told names alone."""
    weight, holder, choice = columns
    layout, listed = found.claim.layout, list(dict.fromkeys(names(path)))
    weights = [name for name in ([weight] if weight else listed) if _may_weigh(found, path, name)]
    for mine in weights:
        others = [name for name in listed if name != mine]
        chosen: list[str | None] = [choice]
        if choice is None and layout & CHOICE_BIT:
            chosen = [name for name in others if _may_choose(path, mine, name)]
        held: list[str | None] = [holder]
        if holder is None and layout & ID_BIT:
            held = [name for name in listed if name not in chosen]
        for who, said in product(held, chosen):
            yield mine, who, said


def _may_weigh(found: Verified, path: Path, weight: str) -> bool:
    """Whether a column has numbers of the proof's scale, as many, and of its total."""
    try:
        weights, scale = weights_in(path, weight)
    except TableError:
        return False
    told = publics(found)
    same = told.get("count", len(weights)), told.get("total", sum(weights)), found.claim.scale
    return same == (len(weights), sum(weights), scale)


def _may_choose(path: Path, weight: str, choice: str) -> bool:
    try:
        choices_of(path, weight, choice)
    except TableError:
        return False
    return True
