"""Every block of a dataset stands at one level, or was not read."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from psephos.results.standing import MISSING, standing
from psephos.store.manifest import Anchor
from psephos.store.reader import Span
from tests.results.house import House

DAO = House().open(14).datasets["dao"]
levels = st.lists(st.sampled_from(["seen", "complete", None]), min_size=1, max_size=12)


@given(levels, st.integers(0, 14), st.integers(0, 14))
def test_the_levels_of_the_blocks_are_counted_one_by_one(
    found: list[str | None], last: int, mark: int
) -> None:
    """Blocks 1, 2, … have these levels; a checkpoint at `mark` anchors what is complete to it."""
    spans = [Span(n, n, level) for n, level in enumerate(found, start=1) if level]
    anchors = (Anchor(1, mark, "0x" + "0a" * 32, "a newspaper"),) if mark else ()
    release: Any = SimpleNamespace(
        datasets={"dao": replace(DAO, spans=tuple(spans))},
        manifest=SimpleNamespace(anchors=anchors),
    )
    expected = dict.fromkeys(("anchored", "complete", "seen", MISSING), 0)
    for block in range(1, last + 1):
        level = found[block - 1] if block <= len(found) else None
        if level == "complete" and block <= mark:
            level = "anchored"
        expected[level or MISSING] += 1
    assert standing(release, "dao", last) == expected
    assert list(expected) == list(standing(release, "dao", last))
