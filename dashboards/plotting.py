"""Which build of plotly.js the site's pages load: the smallest that draws their charts, if it is
installed (`make programs`), else the whole one that Dash brings along.

The whole one has 4.8 MB, nearly all of them for charts and maps that no page draws; reading them
took every reader's browser a second. Charts are of the kinds `DRAWN`, which both draw the same.
"""

import json
from importlib.metadata import version
from pathlib import Path

from flask import Flask, Response
from plotly.offline import get_plotlyjs_version

from dashboards.guard import log

PROGRAM = "/_dash-component-suites/plotly/package_data/plotly.min.js"
"""Where Dash's own pages look for it."""
BASIC = Path(__file__).parent / "programs" / "node_modules" / "plotly.js-basic-dist-min"
DRAWN = frozenset({"scatter", "bar"})


def basic(folder: Path = BASIC) -> bytes | None:
    """The small build; None where it is not installed, or is not of the version that is expected.

    Forms are held valid against the version that the Python package brings, so another one's
    build is left alone, with a line in the log.
    """
    try:
        found = json.loads((folder / "package.json").read_text("utf-8"))["version"]
        program = (folder / "plotly-basic.min.js").read_bytes()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if found != get_plotlyjs_version():
        log.warning(
            "plotly.js %s in dashboards/programs is not the %s of plotly %s: the whole one is sent",
            found, get_plotlyjs_version(), version("plotly"),
        )  # fmt: skip
        return None
    return program


def mount(server: Flask, folder: Path = BASIC) -> None:
    """Send the small build in the place of the whole one, where there is one."""
    program = basic(folder)
    if program is None:
        return

    @server.get(PROGRAM)
    def plotly() -> Response:
        return Response(program, mimetype="application/javascript")
