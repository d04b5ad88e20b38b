"""A block recomputed from its contents: its commitments, its era, its hash.

Commitments come from the contents where these are given, else from the header as told. Since
the block hash binds them either way, an equal hash makes a told commitment the block's own;
what the contents are is then not shown by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from psephos.commit.starknet import commitments
from psephos.commit.starknet.block import Block, StateDiff
from psephos.commit.starknet.block_hash import Commitments, block_felts
from psephos.commit.starknet.hashes import Hashes, Kind, Nested
from psephos.commit.starknet.header import encode
from psephos.commit.starknet.versions import Era, eras, sequencers
from psephos.errors import UnknownFork

KINDS: tuple[Kind, ...] = ("poseidon", "pedersen")
NAMES = {
    "transactions": "what commits to the transactions",
    "transaction_count": "the number of transactions",
    "events": "what commits to the events",
    "event_count": "the number of events",
    "receipts": "what commits to the receipts",
    "state_diff": "what commits to the state diff",
    "state_diff_length": "the length of the state diff",
}
"""What a block's hash takes from its contents, in words; before 0.13.2 the first four."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Commitments recomputed from contents; None where the contents were not given, or where
    the era has no such commitment."""

    transactions: int | None = None
    transaction_count: int | None = None
    events: int | None = None
    event_count: int | None = None
    receipts: int | None = None
    state_diff: int | None = None
    state_diff_length: int | None = None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a block comes to. `hash` is None for the `reason` given.

    The first blocks of test networks may be of two eras: `era` and `hash` are then those that
    are equal to the hash told, else the last tried. `header` are the bytes that recompute to the
    hash by themselves (`psephos.commit.starknet.header`).
    """

    era: Era
    contents: Contents
    hash: int | None
    reason: str = ""
    header: bytes = b""


def recompute(
    block: Block, diff: StateDiff | None, chain: int | None, hashes: Hashes
) -> Recomputed:
    """Commitments and hash of a block that is closed.

    UnknownFork for an open block, and for a version whose formulas are not known.
    """
    (found,) = recompute_all([(block, diff)], chain, hashes)
    if isinstance(found, UnknownFork):
        raise found
    return found


def recompute_all(
    blocks: Sequence[tuple[Block, StateDiff | None]], chain: int | None, hashes: Hashes
) -> list[Recomputed | UnknownFork]:
    """`recompute` of each block, or why it is not possible; what they hash is hashed at once, so
    that small blocks cost what their felts do."""
    found: dict[int, Recomputed | UnknownFork] = {}
    known: dict[int, tuple[Block, StateDiff | None, Era]] = {}
    for i, (block, diff) in enumerate(blocks):
        try:
            known[i] = (block, diff, _era(block, chain))
        except UnknownFork as unknown:
            found[i] = unknown
    own = contents(list(known.values()), hashes)
    pairs = [(block, made) for (block, *_), made in zip(known.values(), own, strict=True)]
    found |= zip(known, rehashed(pairs, chain, hashes), strict=True)
    return [found[i] for i in range(len(blocks))]


def _era(block: Block, chain: int | None) -> Era:
    """The era of a closed block; of those it may be of, the first."""
    if block.number is None or block.hash is None:
        raise UnknownFork("the block is still open: it has no hash yet")
    return eras(block.version, block.number, chain)[0]


def rehashed(
    blocks: Sequence[tuple[Block, Contents]], chain: int | None, hashes: Hashes
) -> list[Recomputed]:
    """The hash of each closed block from commitments that are known already, and told ones for
    the rest.

    Without the commitment to receipts, say, it shows that all else is the block's own.
    """
    ways = [
        list(
            product(
                eras(block.version, block.number or 0, chain), sequencers(block.sequencer, chain)
            )
        )
        for block, _ in blocks
    ]
    last: dict[int, Recomputed] = {}
    for turn in range(max(map(len, ways), default=0)):
        left = [i for i in range(len(blocks)) if turn < len(ways[i]) and _open(i, blocks, last)]
        tried = [_way(*blocks[i], *ways[i][turn], chain) for i in left]
        last |= zip(left, _hashed(tried, hashes), strict=True)
    return [last[i] for i in range(len(blocks))]


def _open(i: int, blocks: Sequence[tuple[Block, Contents]], last: Mapping[int, Recomputed]) -> bool:
    """Whether nothing that was tried gave the block's own hash."""
    return i not in last or last[i].hash != blocks[i][0].hash


