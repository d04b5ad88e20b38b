"""Killed at any step, a publication leaves a valid release. All steps: tests/long."""

import pytest

from tests.publish.survive import survives
from tests.simulated import kill, tiny

BEFORE, AFTER = {"last": 14, "keep": 1}, {"last": 15, "keep": 1}  # the sixteenth day merges


def test_the_steps_of_a_publication_are_these(tmp_path):
    """Whoever adds a step finds it here, and the kill below covers it."""
    tiny.publish(tmp_path, **BEFORE)
    assert list(dict.fromkeys(kill.steps(tmp_path, **AFTER))) == [
        "segment written", "segment synced", "segment placed",
        "ledger written", "ledger synced",
        "figures written", "figures synced", "figures placed",
        "manifest written", "manifest synced", "manifest placed", "folders synced",
        "pointer written", "pointer synced", "pointer placed", "folder synced",
        "manifest removed", "garbage removed",
    ]  # fmt: skip


NAMES = ("segment placed", "ledger written", "manifest placed", "pointer written",
         "pointer placed", "manifest removed")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_killed_at_a_step_the_current_release_is_whole(tmp_path, name):
    ids = (tiny.publish(tmp_path / "a", **BEFORE), tiny.publish(tmp_path / "b", **AFTER))
    tiny.publish(tmp_path / "c", **BEFORE)
    at = kill.steps(tmp_path / "c", **AFTER).index(name)
    survives(tmp_path / "d", at, BEFORE, AFTER, ids)
