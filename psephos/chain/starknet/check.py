"""What a Starknet block commits to, against what a node told of it: pure checks.

    whole     the hash, every transaction's hash, and all four commitments recompute from contents
    complete  the hash, transactions and events do; receipts or state diff only as the header tells
    seen      the hash cannot be recomputed: a version that is not known, or contents not told

Contents that give another hash are no block of this chain: VerificationFailed.
"""

from dataclasses import dataclass, replace
from typing import Any

from psephos.chain.node import FeltLogs, Header
from psephos.chain.starknet.logs import logs_of
from psephos.chain.starknet.told import bare, header_of, receipts_of
from psephos.chain.verify import Level
from psephos.commit.starknet import claims
from psephos.commit.starknet.block import Block, Update
from psephos.commit.starknet.hashes import Hashes
from psephos.commit.starknet.reading import Part, as_part
from psephos.commit.starknet.recompute import Contents, Recomputed, recompute, rehashed
from psephos.commit.starknet.shape_rpc import read_block, read_update
from psephos.errors import MalformedAnswer, NodeContradiction, UnknownFork, VerificationFailed

BOUND = ("transactions", "events", "receipts", "state_diff")


@dataclass(frozen=True, slots=True)
class Checked:
    """A block as far as it recomputes: its header, all its logs, its level.

    `doubt` says why it is not *whole* although everything was told; another try may do better.
    """

    header: Header
    logs: FeltLogs
    level: Level
    doubt: str = ""


def check_block(block: Any, update: Any, number: int, chain: int | None, hashes: Hashes) -> Checked:
    """A block with receipts and its state update (None: not told), recomputed.

    MalformedAnswer or NodeContradiction where the answers have no right shape or do not fit
    together, VerificationFailed where contents and hash do not.
    """
    told, fields = bare(block, number)
    read = read_block(Part(block, ""))
    if read.transactions is None or read.receipts is None:
        raise MalformedAnswer(f"tells block {number} without receipts")
    diff = None if update is None else _update(update, read, number)
    logs = logs_of(number, told.hash, (entry["receipt"] for entry in receipts_of(block)))
    try:
        found = recompute(read, diff.diff if diff else None, chain, hashes)
        _check_transactions(read, found, chain or 0, hashes)
    except UnknownFork:
        return Checked(header_of(told, read, fields, b""), logs, "seen")
    if found.hash is None:
        return Checked(header_of(told, read, fields, b""), logs, "seen")
    if found.hash == read.hash:
        _check_told(read, found.contents, number)
        own = None not in (found.contents.receipts, found.contents.state_diff)
        known = header_of(told, read, fields, found.header)
        return Checked(known, logs, "whole" if own else "complete")
    weaker = _without(("receipts", "state_diff", "state_diff_length"), read, found, chain, hashes)
    if weaker.hash != read.hash:
        raise VerificationFailed(f"its contents give 0x{found.hash:064x}")
    doubt = "its receipts or its state diff are not those that its header commits to"
    return Checked(header_of(told, read, fields, weaker.header), logs, "complete", doubt)


def _update(update: Any, block: Block, number: int) -> Update:
    read = read_update(as_part(update, "state update"))
    if read.block_hash != block.hash or read.new_root != block.root:
        raise NodeContradiction(f"the state update of block {number} is of another block")
    return read


def _without(
    names: tuple[str, ...], block: Block, found: Recomputed, chain: int | None, hashes: Hashes
) -> Recomputed:
    """The hash with some commitments as the header tells them."""
    own = replace(found.contents, **dict.fromkeys(names))
    return rehashed(block, own, chain, hashes)


def _check_transactions(block: Block, found: Recomputed, chain: int, hashes: Hashes) -> None:
    """Every transaction has the hash it tells, and made what it tells it made."""
    transactions = block.transactions or ()
    old = claims.may_be_old(block, chain)
    if wrong := claims.wrong_hashes(transactions, chain, hashes, old=old):
        raise VerificationFailed(f"transaction {wrong[0]} does not have the hash it tells")
    if unknown := claims.unknown_transactions(transactions):
        raise VerificationFailed(
            f"no block of {found.era.name} holds transactions {', '.join(unknown)[:200]}"
        )
    claims.check_addresses(block, hashes)
    claims.check_l1_messages(block)


def _check_told(block: Block, own: Contents, number: int) -> None:
    """What the header tells of the contents is what they come to."""
    if own.receipts is None:
        return  # before 0.13.2 a header's own commitments are not those that were hashed
    for name in BOUND:
        told, ours = getattr(block.told, name), getattr(own, name)
        if ours is not None and told not in (None, ours):
            raise NodeContradiction(f"block {number} tells another commitment to its {name}")
