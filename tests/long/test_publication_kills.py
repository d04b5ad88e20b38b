"""A publication killed with -9 at each of its steps, for several kinds of publication."""

import pytest

from tests.publish.survive import survives
from tests.simulated import kill, tiny

PUBLICATIONS = {
    "a day more": ({"last": 3}, {"last": 4}),
    "a merge of sixteen days": ({"last": 14}, {"last": 15}),
    "a merge of all tiers": ({"last": 254}, {"last": 255}),
    "many days, old release removed": ({"last": 5, "keep": 1}, {"last": 40, "keep": 1}),
    "a correction": (
        {"last": 20, "keep": 1},
        {"last": 20, "keep": 1, "versions": {7: "corrected"}},
    ),
}


@pytest.mark.long
@pytest.mark.parametrize(("before", "after"), PUBLICATIONS.values(), ids=PUBLICATIONS)
def test_killed_at_every_step_a_valid_release_is_left(tmp_path, before, after):
    tiny.publish(tmp_path / "a", **before)
    first = tiny.publish(tmp_path / "a0", **before)
    steps = kill.steps(tmp_path / "a", **after)
    second = tiny.publish(tmp_path / "a", **after)
    for at in range(len(steps)):
        survives(tmp_path / f"{at}", at, before, after, (first, second))
    assert len(steps) >= 18
