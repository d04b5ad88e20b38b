"""Every measure that has a definition of its own, by name: what the page Method lists."""

from analytics import MEASURES, PARTICIPATION, REFERENCE
from analytics.functions import FUNCTIONS
from psephos.results.bases import OF_BASES
from psephos.results.figures import COUNTS, OF_PROPOSALS

EVERY = {**MEASURES, **REFERENCE, **OF_BASES, **PARTICIPATION, **COUNTS, **FUNCTIONS}


def measure_of(name: str) -> str:
    """The measure a figure is an application of: turnout on any base is turnout."""
    return OF_PROPOSALS.get(name, name)
