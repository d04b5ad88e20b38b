"""The bodies of a system at a block: who votes with what, and what each body can do by itself.

Token holders come from a release's positions; seats from the rule file. Where a deployment sets
its quorum or its proposal threshold by itself, what the chain says at the block goes first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from analytics.coalitions import dictator, minimum_blocking, minimum_winning, veto_players
from analytics.games import Game
from analytics.rules import Body, System, against_all, if_nobody_comes, quorum_of
from psephos.errors import CommandError
from psephos.results import reading
from psephos.results.labels.entities import Entities
from psephos.results.positions import Positions, filled, positions
from psephos.results.positions import supply as supply_of
from psephos.results.voting.rules import GOVERNORS, rules
from psephos.results.voting.snapshots import snapshots
from psephos.results.voting.waits import least_wait
from psephos.results.weights import weighed

if TYPE_CHECKING:
    from psephos.store.reader import Release

USUAL = {
    "governor": "openzeppelin",
    "governor_bravo": "bravo",
    "governor_alpha": "bravo",
    "snapshot_x_space": "snapshot-x",
}


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who votes in a body at a block, heaviest first.

    power:   of all members together, in smallest units, or seats
    quorum:  in the same, 0 for none; told by the chain, or by the rule file
    propose: the power that is enough to propose; None: the body's power proposes nothing
    why:     why nobody can be told, or None; everything else is then empty
    staked:  of a body of stakers, the dataset; its weights are those of consensus, of 10¹⁰ by all
    stakers: their addresses, as `held` has those of token holders
    """

    body: Body
    held: Positions | None
    names: tuple[str, ...] = ()
    weights: tuple[int, ...] = ()
    supply: int | None = None
    quorum: int = 0
    propose: int | None = None
    unit: int = 1
    from_chain: tuple[str, ...] = ()
    why: str | None = None
    staked: str = ""
    stakers: tuple[bytes, ...] = ()

    @property
    def power(self) -> int:
        return sum(self.weights)

    @property
    def need(self) -> int | None:
        """What is needed if everybody else votes against; None where all are too few."""
        return against_all(self.body, self.power, self.supply, self.unit) if self.weights else None

    @property
    def need_alone(self) -> int | None:
        """What is needed if nobody else votes."""
        if not self.weights:
            return None
        return if_nobody_comes(self.body, self.power, self.supply, self.unit)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What members of one body can do together; voters by number, heaviest first, None: nobody."""

    passing: tuple[int, ...] | None
    passing_alone: tuple[int, ...] | None
    blocking: tuple[int, ...] | None
    vetoes: tuple[int, ...]
    dictator: int | None
    proposing_alone: int | None
    proposing: tuple[int, ...] | None


def abilities(of: Electorate) -> Abilities:
    """Smallest coalitions, veto players and proposers of a body."""
    need, alone = of.need, of.need_alone
    game = None if need is None else Game(of.weights, need)
    by_propose = None if of.propose is None else max(of.propose, 1)
    able = by_propose is not None and by_propose <= of.power
    return Abilities(
        minimum_winning(game) if game else None,
        None if alone is None else minimum_winning(Game(of.weights, alone)),
        minimum_blocking(game) if game else None,
        veto_players(game) if game else (),
        dictator(game) if game else None,
        None if by_propose is None else sum(weight >= by_propose for weight in of.weights),
        minimum_winning(Game(of.weights, by_propose)) if able and by_propose else None,
    )


def refuse_impossible(held: Iterable[Electorate], system: str) -> None:
    """`CommandError` where a rule file's quorum is more than all tokens: nobody could reach it.

    A quorum that the chain itself tells is no mistake of a file, and is shown as it is.
    """
    for one in held:
        declared = not any(told.startswith("quorum of ") for told in one.from_chain)
        if declared and one.held is not None and one.supply and one.quorum > one.supply:
            raise CommandError(
                f"the quorum of {one.body.name} in {system}, {one.quorum // one.unit} tokens, is "
                f"more than the supply of {one.held.dataset} at block {one.held.block}, "
                f"{one.supply // one.unit}",
                hint="correct `quorum_tokens` of the rule file, or name another --system",
            )


def usual_system(release: "Release") -> str:
    """The rule file of the governor that a release has."""
    for source, name in USUAL.items():
        if reading.datasets(release, source):
            return name
    raise CommandError(
        "this release has no governor that a rule file is known for",
        hint="name a system, for example --system starknet",
    )


def day_of(release: "Release", block: int) -> date | None:
    """The day (UTC) of a block, on which rules must hold; None where its time is not known."""
    time = reading.timestamp(release, block)
    return None if time is None else datetime.fromtimestamp(time, UTC).date()


def electorates(
    release: "Release",
    system: System,
    block: int,
    dataset: str | None = None,
    entities: Entities | None = None,
) -> dict[str, Electorate]:
    """Every body of a system with its members at a block."""
    return {
        body.name: _seats(body)
        if body.kind == "seats"
        else _holders(release, system, body, block, dataset, entities)
        if body.kind == "tokens"
        else _stakers(release, body, block, entities)
        for body in system.bodies
    }


def _seats(body: Body) -> Electorate:
    names = [body.title] if body.members == 1 else []
    names = names or [f"{body.name}, seat {n}" for n in range(1, body.members + 1)]
    return Electorate(body, None, tuple(names), (1,) * body.members)


def _stakers(release: "Release", body: Body, block: int, entities: Entities | None) -> Electorate:
    """The heaviest stakers, as many as the rules ask for, by their weight in consensus."""
    names = reading.datasets(release, "starknet_staking")
    if not names:
        return Electorate(body, None, why="this release holds no stakes")
    name = names[0]
    if why := reading.backfill(reading.dataset(release, name), block):
        return Electorate(body, None, why=why, staked=name)
    weights = weighed(release, name, block).powers
    found = filled(Positions("stake", name, block), weights, entities)
    most = body.members or len(found)
    if not found.amounts:
        return Electorate(body, None, why="nobody has stake of its own", staked=name)
    listed = zip(found.holders[:most], found.owners[:most], strict=True)
    return Electorate(
        body,
        None,
        tuple(owner or "0x" + who.hex() for who, owner in listed),
        found.amounts[:most],
        staked=name,
        stakers=found.holders[:most],
    )


def _holders(
    release: "Release",
    system: System,
    body: Body,
    block: int,
    dataset: str | None,
    entities: Entities | None,
) -> Electorate:
    held = positions(release, "power", dataset=dataset, block=block, entities=entities)
    if held.undefined:
        return Electorate(body, held, why=held.undefined)
    supply = supply_of(release, held.dataset, block)
    body, told = _as_deployed(release, system, body, held)
    unit = 10**held.decimals
    propose = None
    if body.propose is not None:
        exact = body.propose * unit
        propose = floor(exact) + 1 if body.propose_strict else -floor(-exact)
    names = tuple(
        owner or "0x" + who.hex() for who, owner in zip(held.holders, held.owners, strict=True)
    )
    if not held.amounts:
        return Electorate(body, held, supply=supply, why="nobody holds voting power")
    return Electorate(
        body,
        held,
        names,
        held.amounts,
        supply,
        quorum_of(body, supply, held.total, unit),
        propose,
        unit,
        told,
    )


def _as_deployed(
    release: "Release", system: System, body: Body, held: Positions
) -> tuple[Body, tuple[str, ...]]:
    """The body with the quorum, proposal threshold and delay of its governor at the block."""
    told: list[str] = []
    unit = 10**held.decimals
    for name in reading.datasets(release, *GOVERNORS):
        by = rules(release, name)
        if by.token != held.dataset:
            continue
        quorum = snapshots(release, by, [held.block])[held.block].quorum
        if "quorum" in system.from_chain and quorum is not None and body.quorum is not None:
            exact = Fraction(quorum, unit)
            body = replace(body, quorum=replace(body.quorum, share=None, tokens=exact))
            told.append(f"quorum of {name}")
        table = f"{name}_proposal_threshold_set"
        least = reading.last(release, table, "new_proposal_threshold", held.block)
        if "propose" in system.from_chain and least is not None and body.propose is not None:
            body = replace(body, propose=Fraction(least, unit))
            told.append(f"proposal threshold of {name}")
        seconds, by_whom = least_wait(release, by, held.block)
        if "delay" in system.from_chain and by_whom:
            body = replace(body, delay_hours=seconds // 3600)
            told += [f"delay of {dataset}" for dataset in by_whom]
    return body, tuple(told)


def uses(held: Sequence[Electorate]) -> list[tuple[str, str]]:
    """What the bodies rest on, for the evidence: dataset and kind."""
    found: list[tuple[str, str]] = []
    for one in held:
        if one.staked:
            found += [(one.staked, "stake"), (one.staked, "weighs")]
        if one.held is None:
            continue
        found.append((one.held.dataset, "power"))
        if one.body.base == "supply" or (one.body.quorum and one.body.quorum.base == "supply"):
            found.append((one.held.dataset, "supply"))
        for told in one.from_chain:
            what, _, dataset = told.rpartition(" of ")
            found.append((dataset, "delay" if what == "delay" else "quorum"))
    return list(dict.fromkeys(found))
