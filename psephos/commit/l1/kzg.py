"""KZG commitments to blobs (EIP-4844).

    commitment      Σ c_j · [τ^j]G1, c the coefficients of the blob's polynomial
    versioned hash  01 ‖ sha256(commitment)[1:]      what a block's header and receipts speak of
    blob proof      that a blob has a commitment     what travels beside a blob
    point proof     that p(z) = y under a commitment what the core contract has the EVM check

The points [τ^j]G1 are of Ethereum's setup ceremony: nobody knows τ. Their file comes with
`eth-account` and is used only if it is, byte for byte, the specification's preset; so they need
not be checked again, and a commitment takes a third of a second, a tenth from the second on.
Proofs are `ckzg`'s, the Ethereum clients' own library: it prepares for more than is asked of it
here, so the first proof takes four seconds. A test holds the commitments of both equal.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ckzg
from py_arkworks_bls12381 import G1Point, Scalar

from psephos.commit.l1.polynomial import BYTES, FIELD, SIZE, coefficients, elements
from psephos.errors import StoreError

SETUP = "typed_transactions/blob_transactions/kzg_trusted_setup.txt"
SETUP_SHA256 = "d39b9f2d047cc9dca2de58f264b6a09448ccd34db967881a6713eacacf0f26b7"
"""Of the file whose points are those of consensus-specs, `trusted_setup_4096.json`."""

NOTHING = G1Point.identity()


def commitment(blob: bytes) -> bytes:
    """The commitment to a blob: 48 bytes. VerificationFailed if it is no blob."""
    return commit(coefficients(elements(blob)))


def commit(words: Sequence[int]) -> bytes:
    """The commitment to a polynomial, from at most 4096 coefficients below FIELD."""
    used = [j for j, word in enumerate(words) if word]
    points = _points() if used else ()
    scalars = [Scalar(words[j]) for j in used]
    total = G1Point.multiexp_unchecked([points[j] for j in used], scalars) if used else NOTHING
    return bytes(total.to_compressed_bytes())


def versioned_hash(commitment: bytes) -> bytes:
    """What a blob transaction names a blob by: 32 bytes."""
    return b"\x01" + sha256(commitment).digest()[1:]


def blob_proof_holds(blob: bytes, commitment: bytes, proof: bytes) -> bool:
    """Whether `proof` (48 bytes) shows that the blob has this commitment; False for no points."""
    if (len(blob), len(commitment), len(proof)) != (BYTES, 48, 48):
        return False
    try:
        return bool(ckzg.verify_blob_kzg_proof(blob, commitment, proof, _setup()))
    except (RuntimeError, ValueError):
        return False


def point_proof_holds(commitment: bytes, z: int, y: int, proof: bytes) -> bool:
    """Whether `proof` shows that the committed polynomial is y at z; False for no points."""
    if (len(commitment), len(proof)) != (48, 48) or not 0 <= z < FIELD or not 0 <= y < FIELD:
        return False
    point, value = z.to_bytes(32, "big"), y.to_bytes(32, "big")
    try:
        return bool(ckzg.verify_kzg_proof(commitment, point, value, proof, _setup()))
    except (RuntimeError, ValueError):
        return False


@cache
def _points() -> tuple[G1Point, ...]:
    """The powers of τ in G1, as many as a blob has numbers."""
    parts = _file().read_text().split()
    first = 2 + SIZE + int(parts[1])
    return tuple(
        G1Point.from_compressed_bytes_unchecked(bytes.fromhex(part))
        for part in parts[first : first + SIZE]
    )


@cache
def _setup() -> Any:
    return ckzg.load_trusted_setup(str(_file()), 0)


@cache
def _file() -> Path:
    """The ceremony's points: how many in G1 and G2, 4096 in Lagrange's form, 65 in G2, 4096
    powers. StoreError if the file is not installed, or is another one."""
    found = find_spec("eth_account")
    folders = found.submodule_search_locations if found else None
    file = Path(folders[0]) / SETUP if folders else None
    if file is None or not file.is_file():
        raise StoreError(
            "the points of Ethereum's KZG ceremony are not installed",
            hint="install psephos with its dependencies: eth-account brings them",
        )
    if sha256(file.read_bytes()).hexdigest() != SETUP_SHA256:
        raise StoreError(
            f"{file.name} is not the file of Ethereum's KZG ceremony that is known here",
            hint="install the pinned version of eth-account",
        )
    return file
