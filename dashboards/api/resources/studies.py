"""Studies: subjects told by several figures, as delegation, fees, life, decisions, programmes."""

from dashboards import queries as ask
from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.resources.figures import FIGURE, row
from dashboards.api.table import Column, Table, listed, lowest
from dashboards.studied import studied
from dashboards.typed import typed
from psephos.errors import TableError
from psephos.results import reading
from psephos.results.asking import default_kind
from psephos.results.shown.text import one_line
from psephos.results.studies import STUDIES


def every(asked: Asked) -> Table:
    """Every study there is, whether this release can tell it or not."""
    return listed(
        (
            Column("study", "text", "Its name."),
            Column("title", "text", "Its name in words."),
            Column("kind", "text", "The kind of position it is of; null if of any, or of events."),
        ),
        [(name, made.title, made.of or None) for name, made in STUDIES.items()],
    )


def figures(asked: Asked) -> Table:
    """The figures of one study, at a block; none, with the reason, where nothing is known."""
    name = asked.words["study"]
    if name not in STUDIES:
        raise TableError("there is no such study", hint="/api/v1/studies lists them")
    found = studied(asked.view, name, dataset(asked, name))
    return listed(
        FIGURE,
        [row(one.json(), asked.view.release) for one in found.figures],
        rests=lowest(one.evidence for one in found.figures),
        definition="/method",
        undefined=found.why,
    )


def table(asked: Asked) -> Table:
    """One table of a study: its numbers are numbers, and a column's name says their unit."""
    name = asked.words["study"]
    if name not in STUDIES:
        raise TableError("there is no such study", hint="/api/v1/studies lists them")
    found = studied(asked.view, name, dataset(asked, name))
    of = next((one for one in found.tables if one.name == asked.words["listing"]), None)
    if of is None:
        there = ", ".join(one.name for one in found.tables)
        raise TableError("the study has no such table at this block", hint=there or found.why or "")
    columns = typed(asked.view, found.dataset, of)
    words = one_line(of.title)
    return listed(
        tuple(Column(one.name, one.kind, f"{one_line(one.head)}. {words}") for one in columns),
        list(zip(*(one.cells for one in columns), strict=True)),
        rests=lowest(one.evidence for one in found.figures),
        definition=f"/api/v1/studies/{name}",
    )


def dataset(asked: Asked, name: str) -> str:
    """The dataset that is asked for, or the first that has what the study reads."""
    release, made = asked.view.release, STUDIES[name]
    given = asked.given.get("dataset", "")
    if made.sources:
        having = reading.datasets(release, *made.sources)
        return given or (having[0] if having else "")
    kind = made.of or default_kind(release, given or None)
    return ask.dataset_of(asked.view, kind, given)


RESOURCES = (
    Resource("/studies", "Studies", "Every study there is.", every),
    Resource("/studies/{study}", "Study", "The figures of one study, at a block, by the declared "
             "owners; each with its own evidence.", figures, ("block", "dataset"), lasts=False),
    Resource("/studies/{study}/{listing}", "Table of a study", "One table of a study, at a block.",
             table, ("block", "dataset"), lasts=False),
)  # fmt: skip
