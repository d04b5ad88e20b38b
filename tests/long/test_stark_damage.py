"""Every byte of a proof, and damaged proofs: no wrong acceptance, no other error, little memory.

A campaign flips 20,000 drawn bytes of a *standard* proof and damages a million *test* proofs and
20,000 *standard* ones; the long run takes a fiftieth of that. Each is put to both verifiers, that
of Python and that of the browser, which must refuse it for the same cause and in the same words.
"""

import os
import resource
from random import Random

import pytest

from psephos.stark.prove import Share, prove
from psephos.stark.verify import Accept, accepted
from tests.stark.both import verify
from tests.stark.flips import causes, damaged, flipped
from tests.stark.toys import KNOWN, table
from tests.stark.votes import ALL, Bench, votes

CAMPAIGN = bool(os.environ.get("PSEPHOS_CAMPAIGN"))
PART = 1 if CAMPAIGN else 50
TOY, REAL = Accept(KNOWN, least_bits=0), Accept(accepted(), least_bits=0)


@pytest.fixture(scope="module")
def standard() -> bytes:
    return prove(votes(3000), ALL, thresholds=[Share(1, 2, True)]).data


@pytest.mark.long
def test_every_byte_of_a_test_proof_counts() -> None:
    proof = table().prove()
    found = causes(lambda data: verify(data, TOY), flipped(proof, range(len(proof))))
    print("bytes flipped:", sum(found.values()), dict(found))
    assert sum(found.values()) == len(proof)


@pytest.mark.long
def test_bytes_of_a_test_proof_of_real_statements_count() -> None:
    proof = Bench(votes(300), ALL).proof()
    places = range(0, len(proof), 1 if CAMPAIGN else 23)
    found = causes(lambda data: verify(data, REAL), flipped(proof, places))
    print("bytes flipped:", sum(found.values()), dict(found))


@pytest.mark.long
def test_drawn_bytes_of_a_standard_proof_count(standard: bytes) -> None:
    places = Random(5).sample(range(len(standard)), 20_000 // PART)
    accept = Accept(accepted())
    found = causes(lambda data: verify(data, accept), flipped(standard, places))
    print("bytes flipped:", sum(found.values()), dict(found))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_damaged_test_proofs_are_refused(seed: int) -> None:
    proof = table().prove()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = causes(lambda data: verify(data, TOY), damaged(proof, seed, 100_000 // PART))
    print("proofs damaged:", sum(found.values()), dict(found))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


@pytest.mark.long
def test_damaged_standard_proofs_are_refused(standard: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    accept = Accept(accepted())
    found = causes(lambda data: verify(data, accept), damaged(standard, 11, 20_000 // PART))
    print("proofs damaged:", sum(found.values()), dict(found))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
