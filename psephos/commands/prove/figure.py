"""`psephos prove figure ID`: the proof of a published figure, from the rows of its release."""

from typing import Annotated

import typer

from psephos.commands.console import Answer, Config, Json, progress
from psephos.commands.places import releases_folder
from psephos.commands.prove.table import Out, facts, text
from psephos.commands.verify.asked import Id, Releases


def run(
    figure: Annotated[str, typer.Argument(help="Id of a published figure, or its first digits.")],
    out: Out,
    preset: Annotated[str, typer.Option(help="standard or compact.")] = "standard",
    releases: Releases = None,
    release: Id = None,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Prove a published figure: totals, HHI, effective number, Gini or Nakamoto coefficients."""
    from psephos.publish.figure import published
    from psephos.results.labels.entities import entities
    from psephos.results.proofs.proven_figure import prove_figure
    from psephos.store.durable import check_free, put
    from psephos.store.reader import Release

    check_free(out)
    with Release.open(releases_folder(releases, config), release) as opened:
        told = published(opened, figure)
        labels = entities(opened.chain.id) if told["entities"] else None
        with progress("proving") as report:
            data, found = prove_figure(
                opened, told, labels, preset, lambda _, done, steps: report(done, steps, 0)
            )
    put(out, data, what="proof")
    named = {"figure": told["id"], "measure": told["measure"], "value": told["value"]}
    return Answer(
        {"out": str(out), "bytes": len(data), **named, **facts(found)},
        f"{out}: {len(data):,} bytes, proves {told['measure']} = {told['text']}\n{text(found)}",
    )
