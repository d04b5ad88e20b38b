"""Who signed: the address recovered from a signature over secp256k1 (Yellow Paper, appendix F).

    sender = last 20 bytes of keccak(public key)      key = recover(digest, parity, r, s)
    1 ≤ r < n,  1 ≤ s < n                             s ≤ n ÷ 2 since Homestead (EIP-2)

The bound on s makes a signature the only one of its message and parity: without it, (r, n − s)
with the other parity recovers the same sender, and a transaction has two hashes. The curve is
libsecp256k1's (coincurve); the bounds stand here, so that they do not depend on a library.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from psephos.commit.fields import octets
from psephos.commit.header import HeaderFields
from psephos.commit.keccak import keccak
from psephos.commit.rlp import integer, sequence, string
from psephos.commit.transactions import Signature, Transaction
from psephos.errors import VerificationFailed

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""n, the number of points of secp256k1 (SEC 2, 2.4.1)."""

HALF = ORDER // 2

HOMESTEAD, SPURIOUS_DRAGON = 1_150_000, 2_675_000
"""Mainnet's first blocks of EIP-2 (low s) and of EIP-155 (chains in signatures)."""


def sender(digest: bytes, signature: Signature, *, high_s: bool = False) -> bytes:
    """The 20 bytes of the address that signed the 32 bytes of `digest`.

    high_s: allow s above n ÷ 2, as blocks before Homestead do. VerificationFailed if r, s or
    the parity is outside its range, or if no key gives this signature.
    """
    r, s = signature.r, signature.s
    if not (0 < r < ORDER and 0 < s < ORDER and signature.parity in (0, 1)):
        raise VerificationFailed("the r, s or parity of a signature is outside its range")
    if s > HALF and not high_s:
        raise VerificationFailed("the s of a signature is in the upper half, which EIP-2 forbids")
    from coincurve import PublicKey  # slow to import, and not needed where nothing is verified

    compact = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes((signature.parity,))
    try:
        key = PublicKey.from_signature_and_message(compact, digest, hasher=None)
    except ValueError as error:
        raise VerificationFailed("no key gives this signature") from error
    return keccak(key.format(compressed=False)[1:])[12:]


def senders(transactions: Sequence[Transaction], header: HeaderFields) -> list[bytes]:
    """The sender of each transaction of a block, under the rules of the block's fork.

    Before mainnet's Homestead either s is good; a signature that names chain 1 before mainnet
    knew of EIP-155 is none. Later forks show in the header's form, these two only in the
    block's number: a young block of another chain before London may be judged more mildly than
    its own rules would. Errors as in `sender`, naming the position; VerificationFailed, too, if
    the transactions are signed for different chains.
    """
    chains = {one.chain for one in transactions if one.chain is not None}
    if len(chains) > 1:
        raise VerificationFailed(f"one block holds transactions of chains {sorted(chains)}")
    old = header.base_fee is None and header.number < SPURIOUS_DRAGON
    high_s = old and header.number < HOMESTEAD and not chains
    found = []
    for position, one in enumerate(transactions):
        if old and one.chain == 1:
            raise VerificationFailed(f"transaction {position} names its chain before EIP-155")
        try:
            found.append(sender(one.digest, one.signature, high_s=high_s))
        except VerificationFailed as error:
            raise VerificationFailed(f"transaction {position}: {error}") from error
    return found


def check_told(
    told: Sequence[Mapping[str, Any]], transactions: Sequence[Transaction], payers: Sequence[bytes]
) -> None:
    """What a node says beside the bytes, `hash` and `from`, is what follows from them.

    VerificationFailed names the first transaction that says otherwise. A node that does not say
    one of them says nothing wrong.
    """
    for position, (one, read, payer) in enumerate(zip(told, transactions, payers, strict=True)):
        if one.get("hash") is not None and octets(one["hash"], "hash", 32) != read.hash:
            raise VerificationFailed(f"transaction {position} does not hash to the hash told")
        if one.get("from") is not None and octets(one["from"], "from", 20) != payer:
            raise VerificationFailed(
                f"transaction {position} was signed by 0x{payer.hex()}, not by the sender told"
            )


def created(creator: bytes, nonce: int) -> bytes:
    """The address of the contract that an account creates with its transaction of this nonce."""
    return keccak(sequence(string(creator) + integer(nonce)))[12:]
