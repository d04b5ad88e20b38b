"""`psephos doctor --history`: which configured nodes still serve the oldest blocks, noted with the
day on which they were asked.
"""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from psephos.chain.open import open_node
from psephos.chain.wire.patience import Patience
from psephos.errors import ConfigurationError
from psephos.evidence.oldest import Served, asked
from psephos.settings import Settings
from psephos.store import beside
from psephos.store.index import Index

BRIEF = Patience(connect=5.0, attempts=2, base=0.1, longest=1.0)
"""A node that is away is one of the answers: it is not waited for as a sync waits."""


def history(settings: Settings) -> dict[str, Any]:
    """Ask every endpoint of a chain by itself for the chain's first block and the first after it
    that a dataset covers; note the answers beside the index, and give them back.

    Keys: `asked` (when, UTC), `blocks` (which), `nodes` (one entry a block and a node).
    """
    if not settings.datasets:
        raise ConfigurationError(
            "no dataset is configured", hint="the oldest blocks are those of a dataset's coverage"
        )
    first = max(min(one.first for one in settings.datasets), settings.chain.start)
    contract = next((one.contracts[0] for one in settings.datasets if one.contracts), bytes(20))
    chain = settings.chain
    nodes = {
        one.label: partial(open_node, replace(chain, endpoints=(one,), gateways=()), BRIEF)
        for one in chain.endpoints
    }
    blocks = sorted({0, max(first, 1)})  # the first of Ethereum has no receipts to serve
    found = asked(nodes, blocks, contract, known(settings, blocks))
    told = {
        "asked": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "blocks": blocks,
        "nodes": [one.told for one in found],
    }
    beside.write(settings.data, beside.HISTORY, told, "history")
    return told


def known(settings: Settings, blocks: list[int]) -> dict[int, bytes]:
    """Hashes that are known without asking: the configured genesis, and what was read before."""
    found: dict[int, bytes] = {}
    if settings.index.exists():
        with Index.open(settings.index, read_only=True) as index:
            for block in blocks:
                if (cursor := index.block(block)) is not None:
                    found[block] = cursor.hash
    if settings.chain.genesis is not None:
        found[0] = settings.chain.genesis
    return found


def words(told: dict[str, Any]) -> list[tuple[Served, str]]:
    """Each answer with a line for people."""
    found = []
    for entry in told["nodes"]:
        one = Served(**entry)
        parts = [name for name in ("receipts", "state") if getattr(one, name)]
        has = f" (with {' and '.join(parts)})" if parts else ""
        why = f": {one.why}" if one.why else ""
        found.append((one, f"{one.node}: block {one.block}: {one.status}{has}{why}"))
    return found
