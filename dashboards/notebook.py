"""The notebook that computes one figure, or what a page shows that is no figure: its lines.

It is made from the address of the figure. It names the release and the block, needs no network,
and says whether it came out alike.
"""

import json
from typing import Any
from urllib.parse import urlencode

from dashboards.address import Address
from dashboards.answers import ANSWERS, NOTEBOOK
from dashboards.chains import beside
from dashboards.studied import BESIDE
from dashboards.view import Pin, view
from psephos.errors import CommandError
from psephos.results.figures import OF_PROPOSALS, Figure
from psephos.results.positions import SOURCES
from psephos.results.shown.text import number
from psephos.results.studies import STUDIES
from psephos.store.homes import chains

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook_href(figure: Figure, at: Address) -> str:
    """The address of the notebook of a figure."""
    given = {
        "release": at.release,
        "block": str(figure.block),
        "by": at.by,
        "dataset": figure.dataset,
        "kind": figure.kind,
        "measure": figure.measure,
        "key": f"0x{figure.key.hex()}" if figure.key is not None else "",
    }
    return f"{NOTEBOOK}?{urlencode({name: value for name, value in given.items() if value})}"


def notebook(pinned: Pin, at: Address) -> str:
    """The notebook of an address, as the JSON that Jupyter reads; `CommandError` for no figure."""
    title, lines = ANSWERS.get(at.kind, ("", None))
    if at.dataset not in pinned.release.datasets and not (lines and not at.dataset):
        raise CommandError("there is no such dataset in this release")
    block = int(at.block) if at.block else pinned.release.final
    cells = [
        _text(
            f"# {title or at.measure}\n\n{'What' if lines else 'One figure of'} release "
            f"{pinned.id[:16]} {'tells ' if lines else ''}at block {number(block)}, "
            "computed again from the release on this machine."
        ),
        _code(
            "releases = None  # a folder of releases; None: the usual one, see ps.open",
            "parameters",
        ),
        _code(
            "import psephos as ps\n\n"
            f"r = ps.open(releases, block={block}{_by(at.by)}{_chain(pinned, pinned)})\nr"
        ),
        _code(
            f'assert r.release.id == "{pinned.id}", '
            f'"the figure is of another release: {pinned.id[:16]}"'
        ),
        *([_code(lines(at))] if lines else
          [_code(asked(at, _beside(pinned, at))), _code("card.explain()")]),
    ]  # fmt: skip
    told: dict[str, Any] = {
        "cells": [{**cell, "id": f"cell-{place}"} for place, cell in enumerate(cells)],
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(told, indent=1)


def asked(at: Address, more: str = "") -> str:
    """The lines that make `card`, the figure of an address; `more` is told a study, too."""
    if at.kind in STUDIES:
        study = f'r.study("{at.kind}", dataset="{at.dataset}"{more})'
        return f'card = {study}.figures["{at.measure}"]\ncard'
    if at.kind == "proposal" and at.key and at.measure in OF_PROPOSALS:
        return (
            f"proposal = next(p for p in r.proposals if p.id.hex() == {at.key[2:]!r})\n"
            f'card = r.figures.proposal("{at.measure}", proposal)\ncard'
        )
    if at.kind in SOURCES and not at.key:
        return f'card = r.figures.{at.kind}("{at.measure}", dataset="{at.dataset}")\ncard'
    if at.kind == "vote" and at.key:
        return (
            "from psephos.results.figures import figure\n"
            "from psephos.results.shown.cards import Card\n\n"
            f'card = Card(figure(r.release, "{at.measure}", "vote", dataset="{at.dataset}",\n'
            f'                   block=r.block, key=bytes.fromhex("{at.key[2:]}")))\ncard'
        )
    raise CommandError("there is no such figure", hint="its card leads to its notebook")


def _beside(pinned: Pin, at: Address) -> str:
    """The release of the other chain, for a study of an L2 that the page asked with it."""
    if at.kind not in BESIDE:
        return ""
    other = beside(view(pinned, at.block, at.by), "starknet_core")
    return "" if other is None else f", beside=ps.open(releases{_chain(pinned, other.pin)})"


def _chain(pinned: Pin, of: Pin) -> str:
    """Which chain is opened, as `ps.open` takes it, where several lie side by side."""
    there = chains(pinned.home)
    name = next((name for name, place in there.items() if place == of.folder), "")
    return f', chain="{name}"' if len(there) > 1 else ""


def _by(by: str) -> str:
    """How holders are counted, as `ps.open` takes it."""
    if by in ("", "address"):
        return ""
    word = "on" if by == "owner" else by.removeprefix("owner.")
    return f', entities="{word}"'


def _text(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(source: str, *tags: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