def _way(
    block: Block, own: Contents, era: Era, sequencer: int, chain: int | None
) -> tuple[Recomputed, Nested]:
    """A block as one of an era, not hashed yet, and the felts to hash; none where it is not
    possible."""
    try:
        known = _taken(block, own, era)
        felts = block_felts(block, known, era, sequencer=sequencer, chain=chain)
        header = encode(block, known, era, sequencer=sequencer, chain=chain or 0)
    except UnknownFork as error:
        return Recomputed(era, own, None, error.message), ()
    return Recomputed(era, own, None, header=header), felts


def _hashed(ways: Sequence[tuple[Recomputed, Nested]], hashes: Hashes) -> list[Recomputed]:
    """Each with its hash; what has no felts stays as it is."""
    found = [one for one, _ in ways]
    for kind in KINDS:
        places = [i for i, (one, felts) in enumerate(ways) if felts and one.era.kind == kind]
        some = [ways[i][1] for i in places]
        for i, value in zip(places, hashes.nested(kind, some) if some else (), strict=True):
            found[i] = replace(found[i], hash=value)
    return found


def told_header(block: Block, chain: int | None) -> bytes:
    """The bytes of a header as it is told, not hashed yet. UnknownFork where it does not tell all
    that its hash binds: before 0.13.2 always, and where commitments are left out."""
    if block.number is None or block.hash is None:
        raise UnknownFork("the block is still open: it has no hash yet")
    era = eras(block.version, block.number, chain)[0]
    known = _taken(block, Contents(), era)
    return encode(block, known, era, sequencer=block.sequencer or 0, chain=chain or 0)


def contents(
    blocks: Sequence[tuple[Block, StateDiff | None, Era]], hashes: Hashes
) -> list[Contents]:
    """The commitments to what is given of each block, which is of an era."""
    new = [i for i, (*_, era) in enumerate(blocks) if era.kind == "poseidon"]
    made = dict(zip(new, _together([blocks[i] for i in new], hashes), strict=True))
    return [
        made[i] if i in made else _old_contents(block, era, hashes)
        for i, (block, _, era) in enumerate(blocks)
    ]


def _old_contents(block: Block, era: Era, hashes: Hashes) -> Contents:
    """Before 0.13.2: transactions and events."""
    transactions, events = block.transactions, block.events
    return Contents(
        None
        if transactions is None
        else commitments.transaction_commitment(transactions, era, hashes),
        None if transactions is None else len(transactions),
        None if events is None else commitments.event_commitment(events, era, hashes),
        None if events is None else len(events),
    )


def _together(
    blocks: Sequence[tuple[Block, StateDiff | None, Era]], hashes: Hashes
) -> list[Contents]:
    """Since 0.13.2: all four."""
    given = [
        (block.transactions, block.events, block.receipts if _gas_told(block) else None, diff)
        for block, diff, _ in blocks
    ]
    some = [
        commitments.Given(era, of[0] or (), of[1] or (), of[2] or (), of[3])
        for of, (*_, era) in zip(given, blocks, strict=True)
    ]
    return [
        Contents(
            None if of[0] is None else made[0],
            None if of[0] is None else len(of[0]),
            None if of[1] is None else made[1],
            None if of[1] is None else len(of[1]),
            None if of[2] is None else made[2],
            None if of[3] is None else made[3],
            None if of[3] is None else len(of[3]),
        )
        for of, made in zip(given, commitments.together(some, hashes), strict=True)
    ]


def _gas_told(block: Block) -> bool:
    told = [r.l1_gas is not None and r.l1_data_gas is not None for r in block.receipts or ()]
    return all(told)


def _taken(block: Block, own: Contents, era: Era) -> Commitments:
    """What goes into the block hash: recomputed where it can be, else told.

    Before 0.13.2 a header's own commitments are not those that were hashed: nothing is taken.
    """
    names = NAMES if era.kind == "poseidon" else dict(list(NAMES.items())[:4])
    values: dict[str, int] = {}
    for name, words in names.items():
        value = getattr(own, name)
        if value is None and era.kind == "pedersen":
            raise UnknownFork("before 0.13.2 a block's hash needs its transactions and receipts")
        value = getattr(block.told, name) if value is None else value
        if value is None:
            raise UnknownFork(f"{words} is neither given nor told by the header")
        values[name] = value
    return Commitments(**values)
