"""What a configuration trusts, with the files of its light clients read."""

from dataclasses import replace
from typing import Any

from psephos.commands.verify.asked import document
from psephos.errors import PsephosError
from psephos.settings import Settings
from psephos.store.index import Index


def trusting(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings with the checkpoints of light clients among the declared ones, and what to warn
    of. Errors as of `psephos.evidence.trust.trusted`."""
    if not settings.chain.light_clients:
        return settings, ()
    from psephos.evidence.trust import trusted

    found = trusted(settings.chain, document)
    chain = replace(settings.chain, checkpoints=found.checkpoints, light_clients=())
    return replace(settings, chain=chain), found.warnings


def anchors_status(settings: Settings, index: Index) -> dict[str, Any]:
    """Each trusted block, and whether the index has it; what to warn of, or why a light client
    did not follow."""
    try:
        known, warnings = trusting(settings)
    except PsephosError as error:
        known, warnings = settings, (error.message,)
    return {
        "blocks": [
            {
                "block": mark.block,
                "hash": f"0x{mark.hash.hex()}",
                "source": mark.source,
                "collected": _collected(index, mark.block, mark.hash),
            }
            for mark in known.chain.checkpoints
        ],
        "warnings": list(warnings),
    }


def _collected(index: Index, number: int, hash_: bytes) -> str:
    ours = index.block(number)
    if ours is None:
        return "not collected"
    return "collected" if ours.hash == hash_ else f"collected as 0x{ours.hash.hex()}"


def anchors_text(anchors: dict[str, Any]) -> list[str]:
    """The lines of `anchors_status`."""
    lines = [
        f"  {'anchor':<18} block {one['block']}, {one['collected']} ({one['source']})"
        for one in anchors["blocks"]
    ]
    return lines + [f"  {'warning':<18} {warning}" for warning in anchors["warnings"]]
