"""Figures of a kind of position whose figures no release publishes, because nobody asked yet.

A page shows them where a reader asks: of stakes, of what is delegated, of the votes cast on each
proposal. The command makes the same ones, with the same ids.
"""

from collections.abc import Iterator

from psephos.results import reading
from psephos.results.bases import OF_KIND, of_base
from psephos.results.figures import CONCENTRATED, OF_POSITIONS, Figure, of_positions
from psephos.results.labels.entities import Entities
from psephos.results.labels.hypotheses import worlds
from psephos.results.positions import SOURCES, Positions, positions
from psephos.results.voting.proposals import proposals
from psephos.store.reader import Release

UNPUBLISHED = tuple(kind for kind in SOURCES if kind not in CONCENTRATED)


def of_kind(
    release: Release, kind: str, block: int | None, owners: Entities | None
) -> list[Figure]:
    """Every measure of each dataset's positions of a kind, by address or by owner.

    Votes cast are by address whoever is asked for, as each was cast by one, and there is a set of
    figures for every proposal.
    """
    by = None if kind == "vote" else owners
    found = []
    for held in _held(release, kind, block, by):
        may = worlds(held, by)
        found += [of_positions(release, name, held, by, may=may) for name in OF_POSITIONS]
        found += [of_base(release, name, held, by, may=may) for name in OF_KIND.get(kind, ())]
    return found


def _held(
    release: Release, kind: str, block: int | None, owners: Entities | None
) -> Iterator[Positions]:
    if kind == "vote":
        for one in proposals(release, block):
            yield positions(release, kind, dataset=one.dataset, block=block, key=one.id)
        return
    for name in reading.datasets(release, *SOURCES[kind]):
        yield positions(release, kind, dataset=name, block=block, entities=owners)
