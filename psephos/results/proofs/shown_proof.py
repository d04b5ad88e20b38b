"""Proofs in a notebook: made of a table or a figure, looked at, bent, verified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from psephos.errors import CommandError, NotCollected, VerificationFailed
from psephos.results.labels.entities import entities
from psephos.results.proofs.data_link import compared_file
from psephos.results.proofs.kept import checked_figure
from psephos.results.proofs.provable import read_provable
from psephos.results.proofs.proven_figure import prove_figure
from psephos.results.proofs.proving import Question, proven, publics
from psephos.results.shown.cards import Card
from psephos.stark.verify import Accept, Refused, accepted
from psephos.stark.verify import verify as verified
from psephos.store.reader import Release


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof's bytes, and what its maker says that they show: verify them."""

    data: bytes
    says: Mapping[str, int]

    def save(self, path: Path | str) -> Path:
        """Write it to a file, which `psephos verify proof` takes."""
        Path(path).write_bytes(self.data)
        return Path(path)

    def bent(self, at: int) -> "Proof":
        """The same proof with one byte changed."""
        changed = bytes((self.data[at] ^ 1,))
        return replace(self, data=self.data[:at] + changed + self.data[at + 1 :])

    def __repr__(self) -> str:
        return f"proof of {len(self.data):,} bytes: {', '.join(self.says)}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a proof is accepted, and what it then says; true in an `if` only if it is."""

    accepted: bool
    why: str
    publics: Mapping[str, int]
    security: str
    data_link: str

    def __bool__(self) -> bool:
        return self.accepted

    def __repr__(self) -> str:
        if not self.accepted:
            return f"refused: {self.why}"
        numbers = ", ".join(f"{name} = {value:,}" for name, value in self.publics.items())
        return f"verified, {self.security}; data link: {self.data_link}; {numbers}"

    def _repr_html_(self) -> str:
        mark = "✓" if self.accepted else "×"
        return f"<div class='mathjax_ignore tex2jax_ignore'>{mark} {escape(repr(self))}</div>"


def prove(
    what: Card | Path | str,
    *,
    releases: Path | None = None,
    weight: str | None = None,
    id: str | None = None,
    choice: str | None = None,
    statements: Sequence[str] = ("total",),
    threshold: str | Sequence[str] = (),
    top: int | Sequence[int] = (),
    preset: str = "standard",
) -> Proof:
    """A proof of a figure of a release, or of what a table's column of weights adds up to.

    what: a figure, then `releases` is the folder that its release is in; or the path of a CSV or
    Parquet file, then `weight`, `id` and `choice` are columns of it, and `statements` what to
    prove: "total", "tally", "concentration", "coalition" (with a `threshold` like ">1/2", or
    several), "top" (with how many rows, or several such numbers).
    """
    if isinstance(what, Card):
        assert releases is not None
        with Release.open(releases) as release:
            told = what.figure.json()
            labels = entities(release.chain.id) if told["entities"] else None
            data, found = prove_figure(release, told, labels, preset)
    else:
        if weight is None:
            raise CommandError("a table needs its column of weights", hint='weight="…"')
        table = read_provable(Path(what), weight, id, choice)
        thresholds = [threshold] if isinstance(threshold, str) else threshold
        tops = [top] if isinstance(top, int) else top
        data, found = proven(table, Question.read(statements, thresholds, tops), preset)
    return Proof(data, publics(found))


def verify(
    proof: Proof | bytes | Path | str | Card,
    *,
    releases: Path | None = None,
    table: Path | str | None = None,
    weight: str | None = None,
    id: str | None = None,
    choice: str | None = None,
    least_bits: float = 100,
) -> Judgement:
    """Whether a proof holds; with its table, also whether it is about these rows.

    Columns that are not told are found: those that give the proof's roots. Of a figure: the proof
    that the release in the folder `releases` carries of it, compared with the release's rows.
    """
    if isinstance(proof, Card):
        assert releases is not None
        return _carried(proof, releases)
    data = proof.data if isinstance(proof, Proof) else proof
    data = Path(data).read_bytes() if isinstance(data, Path | str) else data
    try:
        found = verified(data, Accept(accepted(), least_bits))
    except Refused as error:
        return Judgement(False, f"{error.cause}: {error.message}", {}, "", "not checked")
    link, why = "not checked", ""
    if table is not None:
        try:
            compared_file(found, Path(table), (weight, id, choice))
            link = "compared"
        except VerificationFailed as error:
            link, why = "failed", f"data link: {error.message}"
    return Judgement(not why, why, publics(found), str(found.security), link)


def _carried(card: Card, releases: Path) -> Judgement:
    """What the release's own proof of a figure shows."""
    told = card.figure.json()
    with Release.open(releases) as release:
        try:
            held = checked_figure(release, told)
        except (VerificationFailed, NotCollected) as error:
            return Judgement(False, error.message, {}, "", "failed")
    if held is None:
        why = f"the release carries no proof of {told['measure']} at block {told['block']}"
        return Judgement(False, why, {}, "", "not checked")
    return Judgement(True, "", publics(held.found), str(held.found.security), "compared")
