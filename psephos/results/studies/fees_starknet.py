"""Fees of Starknet, on top of what every chain's fees tell: units, tips, relays, and where they go.

    value in STRK = fri + wei · p_fri / p_wei       p the block's own price of L1 gas, in both units
    base          = paid − L2 gas · tip

The rate is the sequencer's own, from each block's header: no price from outside. Gas of L2 is in no
commitment, so tips and the formula's price are *seen* for ever. Fees are paid to the sequencer that
the header names; what that address sends on, in the token of the fees, is what its transfers say.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from analytics import nakamoto_one_half
from psephos.chain.starknet.relayed import ENTRYPOINTS
from psephos.results import reading
from psephos.results.economy.settlement import SETTLES, settlement, updates
from psephos.results.shown.text import address
from psephos.results.shown.wording import tokens
from psephos.results.studies.fees_by_time import Day, by_block, by_day, given, listed_by_day
from psephos.results.studies.settled import tell_proving, tell_settlement
from psephos.results.studies.shape import Listing, Subject, Values

SHOWN, PLACES = 20, 6
UNIT = {True: (18, "STRK"), False: (18, "ETH")}
TOLD = (
    "count(*), count(*) FILTER (in_fri), coalesce(sum(amount) FILTER (in_fri), 0), "
    "coalesce(sum(amount) FILTER (NOT in_fri), 0), coalesce(sum(tip_paid) FILTER (in_fri), 0), "
    "count(*) FILTER (transferred = amount), count(*) FILTER (priced > 0), "
    "count(*) FILTER (priced > 0 AND priced = amount)"
)


@dataclass(frozen=True, slots=True)
class Paid:
    """Of a window: transactions that paid, by unit and in all; what of them holds."""

    count: int
    in_fri: int
    fri: int
    wei: int
    tips: int
    transferred: int
    priced: int
    equal: int


def paid(of: Subject, first: int, last: int) -> Paid:
    """What transactions of blocks with a timestamp from `first` to before `last` paid."""
    query = f"SELECT {TOLD} {_from(of)} AND paid.amount > 0"
    return Paid(*map(int, reading.rows(of.release, query, given(of, first, last))[0]))


def tell(of: Subject, values: Values, first: int, last: int) -> tuple[Listing, ...]:
    """Add the figures that only Starknet has, and give the tables behind them."""
    found, days = paid(of, first, last), by_day(of, first, last)
    strk = sum((day.value for day in days.values()), Fraction(0))
    _units(values, found, strk)
    _checks(values, found)
    blocks = by_block(of, values, first, last)
    relayed = _relayed(of, values, found, first, last)
    passed = _passed_on(of, values, first, last)
    tell_settlement(of, values, of.dataset, found.fri)
    settled = _margin(of, values, days, first, last)
    return (listed_by_day(days), blocks, *relayed, *passed, *settled)


def share_of(part: Fraction | int, whole: Fraction | int) -> Fraction | None:
    """part / whole; None of nothing."""
    return Fraction(part) / whole if whole else None


def _units(values: Values, found: Paid, strk: Fraction) -> None:
    fri = Fraction(found.fri)
    for measure, title, value, formula in (
        ("fri_share", "Fees paid in STRK, by value", share_of(fri, strk),
         "Σ fri / Σ (fri + wei · p_fri / p_wei)"),
        ("wei_share", "Fees paid in ETH, by value", share_of(strk - fri, strk), "1 − that"),
        ("in_fri", "Transactions paid in STRK", share_of(found.in_fri, found.count),
         "transactions of version 3 / transactions that paid"),
        ("tip_share", "Tips, of what was paid in STRK", share_of(found.tips, found.fri),
         "Σ L2 gas · tip / Σ fri"),
    ):  # fmt: skip
        uses = ((values.of.dataset, "tip" if measure == "tip_share" else "rate"),)
        values.tell(measure, title, value, "share", formula, uses=uses, why="nobody paid a fee")
    for measure, title, amount, fri_unit in (
        ("paid_in_wei", "Paid in ETH", found.wei, False),
        ("base_paid", "Paid in STRK without tips", found.fri - found.tips, True),
        ("tips_paid", "Tips", found.tips, True),
    ):
        text, symbol = tokens(amount, 18, PLACES), UNIT[fri_unit][1]
        kind = "paid" if measure == "paid_in_wei" else "tip"
        values.tell(
            measure, title, Fraction(amount, 10**18), symbol, "Σ of the window", text=text,
            uses=((values.of.dataset, kind),),
        )  # fmt: skip


def _checks(values: Values, found: Paid) -> None:
    """Each fee against its own transfer, and against the one price of its block."""
    name = values.of.dataset
    values.tell(
        "crosschecked", "Fees that equal their transfer to the sequencer",
        share_of(found.transferred, found.count), "share",
        "transactions with transferred = amount / transactions that paid",
        uses=((name, "transferred"),), why="nobody paid a fee",
    )  # fmt: skip
    values.tell(
        "equal_price", "Fees at the one price of their block", share_of(found.equal, found.priced),
        "share", "transactions with amount = Σ gas · the block's price + own tip / those priced",
        uses=((name, "price"),), why="no transaction has a price",
    )  # fmt: skip


def _relayed(
    of: Subject, values: Values, found: Paid, first: int, last: int
) -> tuple[Listing, ...]:
    """Payments that a relayer made for others: how many, by how few, with which tokens."""
    table = f"{of.dataset}_fee_relayed"
    if not reading.has(of.release, table):
        return ()
    query = f"""
        SELECT told.payer, told.forwarder, told.entrypoint, told.gas_token,
            count(DISTINCT (told.block_number, told.transaction_index)),
            count(DISTINCT told.account)
        FROM "{table}" AS told JOIN "{of.dataset}_fee_transaction" AS paid
            ON paid.block_number = told.block_number
            AND paid.transaction_index = told.transaction_index
        JOIN block ON block.number = told.block_number
        WHERE block.timestamp >= $first AND block.timestamp < $last
            AND told.block_number <= $block AND NOT paid.reverted
        GROUP BY ALL ORDER BY 5 DESC, 1, 2, 3, 4"""
    rows = reading.rows(of.release, query, given(of, first, last))
    by_relayer: dict[bytes, int] = defaultdict(int)
    for payer, _, _, _, count, _ in rows:
        by_relayer[bytes(payer)] += int(count)
    uses = ((of.dataset, "relayed"),)
    for measure, title, value, unit, formula in (
        ("relayed_share", "Transactions whose fee a relayer paid",
         share_of(sum(by_relayer.values()), found.count), "share",
         "transactions that call a forwarder / transactions that paid"),
        ("relayers", "Accounts that relay", len(by_relayer), "accounts", "distinct relayers"),
        ("relayers_half", "Relayers of more than half of all relayed", nakamoto_one_half(
            list(by_relayer.values())), "accounts", "min |S| : Σ relayed > ½"),
    ):  # fmt: skip
        values.tell(measure, title, value, unit, formula, uses=uses, why="nothing was relayed")
    cells = tuple(
        (address(payer), address(forwarder), ENTRYPOINTS.get(int.from_bytes(call, "big"), "?"),
         address(token) if any(token) else None, int(count), int(accounts))
        for payer, forwarder, call, token, count, accounts in rows[:SHOWN]
    )  # fmt: skip
    columns = ("relayer", "forwarder", "call", "token given", "transactions", "for accounts")
    return (Listing("relayed", "Fees that relayers paid for others", columns, cells),)


def _passed_on(of: Subject, values: Values, first: int, last: int) -> tuple[Listing, ...]:
    """Where the sequencer's addresses sent tokens of the fees, of tokens that are watched."""
    fees = f'"{of.dataset}_fee_block"'
    rows: list[tuple[str, bytes, int, int]] = []
    watched = [
        name
        for name in reading.datasets(of.release, "starknet_erc20")
        if reading.has(of.release, f"{name}_transfer")
        and not reading.backfill(reading.dataset(of.release, name), of.block)
        and reading.dataset(of.release, name).symbol in ("STRK", "ETH")
    ]
    for name in watched:
        symbol = reading.dataset(of.release, name).symbol
        query = f"""
            SELECT recipient, count(*), sum(amount) FROM "{name}_transfer" AS sent
            JOIN block ON block.number = sent.block_number
            WHERE sender IN (SELECT DISTINCT sequencer FROM {fees}) AND recipient <> sender
                AND block.timestamp >= $first AND block.timestamp < $last
                AND sent.block_number <= $block
            GROUP BY recipient ORDER BY 3 DESC, 1"""
        found = reading.rows(of.release, query, given(of, first, last))
        rows += [(symbol, bytes(who), int(count), int(amount)) for who, count, amount in found]
        values.tell(
            f"passed_on_{name}", f"Sent on by the sequencer's addresses ({symbol})",
            sum(int(amount) for *_, amount in found), "smallest unit",
            "Σ transfers from a sequencer of the chain", uses=((name, "balance"),),
            amount_of=(18, symbol),
        )  # fmt: skip
    if not watched:
        return ()
    cells = []
    for symbol, who, count, amount in rows[:SHOWN]:
        owner = of.entities.of(who, of.block)
        cells.append((symbol, address(who), owner.name if owner else None, count,
                      tokens(amount, 18, PLACES)))  # fmt: skip
    columns = ("token", "recipient", "declared owner", "transfers", "amount")
    title = "Where the sequencer's addresses sent them"
    return (Listing("sequencer", title, columns, tuple(cells)),)


