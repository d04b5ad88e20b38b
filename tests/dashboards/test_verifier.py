"""The verifier of the browser: the same answers as Python's on rows, rolls, headers and ledgers,
and the page and the file that it stands in. On proofs both are asked by tests/stark/both.py.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from itertools import product
from random import Random
from typing import Any

import pytest

from dashboards import verifier
from psephos.batch import mountain, roll, witness
from psephos.batch.derived import DerivedHeader
from psephos.batch.history import Entry, History, record
from psephos.batch.layout import LAST_DAY
from psephos.batch.proven import Proven, proof_file, subject
from psephos.errors import LedgerBroken, VerificationFailed
from psephos.publish import verifier as released
from psephos.stark.verify import Accept, Refused, read_header
from tests.batch.test_header import sample
from tests.batch.test_history import content, some
from tests.batch.test_witness import header, held, row
from tests.conftest import ROOT, missing
from tests.stark import both, toys, votes
from tests.stark.both import Other, other, text

Refusal = (VerificationFailed, LedgerBroken, Refused)


@pytest.fixture(scope="module")
def browser_verifier() -> Other:
    found = other()
    if found is None:
        missing("Node.js", "install Node.js 18 or later")
    assert found
    return found


def test_the_one_file_is_what_its_sources_give_and_the_readme_names_its_hash() -> None:
    """If this fails: `python -m dashboards.verifier`, and commit the file and the README."""
    assert verifier.FILE.read_text("utf-8") == verifier.alone() == verifier.alone()
    digest = sha256(verifier.FILE.read_bytes()).hexdigest()
    assert f"`verify.html`: `{digest}`" in (ROOT / "README.md").read_text("utf-8")
    assert released.TOLD.read_text("utf-8") == f"{digest}  verify.html\n"


def test_the_one_file_asks_nobody_for_anything() -> None:
    file = verifier.FILE.read_text("utf-8")
    assert "default-src 'none'" in file
    for way in ("://", "XMLHttpRequest", "import(", "eval(", "new Function", "innerHTML"):
        assert way not in file, way
    assert "connect-src" not in file


def test_each_part_of_it_fits_on_a_few_screens() -> None:
    parts = list(verifier.FOLDER.rglob("*.mjs"))
    assert len(parts) > 20
    for path in parts:
        assert len(path.read_text("utf-8").splitlines()) <= 250, path.name


def bent(data: bytes, seed: int, count: int) -> Iterator[bytes]:
    """The bytes as they are, then with a bit turned, a part cut out or doubled."""
    draw = Random(seed)
    yield data
    for _ in range(count):
        at, size = draw.randrange(len(data)), draw.choice((1, 2, 8, 32))
        yield draw.choice((
            data[:at] + bytes((data[at] ^ 1 << draw.randrange(8),)) + data[at + 1 :],
            data[:at] + data[at + size :],
            data[:at] + data[at : at + size] + data[at:],
            data[:at],
        ))  # fmt: skip


def answer(ours: Callable[[], Any]) -> Any:
    """What Python says; None if it refuses."""
    with suppress(*Refusal):
        return ours()


def agree(theirs: dict[str, Any], ours: Any, named: str) -> bool:
    """That both accept, with the same words, or both refuse; whether they accept."""
    if ours is None:
        assert "cause" in theirs, theirs
        return False
    assert theirs.get(named) == ours, theirs
    return True


def test_headers_are_read_and_refused_alike(browser_verifier: Other) -> None:
    """By the reader of ledgers, the verifier of proofs, and the browser's."""
    accepted = 0
    batches = sample(), sample(rows=0, genesis=None), sample(prover_root=bytes(range(32)))
    batches += tuple(sample(day=day) for day in (LAST_DAY, LAST_DAY + 1, 2**32 - 1))
    for one in (*batches, derived(), derived(subject=bytes(32), prover_root=None)):
        for data in bent(one.to_bytes(), 3, 150):
            found = answer(lambda data=data: subject(data).id.hex())
            assert answer(lambda data=data: read_header(data).id.hex()) == found
            accepted += agree(browser_verifier.ask("header", data=text(data)), found, "id")
    assert accepted > 50
    last = browser_verifier.ask("header", data=text(sample(day=LAST_DAY).to_bytes()))
    assert "9999-12-31" in last["name"]
    backwards = sample(first=9, last=8).to_bytes()
    assert answer(lambda: read_header(backwards)) is answer(lambda: subject(backwards)) is None
    assert browser_verifier.ask("header", data=text(backwards))["cause"] == "header"


