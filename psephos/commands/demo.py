"""`psephos demo`: the embedded sample through everything real chains go through.

collect → verify every block → seal → release → verify the release → the site and JupyterLab.
The sample is two chains, Starknet and the L1 that it settles on, as recorded answers of nodes: only
the transport is replaced. One process drives both, the L1 first.
"""

import os
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import typer

from psephos.commands.console import Answer, Json, progress
from psephos.configuration import load
from psephos.errors import CommandError, VerificationFailed
from psephos.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PLACES = (ROOT / "data" / "sample", ROOT / "psephos" / "data" / "sample")
FILE = "starknet.toml"
"""The configuration of the sample's Starknet, which names that of its L1."""


def run(
    serve: Annotated[bool, typer.Option(help="Serve the site and JupyterLab afterwards.")] = True,
    port: Annotated[int, typer.Option(help="Port of the site.")] = 8050,
    lab_port: Annotated[int, typer.Option(help="Port of JupyterLab.")] = 8888,
    folder: Annotated[Path, typer.Option(help="Where to put the index and the releases.")] = Path(
        "data/demo"
    ),
    prove: Annotated[
        bool, typer.Option(help="Prove figures of the release: a minute more, the first time.")
    ] = True,
    json: Json = False,
) -> Answer:
    """Take the embedded sample through all of it."""
    if serve:
        free(port, "--port")
        free(lab_port, "--lab-port")
    began = time.monotonic()
    settings = sample(folder)
    if not prove:
        settings = settings.proving(None)
    chains = through(settings)
    findings = [sentence for steps in chains.values() for sentence in steps["findings"]]
    payload = {"chains": chains, "findings": findings, "seconds": seconds(began)}
    say("", *findings, "", f"done in {payload['seconds']} s")
    if serve:
        serving(settings, port, lab_port)
    return Answer(payload)


def through(settings: Settings) -> dict[str, dict[str, Any]]:
    """Every chain through all of it, by name.

    What is published is verified in processes of their own, as somebody else would, while this one
    goes on with the next chain.
    """
    chains: dict[str, dict[str, Any]] = {}
    of_each = len(settings.houses)
    with ProcessPoolExecutor(of_each, mp_context=get_context("spawn")) as beside:
        checking = {}
        for house in settings.houses:
            name = house.chain.name
            chains[name] = published(house)
            checking[name] = beside.submit(checked, house.releases)
        for house in settings.houses:
            steps, name = chains[house.chain.name], house.chain.name
            say(f"· verify the release of {name} …")
            checks, spent = checking[name].result()
            steps["verify"] = passed(checks)
            say(came("verify", checks, spent))
            steps["findings"] = sentences(house)
    return chains


def published(settings: Settings) -> dict[str, Any]:
    """One chain, from its node to its release."""
    say(settings.title)
    steps: dict[str, Any] = {}
    with told("collect, verify and seal", steps, "sync"):
        steps["sync"] = collect(settings)
    with told("publish", steps, "release"):
        steps["release"] = publish(settings)
    return steps


def seconds(began: float) -> float:
    return round(time.monotonic() - began, 1)


def say(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)


@contextmanager
def told(what: str, steps: dict[str, Any], name: str) -> Iterator[None]:
    """Say what is done and, afterwards, what came of it."""
    say(f"· {what} …")
    began = time.monotonic()
    yield
    say(came(name, steps[name], time.monotonic() - began))


def came(name: str, found: Any, spent: float) -> str:
    return f"  {summary(name, found)} ({spent:.1f} s)"


def sample(folder: Path) -> Settings:
    """The sample's configuration, with indexes and releases in a folder of the user's."""
    file = next((p / FILE for p in PLACES if (p / FILE).exists()), None)
    if not file:
        raise CommandError("the embedded sample is missing", hint="reinstall psephos")
    for name in ("PSEPHOS_DATA", "PSEPHOS_RELEASES"):
        os.environ.pop(name, None)
    home = folder.resolve()
    return load(file).moved(home / "index", home / "releases")


def collect(settings: Settings) -> Any:
    from psephos.batch.sync import sync
    from psephos.commands.house import opened
    from psephos.commands.sync_told import payload

    with opened(settings) as house, progress("collecting") as report:
        found = sync(
            house.node,
            house.index,
            house.datasets,
            progress=report,
            ledger=house.ledger,
        )
    return payload(found)


def publish(settings: Settings) -> Any:
    from psephos.commands.house import kept
    from psephos.commands.sync_told import plain
    from psephos.publish.release import release

    with kept(settings) as (index, ledger):
        return plain(
            release(index, ledger, settings.releases, settings, say=lambda p: say(f"  {p}"))
        )


def checked(releases: Path) -> tuple[Any, float]:
    """Every check of a release, and the seconds they took beside other work."""
    from psephos.commands.sync_told import plain
    from psephos.commands.verify.release import whole_release

    began = time.monotonic()
    return plain(whole_release(releases, None)), time.monotonic() - began


def passed(checks: Any) -> Any:
    """The same checks; one that failed ends the demo with exit 3."""
    failed = [check for check in checks if check["status"] == "failed"]
    if failed:
        raise VerificationFailed(f"{failed[0]['name']}: {failed[0]['why']}")
    return checks


def summary(name: str, found: Any) -> str:
    if name == "verify":
        passed = sum(check["status"] == "passed" for check in found)
        return f"{passed} of {len(found)} checks passed, none failed"
    if name == "release":
        return f"release {found['id'][:16]}, {found.get('rows', 0):,} rows"
    rows, sealed = sum(found["rows"].values()), sum(found["sealed"].values())
    return f"{found['blocks']:,} blocks, {rows:,} rows, {sealed:,} tables sealed"


def sentences(settings: Settings) -> list[str]:
    """The findings the Overview opens with, each with its level."""
    from psephos.results.shown.findings import findings
    from psephos.store.reader import Release

    with Release.open(settings.releases) as release:
        return [
            f"{found.sentence}. {found.context}. [{found.figure.evidence.words}]"
            for found in findings(release)[:6]
        ]


def free(port: int, option: str) -> None:
    """Raise `CommandError` if something listens there already: said before the work, not after."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                f"port {port} is in use",
                hint=f"name another: make demo ARGS='{option} {port + 1}'",
            ) from None


def serving(settings: Settings, port: int, lab_port: int) -> None:
    """Site and JupyterLab side by side until interrupted; both end with the command."""
    import secrets

    from psephos.commands import lab, serve

    token = secrets.token_urlsafe(16)
    site = serve.start(settings.shown, port)
    notebooks = ROOT / "notebooks"
    processes = [site]
    if notebooks.is_dir():
        lab.pair(notebooks)
        processes.append(lab.start(notebooks, lab_port, settings.shown, token, browser=False))
    say("", f"the site        http://127.0.0.1:{port}/")
    if len(processes) > 1:
        say(f"the notebooks   {lab.address(lab_port, token)}")
    say("", "stop both with Ctrl-C")
    code = 0
    try:
        code = site.wait()
    except KeyboardInterrupt:
        say("stopped")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
    if code > 0:
        raise CommandError(
            f"the site on port {port} ended with code {code}", hint="is the port in use? --port N"
        )
