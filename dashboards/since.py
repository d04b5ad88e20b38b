"""What changed since the release before: key figures and votes, or since thirty days where this
folder keeps no earlier release.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from dashboards import queries as ask
from dashboards import voting
from dashboards.cards import way
from dashboards.pages import At
from dashboards.studied import again
from dashboards.view import Pin, View, when
from psephos.results import reading
from psephos.results.figures import Figure
from psephos.results.shown.text import number, one_line
from psephos.results.shown.wording import counted
from psephos.store.release import kept, load

THIRTY_DAYS = 30 * 86_400


@lru_cache(maxsize=16)
def before(pinned: Pin) -> Pin | None:
    """The newest release of the folder that ends before this one; None where none is kept."""
    ends = {id: load(pinned.folder, id).final.number for id in kept(pinned.folder)}
    here = pinned.release.final
    earlier = [(end, id) for id, end in ends.items() if id != pinned.id and end < here]
    return replace(pinned, id=max(earlier)[1]) if earlier else None


def former(of: View) -> tuple[View | None, str]:
    """The view that is compared with, and how that is said; None where the chain is too young."""
    there = before(of.pin)
    if there is not None and there.release.final < of.block:
        return View(there, there.release.final, of.owners, of.by), "in the release before"
    time = when(of.pin, of.block)
    block = None if time is None else reading.block_at(of.release, time - THIRTY_DAYS)
    first = min((entry.first for entry in of.release.datasets.values()), default=0)
    if block is None or block < first:
        return None, ""
    return View(of.pin, block, of.owners, of.by), "thirty days before"


def compared(at: At) -> tuple[View | None, str]:
    """The block a reader chose to compare with, else that of the release before."""
    if at.other is not None and at.other.block != at.view.block:
        return at.other, f"at block {number(at.other.block)}"
    return former(at.view)


def changed(at: At, figure: Figure) -> str:
    """`↓ from 9, in the release before`; nothing where it was not defined."""
    there, words = compared(at)
    was = again(there, figure)
    if was is None or was.value is None or figure.value is None:
        return ""
    told = way(figure.value, was.value, was.text, figure.text)
    return f"{told} {words}" if told.startswith("=") else f"{told}, {words}"


def news(at: At, token: str, figures: list[Figure]) -> tuple[str, list[str]]:
    """What is new since then: (since when, a sentence each); none: nothing is compared."""
    of = at.view
    there, words = compared(at)
    if there is None:
        return "", []
    said = [f"{figure.title}: {found}" for figure in figures if (found := changed(at, figure))]
    earlier = {(one.dataset, one.id): one.state for one in voting.of_token(there, token)}
    for one in voting.of_token(of, token):
        old = earlier.get((one.dataset, one.id))
        title = one_line(one.title, 80)
        if (one.dataset, one.id) not in earlier:
            said.append(f"New: “{title}” ({one.state or 'undefined'})")
        elif old != one.state:
            said.append(f"“{title}”: {old or 'undefined'}, now {one.state or 'undefined'}")
    said += _newcomers(of, there, token)
    since = words if at.other else f"block {number(there.block)}, {words}"
    return since.removeprefix("at "), said


def _newcomers(of: View, there: View, token: str) -> list[str]:
    """How many delegates came and went."""
    if of.owners:
        return []
    now, old = (set(ask.held(view, "power", token).holders) for view in (of, there))
    count: Callable[[int], str] = lambda n: counted(n, "delegate")  # noqa: E731
    return [f"{count(len(now - old)).capitalize()} came, {count(len(old - now))} left"]
