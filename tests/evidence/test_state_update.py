"""`verify state-update`: what is tied to what, and what each lie is caught by."""

import random
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from psephos.commit.l1 import kzg
from psephos.commit.l1.fact import sharp_fact, state_transition_fact
from psephos.commit.l1.output import read_output
from psephos.evidence.check import Verdict
from psephos.evidence.state_update import verify_state_update
from tests.commit.l1.test_output import REAL
from tests.simulated.settlement import (
    blob_of,
    blob_proof,
    diff_words,
    drawn_diff,
    output_words,
    point_proof,
    text,
)

Z = 12345


def statuses(verdict: Verdict) -> dict[str, str]:
    return {check.name: check.status for check in verdict.checks}


def hexed(data: bytes) -> bytes:
    return data.hex().encode()


@pytest.fixture(scope="module")
def words() -> list[int]:
    return drawn_diff(1)


@pytest.fixture(scope="module")
def blob(words: list[int]) -> bytes:
    return blob_of(words)


@pytest.mark.parametrize("newer", [False, True])
def test_an_update_with_its_blob_verifies(words: list[int], blob: bytes, newer: bool) -> None:
    told = output_words([words], newer=newer)
    name = hexed(kzg.commitment(blob))
    for proof in (point_proof(blob, Z), blob_proof(blob)):
        verdict = verify_state_update(text(told), [hexed(blob)], [b"0x" + name], [hexed(proof)])
        assert verdict.verified
        assert set(statuses(verdict).values()) == {"passed"}
    facts = verdict.facts
    assert (facts["number"], facts["hash"]) == (110, hex(44 if newer else 2**200))
    assert facts["contracts"] == 21
    assert facts["versioned_hashes"] == ["0x" + kzg.versioned_hash(kzg.commitment(blob)).hex()]
    assert len(facts["messages_to_l1"]) == 2


def test_an_update_of_several_blobs_is_one_diff() -> None:
    entries = [(key, key + 1) for key in range(5000)]
    whole = diff_words([(7, 3, None, entries)])
    parts = [whole[:4096], whole[4096:8192], whole[8192:]]
    told = output_words(parts)
    blobs = [hexed(blob_of(part)) for part in parts]
    verdict = verify_state_update(text(told), blobs)
    assert verdict.verified
    assert verdict.facts["storage_entries"] == 5000
    swapped = verify_state_update(text(told), [blobs[1], blobs[0], blobs[2]])
    assert {name for name, status in statuses(swapped).items() if status == "failed"} >= {
        "commitment 0",
        "commitment 1",
        "evaluation 0",
        "evaluation 1",
    }
    assert statuses(verify_state_update(text(told), blobs[:2]))["files"] == "failed"


def test_the_logged_fact_is_compared_and_the_registrys_is_told(words: list[int]) -> None:
    told = output_words([words])
    fact = state_transition_fact(read_output(told))
    verdict = verify_state_update(text(told), fact=fact, program_hash=77)
    assert verdict.verified
    assert verdict.facts["sharp_fact"] == "0x" + sharp_fact(77, fact).hex()
    wrong = verify_state_update(text(told), fact=bytes(32))
    assert statuses(wrong)["fact"] == "failed"


def test_no_bit_of_an_output_can_be_flipped_under_its_logged_fact() -> None:
    fact = state_transition_fact(read_output(REAL))
    assert verify_state_update(text(REAL), fact=fact).verified
    for at, word in enumerate(REAL):
        for bit in range(252):
            lied = [*REAL[:at], word ^ 1 << bit, *REAL[at + 1 :]]
            assert not verify_state_update(text(lied), fact=fact).verified


def test_without_a_blob_or_a_log_nothing_is_recomputed() -> None:
    verdict = verify_state_update(text(REAL))
    assert not verdict.recomputed
    assert not [check for check in verdict.checks if check.status == "failed"]


def test_calldata_updates_have_no_fact_of_their_own_words() -> None:
    verdict = verify_state_update(text(output_words([])))
    assert statuses(verdict)["fact"] == "not_possible"
    assert not verdict.verified


def test_a_blob_with_nothing_to_compare_with_is_not_verified(blob: bytes) -> None:
    verdict = verify_state_update(None, [hexed(blob)])
    assert statuses(verdict)["commitment"] == "not_possible"
    assert not verdict.verified
    assert verify_state_update(None, [hexed(blob)], [hexed(kzg.commitment(blob))]).verified


def test_a_compressed_blob_is_tied_but_not_decoded() -> None:
    packed = [1500 << 20 | 30 << 40, 5, 6, 7]
    verdict = verify_state_update(text(output_words([packed])), [hexed(blob_of(packed))])
    (diff,) = [check for check in verdict.checks if check.name == "state diff"]
    assert diff.status == "not_possible"
    assert "compressed (0.13.3 and later)" in diff.why
    assert verdict.verified
    assert "storage_entries" not in verdict.facts


