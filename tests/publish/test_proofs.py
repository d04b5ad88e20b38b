"""Proofs of a release: made once, carried on, checked down to the rows, missed when gone."""

import copy
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from analytics import Threshold, coalition, gini, hhi
from psephos.batch.derived import DerivedHeader
from psephos.batch.history import Entry
from psephos.batch.proven import Proven
from psephos.errors import DataError, PsephosError, TableError
from psephos.evidence.history import history_of
from psephos.evidence.verify import verify_release
from psephos.publish.figure import verify_figure
from psephos.publish.proofs import Price
from psephos.publish.recompute import recomputed
from psephos.results.positions import derived
from psephos.results.proofs.kept import LARGE, asked, check_kept, checked_figure, kept
from psephos.results.proofs.proving import Question
from psephos.settings import Prove
from psephos.stark.combination import Combination
from psephos.stark.presets import STANDARD
from psephos.stark.prove import check_security, stand
from psephos.stark.statements.statement import Share
from psephos.store.manifest import Proof
from psephos.store.release import load
from tests.publish.conftest import House


@pytest.fixture
def house(proven: House, tmp_path: Path) -> House:
    """A copy that a test may harm."""
    shutil.copytree(proven.folder, tmp_path, dirs_exist_ok=True)
    made = copy.deepcopy(proven)
    made.folder = tmp_path
    return made


def files(house: House) -> set[str]:
    return {path.name for path in (house.settings.releases / "proofs").iterdir()}


def test_figures_at_the_end_of_the_last_sealed_day_are_proven_and_exact(proven: House) -> None:
    with proven.read() as release:
        (entry,) = kept(release)
        header = entry.header
        assert isinstance(header, DerivedHeader)
        told = {f["measure"]: f for f in release.figures() if f["evidence"]["proven"]}
        held = derived(release, "balance", block=header.block)
        days = release.datasets["token"].sealed
    assert (header.day, header.rows) == (days[-1][1], len(held))
    values = {name: one["value"] for name, one in told.items()}
    assert {one["block"] for one in told.values()} == {header.block}
    amounts = list(held.amounts)
    assert values == {
        "holders": str(len(amounts)),
        "total": str(sum(amounts)),
        "hhi": str(hhi(amounts)),
        "effective_number": str(1 / hhi(amounts)),
        "gini": str(gini(amounts)),
        "nakamoto_one_third": str(coalition(amounts, Threshold.parse(">1/3"))),
        "nakamoto_one_half": str(coalition(amounts, Threshold.parse(">1/2"))),
        "nakamoto_two_thirds": str(coalition(amounts, Threshold.parse(">2/3"))),
    }


def test_verifying_a_release_and_a_figure_checks_the_proofs(proven: House) -> None:
    checks = verify_release(proven.settings.releases)
    with proven.read() as release:
        checks += recomputed(release)
        told = next(f for f in release.figures() if f["evidence"]["proven"])
    assert {check.status for check in checks} == {"passed"}
    last = checks[-1]
    assert (last.name, last.why) == (
        "proofs", "1 proofs of 1 tables verify; data link: compared"
    )  # fmt: skip
    verdict = verify_figure(proven.settings.releases, None, told["id"])
    names = {check.name: check for check in verdict.checks}
    assert verdict.verified
    assert "data link: compared" in names["proof"].why
    assert "; proven" in names["level"].why


def test_nothing_is_proven_twice(house: House) -> None:
    before, told = files(house), []
    with house.open() as (_, ledger):
        entries = ledger.size
    again = house.release(say=told.append)
    assert (again.new, told) == (False, [])
    (house.settings.releases / "current").unlink()
    anew = house.release(say=told.append)
    assert (anew.id, anew.proofs, told) == (again.id, 1, []), (
        "the ledger knows them, files are there"
    )
    with house.open() as (_, ledger):
        assert ledger.size == entries
    assert files(house) == before


def test_a_table_that_is_left_is_said_and_its_figures_are_not_called_proven(house: House) -> None:
    house.prove = Prove(("balance",), most=0)
    house.live(12)
    house.sync()
    report = house.release()
    assert (report.proofs, report.unproven) == (0, 1)
    assert "1 tables to prove are left" in str(report)
    with house.read() as release:
        assert not any(f["evidence"]["proven"] for f in release.figures())
        assert release.manifest.version == 3
    assert files(house), "the release before still offers its own"
    house.release(keep=1)
    assert files(house) == set(), "what no release that is kept names is removed"
    with house.open() as (_, ledger):
        assert len(list(ledger.history.proofs())) == 1, "the ledger forgets nothing"


def test_the_price_is_told_before() -> None:
    price = Price(2, 6, 1, 12.0, 1_800_000)
    assert str(price) == (
        "proving 2 tables, 6 proofs: about 12 CPU seconds and 1.8 MB; 1 tables wait for the next"
        " release"
    )


@pytest.mark.parametrize("function", ["balance", "vote"])
def test_what_a_release_proves_has_its_bits_at_any_number_of_rows(function: str) -> None:
    """One proof of up to 2^20 rows; with a row more, all its lookups would leave 99 bits."""

    def check(question: Question, rows: int) -> None:
        shares = [
            Share(t.share.numerator, t.share.denominator, t.strict) for t in question.thresholds
        ]
        named = stand(1, [(0, name) for name in question.statements], {"threshold": shares})
        tapes = [one.statement.tape for one in named]
        check_security(Combination.of(tapes), STANDARD, (rows - 1).bit_length())

    for rows in (1 << 16, LARGE, LARGE + 1, 1 << 22):
        questions = asked(function, rows, choices=True)
        assert (len(questions) == 1) == (rows <= LARGE)
        for question in questions:
            check(question, rows)
    if function == "balance":
        with pytest.raises(DataError, match=r"99\.9 proven bits"):
            check(asked(function, LARGE, choices=False)[0], LARGE + 1)


