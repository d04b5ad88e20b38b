"""A Starknet block from a file, recomputed to its own hash: what holds, what fails, what cannot be.

Checks, in this order: the shape; every transaction's hash; the commitments to transactions,
events, receipts and the state diff; the block hash; the sequencer's signature; the state root.
A block is verified if its hash was recomputed and is equal, and no check failed. What needs a
state update, a signature or the state before is *not possible* without it. A commitment whose
contents are not given is taken as the header tells it: the block hash binds it, so the header
alone is verified, and that check says so.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from psephos.commit.starknet import claims
from psephos.commit.starknet.block import Block
from psephos.commit.starknet.felt import felt, short_string
from psephos.commit.starknet.hashes import EXACT, Hashes, compiled
from psephos.commit.starknet.recompute import Recomputed, recompute
from psephos.commit.starknet.shape_feeder import read_signature
from psephos.commit.starknet.shapes import read_document, read_state_update, work_of
from psephos.errors import CommandError, MalformedAnswer, UnknownFork, VerificationFailed
from psephos.evidence.check import Check, NotPossible, Verdict, attempt, keep
from psephos.evidence.starknet_checks import (
    COMMITMENTS,
    Subject,
    chain_name,
    check_block_hash,
    check_commitment,
    check_signature,
    check_state_root,
    check_transactions,
)

Made = TypeVar("Made")

MOST_WORK = 150_000
"""Most felts of a block and its state diff that are hashed here, those of Pedersen counted five
times: less than a second. A block of 200 large transactions has 21,000."""

WORTH_COMPILING = 64
"""Work from which on finding the compiled code costs less than hashing in exact Python."""


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
    which the transactions have their hashes. `hashes` are the compiled ones, for small blocks
    the exact ones, unless they are given. Raises CommandError for a chain id that is none;
    whatever is wrong inside the files is a failed check.
    """
    named = chain_id(chain)
    made: list[Check] = []
    subject = keep(
        made,
        "shape",
        lambda: _in_file(lambda: _read(block, state_update, signature, named, hashes)),
        lambda read: _shape_told(read.block),
    )
    if subject is None:
        return Verdict(tuple(made), recomputed=False)
    return _verdict(subject, made)


def chain_id(chain: str | None) -> int | None:
    """The felt of a chain id; None for None."""
    if chain is None:
        return None
    try:
        return felt(chain) if chain.startswith("0x") else short_string(chain)
    except MalformedAnswer as error:
        raise CommandError(f"no chain id: {chain[:60]}", hint="e.g. SN_MAIN") from error


def _verdict(subject: Subject, made: list[Check]) -> Verdict:
    found: Recomputed | None = None
    unknown = ""
    try:
        diff = subject.update.diff if subject.update else None
        found = recompute(subject.block, diff, subject.chain, subject.hashes)
    except UnknownFork as error:
        unknown = error.message
    checks: dict[str, Callable[[], str]] = {
        "transactions": partial(check_transactions, subject, found),
        **{name: partial(check_commitment, subject, found, unknown, name) for name in COMMITMENTS},
        "block hash": partial(check_block_hash, subject, found, unknown),
        "signature": partial(check_signature, subject, found, unknown),
        "state root": partial(check_state_root, subject),
    }
    made += [attempt(name, partial(_in_file, check)) for name, check in checks.items()]
    equal = found is not None and found.hash is not None and found.hash == subject.block.hash
    return Verdict(tuple(made), recomputed=equal, facts=_facts(subject, found))


def _facts(subject: Subject, found: Recomputed | None) -> dict[str, Any]:
    return {
        "number": subject.block.number,
        "hash": f"{found.hash:#x}" if found and found.hash is not None else None,
        "chain": chain_name(subject.chain) or None,
        "version": (subject.block.version or "")[:40] or None,
    }


def _in_file(check: Callable[[], Made]) -> Made:
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
    hashes: Hashes | None,
) -> Subject:
    """Everything that was given, read; MalformedAnswer names the key that is wrong."""
    document = read_document(block)
    update = document.update if state_update is None else read_state_update(state_update)
    signed = None if signature is None else read_signature(signature)
    _same_transactions(document.block)
    size = work_of(document.block, update)
    if size > MOST_WORK:
        raise NotPossible(f"too large to hash here: {size} felts, more than {MOST_WORK}")
    if hashes is None:
        hashes = EXACT if size < WORTH_COMPILING else compiled()
    chain = claims.chain_of(document.block, hashes) if named is None else named
    return Subject(document.block, update, signed, chain, hashes)


def _same_transactions(block: Block) -> None:
    """Each transaction has one receipt, in the same order."""
    told, receipts = block.transactions, block.receipts
    if told is not None and receipts is not None:
        if len(told) != len(receipts):
            raise VerificationFailed(f"{len(told)} transactions have {len(receipts)} receipts")
        for i, (tx, receipt) in enumerate(zip(told, receipts, strict=True)):
            if tx.hash != receipt.transaction:
                raise VerificationFailed(f"receipt {i} is of another transaction")


def _shape_told(block: Block) -> str:
    if block.transactions is None:
        return "a header"
    events = block.events
    told = "no receipts" if events is None else f"{len(events)} events"
    return f"{len(block.transactions)} transactions, {told}"
