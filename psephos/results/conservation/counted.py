"""Rows of a block against what its own header counts: Starknet's, which counts them since 0.7.

    rows of events of a dataset ≤ the header's events      a row too many was doubled or added
    a block's row of fees tells the header's transactions

A row too few is found by recomputing the block (`psephos.chain.verify`), which every block of a
verified sync is; a dataset watches some contracts of a block only. Blocks whose headers are not
kept, or count nothing, are passed over and said.

Source: starkware-libs/sequencer, `block_hash_calculator.rs`: counts are part of the block's hash.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from psephos.chain.dataset import Dataset
from psephos.commit.starknet.header import StarknetHeader, parse
from psephos.errors import VerificationFailed
from psephos.evidence.check import Check, attempt
from psephos.store.index import Index

AT_ONCE = 50_000
"""Blocks of so many numbers are looked at together, so that memory stays small."""
SHOWN = 5
NAME = "rows are counted"


def counted(
    index: Index, datasets: Sequence[Dataset], since: Mapping[str, int] | None = None
) -> dict[str, Check]:
    """Whether each dataset of a Starknet has no more rows than headers count; a failed one stops.

    since: the first block that is looked at, by dataset, and only these; none: all that is sealed.
    """
    stopped, found = index.quarantined(), {}
    for dataset in datasets:
        last = index.sealed_to(dataset.name)
        first = dataset.first if since is None else since.get(dataset.name)
        if dataset.family != "starknet" or last is None or first is None:
            continue
        if dataset.name in stopped or last < max(first, dataset.first):
            continue
        check = partial(compared, index, dataset, max(first, dataset.first), last)
        found[dataset.name] = one = attempt(NAME, check)
        if one.status == "failed":
            index.quarantine(dataset.name, VerificationFailed(f"invariant: {one.why}"))
    return found


def compared(index: Index, dataset: Dataset, first: int, last: int) -> str:
    """What was compared; VerificationFailed with the blocks that have more rows than they count."""
    wrong, blocks, passed = [], 0, 0
    for block, rows, transactions, header in _blocks(index, dataset, first, last):
        events, told = header.event_count if header else None, _transactions(header)
        if events is None or told is None:
            passed += 1
            continue
        blocks += 1
        if rows > events:
            wrong.append(f"block {block} has {rows} rows of events, its header counts {events}")
        if transactions is not None and transactions != told:
            wrong.append(f"block {block} tells {transactions} transactions, its header {told}")
    if wrong:
        more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise VerificationFailed(
            f"not so that rows are those that headers count: {'; '.join(wrong[:SHOWN])}{more}"
        )
    left = f"; {passed} whose headers count nothing, or are not kept" if passed else ""
    return f"{blocks} blocks with rows have no more than their headers count{left}"


def _transactions(header: StarknetHeader | None) -> int | None:
    if header is None:
        return None
    if "counts" in header.members:
        return header.members["counts"] >> 192
    return header.members.get("transaction_count")


def _blocks(
    index: Index, dataset: Dataset, first: int, last: int
) -> Iterator[tuple[int, int, int | None, StarknetHeader | None]]:
    """Block, its rows of events, what its row of fees counts, and its header."""
    told = [
        f'SELECT block_number, 1, NULL FROM "{dataset.name}_{table}"'
        for table in {shape.table: None for shape in dataset.events}  # a table may have two shapes
    ]
    if "fee_block" in dataset.tables():
        fees = f'SELECT block_number, 0, transactions FROM "{dataset.name}_fee_block"'
        told.append(fees)
    query = (
        f"SELECT number, sum(event), any_value(fees), any_value(header) "
        f"FROM ({' UNION ALL '.join(told)}) AS told (block_number, event, fees) "
        "JOIN block ON number = block_number "
        "WHERE block_number BETWEEN ? AND ? GROUP BY number ORDER BY number"
    )
    for start in range(first, last + 1, AT_ONCE):
        for number, rows, fees, header in index.query(
            query, [start, min(last, start + AT_ONCE - 1)]
        ):
            kept = parse(header) if header else None
            yield int(number), int(rows), None if fees is None else int(fees), kept