def test_a_kind_that_cannot_be_proven_is_said(house: House) -> None:
    house.prove = Prove(("locked",))
    house.live(1)
    house.sync()
    with pytest.raises(TableError, match="'locked' is proven"):
        house.release()


def gone(house: House, name: str) -> None:
    (house.settings.releases / "proofs" / name).unlink()


def cut(house: House, name: str) -> None:
    path = house.settings.releases / "proofs" / name
    path.write_bytes(path.read_bytes()[:-1])


def bent(house: House, name: str) -> None:
    path = house.settings.releases / "proofs" / name
    data = path.read_bytes()
    path.write_bytes(data[:99] + bytes((data[99] ^ 1,)) + data[100:])


@pytest.mark.parametrize(
    ("harm", "why"), [(gone, "is missing"), (cut, "another length"), (bent, "was changed")]
)
def test_a_proof_file_that_is_missing_or_changed_is_noticed_and_said(
    house: House, harm: Callable[[House, str], None], why: str
) -> None:
    name = sorted(files(house))[0]
    harm(house, name)
    found = next(c for c in verify_release(house.settings.releases) if c.name == "files")
    assert found.status == "failed"
    assert name in found.why
    assert why in found.why
    with house.read() as release:
        assert release.figures(), "rows and figures are read without it"
        with pytest.raises(PsephosError, match=r"missing|changed"):
            check_kept(release)
    if harm is not bent:  # A release looks at lengths; `verify release` reads every byte.
        house.prove = Prove(("balance",), most=0)
        assert house.release().unproven == 1, "it would be proven again"


def another_manifest(house: House, proofs: tuple[Proof, ...]) -> None:
    """The current release with other proofs, its figures as they are."""
    from psephos.store.release import publication

    with publication(house.settings.releases) as new:
        assert new.previous is not None
        new.publish(replace(new.previous, proofs=proofs), 8)


def test_a_proof_that_the_ledger_does_not_name_is_refused(house: House) -> None:
    name = house.read().id
    first, *_ = load(house.settings.releases, name).proofs
    for wrong in (replace(first, header="0" * 64), replace(first, hash="0" * 64)):
        another_manifest(house, (wrong,))
        with house.read() as release, pytest.raises(PsephosError, match="names no proof"):
            check_kept(release)


LIES: dict[str, Callable[[DerivedHeader], DerivedHeader]] = {
    "another row root": lambda h: replace(h, row_root=b"r" * 32),
    "another low-degree root": lambda h: replace(h, prover_root=b"r" * 32),
    "more rows": lambda h: replace(h, rows=h.rows + 1),
    "another block": lambda h: replace(h, block=h.block - 1),
    "fewer sources": lambda h: replace(h, sources=h.sources - 1),
    "other sources": lambda h: replace(h, source_root=b"s" * 32),
    "another function": lambda h: replace(h, function="power"),
    "a function nobody knows": lambda h: replace(h, function="wishes"),
    "another version of it": lambda h: replace(h, function_version=9),
    "another dataset": lambda h: replace(h, dataset="gov"),
    "a dataset that is not there": lambda h: replace(h, dataset="other"),
    "another chain": lambda h: replace(h, chain_id=5),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_ledger_that_lies_about_a_proven_table_is_caught(house: House, lie: str) -> None:
    """The publisher's own ledger: consistent, and its proofs verify, but not of these rows."""
    from psephos.publish.survey import stand
    from psephos.store.release import publication

    with house.read() as release:
        (entry,) = kept(release)
        assert isinstance(entry.header, DerivedHeader)
    told = LIES[lie](entry.header)
    with house.open() as (_, ledger), publication(house.settings.releases) as new:
        held = ledger.history.proven.get(told.key)
        ledger.append(Proven(told, entry.proofs, held, "" if held is None else "a better one"))
        assert new.previous is not None
        new.ledger(ledger.content(), 0)
        proofs = tuple(replace(p, header=told.id.hex()) for p in new.previous.proofs)
        new.publish(replace(new.previous, proofs=proofs, ledger=stand(ledger)), 8)
    with house.read() as release, pytest.raises(PsephosError):
        check_kept(release)


def test_what_was_derived_from_a_corrected_batch_is_proven_no_more(house: House) -> None:
    with house.open() as (_, ledger):
        key = next(key for key in ledger.latest if key[:2] == ("token", "transfer"))
        held = ledger.latest[key]
        header = replace(ledger.at(held).header, row_root=b"r" * 32)
        ledger.append(Entry(header, held, "rows read again differ"))
    house.prove = Prove(("balance",), most=0)
    report = house.release()
    assert (report.proofs, report.unproven) == (0, 1)


def test_a_figure_without_a_proof_has_none(proven: House) -> None:
    with proven.read() as release:
        told = next(f for f in release.figures() if not f["evidence"]["proven"])
        assert checked_figure(release, told) is None
        assert history_of(release).proven
