"""What goes on between the votes: releases, trade, rebates, and who rules the council."""

from data.sample.allocation import COHORTS, DAY, MILLION, STRK
from data.sample.stage import DOOMED, Stage, Transaction

FIRST, LAST = 8, 96
"""Days between which people trade."""
SENTINEL = b"\0" * 19 + b"\x01"
"""Before the first owner in a Safe's list of owners."""


def plan(stage: Stage) -> None:
    """Put the days between the votes on the agenda."""
    for day in range(FIRST, LAST):
        for _ in range(6):
            stage.ambient(DAY * day + stage.between(0, 23), lambda: trade(stage))
        if day % 7 == 0:
            stage.ambient(DAY * day + 9, lambda: rebate(stage))
        if day % 9 == 0:
            stage.ambient(DAY * day + 15, lambda: fail(stage))
        if day % 2 == 0:
            stage.ambient(DAY * day + stage.between(0, 23), lambda: change_mind(stage))
    plan_releases(stage)
    donations = stage.cast["foundation"][5]
    stage.ambient(50 * DAY, lambda: [stage.token.tx("burn", MILLION, sender=donations)])
    stage.ambient(60 * DAY, lambda: leave_ghosts(stage))
    plan_council(stage)


def plan_releases(stage: Stage) -> None:
    """Every ten days after the cliff, most beneficiaries take what has unlocked."""
    for cohort in COHORTS:
        for day in range(cohort.cliff // DAY, LAST, 10):
            for who in stage.cast[cohort.group]:
                if stage.between(1, 100) <= 80:
                    stage.ambient(
                        DAY * day + stage.between(1, 40),
                        lambda w=who: [stage.vault.tx("release", sender=w, gas=300_000)],
                    )


def trade(stage: Stage) -> list[Transaction]:
    """Somebody sells a part to the exchange, or buys from it, or pays somebody."""
    cast = stage.cast
    exchange = cast["exchange"][0]
    holders = cast["community"] + cast["investor"] + cast["contributor"]
    one, other = (holders[stage.between(0, len(holders) - 1)] for _ in range(2))
    lot = stage.between(1, 100)
    sender, to = (one, exchange) if lot <= 45 else (exchange, one) if lot <= 80 else (one, other)
    balance = stage.balances([sender])[sender]
    amount = balance * stage.between(1, 25) // (100 if sender != exchange else 2_000)
    if amount == 0:
        return []
    return [stage.token.tx("transfer", to, amount, sender=sender, gas=300_000)]


def rebate(stage: Stage) -> list[Transaction]:
    """A week's rebates on fees: to twenty people at once."""
    people = stage.cast["community"]
    source = stage.cast["foundation"][1]
    chosen = [people[stage.between(0, len(people) - 1)] for _ in range(20)]
    return [
        stage.token.tx(
            "transfer", who, stage.between(100, 90_000) * STRK, sender=source, gas=300_000
        )
        for who in chosen
    ]


def change_mind(stage: Stage) -> list[Transaction]:
    """Somebody of the community delegates to another delegate, or to nobody."""
    people = stage.cast["community"]
    who = people[stage.between(0, len(people) - 1)]
    nobody = stage.between(1, 100) <= 10
    to = bytes(20) if nobody else stage.cast["delegate"][stage.between(0, 29)]
    return [stage.token.tx("delegate", to, sender=who, gas=250_000)]


def fail(stage: Stage) -> list[Transaction]:
    """Somebody without a grant tries to release one."""
    people = stage.cast["community"]
    who = people[stage.between(0, len(people) - 1)]
    return [stage.vault.tx("release", sender=who, gas=int(DOOMED, 16))]


def leave_ghosts(stage: Stage) -> list[Transaction]:
    """The foundation takes three delegations from ghosts; independent delegates get them."""
    pairs = zip(stage.cast["pool"][18:21], stage.cast["delegate"][24:27], strict=True)
    return [stage.token.tx("delegate", to, sender=who, gas=250_000) for who, to in pairs]


def plan_council(stage: Stage) -> None:
    """Who owns the council's multisig changes four times, never while the council votes."""
    owner = stage.cast["owner"]

    def rule(block: int, function: str, *args: object) -> None:
        def act() -> list[Transaction]:
            return stage.by_council(stage.council.address, stage.council.data(function, *args))

        stage.at(block, act)

    def remove() -> list[Transaction]:
        listed = [bytes.fromhex(o[2:]) for o in stage.council.call("getOwners")]
        before = [SENTINEL, *listed][listed.index(owner[1])]
        data = stage.council.data("removeOwner", before, owner[1], 4)
        return stage.by_council(stage.council.address, data)

    rule(1_060, "addOwnerWithThreshold", owner[5], 3)
    rule(1_460, "addOwnerWithThreshold", owner[6], 4)
    rule(1_700, "changeThreshold", 5)
    stage.at(1_720, remove)
