"""Blobs: as polynomials, under their commitments, and as state diffs."""

import json
import random
import time
from pathlib import Path

import ckzg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.commit.l1 import kzg
from psephos.commit.l1.diff import BlobDiff, read_diff
from psephos.commit.l1.polynomial import (
    BYTES,
    FIELD,
    ROOT,
    SIZE,
    coefficients,
    elements,
    evaluate,
)
from psephos.commit.starknet.felt import PRIME
from psephos.errors import UnknownFork, VerificationFailed
from tests.simulated.settlement import (
    blob_of,
    blob_proof,
    diff_words,
    drawn_diff,
    point_proof,
)

POINT_AT_INFINITY = b"\xc0" + bytes(47)


@pytest.fixture(scope="module")
def words() -> list[int]:
    return drawn_diff(1)


@pytest.fixture(scope="module")
def blob(words: list[int]) -> bytes:
    return blob_of(words)


def test_the_root_of_unity_is_primitive() -> None:
    assert pow(ROOT, SIZE, FIELD) == 1
    assert pow(ROOT, SIZE // 2, FIELD) == FIELD - 1


def test_the_words_of_a_blob_are_its_coefficients(words: list[int], blob: bytes) -> None:
    found = coefficients(elements(blob))
    assert found[: len(words)] == words
    assert not any(found[len(words) :])


def test_the_polynomial_takes_the_blobs_values_at_the_roots_in_reversed_order(blob: bytes) -> None:
    values = elements(blob)
    found = coefficients(values)
    for i in random.Random(1).sample(range(SIZE), 20):
        at = pow(ROOT, int(format(i, "012b")[::-1], 2), FIELD)
        assert evaluate(found, at) == values[i]


def test_the_value_at_a_point_is_the_librarys(blob: bytes) -> None:
    z = 0x1234567890ABCDEF
    _, y = ckzg.compute_kzg_proof(blob, z.to_bytes(32, "big"), kzg._setup())
    assert evaluate(coefficients(elements(blob)), z) == int.from_bytes(y, "big")


def test_commitments_of_known_blobs() -> None:
    """consensus-spec-tests, `blob_to_kzg_commitment`: of zeros the point at infinity; of the
    constant 1 the generator of G1, and of 2 its double."""
    assert kzg.commitment(bytes(BYTES)) == POINT_AT_INFINITY
    one = (bytes(31) + b"\1") * SIZE
    assert kzg.commitment(one).hex().startswith("97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905")
    two = (bytes(31) + b"\2") * SIZE
    assert (
        kzg.commitment(two).hex().startswith("a572cbea904d67468808c8eb50a9450c9721db309128012543")
    )


def test_commitments_are_the_librarys(blob: bytes) -> None:
    draw = random.Random(6)
    full = blob_of([draw.randrange(FIELD) for _ in range(SIZE)])
    last = blob_of([0] * (SIZE - 1) + [FIELD - 1])
    for told in (blob, full, last, bytes(BYTES), blob_of([5])):
        assert kzg.commitment(told) == ckzg.blob_to_kzg_commitment(told, kzg._setup())


def test_a_versioned_hash_is_one_byte_of_version_and_31_of_sha256() -> None:
    """EIP-4844 of the point at infinity, as clients name an empty blob."""
    found = kzg.versioned_hash(POINT_AT_INFINITY).hex()
    assert found == "010657f37554c781402a22917dee2f75def7ab966d7b770905398eba3c444014"


def test_proofs_hold_for_their_own_blob_alone(blob: bytes, words: list[int]) -> None:
    name = kzg.commitment(blob)
    proof, point = blob_proof(blob), point_proof(blob, 77)
    y = evaluate(words, 77)
    assert kzg.blob_proof_holds(blob, name, proof)
    assert kzg.point_proof_holds(name, 77, y, point)
    other = blob_of(drawn_diff(2))
    assert not kzg.blob_proof_holds(other, name, proof)
    assert not kzg.blob_proof_holds(blob, kzg.commitment(other), proof)
    assert not kzg.blob_proof_holds(blob, name, point)
    assert not kzg.point_proof_holds(name, 78, y, point)
    assert not kzg.point_proof_holds(name, 77, y + 1, point)
    assert not kzg.point_proof_holds(kzg.commitment(other), 77, y, point)
    assert not kzg.point_proof_holds(name, 77, y + FIELD, point)
    for bad in (b"", bytes(48), b"\xff" * 48, proof[:47], proof + b"\0", POINT_AT_INFINITY):
        assert not kzg.blob_proof_holds(blob, name, bad)
        assert not kzg.blob_proof_holds(blob, bad, proof)
        assert not kzg.point_proof_holds(name, 77, y, bad)
        assert not kzg.point_proof_holds(bad, 77, y, point)
        assert not kzg.blob_proof_holds(bad, name, proof)


@pytest.mark.parametrize("size", [0, 1, BYTES - 1, BYTES + 1])
def test_p10_a_blob_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(VerificationFailed):
        elements(bytes(size))
    with pytest.raises(VerificationFailed):
        kzg.commitment(bytes(size))


@pytest.mark.parametrize("value", [FIELD, FIELD + 1, 2**256 - 1])
def test_p9_an_element_is_below_the_fields_order(value: int) -> None:
    data = value.to_bytes(32, "big") + bytes(BYTES - 32)
    with pytest.raises(VerificationFailed, match="not below the field"):
        elements(data)
    with pytest.raises(VerificationFailed, match="not below the field"):
        kzg.commitment(data)


felts = st.integers(0, PRIME - 1)
entries = st.dictionaries(st.integers(0, 2**251 - 1), felts, max_size=4)
contract = st.tuples(st.integers(0, 2**64 - 1), st.none() | felts, entries)


@settings(max_examples=60)
@given(
    st.dictionaries(st.integers(0, 2**251 - 1), contract, max_size=6),
    st.dictionaries(st.integers(0, 2**251 - 1), felts, max_size=3),
)
def test_a_diff_is_read_as_it_was_written(contracts, classes) -> None:
    listed = [
        (address, nonce, class_hash, sorted(storage.items()))
        for address, (nonce, class_hash, storage) in sorted(contracts.items())
        if nonce or class_hash is not None or storage
    ]
    told = diff_words(listed, sorted(classes.items()))
    diff = read_diff(told + [0] * 50)
    assert [(c.address, c.nonce or 0, c.class_hash, list(c.storage)) for c in diff.contracts] == [
        (address, nonce, class_hash, storage) for address, nonce, class_hash, storage in listed
    ]
    assert diff.classes == tuple(sorted(classes.items()))
    assert diff.words == len(told)


def test_the_documented_example_of_a_diff_is_read() -> None:
    """Starknet documentation, "Data availability", v0.11.0: one contract, one class."""
    told = [
        1,
        2019172390095051323869047481075102003731246132997057518965927979101413600827,
        18446744073709551617,
        100,
        200,
        1,
        1351148242645005540004162531550805076995747746087542030095186557536641755046,
        558404273560404778508455254030458021013656352466216690688595011803280448032,
    ]
    diff = read_diff(told)
    (changed,) = diff.contracts
    assert (changed.nonce, changed.class_hash, changed.storage) == (1, None, ((100, 200),))
    assert diff.classes == ((told[6], told[7]),)


BROKEN = {
    "an address twice": [2, 5, 1, 1, 1, 5, 1, 1, 1, 0],
    "addresses descending": [2, 6, 1, 1, 1, 5, 1, 1, 1, 0],
    "a key twice": [1, 5, 2, 1, 1, 1, 1, 0],
    "keys descending": [1, 5, 2, 2, 1, 1, 1, 0],
    "a class twice": [0, 2, 1, 1, 1, 1],
    "a contract without a change": [1, 5, 0, 0],
    "a class flag of two": [1, 5, 2**129, 1, 0],
    "an address of 2^251": [1, 2**251, 1, 1, 1, 0],
    "a key of 2^251": [1, 5, 1, 2**251, 1, 0],
    "a value that is no felt": [1, 5, 1, 1, PRIME, 0],
    "more contracts than words": [1000, 5, 1, 1, 1, 0],
    "more entries than words": [1, 5, 2**64 - 1, 1, 1, 0],
    "more classes than words": [0, 2**19],
    "something behind the end": [1, 5, 1, 1, 1, 0, 0, 0, 1],
    "no number of classes": [1, 5, 1, 1, 1],
    "nothing": [],
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_diff_that_is_not_of_its_layout_is_refused(name: str) -> None:
    with pytest.raises(VerificationFailed):
        read_diff(BROKEN[name])


def test_a_compressed_diff_is_not_possible_rather_than_wrong() -> None:
    """0.13.3: the header packs version 0 and lengths, 20 bits each."""
    with pytest.raises(UnknownFork, match="compressed"):
        read_diff([1500 << 20 | 30 << 40, 1, 2, 3])


def test_p18_a_full_blob_is_read_within_the_second() -> None:
    draw = random.Random(9)
    full = blob_of([draw.randrange(FIELD) for _ in range(SIZE)])
    began = time.process_time()
    with pytest.raises((VerificationFailed, UnknownFork)):
        read_diff(coefficients(elements(full)))
    assert time.process_time() - began < 1


REAL = {"20468828": (215, 1136, 2711), "20462788": (146, 495, 1285)}


@pytest.mark.parametrize("name", REAL)
def test_a_real_blob_is_a_state_diff(real_data: Path, name: str) -> None:
    content = (real_data / f"batches/blob_data/{name}.txt").read_text()
    diff: BlobDiff = read_diff(coefficients(elements(bytes.fromhex(content.strip()))))
    assert (len(diff.contracts), diff.entries, diff.words) == REAL[name]
    system = diff.contracts[0]
    assert system.address == 1
    assert [key for key, _ in system.storage] == {
        "20468828": [666030],
        "20462788": [665621],
    }[name]


def test_a_real_blob_holds_the_state_update_beside_it(real_data: Path) -> None:
    folder = real_data / "batches/da_job"
    content = (folder / "test_blob/178.txt").read_text()
    diff = read_diff(coefficients(elements(bytes.fromhex(content.strip()))))
    told = json.loads((folder / "state_update/178.txt").read_text())["state_diff"]

    def number(text: str) -> int:
        return int(text, 16)

    storage = {
        number(contract["address"]): {
            number(entry["key"]): number(entry["value"]) for entry in contract["storage_entries"]
        }
        for contract in told["storage_diffs"]
    }
    nonces = {number(n["contract_address"]): number(n["nonce"]) for n in told["nonces"]}
    deployed = {number(d["address"]): number(d["class_hash"]) for d in told["deployed_contracts"]}
    declared = [
        (number(c["class_hash"]), number(c["compiled_class_hash"]))
        for c in told["declared_classes"]
    ]
    assert {c.address: dict(c.storage) for c in diff.contracts if c.storage} == storage
    assert {c.address: c.nonce for c in diff.contracts if c.nonce} == nonces
    assert {c.address: c.class_hash for c in diff.contracts if c.class_hash} == deployed
    assert list(diff.classes) == declared
