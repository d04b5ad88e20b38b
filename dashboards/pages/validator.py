"""A validator: what is staked with it, in which tokens, how it attests and what it keeps."""

from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboards import queries as ask
from dashboards.cards import card, columns, entry, headline, numbers, undefined
from dashboards.download import csv_href
from dashboards.flowing import table
from dashboards.foot import foot, footer, taken
from dashboards.pages import At, Page
from dashboards.pages.delegate import other
from dashboards.pages.stake import positions_csv
from dashboards.parts import brief, kicker, large, share
from dashboards.staked import duties, duty_of, every, kept, known
from dashboards.view import labels
from psephos.errors import CommandError
from psephos.results.evidence import evidence
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import named, number
from psephos.results.shown.wording import counted, decimal
from psephos.results.staking import STRK

PATH = r"/stake/(?P<who>0x[0-9a-f]{64})"
GROUP, NAME, ORDER = "Chain", "", 38
ASKS = (
    ("How much is staked with it, and how much of that is its own?", "numbers"),
    ("Does it do its duty, and what does it keep of its delegators' rewards?", "duty"),
    ("What else is it?", "offices"),
)
OWED = "Epochs of the thirty days to this block in which its own stake acted"
SINCE_FIRST = (
    "Epochs of the thirty days to this block for which anybody attested, from its first one on: "
    "how the chain counts epochs is not declared"
)


def page(at: At) -> Page:
    who = bytes.fromhex(at.words["who"][2:])
    name = ask.dataset_of(at.view, "stake", at.address.dataset)
    held = ask.held(at.view, "stake", name)
    found = every(at.view, name)
    if who not in found.own and who not in held.holders:
        raise CommandError("nothing is staked with this address at this block")
    owner = labels(at.view.release.chain.id).of(who, at.view.block)
    title = named(owner.name) if owner else brief(who)
    total = dict(zip(held.holders, held.amounts, strict=True)).get(who, 0)
    own = found.own.get(who, 0)
    rank = held.holders.index(who) + 1 if who in held.holders else 0
    part = Fraction(total, held.total) if held.total else None
    third = ask.measured(at.view, "nakamoto_one_third", "stake", name)
    return Page(
        title,
        [
            headline(f"Validator · {kicker(at.view)}", f"{title} has {share(part)} of the stake.", [
                html.Code(hexed(who), className="whole"), " · ",
                dcc.Link("everything of this address",
                         href=at.address.href("/address", a=hexed(who)), className="within"),
            ]),
            html.Div(numbers(
                entry(large(total, held.decimals), held.symbol, "is staked with it"),
                entry(large(own, held.decimals), held.symbol, "of it is its own"),
                entry(share(Fraction(own, total) if total else None), "", "of its stake"),
                entry(number(rank) if rank else "none", "", f"by rank, of {number(len(held))}"),
                attests(at, who),
                entry(share(keeps(at, who, name)), "", "of its delegators' rewards is its "
                      "commission, as last told"),
            ), className="six"),
            columns(
                card(
                    "What is delegated to it",
                    "By token, in whole tokens; names and decimals of tokens are declared",
                    table(("token", "delegated"), tokens_of(at, who, found.delegated)),
                    foot(third, at, positions_csv(at, name), "delegated"),
                ),
                duty(at, who, name),
                other(at, who, "validator"),
            ),
        ],
    )  # fmt: skip


def keeps(at: At, who: bytes, name: str) -> Fraction | None:
    """Its commission; None where nobody told one."""
    return kept(at.view, name).get(who)


def attests(at: At, who: bytes) -> Any:
    """In how many of the epochs of thirty days it attested."""
    done, whole = duty_of(at.view, who)
    if not whole:
        return entry("undefined", "", "attestations: none of it is told")
    return entry(share(Fraction(done, whole)), "", f"of epochs attested: {number(done)} of "
                 f"{number(whole)} in thirty days")  # fmt: skip


def duty(at: At, who: bytes, name: str) -> Any:
    """Its attestations and its commission beside those of all validators."""
    source, found = duties(at.view)
    if not source:
        return card("Whether it attests is not told", "Attestations of thirty days",
                    undefined("this release has no dataset of attestations"))  # fmt: skip
    done, whole = duty_of(at.view, who)
    part = Fraction(done, whole) if whole else None
    every = [Fraction(a, b) for _, a, b in found.rows]
    fees = sorted(kept(at.view, name).values())
    middle = "median of all validators"
    rows = [
        ("epochs attested", share(part)),
        (f"the same, {middle}", share(every[len(every) // 2] if every else None)),
        ("commission", share(keeps(at, who, name))),
        (f"the same, {middle}", share(fees[len(fees) // 2] if fees else None)),
    ]
    title = f"It attested in {number(done)} of {counted(whole, 'epoch')}"
    return card(
        title if whole else "It had nothing to attest" if found.exact else "It has not attested",
        f"{OWED if found.exact else SINCE_FIRST}; a commission is told by the chain when it is set "
        "or changed",
        table(("", "found"), rows),
        footer(
            evidence(
                at.view.release,
                ((source, "attested"), *(((name, "stake"),) if found.exact else ())),
                at.view.block,
            ),
            [
                dcc.Link("evidence", href=at.address.href(f"/rows/{source}_staker_attestation")),
                *taken(at.address, csv_href("duties", at.address), "duty", "duties", source),
            ],
            name="duty",
            source=source,
        ),
    )  # fmt: skip


def tokens_of(at: At, who: bytes, delegated: Any) -> list[tuple[str, str]]:
    """A row a token that somebody delegates to it."""
    there = known(at.view.release.chain.id)
    rows = []
    for (validator, token), amount in sorted(delegated.items()):
        if validator != who:
            continue
        asset = there.get(token)
        decimals = asset.decimals if asset else 18 if token == STRK else 8
        name = asset.name if asset else "STRK" if token == STRK else symbol_of(at, token)
        rows.append((name, decimal(Fraction(amount, 10**decimals), 2)))
    return rows or [("nothing", "0")]


def symbol_of(at: At, token: bytes) -> str:
    """A token by the symbol of the dataset that watches it, else by its address."""
    there = at.view.release.datasets.values()
    return next((one.symbol for one in there if token in one.contracts and one.symbol),
                brief(token))  # fmt: skip
