"""What tab completes in a notebook: positions by kind, figures by name."""

from collections.abc import Iterator
from typing import Any

from psephos.errors import TableError
from psephos.results import reading
from psephos.results.asking import default_kind, one_of
from psephos.results.bases import OF_KIND
from psephos.results.figures import OF_POSITIONS, OF_PROPOSALS, figure
from psephos.results.positions import SOURCES, positions
from psephos.results.shown.cards import Card, Held
from psephos.results.shown.charts import Bench
from psephos.results.voting.proposals import Proposal


class Kinds:
    """Positions by kind; those there are."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def __dir__(self) -> list[str]:
        return [kind for kind in SOURCES if reading.datasets(self._bench.release, *SOURCES[kind])]

    def __getattr__(self, kind: str) -> Any:
        if kind.startswith("_") or kind not in SOURCES:
            raise AttributeError(f"no positions {kind!r}; there are: {', '.join(dir(self))}")
        return self.vote if kind == "vote" else self(kind)

    def __call__(
        self, kind: str, *, dataset: str | None = None, by_owner: bool | None = None
    ) -> Held:
        """Positions of a kind, by address or by declared owner."""
        one_of(self._bench.release, kind, dataset, f'r.positions("{kind}", dataset=')
        owners = self._bench.owners(by_owner)
        asked: dict[str, Any] = {"dataset": dataset, "block": self._bench.block}
        release = self._bench.release
        return Held(positions(release, kind, entities=owners, **asked), release, owners)

    def vote(self, proposal: Proposal) -> Held:
        """Votes cast on a proposal."""
        release, block = self._bench.release, self._bench.block
        asked: dict[str, Any] = {"dataset": proposal.dataset, "block": block, "key": proposal.id}
        return Held(positions(release, "vote", **asked), release)


class Measures:
    """Figures by name, of one kind of position; `kind` None is voting power, or else balances."""

    def __init__(self, bench: Bench, kind: str | None = None) -> None:
        self._bench, self._kind = bench, kind

    def __dir__(self) -> list[str]:
        kinds = [] if self._kind else [k for k in dir(Kinds(self._bench)) if k != "vote"]
        return [*OF_POSITIONS, *OF_KIND.get(self._of(), ()), *kinds]

    def _of(self, dataset: str | None = None) -> str:
        return self._kind or default_kind(self._bench.release, dataset)

    def __getattr__(self, name: str) -> Any:
        if name in (*OF_POSITIONS, *OF_KIND.get(self._of(), ())):
            return self(name)
        if self._kind is None and name in dir(Kinds(self._bench)):
            return Measures(self._bench, name)
        raise AttributeError(f"no figure {name!r}; there are: {', '.join(dir(self))}")

    def __call__(
        self, measure: str, *, dataset: str | None = None, by_owner: bool | None = None,
        recompute: bool = False,
    ) -> Card:  # fmt: skip
        """One figure; `recompute` it from the event rows on this machine."""
        owners = self._bench.owners(by_owner)
        asked: dict[str, Any] = {"block": self._bench.block, "recompute": recompute}
        kind = self._of(dataset)
        release = self._bench.release
        place = f"r.figures.{self._kind}" if self._kind else "r.figures"
        one_of(release, kind, dataset, f'{place}("{measure}", dataset=')
        return Card(figure(release, measure, kind, dataset=dataset, entities=owners, **asked))

    def proposal(self, measure: str, proposal: Proposal) -> Card:
        """A figure of a proposal: turnout_supply, turnout_heads, quorum_reach, flip_set…"""
        if measure not in OF_PROPOSALS:
            raise TableError(
                f"no figure {measure!r} of a proposal", hint=f"there are: {', '.join(OF_PROPOSALS)}"
            )
        asked: dict[str, Any] = {"dataset": proposal.dataset, "key": proposal.id}
        release = self._bench.release
        return Card(figure(release, measure, "proposal", block=self._bench.block, **asked))

    def __iter__(self) -> Iterator[Card]:
        return (self(name) for name in OF_POSITIONS)
