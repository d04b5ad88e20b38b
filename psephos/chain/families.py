"""What differs between the chains we collect from: how a range is read and logs are picked.

All else (the loop, the index, row bytes, sealing, releases) knows only a table's columns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from psephos.chain import logs, read
from psephos.chain.event import Family
from psephos.chain.node import Node


@dataclass(frozen=True, slots=True)
class Reading:
    """How one family of chains is read.

    `read(node, plan, first, last)` is a range of blocks; `own(logs, contracts, topics)` picks a
    dataset's logs. `bloom` says whether headers alone can show that a block holds no log of ours.
    """

    read: Callable[[Node, read.Plan, int, int], read.Part]
    own: Callable[[Any, Sequence[bytes], Sequence[bytes]], Any]
    bloom: bool


def _own_logs(found: Any, contracts: Sequence[bytes], topics: Sequence[bytes]) -> Any:
    wanted = logs.matching(found, contracts, topics)
    return found if wanted.all() else logs.select(found, wanted)


def _ethereum() -> Reading:
    return Reading(read.read, _own_logs, bloom=True)


def _starknet() -> Reading:
    from psephos.chain.starknet import logs as felt_logs
    from psephos.chain.starknet import read as starknet_read

    def own(found: Any, contracts: Sequence[bytes], topics: Sequence[bytes]) -> Any:
        wanted = felt_logs.matching(found, contracts, topics)
        return found if wanted.all() else felt_logs.select(found, wanted)

    return Reading(starknet_read.read, own, bloom=False)


_READING: Mapping[Family, Callable[[], Reading]] = {"ethereum": _ethereum, "starknet": _starknet}


@cache
def reading(family: Family) -> Reading:
    """How chains of a family are read; what only one of them needs is imported here."""
    return _READING[family]()
