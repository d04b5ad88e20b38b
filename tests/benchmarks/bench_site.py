"""The site beside a plain plotly-express page, on the same generated release.

    python tests/benchmarks/bench_site.py [--rows 1000000] [--seconds 10] [--clients 20]

Both run under gunicorn with two workers of four threads, on loopback; twenty clients ask one
callback after the other. 85 of 100 ask for the newest block, the others for one of twelve earlier
ones, as readers do who follow a link or look back. The plain page reads the same positions by the
same query and draws three charts with plotly express, as the libraries' own examples do; the site
makes its whole Overview. Prints one line of JSON; latencies in milliseconds, `worker_mb` what the
largest worker holds afterwards (the site's once every page of its navigation was asked for, too),
`whatif` the page What-if for values that were not asked before.
"""

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
EARLIER = 12
SITE = "dashboards.worker:application()"
PLAIN = "tests.benchmarks.bench_site:plain()"


def plain() -> Any:
    """A Dash page as one writes it first: a query, a frame, three px charts, a callback."""
    import plotly.express as px
    import polars as pl
    from dash import Dash, Input, Output, dcc, html

    from psephos.results.positions import positions
    from psephos.store.reader import Release

    release = Release.open(os.environ["PSEPHOS_RELEASES"])
    app = Dash("plain")
    app.layout = html.Div(
        [dcc.Input(id="block"), html.H1(id="title"), *(dcc.Graph(id=name) for name in GRAPHS)]
    )

    @app.callback(
        Output("title", "children"),
        *(Output(name, "figure") for name in GRAPHS),
        Input("block", "value"),
    )
    def draw(block: str) -> tuple[Any, ...]:
        held = positions(release, "power", dataset="strk", block=int(block))
        whole = held.total
        frame = pl.DataFrame(
            {
                "rank": range(1, len(held) + 1),
                "holder": [holder.hex() for holder in held.holders],
                "share": [amount / whole for amount in held.amounts],
            }
        ).with_columns(pl.col("share").cum_sum().alias("together"))
        return (
            f"{len(held)} delegates",
            px.line(frame, x="rank", y="together", log_x=True),
            px.line(frame.sort("share"), y=frame.sort("share")["share"].cum_sum()),
            px.treemap(frame.head(30), path=["holder"], values="share"),
        )

    return app.server


GRAPHS = ("curve", "lorenz", "largest")


def of_plain(block: int) -> dict[str, Any]:
    """What the plain page's browser sends."""
    outputs = [{"id": "title", "property": "children"}]
    outputs += [{"id": name, "property": "figure"} for name in GRAPHS]
    return {
        "output": "..title.children..." + "...".join(f"{name}.figure" for name in GRAPHS) + "..",
        "outputs": outputs,
        "inputs": [{"id": "block", "property": "value", "value": str(block)}],
        "changedPropIds": ["block.value"],
    }


def of_site(block: int) -> dict[str, Any]:
    """What the site's browser sends."""
    return of_page("/", f"?block={block}")


def of_page(path: str, search: str) -> dict[str, Any]:
    """The same for any page."""
    inputs = (("pathname", path), ("search", search))
    return {
        "output": "..page.children...title.data..",
        "outputs": [{"id": "page", "property": "children"}, {"id": "title", "property": "data"}],
        "inputs": [{"id": "address", "property": name, "value": value} for name, value in inputs],
        "changedPropIds": ["address.search"],
    }


def serve(what: str, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A WSGI application under gunicorn, ready to be asked."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PSEPHOS_RELEASES": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", "--workers=2",
               "--threads=4", "--timeout=120", "--log-level=error", what]  # fmt: skip
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    for _ in range(600):
        time.sleep(0.2)
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/_dash-dependencies")
            connection.getresponse().read()
            return process, port
        except OSError:
            continue
    raise SystemExit(f"{what} does not start")


def ask(port: int, body: bytes) -> float:
    """One callback; its latency in seconds."""
    start = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(
        "POST", "/_dash-update-component", body, {"Content-Type": "application/json"}
    )
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200 or b"could not be made" in content:
        raise SystemExit(f"a callback failed: {answer.status} {content[:200]!r}")
    return time.perf_counter() - start