def test_each_forgery_is_caught_by_its_own_check(words: list[int], blob: bytes) -> None:
    told = output_words([words])
    other = blob_of(drawn_diff(2))
    name, proof = hexed(kzg.commitment(blob)), hexed(blob_proof(blob))
    swapped_z = [*told[:10], Z + 1, *told[11:]]
    swapped_y = [*told[:14], told[14] ^ 1, *told[15:]]
    lies: dict[str, tuple[Any, ...]] = {
        "commitment": (text(told), [hexed(other)]),
        "evaluation": (text(swapped_z), [hexed(blob)]),
        "evaluation ": (text(swapped_y), [hexed(blob)]),
        "commitment ": (None, [hexed(blob)], [hexed(kzg.commitment(other))]),
        "proof": (None, [hexed(blob)], [name], [hexed(blob_proof(other))]),
        "proof ": (text(told), [hexed(blob)], [name], [hexed(point_proof(blob, Z + 1))]),
        "blob": (text(told), [hexed(blob[:-1])]),
        "blob ": (text(told), [b"ff" * len(blob)]),
        "files": (text(told), [hexed(blob)] * 2),
        "files ": (text(told), [hexed(blob)], [name] * 2),
        "files  ": (None, [hexed(blob)], [], [proof] * 2),
        "files   ": (text(output_words([])), [hexed(blob)]),
        "program output": (b"not words", [hexed(blob)]),
    }
    for check, arguments in lies.items():
        verdict = verify_state_update(*arguments)
        assert statuses(verdict)[check.strip()] == "failed", check
        assert not verdict.verified


def test_a_diff_that_is_none_fails_though_its_blob_is_tied() -> None:
    lied = diff_words([(6, 1, None, ()), (5, 1, None, ())])
    verdict = verify_state_update(text(output_words([lied])), [hexed(blob_of(lied))])
    assert statuses(verdict)["state diff"] == "failed"
    assert not verdict.verified


def test_commitments_and_point_proofs_are_checked_without_the_blob(blob: bytes) -> None:
    told = text(output_words([drawn_diff(1)]))
    name, point = hexed(kzg.commitment(blob)), hexed(point_proof(blob, Z))
    verdict = verify_state_update(told, [], [name], [point])
    assert (statuses(verdict)["commitment"], statuses(verdict)["proof"]) == ("passed", "passed")
    assert not verdict.recomputed
    lied = hexed(kzg.commitment(blob_of([5])))
    assert statuses(verify_state_update(told, [], [lied]))["commitment"] == "failed"


def flipped(blob: bytes, bit: int) -> bytes:
    data = bytearray(blob)
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


def none_verifies(words: list[int], blob: bytes, count: int) -> None:
    told, draw = text(output_words([words])), random.Random(5)
    for bit in draw.sample(range(8 * len(blob)), count):
        assert not verify_state_update(told, [hexed(flipped(blob, bit))]).verified


def test_no_sampled_bit_of_a_blob_can_be_flipped(words: list[int], blob: bytes) -> None:
    none_verifies(words, blob, 8)


@pytest.mark.long
def test_no_bit_of_many_of_a_blob_can_be_flipped(words: list[int], blob: bytes) -> None:
    none_verifies(words, blob, 150)


def test_no_bit_of_a_commitment_or_proof_can_be_flipped(blob: bytes) -> None:
    name, proof = kzg.commitment(blob), blob_proof(blob)
    for bit in range(0, 384, 3):
        lied = verify_state_update(None, (), [hexed(flipped(name, bit))], [hexed(proof)])
        assert not lied.verified
        assert not kzg.blob_proof_holds(blob, name, flipped(proof, bit))


HOSTILE = (
    b"",
    b"\0",
    b"\xff" * 1000,
    b"{" * 1000,
    b"[" * 100_000,
    b"0x",
    b"0x" * 1000,
    b"1\n" * 65536,
    b"1" * 10_000_000,
    b"ab" * 131072,
    b"00" * 131072,
    bytes(131072),
    b"\xff" * 131072,
    b"9" * 78,
)


def test_hostile_files_are_failed_or_open_checks(words: list[int], blob: bytes) -> None:
    told, good = text(output_words([words])), hexed(blob)
    for content in HOSTILE:
        for arguments in (
            (content, [good]),
            (told, [content]),
            (None, [content]),
            (told, [good], [content]),
            (told, [good], [], [content]),
        ):
            assert not verify_state_update(*arguments).verified, content[:20]
    assert not verify_state_update(None).verified
    assert statuses(verify_state_update(None, [good] * 1000))["files"] == "failed"


def test_the_real_updates_verify(real_data: Path) -> None:
    folder = real_data / "batches"

    def read(name: str) -> bytes:
        return (folder / name).read_bytes()

    whole = verify_state_update(
        read("program_output/20468828.txt"), [read("blob_data/20468828.txt")]
    )
    assert whole.verified
    assert set(statuses(whole).values()) == {"passed"}
    assert (whole.facts["number"], whole.facts["storage_entries"]) == (666040, 1136)
    blob = verify_state_update(
        None,
        [read("blob_data/20462788.txt")],
        [read("blob_commitment/20462788.txt")],
        [read("blob_proof/20462788.txt")],
    )
    assert blob.verified
    assert blob.facts["contracts"] == 146
    job = verify_state_update(None, [read("da_job/test_blob/178.txt")])
    assert (job.recomputed, statuses(job)["state diff"]) == (False, "passed")
    described = verify_state_update(read("snos_output.json"))
    assert statuses(described) == {"program output": "not_possible"}


@pytest.mark.parametrize("start", [b" ", b"0x", b"{", b"1 "])
def test_p18_files_that_are_far_too_long_are_refused_before_they_are_copied(start: bytes) -> None:
    huge = start + b"1" * 20_000_000
    tracemalloc.start()
    try:
        for given in (
            {"program_output": huge},
            {"program_output": None, "blobs": [huge]},
            {"program_output": None, "blobs": [b""], "commitments": [huge], "proofs": [huge]},
            {"program_output": None, "blobs": [b"0"] * 100_000},
        ):
            verdict = verify_state_update(**given)
            assert not verdict.verified
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
