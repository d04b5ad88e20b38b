"""The proofs of a release on the site: checked here before a page calls a figure proven.

A table is checked once a release, whole: its proofs are verified, and both of its roots are made
again from the event rows. Each figure is then held to what the proofs say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from time import perf_counter
from typing import Any

import msgspec
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.address import Address
from dashboards.cards import short
from dashboards.remember import Memory
from dashboards.view import Pin, View
from psephos.batch.proven import Proven
from psephos.errors import PsephosError
from psephos.evidence.history import history_of
from psephos.results.figures import Figure
from psephos.results.proofs import kept
from psephos.results.proofs.sealed_tables import source_roots
from psephos.results.shown.text import number, one_line

TABLES = 64
"""Tables whose check is remembered."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What this server found of a figure's proof: `fault` says what is wrong; else it holds.

    seconds: of verifying the table's proofs and comparing it with the rows, on this machine.
    """

    hash: str
    bytes: int
    security: str
    statements: tuple[str, ...]
    seconds: float
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """The proofs of a table, verified and compared with the rows here, or what is wrong."""

    held: tuple[kept.Held, ...]
    seconds: float
    fault: str = ""


_tables: Memory[Checked] = Memory(TABLES)


def shown(of: View, figure: Figure) -> Shown | None:
    """The proof of a figure, its table checked once a release; None if there is none."""
    if figure.id not in _proven(of.pin):
        return None
    told = figure.json()
    entries = _entries(of.pin)
    if isinstance(entries, str):
        return Shown("", 0, "", (), 0, entries)
    entry = kept.about(entries, told)
    if entry is None:
        return None
    table = _tables.of((of.pin, entry.header.id), partial(_checked, of.pin, entry))
    try:
        return table_of(table, told)
    except PsephosError as error:
        return Shown("", 0, "", (), table.seconds, error.message)


def table_of(table: Checked, told: Mapping[str, Any]) -> Shown:
    """What a table that was checked shows of a figure; `PsephosError` if it gives another value."""
    if table.fault:
        return Shown("", 0, "", (), table.seconds, table.fault)
    held = kept.gives(table.held, told)
    names = tuple(tape.name.partition("/")[0] for tape in held.found.combination.tapes)
    return Shown(held.hash, held.bytes, str(held.found.security), names, table.seconds)


def _checked(pinned: Pin, entry: Proven) -> Checked:
    release, began = pinned.release, perf_counter()
    try:
        history = history_of(release)
        sources = source_roots(history, entry.header.dataset)
        held = kept.checked_table(release, history, entry, sources)
    except PsephosError as error:
        return Checked((), perf_counter() - began, error.message)
    return Checked(tuple(held), perf_counter() - began)


@lru_cache(maxsize=4)
def _entries(pinned: Pin) -> tuple[Proven, ...] | str:
    """What the ledger says of the release's proofs, or why that cannot be read."""
    try:
        return tuple(kept.kept(pinned.release))
    except PsephosError as error:
        return error.message


def named(of: View) -> tuple[Proven, ...]:
    """The proven tables of a release; none where its ledger names none."""
    entries = _entries(of.pin)
    return () if isinstance(entries, str) else entries


def nearest(of: View, figure: Figure) -> int | None:
    """The block at which the same measure of the same positions is proven, if another one."""
    key = None if figure.key is None else f"0x{figure.key.hex()}"
    wanted = (figure.measure, figure.kind, figure.dataset, key)
    return next(
        (
            int(one["block"])
            for one in _proven(of.pin).values()
            if (one["measure"], one["kind"], one["dataset"], one["key"]) == wanted
            and one["id"] != figure.id
        ),
        None,
    )


@lru_cache(maxsize=4)
def _proven(pinned: Pin) -> dict[str, dict[str, Any]]:
    """The figures that a release calls proven, by id: to be checked, not to be believed."""
    told = msgspec.to_builtins(pinned.release.figures())
    return {one["id"]: one for one in told if one["evidence"]["proven"]}


def said(of: View, figure: Figure, at: Address) -> tuple[Component, Component | None]:
    """Whether a figure is proven, in the words of a footer, and the link to the proof's file.

    *proven* is said where this server verified the proof and made its table again from the rows;
    else not, and the link leads to the block whose figure has a proof, if there is one.
    """
    found = shown(of, figure)
    if found is None:
        block = nearest(of, figure)
        if block is None:
            return html.Span("not proven"), None
        words = f"proof at block {number(block)}"
        there = dcc.Link(words, href=at.href(block=str(block), by="address", card=""))
        return html.Span("not proven"), there
    if found.fault:
        return html.Span(f"the proof does not hold: {fault(found)}", className="declared"), None
    bits = ", ".join(found.security.split(", ")[:2])
    told = (
        f", {bits}, {number(found.bytes)} bytes; verified and compared with the rows here in "
        f"{found.seconds:.1f} s"
    )
    return html.Span([html.B("proven"), told]), download(of, found, "proof")


def words(found: Shown) -> Any:
    """Size, bits, time and regime of a proof, and the file."""
    return [
        f"{number(found.bytes)} bytes, {found.security}. "
        f"Statements: {', '.join(found.statements)}. "
        f"Verified and compared with the rows by this server in {found.seconds:.2f} s; "
        "data link: compared. ",
        "File ",
        html.Code(short(found.hash)),
    ]


def download(of: View, found: Shown, words: str = "download the proof") -> Component:
    """The proof's file, as the release has it."""
    return html.A(
        words,
        href=f"/releases/{of.pin.id}/proofs/{found.hash}.proof",
        download=f"{found.hash[:8]}.proof",
    )


def fault(found: Shown) -> str:
    """What is wrong, safe to show."""
    return one_line(found.fault)
