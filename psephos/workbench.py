"""What a notebook gets: `import psephos as ps; r = ps.open()`.

Everything is read from one release at one block, and can only be read. Press tab after `r.`,
`r.positions.`, `r.figures.` and `r.chart.`. Amounts are exact integers of the smallest unit;
nothing is fetched from a network, and text from the chain is shown as text.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl

from psephos.configuration import find, load
from psephos.errors import NoRelease, TableError
from psephos.evidence.verify import verify_release
from psephos.results import reading
from psephos.results.asking import default_kind, one_of
from psephos.results.bases import OF_KIND
from psephos.results.figures import OF_POSITIONS, OF_PROPOSALS, figure
from psephos.results.labels.entities import Entities, entities
from psephos.results.labels.owners import OFF, chosen
from psephos.results.positions import SOURCES, positions
from psephos.results.proofs.shown_proof import Proof, verify
from psephos.results.proofs.shown_proof import prove as prove_of
from psephos.results.shown.cards import Card, Held, Studied, hexed
from psephos.results.shown.charts import Charts
from psephos.results.shown.findings import Finding, findings
from psephos.results.shown.text import display
from psephos.results.studies import study
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.voting.votes import votes
from psephos.store.reader import Release

__all__ = ["Workbench", "open", "place", "prove", "verify"]

PLACES = ("data/releases", "data/demo/releases")


def open(
    path: Path | str | None = None, block: int | None = None, entities: str | None = None
) -> "Workbench":
    """Open the current release of a folder, as of a block (none: the newest final one).

    entities: how holders are counted everywhere: "on" by declared owner, "off" by address, the
    name of a set of labels, or a hypothesis ("same-funder"). Left out, by address unless a call
    says `by_owner`.

    path: a folder of releases. Left out, it is `PSEPHOS_RELEASES`, the folder of `psephos.toml`,
    or `data/releases` of this folder or one above it. `NoRelease` where there is none,
    `NotCollected` for a block after the release's head.
    """
    release = Release.open(Path(path) if path is not None else place())
    try:
        return Workbench(release, block, entities)
    except BaseException:
        release.close()
        raise


def place() -> Path:
    """The folder of releases that is meant when none is named."""
    if named := os.environ.get("PSEPHOS_RELEASES"):
        return Path(named)
    if find().is_file():
        return load().releases
    here = Path.cwd()
    for folder in (here, *here.parents):
        for name in PLACES:
            if (folder / name).is_dir():
                return folder / name
    raise NoRelease(
        f"there is no release in {here} or above it",
        hint="run `psephos demo --no-serve` or `psephos release`, or give the folder: ps.open(…)",
    )


def prove(what: Card | Path | str, **asked: Any) -> Proof:
    """A proof of a figure, or of a table's `weight`: `psephos.results.proofs.shown_proof.prove`."""
    given = {"releases": place()} if isinstance(what, Card) else {}
    return prove_of(what, **(given | asked))


