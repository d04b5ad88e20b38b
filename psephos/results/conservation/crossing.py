"""What crosses between a Starknet chain and its L1, compared in the rows of both indexes.

    updates settle       every state update names hash and root of the L2 block that was read, and
                         between the blocks of two updates each names the one before it as parent
    messages were sent   every L1 handler on L2 is a message that the core contract on L1 told of

A handler is found by its transaction's hash, which follows from what L1 told of the message:
sender, receiver, selector, payload, nonce. No word of the L2 node is taken for it. The first is of
the core contract's dataset, the second of that of Starknet's fees; a difference stops the one whose
rows are named. Each chain runs its own and never writes into the other's index.

Not compared, and said: L2 blocks that are not final or were not read; handlers later than the final
blocks of L1 that were read; and, where messages were not read from the first on (nonce 0), handlers
whose message is not among them.

Source: starkware-libs/cairo-lang, `starknet/solidity/StarknetMessaging.sol`; the hash of an L1
handler: `psephos.commit.starknet.transaction`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from psephos.chain.dataset import Dataset
from psephos.commit.starknet.hashes import compiled
from psephos.commit.starknet.transaction import FORMULAS, OLD_FORMULAS, transaction_hashes
from psephos.commit.told import of_starknet, state_root
from psephos.errors import VerificationFailed
from psephos.evidence.check import Check, NotPossible, attempt
from psephos.results.life.messages import L1_HANDLER, SENT, handler
from psephos.store.index import Index

CORE, FEES = "starknet_core", "starknet_fees"
UPDATES = {"state_update": "l2_block_hash", "state_update_early": "NULL::BLOB"}
AT_ONCE = 7_200
"""Messages of so many blocks of L1, a day, are hashed at once, the newest first: a handler follows
its message closely."""
SHOWN = 5
"""So many rows are named; how many there are is said."""


@dataclass(frozen=True, slots=True)
class Across:
    """The chain on the other side: its index, which is only read, and its datasets. `core` is the
    core contract on L1, whichever of the two sides that is."""

    index: Index
    datasets: tuple[Dataset, ...]
    core: bytes


def crossed(
    index: Index,
    datasets: Sequence[Dataset],
    across: Across,
    since: Mapping[str, int] | None = None,
) -> dict[str, Check]:
    """The check of each dataset that has a side across, by its name; a failed one stops it.

    since: only these datasets, and handlers from this block on; none: everything sealed.
    """
    stopped, found = index.quarantined(), {}
    for dataset in datasets:
        last = index.sealed_to(dataset.name)
        first = dataset.first if since is None else since.get(dataset.name)
        if last is None or first is None or last < dataset.first or dataset.name in stopped:
            continue
        if CORE in dataset.sources and across.core in dataset.contracts:
            one = attempt("updates settle", partial(settled, index, dataset, last, across))
        elif FEES in dataset.sources:
            blocks = max(first, dataset.first), last
            one = attempt("messages were sent", partial(sent, index, dataset, blocks, across))
        else:
            continue
        found[dataset.name] = one
        if one.status == "failed":
            index.quarantine(dataset.name, VerificationFailed(f"invariant: {one.why}"))
    return found


def settled(index: Index, dataset: Dataset, last: int, above: Across) -> str:
    """Whether state updates name the blocks of L2; VerificationFailed with the rows that do not."""
    if (final := above.index.finalized) is None:
        raise NotPossible("no block of L2 that is final was read")
    union = " UNION ALL ".join(
        f"SELECT block_number, transaction_index, log_index, l2_block_number, {hashed}, global_root"
        f' FROM "{dataset.name}_{table}" WHERE contract = ? AND block_number <= ?'
        for table, hashed in UPDATES.items()
    )
    rows = index.query(f"{union} ORDER BY 1, 2, 3", [above.core, last] * len(UPDATES))
    query = "SELECT number, hash, header FROM block WHERE number IN (SELECT unnest(?::UBIGINT[]))"
    numbers = [number for row in rows if (number := _number(row[3])) <= final.number]
    known = {int(n): (h, header) for n, h, header in above.index.query(query, [numbers])}
    named = [(row, *known[_number(row[3])]) for row in rows if _number(row[3]) in known]
    if not named:
        raise NotPossible("no state update is of a final L2 block that was read")
    wrong = [
        f"{_place(row)} names block {_number(row[3])} of L2 {what}"
        for row, hash_, header in named
        if (what := _otherwise(row[4], row[5], hash_, header))
    ]
    settled_to = [_number(row[3]) for row, *_ in named]
    wrong += _unlinked(above.index, min(settled_to), max(settled_to))
    if wrong:
        raise VerificationFailed(
            f"not so that state updates name the L2 blocks that were read: {_listed(wrong)}"
        )
    return (
        f"{len(named)} of {len(rows)} state updates are of final L2 blocks read here, and name them"
    )


def _unlinked(index: Index, first: int, last: int) -> list[str]:
    """Blocks of L2 between two updates whose parent is not the block before them."""
    query = (
        "SELECT number FROM (SELECT number, parent, lag(number) OVER following AS previous, "
        "lag(hash) OVER following AS before FROM block WHERE number BETWEEN ? AND ? "
        "WINDOW following AS (ORDER BY number)) WHERE previous = number - 1 AND parent <> before"
    )
    return [
        f"block {int(number)} of L2, which an update covers, does not follow the one before it"
        for (number,) in index.query(query, [first, last])
    ]


def _otherwise(told: bytes | None, root: bytes, hash_: bytes, header: bytes) -> str:
    """What an update says that its block does not; nothing where they agree."""
    if told is not None and told != hash_:
        return f"as 0x{told.hex()}, it is 0x{hash_.hex()}"
    if header and of_starknet(header) and state_root(header) != root:
        return f"with root 0x{root.hex()}, it has 0x{state_root(header).hex()}"
    return ""


def sent(index: Index, dataset: Dataset, blocks: tuple[int, int], below: Across) -> str:
    """Whether L1 told of every handled message; VerificationFailed with the rows it did not."""
    core = _core(below)
    final, now = _read_to(below, core)
    handled = index.query(
        "SELECT block_number, transaction_index, log_index, transaction_hash, called, entrypoint "
        f'FROM "{dataset.name}_fee_transaction" JOIN block ON number = block_number '
        "WHERE kind = ? AND block_number BETWEEN ? AND ? AND timestamp <= ? ORDER BY 1, 2",
        [L1_HANDLER, *blocks, now],
    )
    left = {row[3]: row for row in handled}
    for found in _hashes(below, core, final, handled, dataset.chain_id) if handled else ():
        for one in found:
            left.pop(one.to_bytes(32, "big"), None)
        if not left:
            break
    if left and _whole(below, core, final):
        wrong = [f"{_place(row)} handles what L1 told of in no block" for row in left.values()]
        raise VerificationFailed(f"not so that L1 sent what L2 handled: {_listed(wrong)}")
    more = f"; {len(left)} were sent before the first that was read" if left else ""
    return f"L1 sent {len(handled) - len(left)} of {len(handled)} messages handled{more}"


def _core(below: Across) -> Dataset:
    """The dataset of the core contract on L1."""
    for dataset in below.datasets:
        known = f"{dataset.name}_{SENT[0]}" in below.index.tables()
        if known and CORE in dataset.sources and below.core in dataset.contracts:
            return dataset
    raise NotPossible("the core contract on L1 is in no dataset that was read")


def _read_to(below: Across, core: Dataset) -> tuple[int, int]:
    """The last final block of L1 up to which the core contract's were read, and its time."""
    final = below.index.finalized
    ends = [span.last for span in below.index.spans(core.name)]
    last = min(final.number, max(ends)) if final is not None and ends else -1
    if last < core.first or below.index.gaps(core.name, core.first, last):
        raise NotPossible("not every block of the core contract on L1 was read")
    query = "SELECT timestamp FROM block WHERE number = ?"
    found = below.index.query(query, [last])
    if not found:
        raise NotPossible(f"block {last} of L1 was not read")
    return last, int(found[0][0])