def _margin(
    of: Subject, values: Values, days: dict[int, Day], first: int, last: int
) -> tuple[Listing, ...]:
    """Fees less what L1 cost, in ETH by the sequencer's own rate; the cost of each update."""
    source = of.release if of.beside is None else of.beside
    now = reading.timestamp(of.release, of.block)
    there = None if now is None else reading.block_at(source, now)
    block = of.block if of.beside is None else there
    declared = () if of.beside is None else (f"release {source.id[:16]} of {source.chain.name}",)
    tables = []
    for core in reading.datasets(source, SETTLES) if block is not None else ():
        cost = settlement(source, core, block or 0, len(days))
        ether = sum((day.ether for day in days.values()), Fraction(0))
        uses: tuple[tuple[str, str], ...] = ((of.dataset, "rate"),)
        if of.beside is None and cost is not None:
            uses += ((core, "update"), (cost.fees, "paid"))
        value = None
        if cost is not None and not cost.untold and cost.updates:
            value = int(ether) - cost.cost
        values.tell(
            f"margin_{core}", f"Fees less what {core} cost on L1", value, "wei",
            "⌊Σ (wei + fri · p_wei / p_fri)⌋ − gas − blobs of the updates' own transactions: "
            "at most, as proofs are sent apart", uses=uses, declared=declared,
            why="no state update with a known fee in the window", amount_of=(18, "ETH"),
        )  # fmt: skip
        tell_proving(of, values, core, value, first, last)
        rows = tuple(
            (one.block, one.covers, tokens(one.gas, 18, PLACES), tokens(one.blobs, 18, PLACES))
            if one.gas is not None and one.blobs is not None
            else (one.block, one.covers, None, None)
            for one in updates(source, core, first, last)[-SHOWN:]
        )
        columns = ("L1 block", "to L2 block", "gas, exact (ETH)", "blobs, by a price told (ETH)")
        tables.append(Listing(f"updates_{core}", f"What each update of {core} cost", columns, rows))
    return tuple(tables)


def _from(of: Subject) -> str:
    """FROM and WHERE of the transactions of a window."""
    return (
        f'FROM "{of.dataset}_fee_transaction" AS paid '
        "JOIN block ON block.number = paid.block_number WHERE block.timestamp >= $first "
        "AND block.timestamp < $last AND paid.block_number <= $block"
    )
