"""What a configuration trusts, with the files of its light clients read."""

from dataclasses import replace
from typing import Any

from psephos.commands.verify.asked import document
from psephos.errors import PsephosError
from psephos.settings import ChainSettings, Settings
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


def trusting_l1(chain: ChainSettings) -> tuple[ChainSettings, tuple[str, ...]]:
    """The same for the Ethereum that a Starknet chain settles on: what its node must have."""
    if chain.l1 is None or not chain.l1.light_clients:
        return chain, ()
    from psephos.evidence.trust import trusted

    l1 = chain.l1
    known = ChainSettings("l1", l1.id, None, 0, (), l1.checkpoints, light_clients=l1.light_clients)
    found = trusted(known, document)
    l1 = replace(l1, checkpoints=found.checkpoints, light_clients=())
    return replace(chain, l1=l1), found.warnings


def anchors_status(settings: Settings, index: Index) -> dict[str, Any]:
    """Each trusted block, and whether the index has it; what to warn of, or why a light client
    did not follow."""
    try:
        known, warnings = trusting(settings)
        chain, more = trusting_l1(known.chain)
        warnings += more
    except PsephosError as error:
        known, chain, warnings = settings, settings.chain, (error.message,)
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
        "l1": [
            {"block": mark.block, "hash": f"0x{mark.hash.hex()}", "source": mark.source}
            for mark in (chain.l1.checkpoints if chain.l1 else ())
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
    lines += [
        f"  {'anchor of L1':<18} block {one['block']} ({one['source']})" for one in anchors["l1"]
    ]
    return lines + [f"  {'warning':<18} {warning}" for warning in anchors["warnings"]]