def _whole(below: Across, core: Dataset, final: int) -> bool:
    """Whether messages were read from the first on, so that one that lacks was never sent."""
    return bool(_messages(below, core, core.first, final))


def _messages(
    below: Across, core: Dataset, first: int, last: int, receivers: Sequence[bytes] | None = None
) -> list[tuple[Any, ...]]:
    """Sender, receiver, selector, payload and nonce of the messages of blocks of L1; of those to
    `receivers` only, or of the first nonce where none are given."""
    chosen = "nonce = ?" if receivers is None else "to_address IN (SELECT unnest(?::BLOB[]))"
    query = " UNION ALL ".join(
        f'SELECT from_address, to_address, selector, payload, nonce FROM "{core.name}_{table}" '
        f"WHERE contract = ? AND block_number BETWEEN ? AND ? AND {chosen}"
        for table in SENT
    )
    given = [below.core, first, last, bytes(32) if receivers is None else list(receivers)]
    return below.index.query(query, given * len(SENT))


def _hashes(
    below: Across, core: Dataset, final: int, handled: Sequence[Sequence[Any]], chain: int
) -> Iterator[list[int]]:
    """Hashes of the handlers that messages of L1 have, of those alone that call what was called;
    by today's formula first, then by those of the first blocks."""
    calls = {(row[4], row[5]) for row in handled}
    receivers, hashes = sorted({to for to, _ in calls}), compiled()
    for formulas in (FORMULAS, *OLD_FORMULAS):
        for last in range(final, core.first - 1, -AT_ONCE):
            first = max(core.first, last - AT_ONCE + 1)
            rows = _messages(below, core, first, last, receivers)
            if told := [handler(row) for row in rows if (row[1], row[2]) in calls]:
                yield transaction_hashes(told, chain, hashes, formulas)


def _number(word: bytes) -> int:
    return int.from_bytes(word, "big")


def _place(row: Sequence[Any]) -> str:
    return f"block {row[0]}, transaction {row[1]}, log {row[2]}"


def _listed(wrong: Sequence[str]) -> str:
    more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    return "; ".join(wrong[:SHOWN]) + more
