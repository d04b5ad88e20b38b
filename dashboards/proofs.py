"""The proofs of a release on the site: checked here before a page calls a figure proven."""

from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Any

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboards.cards import short
from dashboards.view import Pin, View
from psephos.errors import PsephosError
from psephos.results.figures import Figure
from psephos.results.proofs.kept import checked_figure
from psephos.results.shown.text import number, one_line


@dataclass(frozen=True, slots=True)
class Shown:
    """What this server found of a figure's proof: `fault` says what is wrong; else it holds.

    seconds: of verifying it and comparing its table with the rows, on this machine.
    """

    hash: str
    bytes: int
    security: str
    statements: tuple[str, ...]
    seconds: float
    fault: str = ""


def shown(of: View, figure: Figure) -> Shown | None:
    """The proof of a figure, checked once a release; None if there is none."""
    if not of.release.manifest.proofs or figure.entities or figure.provisional:
        return None
    key = figure.key.hex() if figure.key is not None else ""
    value = None if figure.value is None else str(figure.value)
    asked = (figure.measure, figure.kind, figure.dataset, figure.block, key, value, figure.text)
    return _checked(of.pin, *asked)


@lru_cache(maxsize=64)
def _checked(
    pinned: Pin,
    measure: str,
    kind: str,
    dataset: str,
    block: int,
    key: str,
    value: str | None,
    text: str,
) -> Shown | None:
    told = {
        "measure": measure, "kind": kind, "dataset": dataset, "block": block, "entities": "",
        "key": f"0x{key}" if key else None, "value": value, "text": text,
    }  # fmt: skip
    began = perf_counter()
    try:
        held = checked_figure(pinned.release, told)
    except PsephosError as error:
        return Shown("", 0, "", (), perf_counter() - began, error.message)
    if held is None:
        return None
    names = tuple(tape.name.partition("/")[0] for tape in held.found.combination.tapes)
    return Shown(held.hash, held.bytes, str(held.found.security), names, perf_counter() - began)


def nearest(of: View, figure: Figure) -> int | None:
    """The block at which the same measure of the same positions is proven, if another one."""
    for one in _proven(of.pin):
        same = (one["measure"], one["kind"], one["dataset"], one["key"])
        key = None if figure.key is None else f"0x{figure.key.hex()}"
        if same == (figure.measure, figure.kind, figure.dataset, key):
            return int(one["block"])
    return None


@lru_cache(maxsize=4)
def _proven(pinned: Pin) -> tuple[dict[str, Any], ...]:
    told = msgspec.to_builtins(pinned.release.figures())
    return tuple(one for one in told if one["evidence"]["proven"])


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


def download(of: View, found: Shown) -> Component:
    """The proof's file, as the release has it."""
    return html.A(
        "download the proof",
        href=f"/releases/{of.pin.id}/proofs/{found.hash}.proof",
        download=f"{found.hash[:8]}.proof",
    )


def fault(found: Shown) -> str:
    """What is wrong, safe to show."""
    return one_line(found.fault)
