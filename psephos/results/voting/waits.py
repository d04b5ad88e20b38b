"""How long a vote takes at least, from a proposal until it has an effect.

    voting delay + voting period      of a governor whose clock counts seconds
    voting delay + longest duration   of a space of Snapshot X
    + the delay of its timelock

A governor whose clock counts blocks says nothing of hours: its own part is left out, and what is
told is a lower bound. Sources: OpenZeppelin contracts 5.7.0, `Governor.propose`,
`TimelockController.getMinDelay`; Compound `Timelock.delay`; sx-starknet af131eb2, `space.cairo`.
"""

from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.voting.rules import Rules

if TYPE_CHECKING:
    from psephos.store.reader import Release

OPENZEPPELIN = (
    (("voting_delay_set", "new_voting_delay"),),
    (("voting_period_set", "new_voting_period"),),
)
SPACE = (
    (("voting_delay_updated", "voting_delay"), ("space_created", "voting_delay")),
    (
        ("max_voting_duration_updated", "max_voting_duration"),
        ("space_created", "max_voting_duration"),
    ),
)
TIMELOCK = (("min_delay_change", "new_delay"), ("delay_set", "delay"))


def least_wait(release: "Release", by: Rules, block: int) -> tuple[int, tuple[str, ...]]:
    """(seconds, the datasets that told them) of a governor at a block; 0 and none if none did."""
    asked = [(by.governor, one) for one in (SPACE if by.half_open else OPENZEPPELIN) if by.by_time]
    asked += [(by.timelock, TIMELOCK)] if by.timelock else []
    seconds, told = 0, []
    for dataset, places in asked:
        values = (reading.last(release, f"{dataset}_{t}", column, block) for t, column in places)
        known = next((value for value in values if value is not None), None)
        if known is not None:
            seconds += known
            told.append(dataset)
    return seconds, tuple(dict.fromkeys(told))
