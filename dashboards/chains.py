"""Several chains side by side: which there are, and one seen from another.

A release is of one chain, so an address is, too. The switch leads to the same page of another
chain's current release; a block of one chain is no block of the other, so none is taken along.
"""

from typing import Any

from dash import dcc, html

from dashboards.address import Address
from dashboards.cards import aria
from dashboards.view import Pin, View, pin, when
from psephos.results import reading
from psephos.store import homes

SHOWN = 16
"""Digits of a release's id in an address."""


def others(pinned: Pin) -> dict[str, Pin]:
    """The current releases of the chains beside this one, by the chain's name."""
    there = homes.chains(pinned.home)
    found = (pin(place) for place in there.values() if place != pinned.folder)
    return {one.release.chain.name: one for one in found}


def beside(of: View, source: str) -> View | None:
    """The chain beside that watches a source, as it was at this view's time: its last block not
    after it, final or not. None where no chain beside does, or it had not begun.
    """
    time = when(of.pin, of.block)
    for pinned in others(of.pin).values():
        if time is not None and reading.datasets(pinned.release, source):
            block = reading.block_at(pinned.release, time)
            return None if block is None else View(pinned, block, of.owners, of.by)
    return None


def switch(address: Address, view: View | None) -> list[Any]:
    """Which chain is shown, and a link to each of the others; nothing where there is only one."""
    there = others(view.pin) if view else {}
    if view is None or not there:
        return []
    links = {
        name: dcc.Link(words(name), href=Address(address.path, release=one.id[:SHOWN]).href())
        for name, one in there.items()
    }
    own = view.release.chain.name
    links[own] = dcc.Link(words(own), href=address.href(), className="here")
    return [html.Nav([links[name] for name in sorted(links)], className="chains", **aria("Chains"))]


def words(name: str) -> str:
    """A chain's name for people."""
    return name.replace("_", " ")
