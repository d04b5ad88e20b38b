"""What a page shows that is no single figure, as lines of a notebook that answer the same.

Who can pass and block, a change of counting, what one address has, how blocks stand, state updates
and promises: each card of them leads to a notebook with these lines.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from dashboards.address import Address
from dashboards.supposing import CHANGES, ROLE, SHARE, counted_otherwise
from psephos.errors import CommandError

NOTEBOOK = "/notebook"
CHOICES = ("dataset", "system", "a", "change", "share", "threshold", "quorum", "who", "key")
"""What a reader chose on a page that its answer depends on."""


def answer_href(at: Address, kind: str, dataset: str = "") -> str:
    """The address of the notebook of an answer, with every choice of the page."""
    given = {"release": at.release, "block": at.block, "by": at.by, "kind": kind}
    given |= {name: getattr(at, name) for name in CHOICES}
    given |= {"dataset": dataset} if dataset else {}
    return f"{NOTEBOOK}?{urlencode({name: value for name, value in given.items() if value})}"


def control(at: Address) -> str:
    return f"r.control({at.system!r})" if at.system else "r.control()"


def what_if(at: Address) -> str:
    """The change that an address asks for, made by hand."""
    word = at.change or next(iter(CHANGES))
    if word not in CHANGES:
        raise CommandError("there is no such change of counting", hint=", ".join(CHANGES))
    share, who = at.share or SHARE, at.who or ROLE
    of_share = f'(Fraction("{share}") / 100, "{share} %")'
    of_who = f'("{who}", supposed.whom(r.release, r.block, "{who}"))'
    made = {
        "cap": f"supposed.capped{of_share}",
        "delegate-cap": f"supposed.delegate_capped{of_share}",
        "square-root": "supposed.rooted()",
        "quadratic": "supposed.quadratically()",
        "without": f"supposed.without{of_who}",
        "redelegate": f"supposed.redelegated{of_who}",
        "none": "Change(())",
    }[word]
    lines = [
        "from dataclasses import replace", "from fractions import Fraction", "",
        "from analytics.threshold import Threshold", "from psephos.results import supposed",
        "from psephos.results.basis import Change", "", f"change = {made}",
    ]  # fmt: skip
    for name, words, rule in counted_otherwise(at):
        lines.append(
            f"change = replace(change, words=(*change.words, {words!r}), "
            f'{name}=Threshold.parse("{rule}"))'
        )
    return "\n".join([*lines, "r.what_if(change)"])


def holder(at: Address) -> str:
    """What one address has, and its votes."""
    digits = at.a[2:].lower()
    if not digits:
        raise CommandError("no address is asked for", hint="the page My address leads to it")
    width = 40 if len(digits) <= 40 else 64
    return (
        "from psephos.results import holder\n\n"
        f'who = bytes.fromhex("{digits.rjust(width, "0")}")\n'
        "cast = holder.cast(r.release, who, r.block, r.proposals)\n"
        "[*holder.holdings(r.release, who, r.block), *cast]"
    )


def proposal(at: Address) -> str:
    """One proposal, with its proposer's own words."""
    if not at.key:
        raise CommandError("no proposal is asked for", hint="the page of a proposal leads to it")
    return (
        f'wanted = ("{at.dataset}", bytes.fromhex("{at.key[2:]}"))\n'
        "next(one for one in r.proposals if (one.dataset, one.id) == wanted)"
    )


def standing(at: Address) -> str:
    return (
        "import polars as pl\n\nfrom psephos.results.standing import standing\n\n"
        'rows = [{"dataset": name, **standing(r.release, name, r.block)}\n'
        "        for name in r.release.datasets]\npl.DataFrame(rows)"
    )


def duties(at: Address) -> str:
    return (
        "from psephos.results import reading\n"
        "from psephos.results.life.attested import attested\n\n"
        "now = reading.timestamp(r.release, r.block)\n"
        f'attested(r.release, "{at.dataset}", now - 30 * 86_400, now + 1, r.block)'
    )


def sealed(at: Address) -> str:
    return "from psephos.results.sealed import days\n\ndays(r.release)"


def updates(at: Address) -> str:
    return (
        "from psephos.results.economy.settlement import updates\n\n"
        f'updates(r.release, "{at.dataset}", 0, 1 << 62)'
    )


def promises(at: Address) -> str:
    return (
        "from psephos.results.labels.entities import entities\n"
        "from psephos.results.promises.files import promises\n"
        "from psephos.results.promises.judge import judge\n\n"
        "judge(r.release, promises(), r.block, entities(r.release.chain.id))"
    )


ANSWERS: dict[str, tuple[str, Callable[[Address], str]]] = {
    "control": ("Who can pass, block and propose", control),
    "whatif": ("The same votes, counted otherwise", what_if),
    "holder": ("What one address has, and its votes", holder),
    "words": ("A proposal, in its proposer's own words", proposal),
    "standing": ("How the blocks of each dataset stand", standing),
    "duties": ("In how many epochs each validator attested", duties),
    "sealed": ("The sealed days", sealed),
    "updates": ("State updates on L1", updates),
    "promises": ("Promises, judged", promises),
}
"""Of each kind of answer its title, and its lines."""
