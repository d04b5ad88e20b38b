"""`psephos status`: heights, levels, gaps, reorganisations, quarantine."""

from typing import Any

from psephos.chain.verify import shows
from psephos.commands.console import Answer, Config, Json
from psephos.commands.sync import together
from psephos.commands.trust import anchors_status, anchors_text
from psephos.configuration import load
from psephos.errors import NoRelease, NotCollected, Quarantined
from psephos.publish.testimony import testimony
from psephos.results.conservation.replay import noted
from psephos.results.shown.wording import counted
from psephos.settings import Settings
from psephos.store.index import Index
from psephos.store.reader import Release


def run(config: Config = None, json: Json = False) -> Answer:
    """Show what was collected, sealed and released; of a chain and its L1, where both are here."""
    houses = load(config).houses
    return together([answer(house, named=len(houses) > 1) for house in houses])


def answer(settings: Settings, *, named: bool) -> Answer:
    """What one house holds, under its chain's name if `named`; an index that is not there yet is
    said, and ends nothing where another house has one."""
    name = settings.chain.name
    if named and not settings.index.exists():
        missing = NotCollected(f"{name}: nothing was collected", hint="run `psephos sync`")
        return Answer({"chain": name}, f"{name}: nothing yet", exit_code=4, error=missing)
    found = {"chain": name, **index_status(settings), "release": release_status(settings)}
    stopped = {name for name, row in found["datasets"].items() if row["quarantined"]}
    error = None
    if stopped or found["contested"]:
        error = Quarantined(
            f"{counted(len(stopped), 'dataset')} stopped,"
            f" {counted(len(found['contested']), 'final block')} contested",
            hint="the reasons stand above; the other datasets went on",
        )
    shown_ = f"{name}: {text(found)}" if named else text(found)
    return Answer(found, shown_, exit_code=4 if error else 0, error=error)


def index_status(settings: Settings) -> dict[str, Any]:
    """What the index knows: head, final block, spans, gaps, quarantine, reorganisations."""
    with Index.open(settings.index, read_only=True) as index:
        final = index.finalized
        head = index.query("SELECT max(number) FROM block")[0][0]
        return {
            "head": head,
            "final": final.number if final else None,
            "datasets": {name: dataset_status(index, name, head) for name in index.datasets()},
            "conservation": noted(index),
            "anchors": anchors_status(settings, index),
            **testimony(index),
        }


def dataset_status(index: Index, name: str, head: int | None) -> dict[str, Any]:
    dataset = index.datasets()[name]
    gaps = index.gaps(name, dataset.first, head) if head is not None else ()
    sealed = index.sealed_to(name)
    stopped = index.quarantined().get(name)
    drawn, clean = index.sampled(name)
    return {
        "first": dataset.first,
        "spans": [
            {"first": span.first, "last": span.last, "level": str(span.level)}
            for span in index.spans(name)
        ],
        "sample": {"drawn": drawn, "clean": clean, "shows": shows(drawn, clean)} if drawn else None,
        "gaps": [list(gap) for gap in gaps],
        "sealed_to": sealed if sealed is not None and sealed >= 0 else None,
        "quarantined": {"name": stopped[0], "message": stopped[1]} if stopped else None,
    }


def release_status(settings: Settings) -> dict[str, Any] | None:
    try:
        with Release.open(settings.releases) as release:
            return {"id": release.id, "final": release.final, "head": release.head}
    except NoRelease:
        return None


def text(found: dict[str, Any]) -> str:
    lines = [f"head {shown(found['head'])}, final {shown(found['final'])}"]
    if found["witnesses"]:
        who = found["witnesses"]
        lines[0] += (
            f", confirmed by {len(who['endpoints'])} endpoint(s) of {who['domains']} domain(s)"
        )
    for name, row in found["datasets"].items():
        spans = (
            ", ".join(f"{s['first']}–{s['last']} {s['level']}" for s in row["spans"]) or "nothing"
        )
        lines.append(f"  {name:<18} {spans}; sealed to {shown(row['sealed_to'])}")
        if row["gaps"]:
            lines.append(f"  {'':<18} gaps: {', '.join(f'{a}–{b}' for a, b in row['gaps'])}")
        if row["sample"]:
            lines.append(f"  {'':<18} sample: {row['sample']['shows']}")
        if row["quarantined"]:
            lines.append(f"  {'':<18} stopped: {row['quarantined']['message']}")
    for moved in found["reorganisations"]:
        lines.append(f"  reorganised at {moved['fork']}, {moved['depth']} deep: {moved['reason']}")
    lines += [f"  {double_signature(one)}" for one in found["double_signatures"]]
    if found["contradictions"]:
        lines.append(f"  {found['contradictions']} block(s) whose node left out or altered logs")
    for held in found["conservation"]:
        how = f"{held['status']}, {held['level']}"
        lines.append(f"  {held['dataset']:<18} conservation at {held['block']}: {how}")
    if found["history"]:
        served = {one["node"] for one in found["history"]["nodes"] if one["status"] == "serves"}
        day = found["history"]["asked"][:10]
        lines.append(f"oldest blocks, asked on {day}: served by {', '.join(sorted(served)) or '–'}")
    lines += anchors_text(found["anchors"])
    released = found.get("release")
    lines.append(
        f"release {released['id'][:16]} to {released['final']}" if released else "no release"
    )
    return "\n".join(lines)


def shown(number: int | None) -> str:
    return "–" if number is None else f"{number}"


def double_signature(one: dict[str, Any]) -> str:
    """`the sequencer signed 2 blocks of height 7 (seen): 0x…, read here; 0x…, as ours told`."""
    told = [
        f"{block['hash']}, {'read here' if block['read'] else 'as ' + block['gateway'] + ' told'}"
        for block in one["signed"]
    ]
    height = f"the sequencer signed {len(told)} blocks of height {one['block']}"
    return f"{height} ({one['level']}): {'; '.join(told)}"
