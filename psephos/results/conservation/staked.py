"""What a staking contract says is staked, against the replay of its events.

`get_total_stake` is STRK of all stakers, own and delegated, of those who are not leaving; as a node
answers it at the block: seen. Source: starknet-staking, `staking.cairo`.
"""

from psephos.chain.dataset import Dataset
from psephos.chain.node import Node
from psephos.commit.starknet.felt import keccak_250
from psephos.errors import NodeError, VerificationFailed
from psephos.results.staking import STAKES, STRK, Tables, stakes, totals
from psephos.store.index import Index

SOURCE = "starknet_staking"
TOTAL = keccak_250(b"get_total_stake").to_bytes(32, "big")


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
