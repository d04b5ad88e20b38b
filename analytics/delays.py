"""How soon: the hours before which nothing that was decided has an effect."""

from collections.abc import Mapping

from analytics.arguments import listed, of_kind, table
from analytics.rules import Body, Way
from analytics.whole import whole
from psephos.errors import DataError


def soonest(way: Way, bodies: Mapping[str, Body]) -> tuple[int, bool]:
    """(hours before which a way has no effect, whether every delay in it is known).

        max over its bodies of their delays, which run side by side, + the way's own

    A delay that no source says counts as none, so the hours are a lower bound where it is not sure.
    A way that asks a body that is not there raises `DataError`, as does a delay that is no whole
    number of hours.
    """
    own = whole(of_kind(way, Way, "the way").delay_hours, f"the delay of {way.title!r}")
    table(bodies, "the bodies")
    delays = []
    for name in listed(way.agree, f"the bodies that {way.title!r} asks"):
        if name not in bodies:
            raise DataError(f"{way.title!r} asks {name!r}, which is no body of these")
        delay = of_kind(bodies[name], Body, f"body {name!r}").delay_hours
        delays.append(None if delay is None else whole(delay, f"the delay of {name!r}"))
    longest = max((delay or 0 for delay in delays), default=0)
    return longest + own, None not in delays
