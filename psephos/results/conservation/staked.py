"""What a staking contract says is staked, against the replay of its events.

`get_total_stake` is STRK of all stakers, own and delegated, of those who are not leaving; as a node
answers it at the block: seen. Source: starknet-staking, `staking.cairo`.
"""

from collections.abc import Iterable, Mapping
from functools import partial

from psephos.chain.dataset import Dataset
from psephos.chain.node import Node
from psephos.commit.starknet.felt import keccak_250
from psephos.errors import NodeError, VerificationFailed
from psephos.evidence.check import Check, attempt
from psephos.results.staking import STAKES, STRK, Tables, stakes, totals
from psephos.store.index import Index

SOURCE = "starknet_staking"
TOTAL = keccak_250(b"get_total_stake").to_bytes(32, "big")


def totalled(
    index: Index,
    node: Node,
    datasets: Iterable[Dataset],
    since: Mapping[str, int] | None = None,
) -> dict[str, Check]:
    """Whether each staking contract says the sum of its stakes, by dataset, at its last sealed
    block.

    since: only these datasets; none: all. Those with blocks that were not read, with more contracts
    than one, or stopped are left out. A difference is told and stops nothing, since a node may lie.
    """
    stopped, found = index.quarantined(), {}
    for dataset in datasets:
        last = index.sealed_to(dataset.name)
        if SOURCE not in dataset.sources or dataset.name in stopped or last is None:
            continue
        if since is not None and dataset.name not in since:
            continue
        if len(dataset.contracts) > 1 or index.gaps(dataset.name, dataset.first, last):
            continue
        told, contract = staked(index, dataset, last), dataset.contracts[0]
        check = partial(check_total, told, contract, last, node)
        found[dataset.name] = attempt("total stake", check)
    return found


def staked(index: Index, dataset: Dataset, block: int) -> Tables:
    """The tables of an index that tell stakes, up to and with a block."""
    names = [name for name in STAKES if name in dataset.tables()]
    return {name: index.rows(dataset.name, name, dataset.first, block) for name in names}


def check_total(tables: Tables, contract: bytes, block: int, node: Node) -> str:
    """What both say; VerificationFailed where they differ, NodeError where nobody answers."""
    ours = totals(stakes(tables, block))[STRK]
    answer = node.call(contract, TOTAL, block)
    if len(answer) != 32:
        raise NodeError(f"the contract answers {len(answer) // 32} felts where a sum was asked for")
    if (theirs := int.from_bytes(answer, "big")) != ours:
        raise VerificationFailed(
            f"the rows give {ours}, the contract has {theirs} at {block}: seen"
        )
    return f"{ours} at block {block}: what the contract answers, seen"
