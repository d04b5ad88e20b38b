"""What a Starknet block commits to, against what a node told of it: pure checks.

    whole     the hash, every transaction's hash, and all four commitments recompute from contents
    complete  the hash, transactions and events do; receipts or state diff only as the header tells
    seen      the hash cannot be recomputed: a version that is not known, or contents not told

Contents that give another hash are no block of this chain: VerificationFailed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from psephos.chain.node import BlockId, FeltLogs, Header
from psephos.chain.starknet.logs import logs_of
from psephos.chain.starknet.told import bare, header_of, receipts_of
from psephos.chain.verify import Level
from psephos.commit.starknet import claims
from psephos.commit.starknet.block import Block, StateDiff, Update
from psephos.commit.starknet.hashes import Hashes
from psephos.commit.starknet.reading import Part, as_part
from psephos.commit.starknet.recompute import Contents, Recomputed, recompute_all, rehashed
from psephos.commit.starknet.shape_rpc import read_block, read_update
from psephos.errors import (
    MalformedAnswer,
    NodeContradiction,
    PsephosError,
    UnknownFork,
    VerificationFailed,
)

Found = TypeVar("Found")

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
    (found,) = check_blocks([(block, update)], number, chain, hashes)
    if isinstance(found, PsephosError):
        raise found
    return found


def check_blocks(
    told: Sequence[tuple[Any, Any]], first: int, chain: int | None, hashes: Hashes
) -> list[Checked | PsephosError]:
    """`check_block` of blocks from `first` on, or why one is none; what they hash is hashed at
    once, which for small blocks costs half."""
    read = [_attempt(_read, *one, number) for number, one in enumerate(told, first)]
    given = [one for one in read if isinstance(one, _Read)]
    try:
        made = iter(recompute_all([(one.block, one.diff) for one in given], chain, hashes))
    except MalformedAnswer as wrong:  # a number that is no felt, in one of them
        if len(told) == 1:
            return [wrong]
        alone = [
            check_blocks([one], number, chain, hashes) for number, one in enumerate(told, first)
        ]
        return [found for (found,) in alone]
    return [
        _attempt(_checked, one, next(made), chain, hashes) if isinstance(one, _Read) else one
        for one in read
    ]


@dataclass(frozen=True, slots=True)
class _Read:
    """A block as it was told and read, not recomputed yet."""

    id: BlockId
    fields: Mapping[str, Any]
    block: Block
    diff: StateDiff | None
    logs: FeltLogs

    def header(self, encoded: bytes) -> Header:
        return header_of(self.id, self.block, self.fields, encoded)


def _attempt(function: Callable[..., Found], *arguments: Any) -> Found | PsephosError:
    """What a function gives, or what it raises of ours."""
    try:
        return function(*arguments)
    except PsephosError as error:
        return error


def _read(block: Any, update: Any, number: int) -> _Read:
    told, fields = bare(block, number)
    read = read_block(Part(block, ""))
    if read.transactions is None or read.receipts is None:
        raise MalformedAnswer(f"tells block {number} without receipts")
    diff = None if update is None else _update(update, read, number).diff
    logs = logs_of(number, told.hash, (entry["receipt"] for entry in receipts_of(block)))
    return _Read(told, fields, read, diff, logs)


def _checked(
    told: _Read, found: Recomputed | UnknownFork, chain: int | None, hashes: Hashes
) -> Checked:
    """What was recomputed of a block, against what it tells."""
    try:
        if isinstance(found, UnknownFork):
            raise found
        _check_transactions(told.block, found, chain or 0, hashes)
    except UnknownFork:
        return Checked(told.header(b""), told.logs, "seen")
    if found.hash is None:
        return Checked(told.header(b""), told.logs, "seen")
    if found.hash == told.block.hash:
        _check_told(told.block, found.contents, told.id.number)
        own = None not in (found.contents.receipts, found.contents.state_diff)
        return Checked(told.header(found.header), told.logs, "whole" if own else "complete")
    names = ("receipts", "state_diff", "state_diff_length")
    weaker = _without(names, told.block, found, chain, hashes)
    if weaker.hash != told.block.hash:
        raise VerificationFailed(f"its contents give 0x{found.hash:064x}")
    doubt = "its receipts or its state diff are not those that its header commits to"
    return Checked(told.header(weaker.header), told.logs, "complete", doubt)


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
    return rehashed([(block, own)], chain, hashes)[0]


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
