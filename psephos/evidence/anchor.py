"""Anchoring: blocks tied to a checkpoint that somebody declared to trust.

The checkpoint's hash fixes its header, that header's parent hash the block before, and so on
down to the first stored block: all of them are tied. Blocks *after* a checkpoint are not: anybody
can write headers that follow it. An anchored range is always named with its checkpoint, because
a declaration is no proof.

A finalized header of the beacon chain's light client serves in the same way
(`psephos.evidence.light_client.checkpoint_of`): its source says in words that it rests on the
signatures of sync committees, and on which beacon block was declared to begin from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from psephos.errors import VerificationFailed
from psephos.evidence.blocks import recomputed
from psephos.evidence.check import NotPossible
from psephos.evidence.level import Level, SpanLike
from psephos.settings import Checkpoint
from psephos.store.reader import Release


@dataclass(frozen=True, slots=True)
class Tie:
    """Blocks `first` to `checkpoint.block` lead to a declared checkpoint."""

    first: int
    checkpoint: Checkpoint

    @property
    def words(self) -> str:
        mark = self.checkpoint
        return f"tied to block {mark.block}, 0x{mark.hash.hex()} (declared: {mark.source})"


@dataclass(frozen=True, slots=True)
class Span:
    """Blocks `first` to `last` at one level; `anchor` says in words what they are tied to."""

    first: int
    last: int
    level: str
    anchor: str = ""


def tie(release: Release, checkpoint: Checkpoint, first: int) -> Tie:
    """Tie the stored blocks from `first` up to a checkpoint.

    NotPossible if the checkpoint's block or one before it is not stored; VerificationFailed if
    the stored block has another hash than the one declared, or does not recompute.
    """
    mark = checkpoint.block
    wanted, last = first, None
    for block in recomputed(release, first, mark):
        if block.number != wanted:
            break
        wanted, last = block.number + 1, block
    if last is None or last.number != mark:
        raise NotPossible(
            f"the checkpoint at block {mark} ({checkpoint.source}) cannot be reached:"
            f" block {wanted} is not in the release"
        )
    if last.hash != checkpoint.hash:
        raise VerificationFailed(
            f"block {mark} is 0x{last.hash.hex()}, but 0x{checkpoint.hash.hex()}"
            f" was declared ({checkpoint.source})"
        )
    return Tie(first, checkpoint)


def nearest(checkpoints: Sequence[Checkpoint], last: int) -> Checkpoint | None:
    """The lowest checkpoint at or above block `last`: only such a one ties it."""
    above = [mark for mark in checkpoints if mark.block >= last]
    return min(above, key=lambda mark: mark.block, default=None)


def raised(spans: Iterable[SpanLike], ties: Sequence[Tie]) -> tuple[Span, ...]:
    """Spans cut at ties: *complete* blocks under a tie become *anchored*, others stay.

    What was only *seen* stays so: a checkpoint ties a block's hash, not the rows told of it.
    """
    found: list[Span] = []
    for span in spans:
        found += _raised(span, ties)
    return tuple(found)


def _raised(span: SpanLike, ties: Sequence[Tie]) -> list[Span]:
    over = [t for t in ties if t.first <= span.last and t.checkpoint.block >= span.first]
    if Level.named(span.level) != Level.COMPLETE or not over:
        return [Span(span.first, span.last, span.level)]
    one = min(over, key=lambda t: t.first)
    low, high = max(one.first, span.first), min(one.checkpoint.block, span.last)
    middle = [Span(low, high, str(Level.ANCHORED), one.words)]
    before = _raised(Span(span.first, low - 1, span.level), ties) if low > span.first else []
    after = _raised(Span(high + 1, span.last, span.level), ties) if high < span.last else []
    return before + middle + after