class Workbench:
    """A release as of a block. Use it in a `with`, or `close` it; leaving the notebook does too."""

    def __init__(
        self, release: Release, block: int | None = None, entities: str | None = None
    ) -> None:
        self.release = release
        self.block = reading.the_block(release, block)
        self.by = entities
        self.by_owner = entities not in (None, OFF)
        if self.by_owner:
            chosen(release, entities, self.block)  # a word that chooses nothing is said now

    def __enter__(self) -> "Workbench":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the release's files."""
        self.release.close()

    def at(self, block: int) -> "Workbench":
        """The same release as of another block."""
        return Workbench(self.release, block, self.by)

    def counted(self, entities: str) -> "Workbench":
        """The same, with holders counted otherwise: "on", "off", a set, or a hypothesis."""
        return Workbench(self.release, self.block, entities)

    def tables(self) -> pl.DataFrame:
        """The views that `sql` can ask, with their columns and rows."""
        found = [
            (name, ", ".join(self.release.sql(f'SELECT * FROM "{name}" LIMIT 0').columns))
            for name in self.release.tables()
        ]
        return pl.DataFrame(found, schema=["table", "columns"], orient="row")

    def sql(
        self, query: str, params: Sequence[Any] | Mapping[str, Any] = (), *, raw: bool = False
    ) -> pl.DataFrame:
        """The answer to one SELECT, exact; it changes nothing.

        Bytes come as `0x…` text unless `raw`; in a query write `unhex('…')` for bytes. The block
        is yours to name: `$block` is this workbench's where the query asks for it.
        """
        given = params
        if not params and "$block" in query:
            given = {"block": self.block}
        found = self.release.sql(query, given)
        return found if raw else hexed(found)

    @cached_property
    def positions(self) -> "Kinds":
        """Who holds how much: `.balance`, `.power`, `.locked`, `.vote(proposal)`."""
        return Kinds(self)

    @cached_property
    def figures(self) -> "Measures":
        """Measures of voting power (or of balances); of others `.balance.gini`, `.locked.total`."""
        return Measures(self)

    @cached_property
    def chart(self) -> "Charts":
        """`.pebbles()`, `.concentration()`, `.history("nakamoto_one_half")`."""
        return Charts(self)

    @cached_property
    def entities(self) -> Entities:
        """The owners that are counted by, or those declared; `.conflicts` where labels disagree."""
        found = chosen(self.release, self.by, self.block) if self.by_owner else None
        return found or entities(self.release.chain.id)

    def owners(self, by_owner: bool | None) -> Entities | None:
        """The owners to count by; None for addresses. `by_owner` None: as this workbench does."""
        wanted = self.by_owner if by_owner is None else by_owner
        return self.entities if wanted else None

    @cached_property
    def proposals(self) -> list[Proposal]:
        """Every proposal, newest first."""
        return proposals(self.release, self.block)

    @cached_property
    def findings(self) -> list[Finding]:
        """What is worth a sentence."""
        return findings(self.release, self.block)

    def study(
        self, name: str, *, dataset: str | None = None, kind: str | None = None,
        hidden: int | None = None,
    ) -> Studied:  # fmt: skip
        """Figures of a subject, with tables: "delegation", "alignment", …; all in `STUDIES`.

        `kind` of position and `hidden` owners of pools are for "sensitivity".
        """
        asked: dict[str, Any] = {"block": self.block, "entities": self.entities}
        asked |= {"kind": kind, "hidden": hidden}
        return Studied(study(self.release, name, dataset=dataset, **asked))

    def votes(self, proposal: Proposal) -> pl.DataFrame:
        """The votes on a proposal, heaviest first; what is invisible in a reason is spelled."""
        found = votes(self.release, proposal.id, self.block, dataset=proposal.dataset)
        reasons = [display(reason) for reason in found["reason"]]
        return hexed(found.with_columns(pl.Series("reason", reasons, dtype=pl.String)))

    def verify(self) -> pl.DataFrame:
        """The release checked from its bytes: each check, its status, and what was found."""
        checks = verify_release(self.release.folder, self.release.id)
        rows = [(check.name, check.status, check.why) for check in checks]
        return pl.DataFrame(rows, schema=["check", "status", "why"], orient="row")

    def __repr__(self) -> str:
        chain = self.release.chain
        return f"release {self.release.id[:16]} of {chain.name or chain.id} at block {self.block}"


class Kinds:
    """Positions by kind; those there are."""

    def __init__(self, bench: Workbench) -> None:
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
        return Held(positions(self._bench.release, kind, entities=owners, **asked))

    def vote(self, proposal: Proposal) -> Held:
        """Votes cast on a proposal."""
        release, block = self._bench.release, self._bench.block
        asked: dict[str, Any] = {"dataset": proposal.dataset, "block": block, "key": proposal.id}
        return Held(positions(release, "vote", **asked))


class Measures:
    """Figures by name, of one kind of position; `kind` None is voting power, or else balances."""

    def __init__(self, bench: Workbench, kind: str | None = None) -> None:
        self._bench, self._kind = bench, kind

    def __dir__(self) -> list[str]:
        kinds = [] if self._kind else [k for k in dir(self._bench.positions) if k != "vote"]
        return [*OF_POSITIONS, *OF_KIND.get(self._of(), ()), *kinds]

    def _of(self, dataset: str | None = None) -> str:
        return self._kind or default_kind(self._bench.release, dataset)

    def __getattr__(self, name: str) -> Any:
        if name in (*OF_POSITIONS, *OF_KIND.get(self._of(), ())):
            return self(name)
        if self._kind is None and name in dir(self._bench.positions):
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
