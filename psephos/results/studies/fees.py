"""Fees: what using a chain cost, who paid it, and where it went.

On Ethereum of the transactions that touched a watched contract: burned, and paid to who produced
the block. On Starknet of all transactions, in fri as receipts say; what was paid in wei is left
out. Days are of UTC; the window is the thirty full days before the block's day, or as many as
there are.
"""

from fractions import Fraction

from analytics import hhi, nakamoto_one_half
from psephos.results import exactly, reading
from psephos.results.economy.fees import FEES, PERIOD
from psephos.results.shown.text import address
from psephos.results.shown.wording import decimal, percent, tokens
from psephos.results.studies.fees_starknet import tell
from psephos.results.studies.shape import Listing, Study, Subject, Values

TITLE = "What using the chain cost"
DAYS, SHOWN = 30, 20
PARTS = {
    "fees": ("base_fee_burned", "priority_fee", "blob_fee"),
    "starknet_fees": ("amount",),
}
PLACES = 6
"""Decimal places of a fee: a transaction costs far less than a token."""


def study(of: Subject) -> Study:
    """Sums, medians and the concentration of fees in the window; days and payers as tables."""
    entry = reading.dataset(of.release, of.dataset)
    source = next((one for one in FEES if one in entry.sources), None)
    days_of = window(of)
    if source is None or days_of is None:
        why = "it tells no fees" if source is None else "no full day passed before the block"
        return Study("fees", TITLE, of.dataset, of.block, why=why)
    first, last = days_of
    paid = _payers(of, source, first, last)
    if not paid:
        why = "nobody paid a fee in the full days before the block"
        return Study("fees", TITLE, of.dataset, of.block, why=why)
    days = (last - first) // PERIOD["day"]
    values = Values(
        of,
        "fees",
        f"transactions that {of.dataset} tells, of the {days} full days (UTC) before the block",
        sum(count for _, count, _ in paid),
        [(of.dataset, "paid"), (of.dataset, "payer")],
    )
    amounts = _each(of, source, first, last)
    _sums(values, entry.decimals, entry.symbol, amounts)
    _who(values, paid)
    tables: tuple[Listing, ...] = (
        _by_day(of, source, first, last, entry.decimals, entry.symbol),
        _largest(of, paid, entry.decimals, entry.symbol),
    )
    if source == "starknet_fees":
        tables += tell(of, values, first, last)
    return Study("fees", TITLE, of.dataset, of.block, tuple(values.found), tables)


