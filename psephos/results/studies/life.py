"""How a chain lives: does it go on, does it take everybody, does it tell, is there anything new.

The four principles of the decentralization proposal of 2022 (liveness, censorship resistance,
transparency, creativity), and who performs which service. Of the thirty full days before a block's
day, or as many as there are. What L1 tells of an L2 is of the release beside it, if one is named.
"""

from collections.abc import Iterator
from fractions import Fraction

from analytics import hhi, nakamoto_one_half
from psephos.results import reading
from psephos.results.life.activity import DEPLOYER, activity, makers
from psephos.results.life.attested import attested
from psephos.results.life.blocks import gaps, gaps_by_day, missed_slots, stalls
from psephos.results.life.change import levels
from psephos.results.life.election import elected
from psephos.results.life.services import CELLS, of_release
from psephos.results.shown.text import address
from psephos.results.shown.wording import decimal, percent
from psephos.results.studies.fees import window
from psephos.results.studies.life_days import days, versioned
from psephos.results.studies.life_on_l1 import settled, tell_gaps
from psephos.results.studies.shape import Cell, Listing, Study, Subject, Values

TITLE = "How the chain lives"
DAY, SHOWN = 86_400, 20
PRODUCER = {"fees": "coinbase", "starknet_fees": "sequencer"}
SINCE_FIRST = (
    "epochs attested / epochs since each one's first in the window: how the chain counts epochs is "
    "not declared, so who attested to none is not there"
)
ONE_BUILDER = "headers of Starknet name one builder for all proposers: 1 says nothing of processes"


def study(of: Subject) -> Study:
    """Figures of the four principles; stalls, upgrades, validators, contracts, services."""
    found = window(of)
    if found is None:
        return Study("life", TITLE, of.dataset, of.block, why="no full day passed before the block")
    first, last = found
    entry = reading.dataset(of.release, of.dataset)
    source = next(name for name in PRODUCER if name in entry.sources)
    daily = gaps_by_day(of.release, first, last)
    blocks = [one for told in daily.values() for one in told]
    values = Values(
        of, "life", f"blocks of the {(last - first) // DAY} full days (UTC) before the block",
        len(blocks), [(of.dataset, "producer")],
    )  # fmt: skip
    tables = [
        *_blocks(values, blocks, source),
        days(daily, slots=source == "fees"),
        *settled(values, first, last),
        *_validators(values, first, last),
        *_elected(values, first, last),
        *_producers(values, source, first, last),
        *_open(values),
    ]
    if source == "starknet_fees":
        tables += [versioned(values), *_created(values, first, last)]
        rows = tuple(one.cells for one in of_release(of.release))
        tables.append(Listing("services", "Who performs which service (declared)", CELLS, rows))
    return Study("life", TITLE, of.dataset, of.block, tuple(values.found), tuple(tables))


def _blocks(values: Values, found: list[tuple[int, int]], source: str) -> Iterator[Listing]:
    seconds = [gap for _, gap in found]
    told = stalls(found)
    why = "no two blocks in a row are known"
    tell_gaps(values, "block_time", "Between blocks", gaps(seconds), "seconds", why)
    rule = "Δ > max(60 s, 10 · median Δ)"
    values.tell("stalls", "Stalls", len(told) if found else None, "stalls", rule, why=why)
    values.tell(
        "stalled", "Time in stalls",
        Fraction(sum(gap for _, gap in told), sum(seconds)) if sum(seconds) else None, "share",
        f"Σ Δ of stalls / Σ Δ; a stall: {rule}", why=why,
    )  # fmt: skip
    if source == "fees":
        slots = missed_slots(found)
        values.tell(
            "missed_slots", "Slots without a block",
            Fraction(*slots) if slots else None, "share", "Σ (Δ / 12 s − 1) / Σ Δ / 12 s",
            why="blocks are not twelve seconds apart, as they are on a chain of slots",
        )  # fmt: skip
    release = values.of.release
    times = reading.times(release, [release.final, release.head])
    ends = [times.get(block) for block in (release.final, release.head)]
    late = None if ends[0] is None or ends[1] is None else ends[1] - ends[0]
    values.tell(
        "finality_delay", "From the newest final block to the head, when this was published",
        late, "seconds", "t(head) − t(final)", why="a block's time is not known",
    )  # fmt: skip
    rows = tuple((block, gap) for block, gap in told[:SHOWN])
    yield Listing("stalls", f"Stalls: {rule}", ("block", "seconds since the one before"), rows)


