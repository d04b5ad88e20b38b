"""A published figure's way down: its columns, what binds each, and the sealed days they are in."""

from dashboards import queries as ask
from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.resources.figures import lasting
from dashboards.api.table import Column, Row, Table, listed
from dashboards.under import bound, sealed, tables_under
from psephos.errors import TableError


def down(asked: Asked) -> Table:
    """A row a column that the figure uses; `evidence` beside them has level, blocks and anchor."""
    wanted = asked.words["figure"]
    found = [one for one in asked.view.release.figures() if one["id"].startswith(wanted)]
    if len(found) != 1:
        why = "no published figure has" if not found else f"{len(found)} figures have"
        raise TableError(f"{why} an id that begins so", hint="/api/v1/figures lists them")
    one = found[0]
    used = one["evidence"]["columns"]
    tables = tables_under(used)
    counts = ask.row_counts(asked.view.pin, tables, one["block"])
    rows: list[Row] = []
    for name in tables:
        days = sealed(asked.view.pin, name)
        for column, by, can in bound(asked.view, name):
            if f"{name}.{column}" in used:
                rows.append(
                    (one["id"], name, column, by, can or None, counts.get(name), len(days),
                     days[-1].day if days else None,
                     days[-1].row_root.hex() if days else None)
                )  # fmt: skip
    return listed(
        (
            Column("figure", "text", "The figure's id."),
            Column("table", "text", "The table; /api/v1/tables/TABLE/figures leads up again."),
            Column("column", "text", "The column."),
            Column("bound_by", "text", "The commitment in a block that binds it."),
            Column("at_most", "text", "The level it can have by that."),
            Column("rows", "whole", "Rows of the table up to the figure's block."),
            Column("sealed_days", "whole", "How many days of it are sealed."),
            Column("last_day", "text", "The last of them."),
            Column("row_root", "text", "The root of that day's rows."),
        ),
        rows,
        rests=lasting(asked.view.release.id, one["evidence"]),
        definition=f"/method/{one['measure']}",
    )


RESOURCES = (
    Resource("/evidence/{figure}", "Evidence", "The way down from a published figure, by its id.",
             down),
)  # fmt: skip
