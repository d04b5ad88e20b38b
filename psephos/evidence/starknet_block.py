"""A Starknet block from a file, recomputed to its own hash: what holds, what fails, what cannot be.

Checks, in this order: the shape; every transaction's hash; the commitments to transactions,
events, receipts and the state diff; the block hash; the sequencer's signature; the state root.
A block is verified if its hash was recomputed and is equal, and no check failed. What needs a
state update, a signature or the state before is *not possible* without it. A commitment whose
contents are not given is taken as the header tells it: the block hash binds it, so the header
alone is verified, and that check says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from psephos.commit.starknet import claims
from psephos.commit.starknet.block import Block, Update
from psephos.commit.starknet.felt import felt, short_string
from psephos.commit.starknet.hashes import EXACT, Hashes
from psephos.commit.starknet.recompute import Recomputed, recompute
from psephos.commit.starknet.shape_feeder import Signature, read_signature
from psephos.commit.starknet.shapes import read_document, read_state_update
from psephos.commit.starknet.signature import KEYS, signed_message, valid_signature
from psephos.commit.starknet.state import State
from psephos.commit.starknet.versions import CHAINS
from psephos.errors import CommandError, MalformedAnswer, UnknownFork, VerificationFailed
from psephos.evidence.check import Check, NotPossible, Verdict, attempt, keep

NETWORKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "SN_MAIN": ("mainnet",),
        "SN_SEPOLIA": ("sepolia",),
        "SN_INTEGRATION_SEPOLIA": ("sepolia-integration",),
        "SN_GOERLI": ("integration", "goerli2"),
        "SN_GOERLI2": ("goerli2",),
    }
)
"""Networks whose sequencer may have signed a block of the chain with that id. goerli2 used the
id of goerli in its first blocks, the old integration network always."""

COMMITMENTS = {
    "transaction commitment": ("transactions", "transaction_count"),
    "event commitment": ("events", "event_count"),
    "receipt commitment": ("receipts", ""),
    "state diff commitment": ("state_diff", "state_diff_length"),
}
"""Check → the commitment in a header, and the count beside it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: a block, what was given beside it, and how to hash."""

    block: Block
    update: Update | None
    signature: Signature | None
    chain: int | None
    hashes: Hashes


def verify_starknet_block(
    block: object,
    state_update: object | None,
    signature: object | None,
    *,
    chain: str | None,
    hashes: Hashes | None = None,
) -> Verdict:
    """Recompute a block from decoded JSON: a node's answer or the feeder gateway's.

    `chain` is a chain id, 'SN_MAIN' or its felt; without it the known chain is taken under
    which the transactions have their hashes. `hashes` are the compiled ones unless exact ones
    are given. Raises CommandError for a chain id that is none; whatever is wrong inside the
    files is a failed check.
    """
    named = chain_id(chain)
    checks: list[Check] = []
    twins = hashes or EXACT
    subject = keep(
        checks,
        "shape",
        lambda: _read(block, state_update, signature, named, twins),
        lambda read: _shape_told(read.block),
    )
    if subject is None:
        return Verdict(tuple(checks), recomputed=False)
    return _verdict(subject, checks)


def chain_id(chain: str | None) -> int | None:
    """The felt of a chain id; None for None."""
    if chain is None:
        return None
    try:
        return felt(chain) if chain.startswith("0x") else short_string(chain)
    except MalformedAnswer as error:
        raise CommandError(f"no chain id: {chain[:60]}", hint="e.g. SN_MAIN") from error


def _verdict(subject: Subject, checks: list[Check]) -> Verdict:
    found: Recomputed | None = None
    unknown = ""
    try:
        update = subject.update
        diff = update.diff if update else None
        found = recompute(subject.block, diff, subject.chain, subject.hashes)
    except UnknownFork as error:
        unknown = error.message
    made: dict[str, Callable[[], str]] = {
        "transactions": partial(_transactions, subject),
        **{name: partial(_commitment, subject, found, unknown, name) for name in COMMITMENTS},
        "block hash": partial(_block_hash, subject, found, unknown),
        "signature": partial(_signature, subject, found, unknown),
        "state root": partial(_state_root, subject),
    }
    checks += [attempt(name, partial(_in_file, check)) for name, check in made.items()]
    equal = found is not None and found.hash is not None and found.hash == subject.block.hash
    return Verdict(tuple(checks), recomputed=equal, facts=_facts(subject, found))


def _facts(subject: Subject, found: Recomputed | None) -> dict[str, Any]:
    return {
        "number": subject.block.number,
        "hash": f"{found.hash:#x}" if found and found.hash is not None else None,
        "chain": _chain_name(subject.chain) or None,
        "version": subject.block.version,
    }


def _chain_name(chain: int | None) -> str:
    known = {number: name for name, number in CHAINS.items()}
    return "" if chain is None else known.get(chain, f"{chain:#x}")


def _in_file(check: Callable[[], str]) -> str:
    """A check of what is inside a file: what is malformed there is wrong, not unreachable."""
    try:
        return check()
    except MalformedAnswer as error:
        raise VerificationFailed(error.message) from error


def _read(
    block: object,
    state_update: object | None,
    signature: object | None,
    named: int | None,
    hashes: Hashes,
) -> Subject:
    try:
        document = read_document(block)
        update = document.update if state_update is None else read_state_update(state_update)
        signed = None if signature is None else read_signature(signature)
    except MalformedAnswer as error:
        raise VerificationFailed(error.message) from error
    told, receipts = document.block.transactions, document.block.receipts
    if told is not None and receipts is not None:
        if len(told) != len(receipts):
            raise VerificationFailed(f"{len(told)} transactions have {len(receipts)} receipts")
        for i, (tx, receipt) in enumerate(zip(told, receipts, strict=True)):
            if tx.hash != receipt.transaction:
                raise VerificationFailed(f"receipt {i} is of another transaction")
    chain = claims.chain_of(document.block, hashes) if named is None else named
    return Subject(document.block, update, signed, chain, hashes)


def _shape_told(block: Block) -> str:
    if block.transactions is None:
        return "a header"
    events = block.events
    told = "no receipts" if events is None else f"{len(events)} events"
    return f"{len(block.transactions)} transactions, {told}"


def _transactions(subject: Subject) -> str:
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
        raise NotPossible(f"no formula is known for the hash of {', '.join(unknown)}"[:200])
    return f"{len(block.transactions)} hashes"


def _commitment(subject: Subject, found: Recomputed | None, unknown: str, name: str) -> str:
    if found is None:
        raise NotPossible(unknown)
    field, count = COMMITMENTS[name]
    poseidon = found.era.kind == "poseidon"
    if not poseidon and (field in ("receipts", "state_diff") or _bound_by_none(found, field)):
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


def _bound_by_none(found: Recomputed, field: str) -> bool:
    return field == "events" and found.era.header == "chain"


def _block_hash(subject: Subject, found: Recomputed | None, unknown: str) -> str:
    if found is None or found.hash is None:
        raise NotPossible(found.reason if found else unknown)
    if found.hash != subject.block.hash:
        raise VerificationFailed(
            f"{found.hash:#x} is recomputed, the file tells {subject.block.hash:#x}"
        )
    return f"{found.hash:#x} by the formula of {found.era.name}"


def _signature(subject: Subject, found: Recomputed | None, unknown: str) -> str:
    signature = subject.signature
    if signature is None:
        raise NotPossible("no signature was given")
    if signature.block_hash is not None and signature.block_hash != subject.block.hash:
        raise VerificationFailed("the signature is of another block")
    if found is None or found.hash is None:
        raise NotPossible(found.reason if found else unknown)
    networks = NETWORKS.get(_chain_name(subject.chain), ())
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


def _state_root(subject: Subject) -> str:
    block, update = subject.block, subject.update
    if update is None:
        raise NotPossible("no state update was given")
    if update.block_hash is not None and update.block_hash != block.hash:
        raise VerificationFailed("the state update is of another block")
    if update.new_root != block.root:
        raise VerificationFailed("the state update and the header tell different state roots")
    if block.root is None:
        raise NotPossible("the block is still open: it has no state root yet")
    if block.number != 0 or update.old_root != 0:
        raise NotPossible("it rests on the state before this block, which is not given")
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
