"""How soon each way of a system has an effect, and how few people it takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.delays import soonest
from analytics.rules import System, Way
from psephos.results.control.bodies import Abilities, Electorate


@dataclass(frozen=True, slots=True)
class Speed:
    """One way at a block.

    hours:   before which it has no effect: the longest delay of its bodies, and its own
    sure:    every delay in it is told; else the hours are a lower bound
    fewest:  members in the smallest coalitions of all its bodies, people of two bodies counted
             once; None where a body cannot agree, or its members are not known
    """

    way: Way
    hours: int
    sure: bool
    fewest: int | None

    @property
    def words(self) -> str:
        """At once, not before so many hours, or not told."""
        if self.hours:
            return f"not before {self.hours} hours"
        return "at once" if self.sure else "how soon is not told"


def speeds(
    system: System, held: Mapping[str, Electorate], able: Mapping[str, Abilities]
) -> tuple[Speed, ...]:
    """Every way of a system, in the file's order."""
    bodies = {name: one.body for name, one in held.items()}
    ways = system.ways
    return tuple(Speed(one, *soonest(one, bodies), _fewest(system, one, able)) for one in ways)


def _fewest(system: System, way: Way, able: Mapping[str, Abilities]) -> int | None:
    """Of bodies with the same members the larger coalition holds the smaller one."""
    needed: dict[str, int] = {}
    for name in way.agree:
        passing = able[name].passing
        if passing is None:
            return None
        people = system.whose(name)
        needed[people] = max(needed.get(people, 0), len(passing))
    return sum(needed.values())
