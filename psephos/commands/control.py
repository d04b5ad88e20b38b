"""`psephos control`: who can pass, block, propose and halt, by a rule file and a release."""

from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Json
from psephos.commands.declared import folder
from psephos.commands.places import releases_folder
from psephos.errors import CommandError
from psephos.store.reader import Release

System = Annotated[
    str | None,
    typer.Option(help="Rule file, for example starknet [default: that of the release's governor]."),
]
Dataset = Annotated[str | None, typer.Option(help="Token whose voting power counts.")]
Block = Annotated[int | None, typer.Option(min=0, help="As of this block [default: final].")]
Releases = Annotated[Path | None, typer.Option(help="Folder of the releases.")]
Id = Annotated[str | None, typer.Option(help="Id of a release [default: current].")]
Top = Annotated[int, typer.Option(help="How many members to name.")]
Owners = Annotated[
    str,
    typer.Option(
        "--entities",
        help="Count by owner: on (labels), off (addresses), a set, or same-funder, same-reward, "
        "same-operator.",
    ),
]
Rules = Annotated[Path | None, typer.Option(help="Folder of rule files [default: psephos's own].")]


def run(
    system: System = None,
    block: Block = None,
    dataset: Dataset = None,
    top: Top = 10,
    releases: Releases = None,
    release: Id = None,
    rules: Rules = None,
    entities: Owners = "on",
    json: Json = False,
) -> Answer:
    """Say who could decide: smallest coalitions, veto players and power, body by body and in all.

    Bodies are those of the rule file that holds on the block's day, token holders those of a
    release at the block.
    """
    from psephos.results import reading
    from psephos.results.control.bodies import day_of, refuse_impossible, usual_system
    from psephos.results.control.rule_files import system as rules_of
    from psephos.results.control.told import control, told
    from psephos.results.control.words import text
    from psephos.results.labels.owners import chosen

    if top < 1:
        raise CommandError(f"--top {top}: name at least one member", hint="for example --top 10")
    rules = folder(rules, "rules")
    if system is not None:
        rules_of(system, where=rules)  # a wrong name is said before a release is opened
    with Release.open(releases_folder(releases), release) as opened:
        at = reading.the_block(opened, block)
        found = control(
            opened,
            rules_of(system or usual_system(opened), day_of(opened, at), rules),
            block=at,
            dataset=dataset,
            entities=chosen(opened, entities, at),
        )
        refuse_impossible(found.bodies.values(), found.system.name)
        payload = {"release": opened.id, **told(found, top)}
        return Answer(payload, text(found, top))
