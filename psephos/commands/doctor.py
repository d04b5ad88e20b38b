"""`psephos doctor`: what is wrong on this machine, and what to do about it."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from psephos.commands.console import Answer, Config, Json, one_line
from psephos.configuration import load
from psephos.errors import PsephosError
from psephos.results.shown.wording import counted
from psephos.settings import Endpoint, Settings

LIBRARIES = ("duckdb", "polars", "pyarrow", "web3", "dash", "plotly", "jupyterlab")
MARKS = {"ok": "✓", "warn": "!", "fail": "×"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    status: Literal["ok", "warn", "fail"]
    what: str
    hint: str = ""


def run(
    config: Config = None,
    history: Annotated[
        bool, typer.Option("--history", help="Ask each node for the oldest blocks, and note it.")
    ] = False,
    json: Json = False,
) -> Answer:
    """Look at the machine, the configuration, the folders and the nodes."""
    findings = [*machine()]
    served: dict[str, Any] = {}
    try:
        settings = load(config)
    except PsephosError as error:
        findings.append(Finding("configuration", "fail", error.message, error.hint))
    else:
        for house in settings.houses:
            findings += looked_at(house, named=len(settings.houses) > 1)
            if history:
                findings += checked("history", partial(oldest, house, served))
    bad = [f for f in findings if f.status == "fail"]
    payload: dict[str, Any] = {"findings": [asdict(finding) for finding in findings]}
    payload |= {"history": served} if history else {}
    if not bad:
        return Answer(payload, text(findings))
    names = ", ".join(finding.name for finding in bad)
    found = f"{counted(len(bad), 'thing', 'things')} {'is' if len(bad) == 1 else 'are'} wrong"
    wrong = PsephosError(f"{found}: {names}", hint="each says above what to do about it")
    return Answer(payload, text(findings), exit_code=1, error=wrong)


def looked_at(settings: Settings, *, named: bool) -> list[Finding]:
    """One chain's configuration, folders and nodes; each under the chain's name if `named`."""
    count = counted(len(settings.datasets), "dataset")
    findings = [Finding("configuration", "ok", count)]
    for look in (datasets, folders, nodes, index, release):
        findings += checked(look.__name__, partial(look, settings))
    if not named:
        return findings
    return [replace(one, what=f"{settings.chain.name}: {one.what}") for one in findings]


def checked(name: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """What a look found; an error on purpose is a finding too."""
    found: list[Finding] = []
    try:
        found.extend(look())
    except PsephosError as error:
        found.append(Finding(name, "fail", error.message, error.hint))
    return found


def text(findings: list[Finding]) -> str:
    lines = []
    for finding in findings:
        lines.append(f"{MARKS[finding.status]} {finding.name:<14} {one_line(finding.what)}")
        if finding.hint:
            lines.append(f"    → {one_line(finding.hint)}")
    return "\n".join(lines)


def machine() -> Iterator[Finding]:
    """Python, libraries, and what tests and pictures need."""
    supported = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield Finding(
        "python",
        "ok" if supported else "fail",
        f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "" if supported else "use Python 3.11 to 3.13",
    )
    for name in LIBRARIES:
        try:
            yield Finding(name, "ok", version(name))
        except PackageNotFoundError:
            yield Finding(
                name, "fail", "is not installed", "run `make demo`, or pip install psephos"
            )
    for name, why in (("chromium", "tests of the site"), ("npm", "tests against a real node")):
        found = shutil.which(name)
        status: Literal["ok", "warn"] = "ok" if found else "warn"
        yield Finding(name, status, "is here" if found else f"is missing: {why} are skipped")


def datasets(settings: Settings) -> Iterator[Finding]:
    from psephos.commands.house import configured

    for dataset in configured(settings):
        yield Finding("dataset", "ok", f"{dataset.name}: {', '.join(dataset.sources)}")


def folders(settings: Settings) -> Iterator[Finding]:
    """Whether the folders can be written, and how much space is left."""
    for name, folder in (("index", settings.data), ("releases", settings.releases)):
        there = existing(folder)
        if not os.access(there, os.W_OK):
            yield Finding(name, "fail", f"{there} cannot be written", "choose another folder")
            continue
        free = shutil.disk_usage(there).free
        status: Literal["ok", "warn"] = "ok" if free > 5e9 else "warn"
        hint = "" if free > 5e9 else "a verified sync of a busy chain needs more"
        yield Finding(name, status, f"{free / 1e9:,.0f} GB free", hint)


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder


def nodes(settings: Settings) -> Iterator[Finding]:
    """Each endpoint by itself: does it answer, for the right chain, with a final block?"""
    for endpoint in settings.chain.endpoints:
        yield from checked("node", partial(one_node, settings, endpoint))
    if settings.chain.gateways:
        yield from checked("gateway", partial(gateways, settings))


def one_node(settings: Settings, endpoint: Endpoint) -> Iterator[Finding]:
    from psephos.chain.open import open_node
    from psephos.chain.starknet.told import chain_name

    node = open_node(replace(settings.chain, endpoints=(endpoint,)))
    chain_id, _ = node.identity()
    name = chain_name(chain_id) if settings.chain.kind == "starknet" else chain_id
    head, final = node.head(), node.finalized()
    yield Finding(
        "node",
        "ok",
        f"{endpoint.label}: chain {name}, head {head.number}, final {final.number}",
    )


def gateways(settings: Settings) -> Iterator[Finding]:
    """Each gateway by itself: does it tell a signature of the sequencer?"""
    from psephos.chain.open import open_gateways, open_node

    newest = open_node(settings.chain).head().number
    for gateway in open_gateways(settings.chain):
        try:
            signed = gateway.signed(newest)
        except PsephosError as error:
            why = "what only it witnesses is not noted; nothing else misses it"
            yield Finding("gateway", "warn", error.message, why)
        else:
            yield Finding("gateway", "ok", f"{signed.gateway}: block {newest} is signed")


def oldest(settings: Settings, served: dict[str, Any]) -> Iterator[Finding]:
    """Whether each node still serves the oldest blocks; the answers go into `served`, by chain."""
    from psephos.commands.doctor_history import history, words

    statuses: dict[str, Literal["ok", "warn", "fail"]] = {"serves": "ok", "lies": "fail"}
    hints = {
        "lies": "leave this node out: it tells another block than the one that is known",
        "disputed": "name `genesis` under [chain]: nodes tell different blocks",
    }
    told = served[settings.chain.name] = history(settings)
    for one, line in words(told):
        hint = hints.get(one.status, "")
        yield Finding("history", statuses.get(one.status, "warn"), line, hint)


def index(settings: Settings) -> Iterator[Finding]:
    """Whether the index opens, and is as new as its ledger."""
    from psephos.commands.status import index_status

    if not settings.index.exists():
        yield Finding("index", "warn", "there is none yet", "run `psephos sync`")
        return
    found = index_status(settings)
    yield Finding(
        "index", "ok", f"{counted(len(found['datasets']), 'dataset')}, head {found['head']}"
    )


def release(settings: Settings) -> Iterator[Finding]:
    from psephos.store.reader import Release

    if not settings.releases.exists():
        yield Finding("release", "warn", "there is none yet", "run `psephos release`")
        return
    with Release.open(settings.releases) as found:
        yield Finding("release", "ok", f"{found.id[:16]}, final block {found.final}")
