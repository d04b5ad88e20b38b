"""`psephos check`: invariants of the rows, and conservation against the tokens themselves.

Of every dataset up to its newest sealed block: all invariants of its rows (each that is broken
stops its dataset and names the rows), and that none are more than headers count. Of every token at
that block: nobody has less than nothing, and supply and largest balances are what the token holds,
proven from its storage or as it answers. Of a staking contract of Starknet: the stakes of its rows
are the sum that it answers. Of a governor: the votes of its rows are the tallies that it answers.
Of a token with a schedule and a mint manager: all was allotted or minted. Where a chain is
configured with its L1: what crosses between them, and that a token's supply is in its escrow.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from psephos.commands.console import Answer, Config, Json
from psephos.commands.house import House, across, opened
from psephos.commands.verify.verdict import answer
from psephos.configuration import load
from psephos.errors import NotCollected, StoreError, VerificationFailed
from psephos.evidence.check import Check, attempt
from psephos.settings import Settings


def run(config: Config = None, json: Json = False) -> Answer:
    """Check the invariants of all sealed rows, and compare their sums with what tokens hold."""
    checks: list[Check] = []
    conservation: list[list[dict[str, Any]]] = []
    top = load(config)
    houses = top.houses
    for settings in houses:
        with opened(settings) as house:
            found, held = checked(house)
            crossings = crossed_of(top, house).items()
            found += [replace(one, name=f"{one.name} {name}".strip()) for name, one in crossings]
        if len(houses) > 1:
            found = [replace(one, name=f"{settings.chain.name}: {one.name}") for one in found]
        checks += found
        conservation.append(held)
    if not checks:
        raise NotCollected(
            "nothing is sealed yet, so there is nothing to check",
            hint="`psephos status` says what was read and sealed",
        )
    told = answer("check", "", checks)
    *below, own = conservation
    payload = {**told.payload, "conservation": own}
    payload |= {"l1": {"conservation": below[0]}} if below else {}
    return Answer(payload, told.text, told.exit_code, told.error)


def checked(house: House) -> tuple[list[Check], list[dict[str, Any]]]:
    """The checks of every dataset and token of a house, and the newest outcome of each token."""
    from psephos.results.conservation.counted import counted
    from psephos.results.conservation.invariant_checks import guard
    from psephos.results.conservation.issued import issued
    from psephos.results.conservation.replay import conserve, noted
    from psephos.results.conservation.staked import totalled
    from psephos.results.conservation.tallied import tallied

    checks = [one.check for one in guard(house.index, house.datasets)]
    own = counted(house.index, house.datasets)
    checks += [replace(one, name=f"{one.name} {name}") for name, one in own.items()]
    own = issued(house.index, house.datasets, house.settings.datasets)
    checks += [replace(one, name=f"{one.name} {name}") for name, one in own.items()]
    for name, outcomes in conserve(house.index, house.node, house.datasets, again=True).items():
        checks.append(attempt(f"nobody below zero {name}", partial(_floor, house, name)))
        for outcome in outcomes:
            checks += [Check(f"{c.name} {name}", c.status, c.why) for c in outcome.checks]
    for compared in (tallied, totalled):
        found = compared(house.index, house.node, house.datasets)
        checks += [replace(one, name=f"{one.name} {name}") for name, one in found.items()]
    return checks, noted(house.index)


def crossed_of(
    settings: Settings, house: House, since: Mapping[str, int] | None = None
) -> dict[str, Check]:
    """What crosses between a chain and its L1, where both are configured: by dataset, of none where
    the other chain's index cannot be read now."""
    from psephos.results.conservation.crossing import crossed
    from psephos.results.conservation.issued import backed

    try:
        other = across(settings, house)
    except StoreError as error:
        return {"": Check("what crosses", "not_possible", error.message)}
    if other is None:
        return {}
    with other.index:
        found = crossed(house.index, house.datasets, other, since)
        declared = house.settings.datasets
        return found | backed(house.index, house.datasets, declared, other, since)


def _floor(house: House, name: str) -> str:
    from psephos.results.conservation.replay import overdrawn

    (dataset,) = (dataset for dataset in house.datasets if dataset.name == name)
    last = house.index.sealed_to(name)
    assert last is not None
    if found := overdrawn(house.index, dataset, last):
        _, holder, amount = found[0]
        raise VerificationFailed(
            f"{len(found)} holders, first 0x{holder.hex()} with {amount} at block {last}"
        )
    return f"at block {last}"
