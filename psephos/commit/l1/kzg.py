"""KZG commitments to blobs (EIP-4844), by Ethereum's own library.

    versioned hash  01 ‖ sha256(commitment)[1:]      what a block's header and receipts speak of
    blob proof      that a blob has a commitment     what travels beside a blob
    point proof     that p(z) = y under a commitment what the core contract has the EVM check

The curve and the pairing are `ckzg`'s. It needs the numbers of Ethereum's setup ceremony, 4096
points of which nobody knows the exponents; the file comes with `eth-account` and is used only if
it is, byte for byte, the specification's preset. Reading it takes seconds, once.
"""

from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ckzg

from psephos.commit.l1.polynomial import BYTES, FIELD
from psephos.errors import StoreError, VerificationFailed

SETUP = "typed_transactions/blob_transactions/kzg_trusted_setup.txt"
SETUP_SHA256 = "d39b9f2d047cc9dca2de58f264b6a09448ccd34db967881a6713eacacf0f26b7"
"""Of the file whose points are those of consensus-specs, `trusted_setup_4096.json`."""


def commitment(blob: bytes) -> bytes:
    """The commitment to a blob: 48 bytes. VerificationFailed if it is no blob."""
    if len(blob) != BYTES:
        raise VerificationFailed(f"a blob has {BYTES} bytes, this one {len(blob)}")
    try:
        return bytes(ckzg.blob_to_kzg_commitment(blob, _setup()))
    except (RuntimeError, ValueError) as error:
        raise VerificationFailed(
            "the blob has an element that is not below the field's order"
        ) from error


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
def _setup() -> Any:
    """The ceremony's points. StoreError if the file is not installed, or is another one."""
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
    return ckzg.load_trusted_setup(str(file), 0)
