"""What a source reads from the logs that contracts on a real node emitted."""

from typing import Any

import numpy as np

from psephos.chain.decode import decode
from psephos.chain.events import SOURCES
from psephos.chain.logs import logs_of, select
from tests.anvil.chain import Anvil, Contract

Row = dict[str, Any]


def emitted(anvil: Anvil, source: str, *contracts: Contract) -> dict[str, list[Row]]:
    """Rows of every table of a source, from all blocks, of these contracts."""
    receipts = [r for number in range(anvil.head() + 1) for r in anvil.receipts(number)]
    logs = logs_of(receipts)
    wanted = {contract.address for contract in contracts}
    mask = np.array([address.tobytes() in wanted for address in logs.address], np.bool_)
    tables = decode(SOURCES[source].events, select(logs, mask))
    for table in tables.values():
        table.validate(full=True)
    return {name: table.to_pylist() for name, table in tables.items()}


def number(word: bytes) -> int:
    return int.from_bytes(word, "big")


def silent(tables: dict[str, list[Row]]) -> set[str]:
    """Tables that no contract filled."""
    return {name for name, rows in tables.items() if not rows}
