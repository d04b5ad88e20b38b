"""What a notebook gets: `import psephos as ps; r = ps.open()`.

Everything is read from one release at one block, and can only be read. Press tab after `r.`,
`r.positions.`, `r.figures.` and `r.chart.`. Amounts are exact integers of the smallest unit;
nothing is fetched from a network, and text from the chain is shown as text.
"""

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl

from psephos.configuration import find, load
from psephos.errors import NoRelease, TableError
from psephos.evidence.verify import verify_release
from psephos.results import reading
from psephos.results.basis import Base, Change, base
from psephos.results.control.bodies import day_of, usual_system
from psephos.results.control.rule_files import system as rules_of
from psephos.results.control.told import control
from psephos.results.economy.scenarios import read
from psephos.results.economy.simulate import simulate
from psephos.results.labels.entities import Entities, entities
from psephos.results.labels.own import from_frame
from psephos.results.labels.owners import OFF, chosen
from psephos.results.own_measure import Own, own_figure
from psephos.results.proofs.shown_proof import Judgement, Proof
from psephos.results.proofs.shown_proof import prove as prove_of
from psephos.results.proofs.shown_proof import verify as verify_of
from psephos.results.shipped import shipped
from psephos.results.shown.answers import Controlled, Paths, Supposed, cast
from psephos.results.shown.cards import Card, Held, Studied, hexed
from psephos.results.shown.charts import Charts
from psephos.results.shown.findings import Finding, findings
from psephos.results.shown.namespaces import Kinds, Measures
from psephos.results.studies import study
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.whatif import compared_on, outcomes_on
from psephos.store import homes
from psephos.store.reader import Release

__all__ = ["Workbench", "figure", "open", "place", "prove", "verify"]

PLACES = ("data/releases", "data/demo/releases")


def open(
    path: Path | str | None = None,
    block: int | None = None,
    entities: str | None = None,
    chain: str | None = None,
) -> "Workbench":
    """Open the current release of a folder, as of a block (none: the newest final one).

    entities: how holders are counted everywhere: "on" by declared owner, "off" by address, the
    name of a set of labels, or a hypothesis ("same-funder"). Left out, by address unless a call
    says `by_owner`.

    chain: of several chains side by side the one of that name; left out, the first.

    path: a folder of releases. Left out, it is `PSEPHOS_RELEASES`, the folder of `psephos.toml`,
    or `data/releases` of this folder or one above it. `NoRelease` where there is none,
    `NotCollected` for a block after the release's head.
    """
    folder = Path(path) if path is not None else place()
    release = Release.open(folder if chain is None else homes.of(folder, chain))
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
        return load().shown
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
    return prove_of(what, **_of_releases(what, asked))


def verify(proof: Proof | bytes | Path | str | Card, **asked: Any) -> Judgement:
    """Whether a proof holds, or a figure's that its release carries:
    `psephos.results.proofs.shown_proof.verify`."""
    return verify_of(proof, **_of_releases(proof, asked))


def _of_releases(what: object, asked: dict[str, Any]) -> dict[str, Any]:
    """What was asked, and of a figure where its release is, unless that was told."""
    return (
        asked
        if "releases" in asked or not isinstance(what, Card)
        else asked | {"releases": place()}
    )


def figure(
    function: Own, rows: Held, *, title: str = "", unit: str = "", formula: str = ""
) -> Card:
    """A measure of your own over positions: `ps.figure(function, r.positions.power)`.

    The function is given the amounts. It gets definition, interval and evidence as every figure
    does: `psephos.results.own_measure.own_figure`.
    """
    if not isinstance(rows, Held) or rows.release is None:
        raise TableError(
            f"rows are a {type(rows).__name__}, and no positions of a release",
            hint="give r.positions.power, r.positions.balance, r.positions.vote(…)",
        )
    asked: dict[str, Any] = {"title": title, "unit": unit, "formula": formula}
    return Card(own_figure(rows.release, function, rows.positions, rows.labels, **asked))


