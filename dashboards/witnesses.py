"""Files that show one address in, or absent from, everybody's positions: `/witness`."""

from urllib.parse import urlencode

from dashboards import persons
from dashboards import queries as ask
from dashboards.address import Address
from dashboards.view import View
from psephos.errors import CommandError
from psephos.results.positions import SOURCES

WITNESS = "/witness"


def witness_href(at: Address, kind: str, dataset: str, who: str) -> str:
    """The address of a file."""
    given = {"release": at.release, "block": at.block, "kind": kind, "dataset": dataset, "a": who}
    return f"{WITNESS}?{urlencode({name: value for name, value in given.items() if value})}"


def file(of: View, at: Address) -> tuple[str, bytes]:
    """(name, content) of the file of an address; `CommandError` where nothing can be shown."""
    if at.kind not in SOURCES or at.kind in ("vote", "locked") or not at.a:
        raise CommandError("there is no such proof", hint="the page My address makes them")
    name = ask.dataset_of(of, at.kind, at.dataset)
    digits = at.a[2:].lower()
    who = bytes.fromhex(digits.rjust(len(digits) + len(digits) % 2, "0"))
    return f"{at.kind}-{name}.witness", persons.witness(of, at.kind, name, who)