def _validators(values: Values, first: int, last: int) -> Iterator[Listing]:
    of_stakes = reading.datasets(values.of.release, "starknet_staking")[:1]
    for name in reading.datasets(values.of.release, "starknet_attestation"):
        if not reading.has(values.of.release, f"{name}_staker_attestation"):
            continue
        found = attested(values.of.release, name, first, last, values.of.block)
        values.tell(
            f"attested_{name}", "Attestations that validators made", found.share, "share",
            "epochs attested / epochs in which its own stake acts" if found.exact else SINCE_FIRST,
            why="no epoch began and ended in the window" if found.exact else "nobody attested",
            uses=((name, "attested"), *((one, "stake") for one in of_stakes if found.exact)),
        )  # fmt: skip
        rows = tuple(
            (address(who), done, whole, percent(Fraction(done, whole)))
            for who, done, whole in found.rows
        )
        columns = ("validator", "epochs attested", "epochs", "share")
        yield Listing("validators", "Attestations, least first", columns, rows[:SHOWN])


def _elected(values: Values, first: int, last: int) -> Iterator[Listing]:
    """Rewarded blocks of each staker against its stake, with what chance explains."""
    of = values.of
    for name in reading.datasets(of.release, "starknet_staking"):
        found = elected(of.release, name, first, last, of.block)
        values.tell(
            f"unlike_stake_{name}", "Stakers rewarded more or less often than chance explains",
            None if found is None else sum(not one.fair for one in found), "stakers",
            "rewarded blocks outside the central 95 % of B(n, share of the stake)",
            why="no block of the window was rewarded by an election, or stakes are undefined",
            uses=((name, "stake"), (name, "rewarded")),
        )  # fmt: skip
        whole = sum(one.stake for one in found or ())
        events = sum(one.blocks for one in found or ())
        rows = tuple(
            (address(one.staker), percent(Fraction(one.stake, whole)) if whole else None,
             percent(Fraction(one.blocks, events)), one.blocks, one.low, one.high)
            for one in found or ()
        )  # fmt: skip
        columns = ("staker", "of the stake", "of rewarded blocks", "blocks", "from", "to")
        yield Listing(
            "election", "Rewarded blocks, and what chance explains", columns, rows[:SHOWN]
        )