class Workbench:
    """A release as of a block. Use it in a `with`, or `close` it; leaving the notebook does too."""

    def __init__(
        self, release: Release, block: int | None = None, entities: str | Entities | None = None
    ) -> None:
        self.release = release
        self.block = reading.the_block(release, block)
        self.by = entities
        self.by_owner = entities not in (None, OFF)
        self._bases: dict[str, Base] = {}
        self._owners()  # a word that chooses nothing is said now

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

    def with_entities(self, frame: pl.DataFrame) -> "Workbench":
        """The same, with holders counted by labels of your own: columns address, owner, and if you
        like role, source, day, since, until (`psephos.results.labels.own`). To add to the declared
        ones, start from `r.entities.frame`. Figures name the labels by their hash, as *declared*.
        """
        return Workbench(self.release, self.block, from_frame(self.release.chain.id, frame))

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
    def positions(self) -> Kinds:
        """Who holds how much: `.balance`, `.power`, `.locked`, `.vote(proposal)`."""
        return Kinds(self)

    @cached_property
    def figures(self) -> Measures:
        """Measures of voting power (or of balances); of others `.balance.gini`, `.locked.total`."""
        return Measures(self)

    @cached_property
    def chart(self) -> Charts:
        """`.pebbles()`, `.concentration()`, `.history("nakamoto_one_half")`."""
        return Charts(self)

    @cached_property
    def entities(self) -> Entities:
        """The owners that are counted by, or those declared; `.conflicts` where labels disagree."""
        return self._owners() or entities(self.release.chain.id)

    def _owners(self) -> Entities | None:
        """What is counted by: labels of the reader's own, or those that a word chooses."""
        if isinstance(self.by, Entities):
            return self.by
        return chosen(self.release, self.by, self.block)

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
        hidden: int | None = None, beside: "Workbench | None" = None,
    ) -> Studied:  # fmt: skip
        """Figures of a subject, with tables: "delegation", "alignment", …; all in `STUDIES`.

        `kind` of position and `hidden` owners of pools are for "sensitivity". `beside` an L2 its
        L1: `ps.open(chain=…)`, for what "fees", "life" and "economy" say of both.
        """
        asked: dict[str, Any] = {"block": self.block, "entities": self.entities}
        asked |= {"kind": kind, "hidden": hidden, "beside": beside and beside.release}
        found = study(self.release, name, dataset=dataset, **asked)
        of = self.release.datasets.get(found.dataset)
        return Studied(found, of.symbol if of else "")

    def control(self, system: str | None = None) -> Controlled:
        """Who can pass, block, propose and halt, by the rule file `system` (none: the usual one of
        this release), with power indices and every vote recounted."""
        by = rules_of(system or usual_system(self.release), day_of(self.release, self.block))
        return Controlled(control(self.release, by, block=self.block, entities=self.entities))

    def what_if(self, change: Change, system: str | None = None) -> Supposed:
        """Measures and votes before and after a change of `psephos.results.supposed`."""
        name = system or usual_system(self.release)
        if name not in self._bases:
            by = rules_of(name, day_of(self.release, self.block))
            self._bases[name] = base(self.release, by, self.block)
        there = self._bases[name]
        measured = compared_on(there, change, indices=False)
        return Supposed(change.words, measured, outcomes_on(there, change))

    def simulate(self, scenario: Path | str, seed: int = 1, runs: int | None = None) -> Paths:
        """A scenario file (or the name of a shipped one), with what it calls "indexed" taken from
        this release: supply, stake, unlocks and yields, with bands. The same seed, the same bytes.
        """
        file = Path(scenario)
        file = file if file.suffix else shipped("scenarios") / f"{scenario}.toml"
        given: dict[str, Any] = {"release": self.release, "block": self.block}
        labels = self.entities
        return Paths(simulate(read(file), seed, runs=runs, labels=labels, **given))

    def votes(self, proposal: Proposal) -> pl.DataFrame:
        """The votes on a proposal, heaviest first: `weight_strk` is exact, in the token that the
        governor counts; what is invisible in a reason is spelled.
        """
        return cast(self.release, proposal, self.block)

    def verify(self) -> pl.DataFrame:
        """The release checked from its bytes: each check, its status, and what was found."""
        checks = verify_release(self.release.folder, self.release.id)
        rows = [(check.name, check.status, check.why) for check in checks]
        return pl.DataFrame(rows, schema=["check", "status", "why"], orient="row")

    def __repr__(self) -> str:
        chain = self.release.chain
        return f"release {self.release.id[:16]} of {chain.name or chain.id} at block {self.block}"