def test_a_header_of_either_kind_ties_a_proof_for_both_verifiers_alike() -> None:
    """Of a batch, and derived: what Python's verifier says of a header, the browser's says too."""
    proof = toys.table().prove()
    found = both.verify(proof, Accept(toys.KNOWN, least_bits=0))
    said = []
    for rows, row_root, prover_root in product(
        (12, 13, 1 << 17), (bytes(32), b"\1" * 32), (found.low_degree_root, bytes(32), None)
    ):
        told: dict[str, Any] = {"rows": rows, "row_root": row_root, "prover_root": prover_root}
        for one in (sample(**told), derived(**told), derived(subject=row_root, **told)):
            try:
                said.append(both.check_header(found, one.to_bytes()))
            except Refused as refused:
                said.append(refused.cause)
    assert len(set(said)) >= 4, set(said)
    assert "is the proof's" in said[0]
    assert said.count("header") > len(said) // 2


def test_rows_and_places_are_judged_alike(browser_verifier: Other) -> None:
    rows = [row(block, 0, log) for block in (5, 9) for log in (1, 4, 6)]
    sealed = header(rows)
    honest = [witness.included(sealed, rows, 2)]
    honest += [witness.absent(sealed, rows, place) for place in ((5, 0, 2), (1, 0, 0), (9, 0, 7))]
    empty = header([])
    pairs = [(sealed, one) for one in honest] + [(empty, witness.absent(empty, [], (7, 0, 0)))]
    for under, one in pairs:
        accepted = 0
        for data in bent(one.to_bytes(), 5, 60):
            found = answer(
                lambda data=data, under=under: witness.verify_witness(
                    witness.Witness.from_bytes(data), under
                )
            )
            said = browser_verifier.ask("witness", data=text(data), header=text(under.to_bytes()))
            accepted += agree(said, found, "said")
        assert accepted
    swapped = browser_verifier.ask(
        "witness", data=text(honest[0].to_bytes()), header=text(empty.to_bytes())
    )
    assert swapped["cause"] == "row"


def test_a_gap_that_is_none_is_refused(browser_verifier: Other) -> None:
    """Two rows that are no neighbours do not show that nothing stands between them."""
    rows = [row(block, 0, 0) for block in (1, 2, 3)]
    sealed = header(rows)
    first, last = (witness.included(sealed, rows, i).rows[0] for i in (0, 2))
    lie = witness.Witness(sealed.id, (first, last), (2, 0, 0)).to_bytes()
    said = browser_verifier.ask("witness", data=text(lie), header=text(sealed.to_bytes()))
    assert said["cause"] == "row"


def test_rolls_are_judged_alike(browser_verifier: Other) -> None:
    rows = held({3, 5, 9, 77, 2**200})
    root = roll.root(rows)
    for asked in (3, 77, 6, 0, 2**255):
        accepted, judged = 0, 0
        for data in bent(roll.witness(rows, asked).to_bytes(), asked % 7, 60):
            found = answer(
                lambda data=data: roll.verify_roll(roll.Witness.from_bytes(data), root, len(rows))
            )
            said = browser_verifier.ask("roll", data=text(data), root=text(root), rows=len(rows))
            accepted, judged = accepted + agree(said, found, "said"), judged + 1
        assert 0 < accepted < judged


def derived(**changes: Any) -> DerivedHeader:
    told: dict[str, Any] = {
        "chain_id": 1, "genesis": None, "dataset_id": bytes(32), "dataset": "strk",
        "function": "power", "function_version": 1, "subject": None, "day": 3, "block": 39,
        "sources": 4, "source_root": bytes(32), "rows": 7, "row_root": bytes(32),
        "prover_root": bytes(range(32)),
    }  # fmt: skip
    return DerivedHeader(**(told | changes))


def proven() -> History:
    """A ledger in which proofs are named, of a derived table and of a batch."""
    history = some()
    root = replace(history.at(3).header, prover_root=bytes(range(32)))
    history.add(Entry(root, 3, "root added"))
    file = proof_file(b"a proof", bytes(32))
    history.add(Proven(derived(), (file,)))
    history.add(Proven(root, (file, file)))
    history.add(Proven(derived(rows=8), (file,), history.proven[derived().key], "one row more"))
    return history


@pytest.mark.parametrize("history", [some(), proven()], ids=["sealed", "proven"])
def test_ledgers_are_judged_alike(browser_verifier: Other, history: History) -> None:
    accepted, judged = 0, 0
    for data in bent(content(history), 11, 150):
        found = answer(lambda data=data: History.read(data))
        roots = found and [found.root(size + 1).hex() for size in range(found.size)]
        said = browser_verifier.ask("ledger", data=text(data))
        accepted, judged = accepted + agree(said, roots, "roots"), judged + 1
    assert 0 < accepted < judged


def test_a_proven_entry_that_breaks_a_law_is_refused(browser_verifier: Other) -> None:
    file, history = proof_file(b"a proof", bytes(32)), proven()
    unsealed = replace(history.at(3).header, prover_root=bytes(32))
    for wrong in (
        Proven(derived(prover_root=None, day=9), (file,)),
        Proven(derived(rows=9), (file,)),
        Proven(derived(rows=9), (file,), 0, "another's"),
        Proven(derived(day=9), (file,), None, "a reason"),
        Proven(unsealed, (file,), history.proven[unsealed.key], "another root"),
        Entry(history.at(4).header, None),
    ):
        with pytest.raises(LedgerBroken):
            proven().add(wrong)
        data = content(history) + record(wrong)
        assert browser_verifier.ask("ledger", data=text(data))["cause"] == "ledger"