def _producers(values: Values, source: str, first: int, last: int) -> Iterator[Listing]:
    of, column = values.of, PRODUCER[source]
    query = (
        f'SELECT "{column}", count(*) FROM "{of.dataset}_fee_block" AS told '
        "JOIN block ON block.number = told.block_number "
        "WHERE timestamp >= ? AND timestamp < ? AND block_number <= ? GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    found = reading.rows(of.release, query, (first, last, of.block))
    counts = [int(count) for _, count in found]
    note = (ONE_BUILDER,) if source == "starknet_fees" else ()
    values.tell("producers", "Addresses that headers name as producer", len(counts), "addresses",
                "distinct", declared=note)  # fmt: skip
    values.tell(
        "producers_half", "Producers of more than half of the blocks", nakamoto_one_half(counts),
        "addresses", "min |S| : Σ blocks > ½", declared=note,
    )  # fmt: skip
    rows = []
    for who, count in found[:SHOWN]:
        owner = of.entities.of(bytes(who), of.block)
        share = percent(Fraction(int(count), sum(counts)))
        rows.append((address(who), owner.name if owner else None, int(count), share))
    title = "Who produced blocks" + (f" ({ONE_BUILDER})" if note else "")
    columns = ("address", "declared owner", "blocks", "share")
    yield Listing("producers", title, columns, tuple(rows))


def _open(values: Values) -> Iterator[Listing]:
    """Blocks at each level, of every dataset."""
    of, rows = values.of, []
    for name in of.release.datasets:
        found = levels(of.release, name, of.block)
        whole = sum(found.values())
        checked = whole - found.get("seen", 0) - found.get("not read", 0)
        rows += [(name, level, count, percent(Fraction(count, whole)))
                 for level, count in sorted(found.items())]  # fmt: skip
        if name == of.dataset:
            values.tell(
                "checked_share", "Blocks that recompute to their own commitments",
                Fraction(checked, whole) if whole else None, "share",
                "blocks above seen / blocks of the dataset",
            )  # fmt: skip
    columns = ("dataset", "level", "blocks", "share")
    yield Listing("levels", "Blocks by how they were checked", columns, tuple(rows))


def _created(values: Values, first: int, last: int) -> list[Listing]:
    of = values.of
    found = activity(of.release, of.dataset, first, last, of.block)
    for name, title, value, unit in (
        ("declared", "Classes declared", found.declared, "classes"),
        ("accounts", "Accounts deployed", found.accounts, "accounts"),
        ("payers", "Accounts that paid a fee", found.payers, "accounts"),
        ("contracts", "Contracts that were called first", len(found.calls), "contracts"),
    ):
        values.tell(name, title, value, unit, "count", uses=((of.dataset, "payer"),))
    values.tell(
        "entrants", "Payers who had never paid before",
        Fraction(found.entrants, found.payers) if found.payers else None, "share",
        "payers whose first fee is in the window / payers; before the dataset's first block nobody "
        "is known", why="nobody paid", uses=((of.dataset, "payer"),),
    )  # fmt: skip
    fees = sorted((fee for *_, fee in found.brought), reverse=True)
    for name, said, who, amounts in (
        ("calls", "transactions", "contract", found.calls),
        ("fees", "fees", "contract", found.fees),
        ("deployments", "deployments", "deployer", [count for _, count, _ in found.brought]),
        ("deploying", "fees of deployments", "deployer", fees),
    ):
        values.tell(
            f"{name}_hhi", f"Herfindahl–Hirschman index of {said} by {who}", hhi(amounts), "index",
            "Σ p²", uses=((of.dataset, "payer"),), why=f"there were no {said}",
        )  # fmt: skip
        values.tell(
            f"{name}_half", f"{who.capitalize()}s with more than half of all {said}",
            nakamoto_one_half(amounts), f"{who}s", "min |S| : Σ > ½",
            uses=((of.dataset, "payer"),), why=f"there were no {said}",
        )  # fmt: skip
    contracts = ("contract", "declared owner", "transactions", "fees, STRK")
    deployers = ("deployer", "declared owner", "deployments", "fees, STRK")
    return [
        Listing("contracts", "Contracts that were called most", contracts,
                tuple(_named_row(of, row) for row in found.largest)),
        Listing("deployers", "Who brought most code", deployers,
                tuple(_named_row(of, row) for row in found.brought[:SHOWN])),
        *_makers(values, first, last),
    ]  # fmt: skip


def _makers(values: Values, first: int, last: int) -> Iterator[Listing]:
    """Use and fees by whoever had deployed what was called; nothing where no event tells it."""
    of = values.of
    found = makers(of.release, of.dataset, first, last, of.block)
    if found is None:
        return
    uses = (
        (of.dataset, "payer"),
        *((name, "deployed") for name in reading.datasets(of.release, DEPLOYER)),
    )
    new = [one.contracts for one in found if one.contracts]
    values.tell(
        "deployed", "Contracts that universal deployers deployed", sum(new), "contracts", "count",
        uses=uses,
    )  # fmt: skip
    for name, said, amounts in (
        ("made", "contracts deployed", new),
        ("makers", "transactions with deployed contracts", [one.calls for one in found]),
        ("makers_fees", "fees for deployed contracts", [one.fees for one in found]),
    ):
        values.tell(
            f"{name}_hhi", f"Herfindahl–Hirschman index of {said} by deployer", hhi(amounts),
            "index", "Σ p²", uses=uses, why=f"there were no {said}",
        )  # fmt: skip
        values.tell(
            f"{name}_half", f"Deployers with more than half of all {said}",
            nakamoto_one_half(amounts), "deployers", "min |S| : Σ > ½", uses=uses,
            why=f"there were no {said}",
        )  # fmt: skip
    columns = ("deployer", "declared owner", "contracts deployed", "transactions", "fees, STRK")
    rows = []
    for one in found[:SHOWN]:
        who, owner, *rest = _named_row(of, (one.deployer, one.calls, one.fees))
        rows.append((who, owner, one.contracts, *rest))
    yield Listing("makers", "Whose contracts are used most", columns, tuple(rows))


def _named_row(of: Subject, row: tuple[bytes, int, int]) -> tuple[Cell, ...]:
    who, count, fee = row
    owner = of.entities.of(who, of.block)
    return address(who), owner.name if owner else None, count, decimal(Fraction(fee, 10**18), 6)
