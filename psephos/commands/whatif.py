"""`psephos whatif`: the same measures and votes, before and after a change of how votes count."""

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analytics.threshold import Threshold
from psephos.commands.console import Answer, Json
from psephos.commands.control import Block, Dataset, Id, Owners, Releases, Rules, System
from psephos.commands.declared import folder
from psephos.commands.declared import threshold as parsed
from psephos.commands.places import releases_folder
from psephos.errors import CommandError
from psephos.store.reader import Release

if TYPE_CHECKING:
    from analytics.rules import System as Rulebook
    from psephos.results.basis import Change
    from psephos.results.labels.entities import Entities

ONE = "--cap, --square-root, --quadratic, --delegate-cap, --without or --redelegate"


Cap = Annotated[
    str | None, typer.Option("--cap", help="Nobody votes with more than this share, as 1/100.")
]
Roots = Annotated[
    bool, typer.Option("--square-root", help="Everybody votes with the root of its power.")
]
Quadratic = Annotated[
    bool, typer.Option("--quadratic", help="Every holder delegates the root of what it holds.")
]
DelegateCap = Annotated[
    str | None,
    typer.Option("--delegate-cap", help="Nobody votes with more than this share of others'."),
]
Without = Annotated[
    str | None, typer.Option(help="Who abstains: a declared role (foundation), or an address.")
]
Redelegate = Annotated[
    str | None, typer.Option(help="Whose delegations move: a declared role, or an address.")
]
To = Annotated[str, typer.Option(help="Where they move: spread (among all others), or an address.")]
NewThreshold = Annotated[str | None, typer.Option(help="Another threshold, as '>2/3'.")]
NewQuorum = Annotated[str | None, typer.Option(help="Another quorum of the supply, as '>=10/100'.")]


def run(
    limit: Cap = None,
    roots: Roots = False,
    quadratic_votes: Quadratic = False,
    delegate_limit: DelegateCap = None,
    without: Without = None,
    redelegate: Redelegate = None,
    to: To = "spread",
    threshold: NewThreshold = None,
    quorum: NewQuorum = None,
    system: System = None,
    block: Block = None,
    dataset: Dataset = None,
    releases: Releases = None,
    release: Id = None,
    rules: Rules = None,
    entities: Owners = "off",
    json: Json = False,
) -> Answer:
    """Compare measures of voting power, and the outcome of every vote, before and after.

    One change of counting at a time; another threshold and quorum may go with it. A change acts on
    addresses, as a contract would; with --entities measures are of what their owners have together.
    """
    from psephos.results import reading
    from psephos.results.control.bodies import day_of, usual_system
    from psephos.results.control.rule_files import system as rules_of
    from psephos.results.labels.owners import chosen

    counting = {
        "cap": limit, "square root": roots, "quadratic": quadratic_votes,
        "delegate cap": delegate_limit, "without": without, "redelegate": redelegate,
    }  # fmt: skip
    asked = [name for name, value in counting.items() if value is not None and value is not False]
    if len(asked) > 1:
        raise CommandError(f"two changes at once: {' and '.join(asked)}", hint=f"one of {ONE}")
    if not asked and threshold is None and quorum is None:
        raise CommandError("nothing would change", hint=f"{ONE}, --threshold or --quorum")
    if to != "spread" and redelegate is None:
        raise CommandError(
            f"--to {to[:70]} belongs to --redelegate", hint="say whose: --redelegate"
        )
    rules = folder(rules, "rules")
    if system is not None:
        rules_of(system, where=rules)  # a wrong name is said before a release is opened
    with Release.open(releases_folder(releases), release) as opened:
        at = reading.the_block(opened, block)
        change = _change(opened, at, asked, counting, to)
        change = replace(
            change,
            words=(*change.words, *_words(threshold, quorum)),
            threshold=None if threshold is None else parsed("--threshold", threshold),
            quorum=None if quorum is None else _quorum(quorum),
        )
        by = rules_of(system or usual_system(opened), day_of(opened, at), rules)
        return _answer(opened, by, change, at, dataset, chosen(opened, entities, at))


