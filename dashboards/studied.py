"""What pages ask of studies, remembered by view; and any figure again at another block."""

from contextlib import suppress
from functools import lru_cache

from dashboards import queries as ask
from dashboards import voting
from dashboards.chains import beside
from dashboards.view import View, labels
from psephos.errors import PsephosError, TableError
from psephos.results.figures import Figure
from psephos.results.positions import SOURCES
from psephos.results.studies import STUDIES, study
from psephos.results.studies.shape import Listing, Study

BESIDE = ("fees", "life")
"""Studies of an L2 that ask its L1, too."""


@lru_cache(maxsize=32)
def studied(of: View, name: str, dataset: str) -> Study:
    """A study of a dataset at the view's block, with the declared labels."""
    release = of.release
    other = beside(of, "starknet_core") if name in BESIDE else None
    return study(
        release, name, dataset=dataset, block=of.block, entities=labels(release.chain.id),
        beside=None if other is None else other.release,
    )  # fmt: skip


def told(of: View, name: str, dataset: str, measure: str) -> Figure:
    """One figure of a study; `TableError` says why there is none."""
    found = studied(of, name, dataset)
    for figure in found.figures:
        if figure.measure == measure:
            return figure
    raise TableError(found.why or "the study has no such figure", hint="ask for another block")


def listing(of: View, name: str, dataset: str, table: str) -> Listing | None:
    """One table of a study, or None where it has none at this block."""
    found = studied(of, name, dataset).tables
    return next((one for one in found if one.name == table), None)


def again(of: View | None, figure: Figure) -> Figure | None:
    """The same question at the block of another view; None where it cannot be asked there."""
    if of is None or of.block == figure.block:
        return None
    with suppress(PsephosError):
        if figure.kind in STUDIES:
            return told(of, figure.kind, figure.dataset, figure.measure)
        if figure.kind == "proposal":
            return voting.of_vote(of, figure.measure, figure.dataset, figure.key or b"")
        if figure.kind in SOURCES:
            return ask.measured(of, figure.measure, figure.kind, figure.dataset, figure.key)
    return None