def test_a_history_that_was_changed_is_no_continuation(browser_verifier: Other) -> None:
    leaves = [mountain.leaf(bytes([i])) for i in range(13)]
    for old, new in ((1, 13), (4, 9), (7, 8), (8, 13), (0, 5), (6, 6)):
        roots = [mountain.root(leaves[:old]), mountain.root(leaves[:new])]
        proof = list(mountain.consistency(leaves[:new], old))
        asked = {"before": old, "now": new, "first": text(roots[0]), "second": text(roots[1])}
        honest = browser_verifier.ask("consistent", **asked, proof=[text(part) for part in proof])
        assert honest == {}
        lies = [[*proof, bytes(32)], proof[1:] if proof else [bytes(32)], proof[::-1] + proof[:1]]
        lies += [[bytes(32), *proof[1:]]] if proof else []
        for lie in (one for one in lies if one != proof):
            said = browser_verifier.ask("consistent", **asked, proof=[text(part) for part in lie])
            assert said["cause"] == "ledger", (old, new)


def examined(verifier: Other, files: dict[str, bytes], pasted: str = "") -> dict[str, Any]:
    listed = [{"name": name, "data": text(data)} for name, data in files.items()]
    return verifier.ask("examine", files=listed, pasted=pasted)


def marks(found: dict[str, Any]) -> list[str]:
    return [one["mark"] for one in found["findings"]]


def test_what_is_shown_says_against_whose_header(browser_verifier: Other) -> None:
    rows = [row(block, 0, 0) for block in (1, 2, 3)]
    sealed = header(rows)
    files = {"mine.row": witness.included(sealed, rows, 1).to_bytes()}
    alone = examined(browser_verifier, files)
    assert alone["verdict"] == "open"
    assert sealed.id.hex() in alone["findings"][0]["why"]
    pasted = examined(browser_verifier, files, sealed.to_bytes().hex())
    assert pasted["verdict"] == "passed"
    assert "the header pasted here" in pasted["findings"][-1]["why"]
    assert pasted["blocks"][0]["hash"] == f"0x{sealed.last_hash.hex()}"
    assert pasted["batches"] == [f"{sealed.dataset}/{sealed.date}"]
    assert alone["batches"] == []
    ledger = b"psephos ledger 1" + record(Entry(sealed))
    by_ledger = examined(browser_verifier, files | {"ledger.bin": ledger})
    assert marks(by_ledger) == ["passed", "open", "passed"]
    assert "entry 0 of ledger.bin" in by_ledger["findings"][-1]["why"]
    other_header = header(rows[:2]).to_bytes().hex()
    assert examined(browser_verifier, files, other_header)["verdict"] == "failed"
    assert examined(browser_verifier, files, "5053zz")["verdict"] == "failed"
    assert examined(browser_verifier, {"x.pdf": b"%PDF"})["verdict"] == "failed"
    assert examined(browser_verifier, {"nothing": b""})["verdict"] == "failed"


def test_a_ledger_is_compared_with_a_head_and_with_an_earlier_copy(browser_verifier: Other) -> None:
    history = some()
    whole, part = content(history), content(history)[: history.ends[2]]
    head = "psephos ledger head 1\nentries 3\nbytes {}\nroot {}\n"
    honest = head.format(history.length(3), history.root(3).hex())
    files = {"ledger.bin": whole}
    assert marks(examined(browser_verifier, files)) == ["passed", "open"]
    assert marks(examined(browser_verifier, files, honest)) == ["passed", "passed"]
    lie = head.format(history.length(3), "00" * 32)
    assert examined(browser_verifier, files, lie)["verdict"] == "failed"
    both = files | {"earlier.bin": part}
    assert marks(examined(browser_verifier, both)).count("passed") == 3
    forged = History()
    for day in (800, 801):
        forged.add(Entry(sample(day=day)))
    changed = examined(browser_verifier, files | {"other.bin": content(forged)})
    assert changed["verdict"] == "failed"


SUITES = ("stark.test_attacks", "stark.test_format", "stark.test_link", "stark.test_several",
          "long.test_stark_damage")  # fmt: skip


@pytest.mark.parametrize("name", SUITES)
def test_every_attack_of_the_python_suite_is_put_to_the_browsers_verifier_too(name: str) -> None:
    """These files know no `verify` but the one that asks both, nor does the bench of cheats."""
    suite = import_module(f"tests.{name}")
    assert suite.verify is both.verify
    assert getattr(suite, "verify_link", both.verify_link) is both.verify_link
    assert votes.verify is both.verify