def _answer(
    opened: Release,
    by: "Rulebook",
    change: "Change",
    block: int,
    dataset: str | None,
    owners: "Entities | None",
) -> Answer:
    """The measures and the votes before and after, and what they rest on."""
    from psephos.results.basis import base
    from psephos.results.control.bodies import refuse_impossible
    from psephos.results.control.told import under
    from psephos.results.evidence import evidence
    from psephos.results.whatif import compared_on, outcomes_on

    tried = base(opened, by, block, dataset, owners)
    refuse_impossible([tried.body], by.name)
    rows = compared_on(tried, change)
    voted = outcomes_on(tried, change)
    token = dataset or opened_token(opened)
    uses = [(token, "power"), (token, "supply")] + [(token, "balance")] * change.graph
    uses += [(one.proposal.dataset, kind) for one in voted for kind in ("proposal", "vote")]
    declared = [f"rules {by.name} since {by.since}", *change.declared]
    if owners and owners.owners and owners.words not in declared:
        declared.append(owners.words)
    rests = evidence(opened, uses, block, declared=declared)
    payload = {
        "release": opened.id,
        "block": block,
        "system": by.name,
        "assumed": list(by.assumed),
        "entities": owners.id if owners else "",
        "changes": list(change.words),
        "measures": [
            {
                "name": row.name,
                "title": row.title,
                "before": _number(row.before),
                "after": _number(row.after),
            }
            for row in rows
        ],
        "votes": [
            {
                "dataset": one.proposal.dataset,
                "proposal": str(one.proposal.number),
                "title": one.proposal.title,
                "before": one.before,
                "after": one.after,
                "undefined": one.why,
            }
            for one in voted
        ],
        "evidence": under(rests),
    }
    return Answer(payload, _text(payload, rests.words))


def opened_token(opened: Release) -> str:
    """The one token whose power counts."""
    from psephos.results.positions import the_dataset

    return the_dataset(opened, "power", None)


def _change(
    opened: Release, block: int, asked: list[str], counting: dict[str, Any], to: str
) -> "Change":
    """The change of counting that was asked for, or none."""
    from psephos.results import supposed
    from psephos.results.basis import Change

    if not asked:
        return Change(())
    name, value = asked[0], counting[asked[0]]
    of_share = {"cap": supposed.capped, "delegate cap": supposed.delegate_capped}
    of_all = {"square root": supposed.rooted, "quadratic": supposed.quadratically}
    if name in of_share:
        return of_share[name](supposed.positive(_share(name, value)), value)
    if name in of_all:
        return of_all[name]()
    who = supposed.whom(opened, block, value)
    if name == "without":
        return supposed.without(value, who)
    return supposed.redelegated(value, who, None if to == "spread" else supposed.address(to))


def _share(name: str, text: str) -> Fraction:
    """A share as `1/50`, above 0 and at most 1."""
    try:
        return Threshold.parse(f">={text}").share
    except CommandError:
        raise CommandError(
            f"--{name.replace(' ', '-')} {text}: no share of the whole",
            hint="write a rational above 0 and up to 1, such as 1/50",
        ) from None


def _quorum(text: str) -> Threshold:
    found = parsed("--quorum", text)
    if found.strict:
        raise CommandError(
            f"--quorum {text}: a quorum of {text} is passed, not reached", hint="write it with >="
        )
    return found


def _words(threshold: str | None, quorum: str | None) -> tuple[str, ...]:
    found = () if threshold is None else (f"threshold {threshold}",)
    return found if quorum is None else (*found, f"quorum {quorum} of the supply")


def _number(value: Any) -> int | float | None:
    return float(value) if isinstance(value, Fraction) else value


def _text(of: dict[str, Any], words: str) -> str:
    lines = [f"{of['system']} · block {of['block']:,} · {'; '.join(of['changes'])}", f"  {words}"]
    lines += ["", f"  {'':<44} {'before':>12} {'after':>12}"]
    for row in of["measures"]:
        before, after = (_shown(row[when]) for when in ("before", "after"))
        lines.append(f"  {row['title']:<44} {before:>12} {after:>12}")
    turned = [one for one in of["votes"] if one["before"] != one["after"]]
    told = [one for one in of["votes"] if one["undefined"] is None]
    lines += ["", f"  {len(turned)} of {len(told)} votes would have come out otherwise"]
    said = {True: "passed", False: "failed", None: "unknown"}
    for one in turned:
        lines.append(f"    {one['title']}: {said[one['before']]}, then {said[one['after']]}")
    return "\n".join(lines)


def _shown(value: int | float | None) -> str:
    return (
        "undefined" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)
    )
