"""What the page What-if asks: a change as an address says it, tried on what was read once."""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from analytics.threshold import Threshold
from dashboards.address import Address
from dashboards.view import View
from psephos.errors import CommandError
from psephos.results import supposed as how
from psephos.results.basis import Base, Change
from psephos.results.basis import base as read
from psephos.results.control.bodies import day_of, usual_system
from psephos.results.control.rule_files import system
from psephos.results.whatif import Compared, Outcome, compared_on, outcomes_on

CHANGES = {
    "cap": "cap",
    "square-root": "square root",
    "quadratic": "quadratic",
    "delegate-cap": "cap on delegates",
    "without": "somebody abstains",
    "redelegate": "delegations spread",
    "none": "as it is",
}
"""Changes of counting, by the word that stands in the address."""

SHARE, ROLE = "5", "foundation"
THRESHOLDS = {"": "as it is", "1-2": "more than half", "3-5": "more than 3/5",
              "2-3": "more than 2/3"}  # fmt: skip
SHOWN = ("nakamoto_one_third", "nakamoto_one_half", "nakamoto_two_thirds", "hhi",
         "effective_number", "top_1", "gini")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Supposed:
    """What was asked, and what came of it."""

    change: Change
    measures: tuple[Compared, ...]
    votes: tuple[Outcome, ...]


@lru_cache(maxsize=2)
def based(of: View, dataset: str) -> Base:
    """Power, delegations and votes of a token at the view's block, read once."""
    release = of.release
    by = system(usual_system(release), day_of(release, of.block))
    return read(release, by, of.block, dataset)


def supposed(of: View, dataset: str, at: Address) -> Supposed:
    """The change of an address tried on the votes and the power of the view."""
    there, change = based(of, dataset), asked(of, at)
    measures = compared_on(there, change, SHOWN, indices=False)
    return Supposed(change, tuple(measures), tuple(outcomes_on(there, change)))


def asked(of: View, at: Address) -> Change:
    """The change that an address asks for; `CommandError` says what is wrong with it."""
    word = at.change or next(iter(CHANGES))
    if word not in CHANGES:
        raise CommandError("there is no such change of counting", hint=", ".join(CHANGES))
    found = counting(of, word, at)
    for name, words, rule in counted_otherwise(at):
        changed: dict[str, Any] = {name: Threshold.parse(rule)}
        found = replace(found, words=(*found.words, words), **changed)
    return found


def counted_otherwise(at: Address) -> list[tuple[str, str, str]]:
    """(threshold or quorum, in words, as it is parsed) of each that an address changes."""
    found = []
    if at.threshold:
        share = Fraction(*(int(part) for part in at.threshold.split("-")))
        if not Fraction(1, 2) <= share < 1:
            raise CommandError("a threshold is half or more, and less than all")
        found.append(("threshold", f"a threshold of more than {share}", f">{share}"))
    if at.quorum:
        part = Fraction(int(at.quorum), 100)
        found.append(("quorum", f"a quorum of {at.quorum} % of the supply", f">={part}"))
    return found


def counting(of: View, word: str, at: Address) -> Change:
    """The change of counting alone."""
    if word in ("cap", "delegate-cap"):
        per_cent = at.share or SHARE
        share = how.positive(Fraction(per_cent) / 100)
        made = how.capped if word == "cap" else how.delegate_capped
        return made(share, f"{per_cent} %")
    if word in ("without", "redelegate"):
        name = at.who or ROLE
        who = how.whom(of.release, of.block, name)
        return how.without(name, who) if word == "without" else how.redelegated(name, who)
    return {"square-root": how.rooted, "quadratic": how.quadratically}.get(word, unchanged)()


def unchanged() -> Change:
    """Votes as they were counted."""
    return Change(())


def command(at: Address) -> str:
    """The command that says the same."""
    word = at.change or next(iter(CHANGES))
    share = f"{Fraction(at.share or SHARE) / 100}"
    part = {
        "cap": f" --cap {share}",
        "delegate-cap": f" --delegate-cap {share}",
        "square-root": " --square-root",
        "quadratic": " --quadratic",
        "without": f" --without {at.who or ROLE}",
        "redelegate": f" --redelegate {at.who or ROLE}",
        "none": "",
    }[word]
    if at.threshold:
        part += f" --threshold '>{at.threshold.replace('-', '/')}'"
    if at.quorum:
        part += f" --quorum '>={at.quorum}/100'"
    block = f" --block {at.block}" if at.block else ""
    return f"psephos whatif{part}{block}"
