"""Exactness of an answer: DuckDB has numbers that neither Arrow nor polars carries unharmed."""

from decimal import Decimal

import duckdb
import polars as pl

from psephos.errors import AmountTooLarge, CommandError

LIMIT = 10**38
RESULT = {"UHUGEINT": "VARCHAR", "BIGNUM": "VARCHAR"}
"""Types that leave DuckDB wrong or unreadable, and what they are turned into: exact text."""


def refuse_all_but_select(cursor: duckdb.DuckDBPyConnection, query: str) -> None:
    statements = cursor.extract_statements(query)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise CommandError(
            "a release answers one SELECT at a time and changes nothing",
            hint="write one SELECT, WITH, FROM or DESCRIBE, without a second statement",
        )


def exact(found: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The relation with columns of types that Arrow would misread turned into text."""
    if not any(str(kind) in RESULT for kind in found.types):
        return found
    return found.project(
        ", ".join(
            f'CAST("{name}" AS {RESULT[str(kind)]}) AS "{name}"'
            if str(kind) in RESULT
            else f'"{name}"'
            for name, kind in zip(
                (column.replace('"', '""') for column in found.columns), found.types, strict=True
            )
        )
    )


def refuse_too_large(answer: pl.DataFrame) -> None:
    """HUGEINT reaches beyond 38 digits but comes as a decimal of 38."""
    for column in answer.iter_columns():
        if column.dtype == pl.Decimal and column.len() and column.null_count() < column.len():
            least, most = column.min(), column.max()
            if any(isinstance(end, Decimal) and abs(int(end)) >= LIMIT for end in (least, most)):
                raise AmountTooLarge(
                    f"column {column.name} holds a number of more than 38 digits",
                    hint="sum fewer rows at once",
                )
