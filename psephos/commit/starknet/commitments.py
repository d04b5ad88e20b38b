"""The four commitments of a block, each by the formulas of its era.

    transactions  root of leaves over the list of transactions
                  h-pair(hash, h(signature))                        before 0.13.2
                  (before 0.11.1 the signature of INVOKE only; else the empty list)
                  H(hash, signature…), [0] for an empty signature   0.13.2 and 0.13.3
                  H(hash, signature…)                               since 0.13.4
    events        h(contract, h(keys), h(data))                     before 0.13.2
                  H(contract, transaction, n, keys…, n, data…)      since
    receipts      H(transaction, fee, H(n, messages…), reason, 0, L1 gas, L1 data gas)
                  message: sender, receiver, n, payload…; reason: 0 or Keccak-250 of the text.
                  The place of L2 gas holds 0 always. Since 0.13.2.
    state diff    H("STARKNET_STATE_DIFF0", n, (address, class)…, n, (class, compiled)…,
                    n, class…, 1, 0, n, (address, n, (key, value)…)…, n, (address, nonce)…)
                  deployed and replaced together; declared and migrated together; Cairo 0
                  classes; contracts without changed storage left out; all sorted. Since 0.13.2.
                  Before, no block hash has it, but the sequencer signs
                  H(0, H(n, (address, class)…), H(n, (class, compiled)…), H(n, class…), 1, 0,
                    H(n, (address, n, (key, value)…)…, n, (address, nonce)…))

h is Pedersen of a list, H Poseidon of a list; roots are of height 64, leaf i under key i, with
the era's hash. Source: starkware-libs/sequencer `starknet_api/src/block_hash/`;
eqlabs/pathfinder `block-commitments` (before 0.13.2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise

from psephos.commit.starknet.block import Event, Receipt, StateDiff
from psephos.commit.starknet.felt import keccak_250, short_string
from psephos.commit.starknet.hashes import Hashes, Nested
from psephos.commit.starknet.transaction import Transaction
from psephos.commit.starknet.versions import Era

STATE_DIFF = short_string("STARKNET_STATE_DIFF0")


def transaction_commitment(transactions: Sequence[Transaction], era: Era, hashes: Hashes) -> int:
    """The commitment to transactions and their signatures; over the hashes that are told."""
    return hashes.root(transaction_leaves(transactions, era, hashes), era.kind)


def transaction_leaves(transactions: Sequence[Transaction], era: Era, hashes: Hashes) -> list[int]:
    """The leaf of each transaction."""
    if era.kind == "poseidon":
        return hashes.nested("poseidon", _transactions(transactions, era))
    signed = [era.leaf == "signature" or tx.kind == "INVOKE" for tx in transactions]
    signatures = hashes.pedersen(
        [tx.signature if counts else () for tx, counts in zip(transactions, signed, strict=True)]
    )
    return hashes.pedersen_pairs(
        [(tx.hash, value) for tx, value in zip(transactions, signatures, strict=True)]
    )


def _transactions(transactions: Sequence[Transaction], era: Era) -> list[Nested]:
    empty = (0,) if era.leaf == "zero" else ()
    return [(tx.hash, *(tx.signature or empty)) for tx in transactions]


def event_commitment(events: Sequence[tuple[int, Event]], era: Era, hashes: Hashes) -> int:
    """The commitment to the events of a block, each with the hash of its transaction."""
    return hashes.root(event_leaves(events, era, hashes), era.kind)


def event_leaves(events: Sequence[tuple[int, Event]], era: Era, hashes: Hashes) -> list[int]:
    """The leaf of each event."""
    if era.kind == "pedersen":
        old: list[Nested] = [(event.sender, event.keys, event.data) for _, event in events]
        return hashes.nested("pedersen", old) if old else []
    return hashes.nested("poseidon", _events(events))


def _events(events: Sequence[tuple[int, Event]]) -> list[Nested]:
    return [
        (event.sender, by, len(event.keys), *event.keys, len(event.data), *event.data)
        for by, event in events
    ]


def receipt_commitment(receipts: Sequence[Receipt], hashes: Hashes) -> int:
    """The commitment to fees, messages, outcomes and L1 gas. Since 0.13.2."""
    return hashes.root(receipt_leaves(receipts, hashes), "poseidon")


def receipt_leaves(receipts: Sequence[Receipt], hashes: Hashes) -> list[int]:
    """The leaf of each receipt; gas that is not told counts as 0."""
    return hashes.nested("poseidon", _receipts(receipts))


def _receipts(receipts: Sequence[Receipt]) -> list[Nested]:
    return [
        (
            receipt.transaction,
            receipt.fee,
            _messages(receipt),
            revert_hash(receipt.revert_reason),
            0,
            receipt.l1_gas or 0,
            receipt.l1_data_gas or 0,
        )
        for receipt in receipts
    ]


def _messages(receipt: Receipt) -> Nested:
    parts = ((m.sender, m.receiver, len(m.payload), *m.payload) for m in receipt.messages)
    return (len(receipt.messages), *chain.from_iterable(parts))


def revert_hash(reason: str | None) -> int:
    """0 for a transaction that succeeded, else the Keccak of its reason's UTF-8 bytes."""
    return 0 if reason is None else keccak_250(reason.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Given:
    """What a block since 0.13.2 contains; what is not given counts as empty."""

    era: Era
    transactions: Sequence[Transaction] = ()
    events: Sequence[tuple[int, Event]] = ()
    receipts: Sequence[Receipt] = ()
    diff: StateDiff | None = None


def together(blocks: Sequence[Given], hashes: Hashes) -> list[tuple[int, int, int, int]]:
    """The four commitments of each block, as each by itself, with leaves and levels of all of them
    hashed at once: to transactions, events, receipts and the state diff (0 of none)."""
    lists = [
        part
        for one in blocks
        for part in (
            _transactions(one.transactions, one.era),
            _events(one.events),
            _receipts(one.receipts),
        )
    ]
    diffs = [tuple(state_diff_felts(one.diff)) for one in blocks if one.diff is not None]
    leaves = hashes.nested("poseidon", [*chain.from_iterable(lists), *diffs])
    ends = list(accumulate(map(len, lists), initial=0))
    roots = iter(hashes.roots([leaves[a:b] for a, b in pairwise(ends)], "poseidon"))
    changed = iter(leaves[ends[-1] :])
    return [
        (next(roots), next(roots), next(roots), 0 if one.diff is None else next(changed))
        for one in blocks
    ]


def state_diff_commitment(diff: StateDiff, hashes: Hashes) -> int:
    """The commitment to what a block changed."""
    return hashes.poseidon([state_diff_felts(diff)])[0]


def signed_state_diff(diff: StateDiff, hashes: Hashes) -> int:
    """The commitment that sequencers sign beside the hash of a block before 0.13.2.

    Equal to what is signed with sepolia 0 to 6, mainnet 0 to 2 and 350000, integration 283364.
    """
    deployed, declared, deprecated, changed = _tables(diff)
    whole: Nested = (0, tuple(deployed), tuple(declared), tuple(deprecated), 1, 0, tuple(changed))
    return hashes.nested("poseidon", [whole])[0]


def state_diff_felts(diff: StateDiff) -> list[int]:
    """The felts whose Poseidon hash is the commitment. No key is in two of the tables that are
    hashed together: readers refuse that."""
    deployed, declared, deprecated, changed = _tables(diff)
    return [STATE_DIFF, *deployed, *declared, *deprecated, 1, 0, *changed]


def _tables(diff: StateDiff) -> tuple[list[int], list[int], list[int], list[int]]:
    """What was deployed, what was declared, the same of Cairo 0, storage and nonces."""
    touched = sorted((address, entries) for address, entries in diff.storage.items() if entries)
    changed = [len(touched)]
    for address, entries in touched:
        changed += [address, *_table(entries.items())]
    return (
        _table({**diff.deployed, **diff.replaced}.items()),
        _table({**diff.declared, **diff.migrated}.items()),
        [len(diff.deprecated), *sorted(diff.deprecated)],
        changed + _table(diff.nonces.items()),
    )


def _table(entries: Iterable[tuple[int, int]]) -> list[int]:
    held = sorted(entries)
    return [len(held), *chain.from_iterable(held)]
