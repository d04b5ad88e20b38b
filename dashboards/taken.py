"""What a reader takes along from a page: rows as CSV, a figure's notebook, proof of one address."""

from pathlib import Path

from flask import Flask, Response, request

from dashboards import download
from dashboards.address import Address, address
from dashboards.answers import NOTEBOOK
from dashboards.notebook import notebook
from dashboards.view import pin, view
from dashboards.witnesses import WITNESS
from dashboards.witnesses import file as file_of


def mount(server: Flask, folder: Path) -> None:
    """Put these files on a server."""

    @server.get("/csv/<table>")
    def rows(table: str) -> Response:
        where = here()
        there = view(pin(folder, where.release), where.block, where.by)
        pieces = download.content(table, there, where)
        return named(Response(pieces, mimetype="text/csv"), download.filename(table, there))

    @server.get(NOTEBOOK)
    def computed() -> Response:
        where = here()
        found = notebook(pin(folder, where.release), where)
        answer = Response(found, mimetype="application/x-ipynb+json")
        return named(answer, "psephos-figure.ipynb")

    @server.get(WITNESS)
    def shown_there() -> Response:
        where = here()
        name, content = file_of(view(pin(folder, where.release), where.block, ""), where)
        return named(Response(content, mimetype="application/octet-stream"), name)


def here() -> Address:
    """The address that is asked for; `CommandError` for one that no page has."""
    return address(request.path, request.query_string.decode("utf-8", "replace"))


def named(answer: Response, name: str) -> Response:
    """An answer that a browser keeps under a name of ours."""
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
