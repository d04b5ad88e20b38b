"""The checks of a Starknet block, one function each: what it found in one line, or it raises.

VerificationFailed where something is wrong, NotPossible where it cannot be checked and why.
"""

from dataclasses import dataclass

from psephos.commit.starknet import claims
from psephos.commit.starknet.block import Block, Update
from psephos.commit.starknet.commitments import signed_state_diff
from psephos.commit.starknet.hashes import Hashes
from psephos.commit.starknet.recompute import Recomputed
from psephos.commit.starknet.shape_feeder import Signature
from psephos.commit.starknet.signature import KEYS, NETWORKS, signed_message, valid_signature
from psephos.commit.starknet.state import State
from psephos.commit.starknet.versions import CHAINS
from psephos.errors import VerificationFailed
from psephos.evidence.check import NotPossible

COMMITMENTS = {
    "transaction commitment": ("transactions", "transaction_count"),
    "event commitment": ("events", "event_count"),
    "receipt commitment": ("receipts", ""),
    "state diff commitment": ("state_diff", "state_diff_length"),
}
"""Check → the commitment in a header, and the count beside it."""


MOST_REPLAYED = 10_000
"""Most entries of a diff that is replayed; the first blocks of the networks have below 100."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: a block, what was given beside it, and how to hash."""

    block: Block
    update: Update | None
    signature: Signature | None
    chain: int | None
    hashes: Hashes


def chain_name(chain: int | None) -> str:
    known = {number: name for name, number in CHAINS.items()}
    return "" if chain is None else known.get(chain, f"{chain:#x}")


def check_transactions(subject: Subject, found: Recomputed | None) -> str:
    block = subject.block
    if block.transactions is None:
        raise NotPossible("the file holds no transactions")
    if subject.chain is None and block.transactions:
        raise VerificationFailed(
            "the first transactions have their hashes on no known chain; name another by its id"
        )
    chain = subject.chain or 0
    old = claims.may_be_old(block, chain)
    wrong = claims.wrong_hashes(block.transactions, chain, subject.hashes, old=old)
    if wrong:
        told = block.transactions[wrong[0]].hash
        raise VerificationFailed(
            f"{len(wrong)} of {len(block.transactions)} do not have the hash they tell, "
            f"the first is number {wrong[0]}, {told:#x}"
        )
    claims.check_addresses(block, subject.hashes)
    claims.check_l1_messages(block)
    if unknown := claims.unknown_transactions(block.transactions):
        names = ", ".join(unknown)[:200]
        if found is not None:
            raise VerificationFailed(f"no block of {found.era.name} holds transactions {names}")
        raise NotPossible(f"no formula is known for the hash of {names}")
    return f"{len(block.transactions)} hashes"


def check_commitment(subject: Subject, found: Recomputed | None, unknown: str, name: str) -> str:
    if found is None:
        raise NotPossible(unknown)
    field, count = COMMITMENTS[name]
    poseidon = found.era.kind == "poseidon"
    if not poseidon and field == "state_diff":
        return _signed_state_diff(subject, found)
    if not poseidon and (field == "receipts" or _bound_by_none(found, field)):
        raise NotPossible(f"a block of {found.era.name} commits to none")
    own, told = getattr(found.contents, field), getattr(subject.block.told, field)
    if own is None:
        raise NotPossible(
            "not told" if told is None else f"its contents are not given, {told:#x} is as told"
        )
    if not poseidon:
        return f"{own:#x}; what the header tells is not what was hashed before 0.13.2"
    if told not in (None, own):
        raise VerificationFailed(f"{own:#x} is recomputed, the header tells {told:#x}")
    if count:
        number, claimed = getattr(found.contents, count), getattr(subject.block.told, count)
        if claimed not in (None, number):
            raise VerificationFailed(f"{number} are given, the header tells {claimed}")
    return f"{own:#x}"


