"""Status: how far this release reads, what is missing in it, and what went wrong on the way."""

from typing import Any

from dash import html

from dashboards.cards import card, columns, entry, headline, numbers
from dashboards.coverage import coverage, stands_on
from dashboards.flowing import table
from dashboards.pages import At, Page
from dashboards.parts import kicker
from dashboards.standing import checked, gaps, testified
from dashboards.view import utc
from psephos.results.sealed import corrections, days
from psephos.results.shown.text import number, one_line
from psephos.results.shown.wording import counted

PATH, GROUP, NAME, ORDER = r"/status", "Check", "Status", 42
ASKS = (
    ("How far does it read, and how well?", "numbers"),
    ("Is anything missing, stopped or taken back?", "taken-back"),
    ("When was it last verified, and by whom?", "verified"),
)
MOST = 12


def page(at: At) -> Page:
    release = at.view.release
    missing = {name: gaps(at.view, name) for name in release.datasets}
    stopped = {name: one.stopped for name, one in release.datasets.items() if one.stopped}
    return Page(
        "Status",
        [
            headline(kicker(at.view), finding(missing, stopped), context(at)),
            heights(at, missing),
            columns(
                coverage(at.view, list(release.datasets), at.address),
                verified(at),
                rolled_back(at),
                corrected(at),
                datasets(at, missing, stopped),
            ),
        ],
    )


def finding(missing: dict[str, list[tuple[int, int]]], stopped: dict[str, str]) -> str:
    """`Nothing is missing and nothing stopped.`"""
    if stopped:
        return f"{counted(len(stopped), 'dataset', capital=True)} stopped: {', '.join(stopped)}."
    short = [name for name, found in missing.items() if found]
    if short:
        return f"Blocks are missing in {counted(len(short), 'dataset')}."
    return "Nothing is missing, and nothing stopped."


def context(at: At) -> str:
    manifest = at.view.release.manifest
    behind = manifest.head.number - manifest.final.number
    return (
        f"Read to block {number(manifest.head.number)}, {utc(manifest.head.timestamp)}; "
        f"{counted(behind, 'block')} of it {'is' if behind == 1 else 'are'} not final and may "
        "still change."
    )


def heights(at: At, missing: dict[str, list[tuple[int, int]]]) -> Any:
    """Four numbers: final, head, missing, sealed."""
    manifest = at.view.release.manifest
    lost = sum(last - first + 1 for found in missing.values() for first, last in found)
    return numbers(
        entry(number(manifest.final.number), "", ["final block, ", utc(manifest.final.timestamp)]),
        entry(number(manifest.head.number), "", "newest block, final or not"),
        entry(number(lost), "", "blocks that some dataset has not read"),
        entry(number(len({one.day for one in days(at.view.release)})), "days",
              f"sealed in {number(manifest.ledger.entries)} entries of the ledger"),
    )  # fmt: skip


def verified(at: At) -> Any:
    """What this server checked when it opened the release, and how to check the rest."""
    found = checked(at.view.pin)
    title = "Every file is what the release says" if not found.faults else "Files are not whole"
    rows = [
        ("files, against the hashes in the manifest", number(found.files)),
        ("faults", "; ".join(one_line(one, 90) for one in found.faults) or "none"),
        ("checked by this server", utc(found.time)),
    ]
    commands = [f"psephos verify release {at.view.pin.id[:16]}", "psephos verify ledger"]
    return card(
        title,
        "A server's word about itself proves little; the commands check rows, days and blocks too",
        [
            table(("", "found"), rows),
            *(html.Code(one, className="command") for one in commands),
        ],
        tall=2,
        name="verified",
    )


def rolled_back(at: At) -> Any:
    """Reorganisations as the house that publishes saw them."""
    told = testified(at.view.pin)
    if told is None:
        return card(
            "Nobody told what was rolled back",
            "Reorganisations are seen by who collects; this release came without testimony",
            html.P("Blocks that are not final are never sealed."),
            name="taken-back",
        )
    found = told["reorganisations"]
    title = f"{counted(len(found), 'reorganisation', capital=True)} seen while collecting"
    rows = [
        (f"after block {number(one['fork'])}: {one_line(str(one['reason']), 80)}",
         counted(int(one["depth"]), "block"), str(one["noted"])[:16])
        for one in found[:MOST]
    ]  # fmt: skip
    rows += [
        (f"height {number(one['block'])}, signed by the sequencer as "
         + " and as ".join(f"{str(block['hash'])[:12]}…" for block in one["signed"]),
         counted(len(one["signed"]), "block"), str(one["signed"][-1]["noted"])[:16])
        for one in told.get("double_signatures", ())[:MOST]
    ]  # fmt: skip
    doubts = (
        f"Heights of which the sequencer signed several blocks: "
        f"{number(len(told.get('double_signatures', ())))}, only seen. "
        f"Contradictions between answers and receipts: {number(int(told['contradictions']))}. "
        f"Final blocks that a node later told otherwise: {number(len(told['contested']))}."
    )
    return card(
        title,
        "Testimony of the house that collected, no part of the release: what was not final and was "
        "taken back",
        [table(("", "rolled back", "noted"), rows) if rows else None, html.P(doubts)],
        name="taken-back",
    )


def corrected(at: At) -> Any:
    """What was sealed and holds no more: entries that supersede or contest another."""
    found = corrections(at.view.release)
    title = (
        f"{counted(len(found), 'sealed table', capital=True)} corrected or contested"
        if found
        else "No sealed day was corrected"
    )
    rows = [
        (f"{one.table}, {one.day}: {one_line(one.reason, 90)}", one.kind) for one in found[:MOST]
    ]
    return card(
        title,
        "The ledger only grows: a correction is a new entry that names what it supersedes and why",
        table(("", "entry"), rows) if rows else html.P("Every entry is the first of its day."),
    )


def datasets(at: At, missing: dict[str, list[tuple[int, int]]], stopped: dict[str, str]) -> Any:
    """A row a dataset: from where to where, gaps, sealed to, and whether it stopped."""
    sealed = {one.dataset: one for one in days(at.view.release)}
    rows = []
    for name, one in at.view.release.datasets.items():
        holes = ", ".join(f"{number(a)} – {number(b)}" for a, b in missing[name][:4]) or "none"
        day = sealed[name].day if name in sealed else "nothing yet"
        last = max((span.last for span in one.spans), default=one.first - 1)
        reach = f"{number(one.first)} – {number(last)}" if last >= one.first else "nothing yet"
        rows.append((name, reach, holes, day, one_line(stopped.get(name, "no"), 60)))
    return card(
        f"{counted(len(rows), 'dataset', capital=True)}, one by one",
        "A dataset that contradicts itself is quarantined: it stops, the others go on",
        html.Div(table(("", "blocks read", "gaps", "sealed to", "stopped"), rows),
                 className="sideways"),
        stands_on(at.view, list(missing), at.address, "datasets"),
        wide=True,
    )  # fmt: skip
