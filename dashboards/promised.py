"""What pages ask about promises, remembered by view."""

from functools import lru_cache

from dashboards.view import View, labels
from psephos.results.promises.files import promises
from psephos.results.promises.judge import Verdict, judge


@lru_cache(maxsize=16)
def verdicts(of: View) -> tuple[Verdict, ...]:
    """Every version of every promise as of the view's block, by the declared labels."""
    release = of.release
    return tuple(judge(release, promises(), of.block, labels(release.chain.id)))
