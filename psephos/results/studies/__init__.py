"""Studies: subjects that take several figures to be told. A study is one file here."""

from typing import TYPE_CHECKING

from psephos.errors import TableError
from psephos.results import reading
from psephos.results.asking import default_kind
from psephos.results.economy.fees import FEES
from psephos.results.economy.prices import Prices
from psephos.results.labels.entities import Entities
from psephos.results.positions import the_dataset
from psephos.results.studies import (
    alignment,
    capture,
    decisions,
    delegation,
    economy,
    fees,
    foundation,
    life,
    programmes,
    rewards,
    scorecard,
    sensitivity,
    stakers,
    time,
    users,
)
from psephos.results.studies.shape import Maker, Study, Subject

if TYPE_CHECKING:
    from psephos.store.reader import Release

STUDIES: dict[str, Maker] = {
    "delegation": Maker("Who delegates to whom", "power", delegation.study),
    "alignment": Maker("Who votes alike", "power", alignment.study),
    "users": Maker(users.TITLE, "", users.study),
    "capture": Maker(capture.TITLE, "power", capture.study),
    "time": Maker(time.TITLE, "balance", time.study),
    "sensitivity": Maker(sensitivity.TITLE, "", sensitivity.study),
    "scorecard": Maker(scorecard.TITLE, "power", scorecard.study),
    "economy": Maker(economy.TITLE, "supply", economy.study),
    "foundation": Maker(foundation.TITLE, "balance", foundation.study),
    "fees": Maker(fees.TITLE, "", fees.study, FEES),
    "life": Maker(life.TITLE, "", life.study, FEES),
    "programmes": Maker(programmes.TITLE, "balance", programmes.study),
    "decisions": Maker(decisions.TITLE, "", decisions.study),
    "stakers": Maker(stakers.TITLE, "stake", stakers.study),
    "rewards": Maker(rewards.TITLE, "stake", rewards.study),
}
"""Every study by name."""

PRICED = ("economy", "capture")
"""Those that tell more where prices are declared."""
BESIDE = ("economy", "fees", "life")
"""Those of an L2 that tell more with the release of its L1."""


def study(
    release: "Release",
    name: str,
    *,
    dataset: str | None = None,
    block: int | None = None,
    entities: Entities | None = None,
    prices: Prices | None = None,
    kind: str | None = None,
    hidden: int | None = None,
    beside: "Release | None" = None,
) -> Study:
    """A study of a dataset (the only one with its kind of position, if none is named).

    entities: the declared owners; none: nobody is labelled. prices: without them, what is in
    several tokens is compared with nothing. kind: of a study of any kind of position; none: voting
    power where there is some, else balances. hidden: how many owners pools have. beside: the
    release of the other chain (an L2's L1), for what fees cover of L1's cost. Raises `TableError`
    for a study or dataset that does not exist, `NotCollected` past the release's head.
    """
    if name not in STUDIES:
        raise TableError(f"no study {name!r}", hint=f"there are: {', '.join(STUDIES)}")
    found = STUDIES[name]
    labels = Entities(release.chain.id) if entities is None else entities
    of = "" if found.sources else found.of or kind or default_kind(release, dataset)
    where = (
        _telling(release, found, dataset) if found.sources else (the_dataset(release, of, dataset))
    )
    at = reading.the_block(release, block)
    if why := reading.backfill(reading.dataset(release, where), at):
        return Study(name, found.title, where, at, why=why)
    return found.make(Subject(release, where, at, labels, prices, of, hidden, beside))


def _telling(release: "Release", made: Maker, dataset: str | None) -> str:
    """The dataset that has one of a study's sources: the one named, or the only one."""
    having = reading.datasets(release, *made.sources)
    if dataset is None and len(having) == 1:
        return having[0]
    if dataset is None or dataset not in having:
        there = ", ".join(having) or "none"
        raise TableError(f"{made.title}: a dataset is needed", hint=f"there are: {there}")
    return dataset
