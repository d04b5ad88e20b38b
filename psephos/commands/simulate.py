"""`psephos simulate`: supply, stake, unlocks and yield under a scenario file, with bands."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from psephos.commands.console import Answer, Json, one_line
from psephos.commands.control import Block, Id, Releases
from psephos.commands.declared import Currency, PriceFile, folder, price_table
from psephos.commands.places import releases_folder
from psephos.errors import CommandError
from psephos.store.reader import Release

if TYPE_CHECKING:
    from psephos.results.economy.prices import Price, Prices
    from psephos.results.economy.scenarios import Scenario
    from psephos.results.economy.simulate import Simulated

WORDS = {
    "supply": "Supply", "circulating": "Circulating", "stake": "Staked", "staked_share":
    "Staked share", "locked": "Locked", "unlocked": "Unlocked in the step", "minted":
    "Minted in the step", "burned": "Burned in the step", "fees": "Fees of a step", "apr":
    "Yield of staking", "real_yield": "Real yield",
}  # fmt: skip


def run(
    scenario: Annotated[Path, typer.Option(help="Scenario file: docs in data/scenarios.")],
    seed: Annotated[int, typer.Option(help="Seed: the same one gives the same numbers.")] = 0,
    runs: Annotated[int | None, typer.Option(help="Paths to draw [default: the file's].")] = None,
    schedules: Annotated[
        Path | None, typer.Option(help="Folder of schedule files [default: psephos's own].")
    ] = None,
    prices: PriceFile = None,
    currency: Currency = None,
    block: Block = None,
    releases: Releases = None,
    release: Id = None,
    json: Json = False,
) -> Answer:
    """Simulate a token's supply, stake, unlocks and yields, and show what lies between paths.

    A release is opened only for values that the file calls "indexed".
    """
    from psephos.results.economy.scenarios import MOST_RUNS, read
    from psephos.results.economy.simulate import simulate

    if seed < 0:
        raise CommandError(f"--seed {seed}: a seed is 0 or more", hint="for example --seed 1")
    if runs is not None and not 1 <= runs <= MOST_RUNS:
        raise CommandError(
            f"--runs {runs}: at least 1 path, at most {MOST_RUNS:,}", hint="for example --runs 100"
        )
    schedules = folder(schedules, "schedules")
    if not scenario.is_file():
        raise CommandError(f"there is no file {scenario}", hint="see data/scenarios/README.md")
    plan = read(scenario, schedules)
    price = _price(plan, price_table(prices, currency))
    if not plan.indexed:
        if block is not None or release is not None:
            asked = "--release" if block is None else f"--block {block}"
            raise CommandError(
                f"{asked}: nothing of {scenario.name} is of a release",
                hint='values that the file calls "indexed" are',
            )
        return _answer(simulate(plan, seed, runs=runs), {}, price)
    with Release.open(releases_folder(releases), release) as opened:
        found, of = _of_release(opened, plan, seed, runs, block)
        return _answer(found, of, price)


def _price(plan: "Scenario", table: "Prices | None") -> "Price | None":
    """The price of the scenario's token at its start; `CommandError` where the table has none."""
    if table is None:
        return None
    found = table.at(plan.token, plan.start)
    if found is None:
        known = sorted({f"{row.token} from {row.day}" for row in table.rows})[:5]
        raise CommandError(
            f"{table.name} has no price of {plan.token} in {table.currency} up to {plan.start}",
            hint=f"it has {', '.join(known)}",
        )
    return found


def _of_release(
    opened: Release, plan: "Scenario", seed: int, runs: int | None, block: int | None
) -> "tuple[Simulated, dict[str, Any]]":
    from psephos.results import reading
    from psephos.results.economy.simulate import simulate
    from psephos.results.labels.entities import entities

    at = reading.the_block(opened, block)
    labels = entities(opened.chain.id)
    found = simulate(plan, seed, runs=runs, release=opened, block=at, labels=labels)
    return found, {"release": opened.id, "block": at}


def _answer(found: "Simulated", of: dict[str, Any], price: "Price | None") -> Answer:
    from psephos.results.control.told import under
    from psephos.results.economy.simulate import told, worth

    payload = {**of, **told(found), "prices": worth(found, price)}
    payload["evidence"] = None if found.under is None else under(found.under)
    return Answer(payload, "\n".join([*_text(found, of), *_worth(payload["prices"])]))


def _worth(prices: dict[str, Any] | None) -> list[str]:
    """What the last step is worth without shocks, at a price that does not move."""
    if prices is None:
        return []
    amounts = (f"{WORDS[name].lower()} {text}" for name, text in prices["worth"].items())
    return [
        f"  in {prices['currency']}, {one_line(prices['declared'])}:",
        f"  {', '.join(amounts)}",
    ]


def _text(found: "Simulated", of: dict[str, Any]) -> list[str]:
    """The start, and the last step with its bands."""
    from psephos.results.shown.wording import tokens

    plan, scenario = found.plan, found.scenario
    first, last = scenario.days[0], scenario.days[-1]
    steps = f"{len(plan.rates)} steps of a {scenario.step}"
    lines = [
        one_line(scenario.title),
        f"  {first} to {last}, {steps}, {found.runs:,} paths, seed {found.seed}",
        f"  assumptions: {one_line(scenario.source)}",
    ]
    if found.under is not None:
        taken = ", ".join(found.taken)
        lines += [f"  from block {of['block']:,} of the release: {taken or 'the unlocks'}"]
        lines += [f"  {found.under.words}"]
    start = plan.start
    lines += ["", f"  {'':<24}{'at the start':>18}{'without shocks':>18}{'5 %':>18}{'95 %':>18}"]
    for name, words in WORDS.items():
        band = found.bands[name][-1]
        before = getattr(start, name, None) if name not in OF_STEPS else None
        low, high = (band.quantiles[0], band.quantiles[-1]) if band.quantiles else (None, None)
        cells = [_cell(v, name, scenario.decimals, tokens) for v in
                 (before, band.expected, low, high)]  # fmt: skip
        lines.append(f"  {words:<24}" + "".join(f"{cell:>18}" for cell in cells))
    return [*lines, "", f"  in {scenario.token}; bands are of the assumptions, and no forecast"]


OF_STEPS = ("unlocked", "minted", "burned")
"""What is of a step and has no value at the start."""


def _cell(value: Any, name: str, decimals: int, tokens: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, float):
        from psephos.results.shown.wording import decimal

        return f"{decimal(Fraction(value) * 100, 2)} %"
    return str(tokens(value, decimals))
