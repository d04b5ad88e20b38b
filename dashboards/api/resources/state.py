"""How release and chain stand: gaps, what stopped or was taken back, state updates on L1."""

from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.table import Column, Row, Table, listed, lowest
from dashboards.settling import covering, settled
from dashboards.standing import checked, gaps, testified
from dashboards.view import utc
from psephos.results.evidence import evidence
from psephos.results.sealed import corrections
from psephos.results.shown.text import one_line

TOLD = (
    Column("what", "text", "final, head, gap, stopped, reorganisation, double signature, contested "
           "block, correction, checked or fault."),
    Column("dataset", "text", "The dataset, or the sealed table; null of the whole release."),
    Column("first", "whole", "The first block it is of; null where it is of none."),
    Column("last", "whole", "The last."),
    Column("words", "text", "What there is to say of it."),
    Column("noted", "text", "When it was noted, or the block's time, UTC."),
    Column("by", "text", "release: follows from its files. house: testimony of who collected. "
           "server: what this server found."),
)  # fmt: skip


def status(asked: Asked) -> Table:
    """Heights, gaps, quarantine, reorganisations, corrections, and the last check of the files."""
    release = asked.view.release
    manifest = release.manifest
    rows: list[Row] = [
        ("final", None, release.final, release.final, "the newest final block",
         utc(manifest.final.timestamp), "release"),
        ("head", None, release.head, release.head, "the newest block, final or not",
         utc(manifest.head.timestamp), "release"),
    ]  # fmt: skip
    for name, one in release.datasets.items():
        rows += [
            ("gap", name, first, last, "not read", None, "release")
            for first, last in gaps(asked.view, name)
        ]
        if one.stopped:
            rows.append(("stopped", name, None, None, one_line(one.stopped), None, "release"))
    rows += [
        ("correction", one.table, None, None, f"{one.day}, {one.kind}: {one_line(one.reason)}",
         None, "release")
        for one in corrections(release)
    ]  # fmt: skip
    rows += _testimony(asked)
    found = checked(asked.view.pin)
    words = f"{found.files} files read and hashed, {len(found.faults)} at fault"
    rows.append(("checked", None, None, None, words, utc(found.time), "server"))
    rows += [("fault", None, None, None, one_line(f), utc(found.time), "server")
             for f in found.faults]  # fmt: skip
    return listed(TOLD, rows, definition="/status")


def _testimony(asked: Asked) -> list[Row]:
    """What the house that collected saw; nothing where it told nothing."""
    told = testified(asked.view.pin)
    if told is None:
        return []
    rows: list[Row] = []
    for one in told["reorganisations"]:
        fork, depth = int(one["fork"]), int(one["depth"])
        rows.append(("reorganisation", None, fork + 1, fork + depth, one_line(str(one["reason"])),
                     str(one["noted"]), "house"))  # fmt: skip
    for one in told.get("double_signatures", ()):
        hashes = ", ".join(str(block["hash"]) for block in one["signed"])
        rows.append(("double signature", None, int(one["block"]), int(one["block"]),
                     one_line(hashes), str(one["signed"][-1]["noted"]), "house"))  # fmt: skip
    rows += [("contested block", None, None, None, one_line(str(one)), None, "house")
             for one in told["contested"]]  # fmt: skip
    return rows


def updates(asked: Asked) -> Table:
    """Every state update of every core contract in sight: of this chain, or of the L1 beside it."""
    rows: list[Row] = []
    rests = []
    for one in settled(asked.view):
        there = one.there
        rests.append(evidence(there.release, ((one.core, "update"),), there.block))
        waits = [None, *one.waits][: len(one.updates)]
        rows += [
            (one.system, one.core, there.release.chain.name, there.release.id[:16], update.block,
             utc(update.time), update.covers, wait, update.gas, update.blobs)
            for update, wait in zip(one.updates, waits, strict=True)
        ]  # fmt: skip
    return listed(
        (
            Column("system", "text", "What is settled: Starknet, or an exchange of StarkEx."),
            Column("dataset", "text", "The dataset of its core contract."),
            Column("chain", "text", "The L1 it settles on."),
            Column("release", "text", "The release that has the rows."),
            Column("block", "whole", "The block on L1."),
            Column("time", "text", "Its time, UTC."),
            Column("covers", "whole", "The last L2 block it covers; null where none is told."),
            Column("waited", "whole", "Seconds since the update before; null of the first."),
            Column("gas_paid", "amount", "Paid for gas, in wei; null where no fee is told."),
            Column("blobs_paid", "amount", "Paid for blobs, in wei."),
        ),
        rows,
        rests=lowest(rests),
        definition="/batches",
        decimals=18,
        symbol="ETH",
        undefined=None if rests else "no release in sight watches a core contract on L1",
    )


def covered(asked: Asked) -> Table:
    """Where L1 settles a block of an L2: what a reader of that block compares elsewhere."""
    found = covering(asked.view, int(asked.words["block"]))
    rows: list[Row] = []
    rests = None
    if found is not None:
        one, there = found.update, found.of.there
        rests = evidence(there.release, ((found.of.core, "update"),), one.block)
        told = (found.of.system, found.of.core, there.release.chain.name, there.release.id[:16])
        rows.append((*told, one.block, found.hash, utc(one.time), one.covers))
    return listed(
        (
            Column("system", "text", "What is settled."),
            Column("dataset", "text", "The dataset of its core contract."),
            Column("chain", "text", "The L1 it settles on."),
            Column("release", "text", "The release that has the rows."),
            Column("block", "whole", "The block on L1."),
            Column("hash", "text", "Its hash, as 32 bytes: any node of that L1 can confirm it."),
            Column("time", "text", "Its time, UTC."),
            Column("covers", "whole", "The last L2 block it covers."),
        ),
        rows,
        rests=rests,
        definition="/batches",
        undefined=None if found else "no final state update in sight covers this block yet",
    )


RESOURCES = (
    Resource("/status", "Status", "How far the release reads, what is missing in it, and what was "
             "taken back.", status, ("block",), lasts=False),
    Resource("/updates", "State updates", "State updates on L1 up to the block, with the time "
             "between them.", updates, ("block",), lasts=False),
    Resource("/updates/{block}", "State update of a block", "The first final state update on L1 "
             "that covers a block of L2.", covered, lasts=False),
)  # fmt: skip
