"""BLS signatures as the beacon chain's validators make them: many keys, one message.

    e(Σ keys, hash(message)) = e(generator of G1, signature)

The curve is the `py_arkworks_bls12381` library's, the one that the consensus specification is
executed with. Keys and signature are validated (draft-irtf-cfrg-bls-signature, KeyValidate): on
the curve, in the subgroup, canonically written; a key is not the identity, else a member could
sign without a key. Registering a key takes a proof that one holds it, so keys cannot be chosen to
cancel out others'.
"""

from collections.abc import Sequence

from py_arkworks_bls12381 import GT, G1Point, G2Point

SUITE = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"


def fast_aggregate_verify(keys: Sequence[bytes], message: bytes, signature: bytes) -> bool:
    """Whether `signature` (96 bytes) is that of all `keys` (48 bytes each) over `message`.

    False for no key and for whatever is no valid point; nothing is raised.
    """
    try:
        signed = G2Point.from_compressed_bytes(signature)
        points = [G1Point.from_compressed_bytes(key) for key in keys]
    except ValueError:
        return False
    if not points or bytes(signed.to_compressed_bytes()) != signature:
        return False
    total = nothing = G1Point.identity()
    for point in points:
        if point == nothing:
            return False
        total = total + point
    hashed = G2Point.hash_to_curve(message, SUITE)
    return bool(GT.pairing_check([-G1Point(), total], [signed, hashed]))