def run(port: int, bodies: list[bytes], clients: int, seconds: float) -> dict[str, float]:
    """Callbacks a second and latencies of so many clients."""
    for body in bodies:  # Each worker is asked for each once, more or less.
        for _ in range(4):
            ask(port, body)
    found: list[float] = []
    end = time.perf_counter() + seconds

    def client(seed: int) -> None:
        draw = random.Random(seed)
        while time.perf_counter() < end:
            earlier = draw.random() < 0.15
            body = bodies[draw.randrange(1, len(bodies)) if earlier else 0]
            found.append(ask(port, body))

    threads = [threading.Thread(target=client, args=(seed,)) for seed in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - start
    found.sort()
    return {
        "callbacks_per_second": round(len(found) / spent, 1),
        "p50_ms": round(1000 * found[len(found) // 2], 1),
        "p95_ms": round(1000 * found[len(found) * 95 // 100], 1),
    }


def supposed(port: int, values: int = 40) -> dict[str, float]:
    """The page What-if for shares that nobody asked for yet, once each worker knows the release."""
    for share in ("1", "2") * 3:
        ask(port, json.dumps(of_page("/whatif", f"?change=cap&share={share}")).encode())
    found = sorted(
        ask(port, json.dumps(of_page("/whatif", f"?change=cap&share={3 + n / 10:.1f}")).encode())
        for n in range(1, values)
    )
    return {
        "p50_ms": round(1000 * found[len(found) // 2], 1),
        "p95_ms": round(1000 * found[len(found) * 95 // 100], 1),
    }


def everything(port: int) -> None:
    """Every page of the navigation, of each worker more or less; one may have nothing to show."""
    from dashboards.pages import register

    for entry in (entry for entry in register() if entry.name):
        for _ in range(4):
            ask(port, json.dumps(of_page(entry.home, "")).encode())


def largest_worker(process: int) -> float | None:
    """Megabytes in memory of the largest child of a process; None where there is no /proc."""
    children = Path(f"/proc/{process}/task/{process}/children")
    if not children.exists():
        return None
    sizes = []
    for child in children.read_text().split():
        status = Path(f"/proc/{child}/status").read_text()
        sizes.append(int(status.split("VmRSS:")[1].split()[0]) * 1024 / 1e6)
    return round(max(sizes), 1)


def measured(folder: Path, clients: int, seconds: float) -> dict[str, Any]:
    """Both servers, one after the other."""
    from psephos.results.positions import positions
    from psephos.store.reader import Release

    with Release.open(folder) as release:
        final, rows = release.final, release.manifest.rows
        event_rows = sum(
            table.rows
            for name, table in release.manifest.tables.items()
            if table.role == "rows" and name != "block"
        )
    blocks = [final, *(final * (20 + place) // 40 for place in range(EARLIER))]
    with Release.open(folder) as release:
        holders = len(positions(release, "power", dataset="strk"))
    result: dict[str, Any] = {
        "holders": holders,
        "rows": rows,
        "event_rows": event_rows,
        "clients": clients,
    }
    for name, what, of in (("site", SITE, of_site), ("plain", PLAIN, of_plain)):
        process, port = serve(what, folder)
        try:
            bodies = [json.dumps(of(block)).encode() for block in blocks]
            ask(port, bodies[0])
            first = sorted(ask(port, json.dumps(of(final - 7 * n)).encode()) for n in range(1, 8))
            result[name] = run(port, bodies, clients, seconds)
            if what is SITE:
                result["whatif"] = supposed(port)
                everything(port)
            result[name]["worker_mb"] = largest_worker(process.pid)
            result[name]["new_block_ms"] = round(1000 * first[len(first) // 2], 1)
        finally:
            process.terminate()
            process.wait()
    speeds = [result[name]["callbacks_per_second"] for name in ("site", "plain")]
    result["times_as_many"] = round(speeds[0] / speeds[1], 1)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--releases", type=Path, help="a folder of releases to use instead")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = given.releases or Path(place)
        if not given.releases:
            from tests.simulated.house import make_release

            make_release(folder, rows=given.rows)
        print(json.dumps(measured(folder, given.clients, given.seconds)))


if __name__ == "__main__":
    main()
