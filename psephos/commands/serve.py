"""`psephos serve`: the site on this machine, with two workers, on loopback."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Json
from psephos.commands.places import releases_folder
from psephos.errors import CommandError
from psephos.store.reader import Release

ROOT = Path(__file__).resolve().parents[2]


def run(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port.")] = 8050,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 2,
    releases: Annotated[Path | None, typer.Option(help="Folder of the releases.")] = None,
    proxies: Annotated[
        int, typer.Option(min=0, max=9, help="Proxies in front that say who is asking.")
    ] = 0,
    licence: Annotated[
        str, typer.Option(help="Under which the figures are offered: an SPDX identifier.")
    ] = "CC-BY-4.0",
    config: Annotated[Path | None, typer.Option(help="Configuration file.")] = None,
    json: Json = False,
) -> Answer:
    """Serve the site."""
    folder = releases_folder(releases, config)
    with Release.open(folder) as found:
        what = f"release {found.id[:16]}, blocks to {found.final}"
    if not re.fullmatch(r"[A-Za-z0-9.+-]{1,40}", licence):
        raise CommandError(
            "--licence is no SPDX identifier", hint="letters, digits, dots, + and -: CC-BY-4.0"
        )
    process = start(folder, port, host=host, workers=workers, licence=licence, proxies=proxies)
    print(f"psephos: http://{host}:{port}/ ({what})", file=sys.stderr)
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        code = process.wait()
    if code > 0:
        raise CommandError(
            f"the server on port {port} ended with code {code}", hint="is the port in use? --port N"
        )
    return Answer({"address": f"http://{host}:{port}/"})


def start(
    folder: Path,
    port: int,
    *,
    host: str = "127.0.0.1",
    workers: int = 2,
    licence: str = "CC-BY-4.0",
    proxies: int = 0,
) -> subprocess.Popen[bytes]:
    """The site under gunicorn, as a process of its own. Each worker opens the release itself."""
    environment = dict(os.environ)
    environment["PSEPHOS_RELEASES"] = str(folder.resolve())
    environment["PSEPHOS_LICENCE"] = licence
    environment["PSEPHOS_PROXIES"] = str(proxies)
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(ROOT), environment.get("PYTHONPATH", "")])
    )
    command = [
        *(sys.executable, "-m", "gunicorn", f"--bind={host}:{port}", f"--workers={workers}"),
        "--worker-class=dashboards.patience.Worker",
        *("--threads=4", "--timeout=180", "--graceful-timeout=10", "--keep-alive=5"),
        *("--limit-request-line=4094", "--limit-request-fields=60", "--forwarded-allow-ips="),
        *("--log-level=warning", "dashboards.worker:application()"),
    ]
    return subprocess.Popen(command, env=environment)
