"""What a house saw and no chain can show: reorganisations, contradictions, contested blocks, two
signatures of one height, which nodes served the oldest blocks.

It is written beside the current release and is no part of any: two houses that saw the same chain
through other nodes publish the same release and another testimony. It is a declaration.
"""

from pathlib import Path
from typing import Any

from psephos.store import beside
from psephos.store.index import Index
from psephos.store.signed import doubled

FILE = beside.TESTIMONY
MOST = 20


def testimony(index: Index) -> dict[str, Any]:
    """Reorganisations with what each rolled back, the newest first; doubts; who confirmed."""
    return {
        "reorganisations": reorganisations(index),
        "contradictions": contradictions(index),
        "contested": [
            {"block": number, "hash": f"0x{ours.hex()}", "other": f"0x{other.hex()}"}
            for number, ours, other in index.contested()
        ],
        "witnesses": witnesses(index),
        "double_signatures": double_signatures(index),
        "history": history(index.path.parent),
    }


def write(index: Index, folder: Path) -> None:
    """Replace the file beside the current release."""
    beside.write(folder, FILE, testimony(index), "testimony")


def read(folder: Path) -> dict[str, Any] | None:
    """What was written; None where there is none, or what is there is none."""
    return beside.read(folder)


def history(folder: Path) -> dict[str, Any] | None:
    """Which nodes served the oldest blocks when they were asked; None where nobody asked them."""
    found = beside.read(folder, beside.HISTORY) or {}
    nodes = found.get("nodes")
    whole = isinstance(nodes, list) and all(isinstance(one, dict) for one in nodes)
    named = whole and all({"node", "status"} <= one.keys() for one in nodes or ())
    return found if named and isinstance(found.get("asked"), str) else None


def witnesses(index: Index) -> dict[str, Any] | None:
    """Who confirmed the newest final block: a declaration of the configuration, not a proof."""
    found = index.query("SELECT endpoints, domains FROM final ORDER BY number DESC LIMIT 1")
    return {"endpoints": found[0][0], "domains": found[0][1]} if found else None


def reorganisations(index: Index) -> list[dict[str, Any]]:
    """The last ones: where, how deep, why, when it was noticed."""
    sql = (
        "SELECT fork_number, depth, reason, noted FROM reorganisation "
        f"ORDER BY id DESC LIMIT {MOST}"
    )
    return [
        {"fork": fork, "depth": depth, "reason": reason, "noted": f"{noted:%Y-%m-%d %H:%M:%S}Z"}
        for fork, depth, reason, noted in index.query(sql)
    ]


def contradictions(index: Index) -> int:
    """Blocks whose logs, as asked for, were not those of the block's own receipts."""
    return int(index.query("SELECT count(*) FROM contradiction")[0][0])


def double_signatures(index: Index) -> list[dict[str, Any]]:
    """The last heights of which the sequencer signed several blocks, with every signature."""
    return [
        {
            "block": number,
            "level": "seen",
            "signed": [
                {
                    "hash": f"0x{one.hash.hex()}",
                    "signature": [f"0x{one.r.hex()}", f"0x{one.s.hex()}"],
                    "state_diff": one.state_diff and f"0x{one.state_diff.hex()}",
                    "gateway": one.gateway,
                    "noted": one.noted,
                    "read": one.read,
                }
                for one in blocks
            ],
        }
        for number, blocks in list(doubled(index).items())[:MOST]
    ]
