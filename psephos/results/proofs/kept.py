"""The proofs that a release carries: what they say of which figures, and whether they hold.

A table's proof says all that its figures need: of positions with the thresholds ½, ⅓ and ⅔, of
votes with ½, and the tally where nobody split the vote. Of more than 2^20 rows it would have so
many lookups that it fell below 100 bits: then sums have a proof, and each threshold one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from psephos.batch.derived import VOTES, DerivedHeader
from psephos.batch.history import History
from psephos.batch.proven import Proven
from psephos.errors import ReleaseBroken, VerificationFailed
from psephos.evidence.anchor import Tie
from psephos.evidence.history import history_of
from psephos.results.figures import Figure, figures, of_positions
from psephos.results.labels.entities import Entities
from psephos.results.labels.hypotheses import worlds
from psephos.results.positions import positions
from psephos.results.proofs.provable import Provable
from psephos.results.proofs.proven_figure import SAYS, agrees, lacks
from psephos.results.proofs.proving import Question, table_of
from psephos.results.proofs.sealed_tables import Sources, check_header, source_roots
from psephos.stark.verify import Accept, Refused, Verified, accepted, verify
from psephos.store.reader import Release

SUMS = ("total", "concentration", "inequality")
HALF, OTHERS = ">1/2", (">1/3", ">2/3")
LARGE = 1 << 20
"""Most rows of which one proof says everything with 100 bits: a law of the tests holds it so."""


def asked(function: str, rows: int, *, choices: bool) -> tuple[Question, ...]:
    """What is proven of a derived table, a proof each: every figure that a statement is about."""
    thresholds = (HALF,) if function == VOTES else (HALF, *OTHERS)
    sums = (*SUMS, "tally") if function == VOTES and choices else SUMS
    if rows <= LARGE:
        return (Question.read((*sums, "coalition"), thresholds),)
    return (Question.read(sums), *(Question.read(("coalition",), (t,)) for t in thresholds))


def kept(release: Release, history: History | None = None) -> list[Proven]:
    """The ledger's entries about the proofs of a release, in the manifest's order.

    VerificationFailed if the ledger does not name a proof that the manifest names.
    """
    if not release.manifest.proofs:
        return []
    history = history or history_of(release)
    entries = {entry.header.id.hex(): entry for entry in history.proofs()}
    found: dict[str, Proven] = {}
    for proof in release.manifest.proofs:
        entry = entries.get(proof.header)
        if entry is None or proof.hash not in {file.hash.hex() for file in entry.proofs}:
            raise VerificationFailed(f"the ledger names no proof {proof.hash[:16]} that holds")
        found[proof.header] = entry
    return list(found.values())


def measures(entry: Proven) -> tuple[str, ...]:
    """The measures that the proofs of a derived table give."""
    if not isinstance(entry.header, DerivedHeader):
        return ()
    votes = entry.header.function == VOTES
    return tuple(name for name in SAYS if not votes or SAYS[name][1] in ("", HALF))


def released(
    release: Release, entries: Sequence[Proven], labels: Entities, ties: Sequence[Tie]
) -> list[Figure]:
    """Every figure of a release: those at its final block, then those of its proven tables.

    A figure of both is there once, as proven.
    """
    found = {one.id: one for one in figures(release, entities=labels, ties=ties)}
    for entry in entries:
        header = entry.header
        if isinstance(header, DerivedHeader):
            held = positions(
                release, header.function, dataset=header.dataset, block=header.block,
                key=header.subject,
            )  # fmt: skip
            may = worlds(held, None)
            for measure in measures(entry):
                made = of_positions(release, measure, held, ties=ties, may=may)
                found[made.id] = replace(made, evidence=replace(made.evidence, proven=True))
    return list(found.values())


def of_figure(release: Release, told: Mapping[str, Any]) -> Proven | None:
    """The entry about the table whose positions a figure measures, or None."""
    return None if told["entities"] else about(kept(release), told)


def about(entries: Iterable[Proven], told: Mapping[str, Any]) -> Proven | None:
    """The one of these entries whose table a figure by address measures, or None."""
    key = bytes.fromhex(told["key"][2:]) if told["key"] else None
    for entry in entries:
        header = entry.header
        if (
            isinstance(header, DerivedHeader)
            and (header.dataset, header.function) == (told["dataset"], told["kind"])
            and (header.block, header.subject) == (told["block"], key)
            and told["measure"] in measures(entry)
        ):
            return entry
    return None


@dataclass(frozen=True, slots=True)
class Held:
    """A proof of a release that was verified here: its name, bytes, and what it says."""

    hash: str
    bytes: int
    found: Verified


def verified(release: Release, entry: Proven) -> Iterator[Held]:
    """The proofs of a table that the release carries, each verified against the entry.

    VerificationFailed for a proof that is refused, or is not of the entry's table or statements;
    ReleaseBroken for a file that is missing or changed.
    """
    carried = {proof.hash for proof in release.manifest.proofs}
    for file in entry.proofs:
        if file.hash.hex() not in carried:
            continue
        data = release.proof(file.hash.hex())
        try:
            found = verify(data, Accept(accepted()))
        except Refused as error:
            why = f"proof {file.hash.hex()[:16]}: {error.cause}: {error.message}"
            raise VerificationFailed(why) from error
        if found.combination.id != file.combination:
            raise VerificationFailed(f"proof {file.hash.hex()[:16]} is of other statements")
        if found.claim.row_root != entry.header.row_root:
            raise VerificationFailed(f"proof {file.hash.hex()[:16]} is of another table")
        yield Held(file.hash.hex(), len(data), found)


def compare(entry: Proven, held: Sequence[Held], table: Provable) -> str:
    """That rows are the table of these proofs: both roots are made from them again."""
    from psephos.stark.presets import STANDARD, preset_named
    from psephos.stark.prove.table import low_degree_root

    made = table_of(table)
    roots = {STANDARD.log_blowup: low_degree_root(made)}
    if entry.header.prover_root != roots[STANDARD.log_blowup]:
        raise VerificationFailed("the rows give another low-degree root than the header's")
    for one in held:
        preset = preset_named(one.found.claim.preset.name)
        if preset.log_blowup not in roots:
            roots[preset.log_blowup] = low_degree_root(made, preset)
        told = roots[preset.log_blowup], table.scale
        if (one.found.low_degree_root, one.found.claim.scale) != told:
            raise VerificationFailed(f"the rows are not the table of proof {one.hash[:16]}")
    return f"{len(table.weights)} rows give the table of {len(held)} proofs"


def check_kept(release: Release) -> str:
    """All proofs of a release: files, ledger, the verifier, and that their tables are the rows.

    VerificationFailed or ReleaseBroken says what does not hold.
    """
    history = history_of(release)
    entries, count = kept(release, history), 0
    names = {entry.header.dataset for entry in entries}
    sources = {name: source_roots(history, name) for name in names}
    for entry in entries:
        count += len(checked_table(release, history, entry, sources[entry.header.dataset]))
    if count != len(release.manifest.proofs):
        raise ReleaseBroken("the release names a proof that its ledger does not")
    return f"{count} proofs of {len(entries)} tables verify; data link: compared"


def checked_table(
    release: Release, history: History, entry: Proven, sources: Sources
) -> list[Held]:
    """A table's proofs, each verified, and a derived table compared with the rows.

    sources: of the table's dataset. VerificationFailed or ReleaseBroken if one does not hold.
    """
    held = list(verified(release, entry))
    if isinstance(entry.header, DerivedHeader):
        compare(entry, held, check_header(release, history, entry.header, sources))
    return held


def gives(held: Sequence[Held], told: Mapping[str, Any]) -> Held:
    """The proof of a table that gives a figure's value; VerificationFailed if none does."""
    found = next((one for one in held if not lacks(one.found, told["measure"])), None)
    if found is None:
        raise VerificationFailed(f"no proof of the table says {told['measure']}")
    agrees(found.found, told)
    return found


def checked_figure(release: Release, told: Mapping[str, Any]) -> Held | None:
    """The proof that gives a figure, verified and its table compared with the rows.

    None if the release carries none; VerificationFailed or ReleaseBroken if it does not hold.
    """
    entry = of_figure(release, told)
    if entry is None:
        return None
    history = history_of(release)
    sources = source_roots(history, entry.header.dataset)
    return gives(checked_table(release, history, entry, sources), told)