def window(of: Subject) -> tuple[int, int] | None:
    """(first second, second after the last) of the full days; None if there is none."""
    now = reading.timestamp(of.release, of.block)
    query = "SELECT min(timestamp) FROM block WHERE number >= ?"
    began = reading.rows(of.release, query, (reading.dataset(of.release, of.dataset).first,))[0][0]
    if now is None or began is None:
        return None
    day = PERIOD["day"]
    last = now // day * day
    first = max(last - DAYS * day, -(-int(began) // day) * day)
    return (first, last) if first < last else None


def _where(of: Subject, source: str, first: int, last: int) -> tuple[str, dict[str, int]]:
    """FROM and WHERE of the transactions of the window, with their parameters."""
    only = "AND in_fri AND amount > 0" if source == "starknet_fees" else ""
    return (
        f'FROM "{of.dataset}_fee_transaction" AS paid JOIN block '
        "ON block.number = paid.block_number WHERE block.timestamp >= $first "
        f"AND block.timestamp < $last AND paid.block_number <= $block {only}",
        {"first": first, "last": last, "block": of.block},
    )


def _payers(of: Subject, source: str, first: int, last: int) -> list[tuple[bytes, int, int]]:
    """(who, transactions, fees), most first."""
    where, given = _where(of, source, first, last)
    total = " + ".join(PARTS[source])
    query = f"SELECT payer, count(*), sum({total}) {where} GROUP BY payer ORDER BY 3 DESC, 1"
    found = reading.rows(of.release, query, given)
    return [(bytes(who), int(count), int(fee)) for who, count, fee in found]


def _each(of: Subject, source: str, first: int, last: int) -> dict[str, int | Fraction]:
    """Sums of each part, the median fee, and the ninth decile."""
    where, given = _where(of, source, first, last)
    parts = PARTS[source]
    total = " + ".join(parts)
    sums = ", ".join(f"sum({part})" for part in parts)
    query = f"SELECT count(*), {sums}, quantile_disc({total}, [0.5, 0.9]) {where}"
    count, *found = reading.rows(of.release, query, given)[0]
    told: dict[str, int | Fraction] = {"count": int(count)}
    told |= {part: int(value or 0) for part, value in zip(parts, found, strict=False)}
    median, ninth = found[-1]
    return told | {"median": int(median), "ninth": int(ninth)}


def _sums(values: Values, decimals: int, symbol: str, told: dict[str, int | Fraction]) -> None:
    parts = [int(told[name]) for name in ("base_fee_burned", "priority_fee", "blob_fee", "amount")
             if name in told]  # fmt: skip
    whole = sum(parts)
    unit = symbol or "tokens"
    for name, title, value, formula in (
        ("paid", "Fees paid", whole, "Σ of all parts"),
        ("median", "Median fee of a transaction", int(told["median"]), "lower median of fees"),
        ("ninth_decile", "Nine of ten transactions cost at most", int(told["ninth"]),
         "lower 0.9-quantile of fees"),
    ):  # fmt: skip
        text = tokens(value, decimals, PLACES)
        values.tell(name, title, Fraction(value, 10**decimals), unit, formula, text=text)
    values.tell("transactions", "Transactions", int(told["count"]), "transactions", "count")
    if "base_fee_burned" in told:
        burned = int(told["base_fee_burned"]) + int(told["blob_fee"])
        values.tell(
            "burned_share", "Share of fees that was burned",
            Fraction(burned, whole) if whole else None, "share", "Σ (base + blob fee) / Σ fees",
        )  # fmt: skip


def _who(values: Values, paid: list[tuple[bytes, int, int]]) -> None:
    fees = [fee for _, _, fee in paid]
    values.tell("payers", "Accounts that paid a fee", len(paid), "accounts", "distinct payers")
    values.tell(
        "payers_fees_half", "Payers of more than half of all fees", nakamoto_one_half(fees),
        "accounts", "min |S| : Σ fees > ½",
    )  # fmt: skip
    values.tell("payers_fees_hhi", "Herfindahl–Hirschman index of fees by payer", hhi(fees),
                "index", "Σ p², p a payer's share of fees")  # fmt: skip


def _by_day(of: Subject, source: str, first: int, last: int, decimals: int, symbol: str) -> Listing:
    """Fees and transactions of each full day; days without any are there with 0."""
    where, given = _where(of, source, first, last)
    day, total = PERIOD["day"], " + ".join(PARTS[source])
    query = (
        f"SELECT block.timestamp // {day} * {day} AS day, count(*), sum({total}), "
        f"quantile_disc({total}, 0.5) {where} GROUP BY day"
    )
    told = {int(at): (n, fee, mid) for at, n, fee, mid in reading.rows(of.release, query, given)}
    rows = []
    for at in range(first, last, day):
        count, fee, middle = told.get(at, (0, 0, None))
        rows.append(
            (
                exactly.day_of(at).isoformat(),
                int(count),
                tokens(int(fee), decimals, PLACES),
                None if middle is None else tokens(int(middle), decimals, PLACES),
            )
        )
    columns = ("day", "transactions", f"fees, {symbol}", f"median, {symbol}")
    return Listing("days", "Fees of each day", columns, tuple(rows))


def _largest(
    of: Subject, paid: list[tuple[bytes, int, int]], decimals: int, symbol: str
) -> Listing:
    whole = sum(fee for _, _, fee in paid)
    rows = []
    for who, count, fee in paid[:SHOWN]:
        owner = of.entities.of(who, of.block)
        rows.append(
            (
                address(who),
                owner.name if owner else None,
                count,
                decimal(Fraction(fee, 10**decimals), PLACES),
                percent(Fraction(fee, whole)) if whole else None,
            )
        )
    columns = ("payer", "declared owner", "transactions", f"fees, {symbol}", "share")
    return Listing("payers", "Who paid most", columns, tuple(rows))