def _signed_state_diff(subject: Subject, found: Recomputed) -> str:
    """Before 0.13.2 the block commits to no state diff, but the sequencer signed one with it."""
    if subject.signature is None or subject.signature.state_diff is None:
        raise NotPossible(f"a block of {found.era.name} commits to none, its signature does")
    if subject.update is None:
        raise NotPossible("its contents are not given")
    own = signed_state_diff(subject.update.diff, subject.hashes)
    if own != subject.signature.state_diff:
        raise VerificationFailed(
            f"{own:#x} is recomputed, {subject.signature.state_diff:#x} was signed"
        )
    return f"{own:#x}, as signed with the block"


def _bound_by_none(found: Recomputed, field: str) -> bool:
    return field == "events" and found.era.header == "chain"


def check_block_hash(subject: Subject, found: Recomputed | None, unknown: str) -> str:
    if found is None or found.hash is None:
        raise NotPossible(found.reason if found else unknown)
    if found.hash != subject.block.hash:
        raise VerificationFailed(
            f"{found.hash:#x} is recomputed, the file tells {subject.block.hash:#x}"
        )
    return f"{found.hash:#x} by the formula of {found.era.name}"


def check_signature(subject: Subject, found: Recomputed | None, unknown: str) -> str:
    signature = subject.signature
    if signature is None:
        raise NotPossible("no signature was given")
    if signature.block_hash is not None and signature.block_hash != subject.block.hash:
        raise VerificationFailed("the signature is of another block")
    if found is None or found.hash is None:
        raise NotPossible(found.reason if found else unknown)
    networks = NETWORKS.get(chain_name(subject.chain), ())
    if not networks:
        raise NotPossible("the key of this chain's sequencer is not known")
    diff = None
    if found.era.kind == "pedersen":
        diff = signature.state_diff
        if diff is None:
            raise NotPossible("before 0.13.2 a signature names a state diff commitment, not told")
    message = signed_message(found.hash, diff)
    for network in networks:
        if valid_signature(message, signature.r, signature.s, KEYS[network]):
            return f"by the key of {network}'s sequencer"
    raise VerificationFailed(f"not by the key of the sequencer of {' or '.join(networks)}")


def check_state_root(subject: Subject) -> str:
    block, update = subject.block, subject.update
    if update is None:
        raise NotPossible("no state update was given")
    if block.root is None:
        raise NotPossible("the block is still open: it has no state root yet")
    if update.block_hash is not None and update.block_hash != block.hash:
        raise VerificationFailed("the state update is of another block")
    if update.new_root != block.root:
        raise VerificationFailed("the state update and the header tell different state roots")
    if block.number != 0 or update.old_root != 0:
        raise NotPossible("it rests on the state before this block, which is not given")
    if len(update.diff) > MOST_REPLAYED:
        raise NotPossible(f"a diff of more than {MOST_REPLAYED} entries is not replayed here")
    root = replayed(update, since_0_14=since_0_14(block), hashes=subject.hashes)
    if root != block.root:
        raise VerificationFailed(f"the diff leads to {root:#x}, the header tells {block.root:#x}")
    return f"{root:#x}, replayed from nothing"


def since_0_14(block: Block) -> bool:
    """Whether the block's state root is always of both tries (0.14.0 and later)."""
    parts = (block.version or "0").split(".")
    return tuple(int(part) for part in parts[:2] if part.isdecimal()) >= (0, 14)


def replayed(update: Update, *, since_0_14: bool, hashes: Hashes) -> int:
    """The state root after one diff from the empty state."""
    state = State(pedersen_pairs=hashes.pedersen_pairs, poseidon_pairs=hashes.poseidon_pairs)
    diff = update.diff
    state.apply(
        storage=diff.storage,
        contracts={**diff.deployed, **diff.replaced},
        nonces=diff.nonces,
        classes={**diff.declared, **diff.migrated},
    )
    return state.root(since_0_14=since_0_14)
