"""Fees beside what settling on L1 cost: of one release, or of an L2's and its L1's together."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from psephos.results import exactly, reading
from psephos.results.economy.proving import proving
from psephos.results.economy.settlement import CORES, SETTLES, Settlement, settlement
from psephos.results.figure import Interval
from psephos.results.shown.wording import decimal
from psephos.results.studies.shape import Subject, Values

if TYPE_CHECKING:
    from psephos.store.reader import Release

DAYS = 30


def tell_settlement(of: Subject, values: Values, fees: str, paid: int | None) -> None:
    """What L1 cost in the days that fees are of, exact and estimated parts apart, and the cover.

    The core contract is in the release itself, or in the one beside it: then its figures are
    declared to be of that release, which has an evidence of its own.
    """
    source = of.release if of.beside is None else of.beside
    for core in reading.datasets(source, *CORES):
        block = _block(of, source)
        found = None if block is None else settlement(source, core, block, DAYS)
        unit = _unit(source, found)
        beside = source is not of.release
        declared = (f"release {source.id[:16]} of chain {source.chain.name} beside this one",)
        why = f"updates of {core}, or fees of their transactions, were not read for {DAYS} days"
        told: dict[str, Any] = {
            "why": why,
            "uses": () if beside or found is None else ((core, "update"), (found.fees, "paid")),
            "declared": declared if beside else (),
            "population": f"state updates of {core} in the {DAYS} full days before the block, "
            "without proofs that were sent apart",
        }
        parts = (None, None) if found is None else (found.gas, found.blobs)
        for measure, title, value, formula in (
            ("l1_cost", "L1 cost: gas", parts[0], "Σ gas used · effective price"),
            ("l1_blobs", "L1 cost: blobs, by a price no commitment holds", parts[1],
             "Σ blob gas · blob gas price"),
        ):  # fmt: skip
            values.tell(
                f"{measure}_{core}", f"{title} ({core}, {DAYS} days)", value, "smallest unit",
                formula, amount_of=unit, **told,
            )  # fmt: skip
        if core in reading.datasets(source, SETTLES):
            _cover(of, values, fees, paid, found, unit, told)


def _block(of: Subject, source: "Release") -> int | None:
    """The block of the other chain at the time of this one's."""
    if source is of.release:
        return of.block
    now = reading.timestamp(of.release, of.block)
    return None if now is None else reading.block_at(source, now)


def _unit(source: "Release", found: Settlement | None) -> tuple[int, str]:
    entry = source.datasets.get(found.fees) if found else None
    return (entry.decimals, entry.symbol) if entry else (18, "ETH")


def _cover(
    of: Subject, values: Values, name: str, paid: int | None, found: Settlement | None,
    unit: tuple[int, str], told: dict[str, Any],
) -> None:  # fmt: skip
    """Fees over the cost of L1, in one unit or by the prices of the block's day."""
    entry = reading.dataset(of.release, name)
    now = reading.timestamp(of.release, of.block)
    rate: Fraction | None = Fraction(1) if entry.symbol == unit[1] else None
    why, declared = told["why"], told["declared"]
    if rate is None and of.prices is not None and now is not None:
        day = exactly.day_of(now)
        ours, theirs = (of.prices.at(symbol, day) for symbol in (entry.symbol, unit[1]))
        if ours is not None and theirs is not None:
            rate = ours.price / theirs.price
            declared = (*declared, ours.words, theirs.words)
    if rate is None:
        why = f"fees are in {entry.symbol}, L1 cost in {unit[1]}: a price is needed"
    value = None
    if rate is not None and paid is not None and found is not None and found.cost:
        if found.untold:
            why = f"{found.untold} of {found.updates} updates have no fee in {found.fees}"
        else:
            cost = Fraction(found.cost, 10 ** unit[0])
            value = rate * Fraction(paid, 10**entry.decimals) / cost
    values.tell(
        f"cost_cover_{name}", f"Fees of {DAYS} days, of what L1 cost in them", value, "share",
        "fees / (gas + blobs), of the updates' own transactions: at most",
        **{**told, "why": why, "declared": declared},
    )  # fmt: skip


def tell_proving(
    of: Subject, values: Values, core: str, margin: int | None, first: int, last: int
) -> None:
    """Proving's share of L1's cost, an interval beside the exact part; and the margin with it.

    Nothing where no contract of the verifier is watched: then the margin stays *at most*.
    """
    source = of.release if of.beside is None else of.beside
    if (found := proving(source, first, last)) is None:
        return
    declared: tuple[str, ...] = (
        f"shares of proofs: {found.verifier.source} (to {found.verifier.day})",
    )
    uses: tuple[tuple[str, str], ...] = ()
    if of.beside is None:
        uses = ((found.fees, "paid"),)
    else:
        declared += (f"release {source.id[:16]} of chain {source.chain.name} beside this one",)
    told: dict[str, Any] = {"uses": uses, "declared": declared}
    values.tell(
        f"proving_watched_{core}", "Contracts of the verifier whose fees are known",
        Fraction(found.watched, len(found.verifier.contracts)), "share",
        "contracts watched / contracts that proofs are sent to", **told,
    )  # fmt: skip
    values.tell(
        f"proving_seen_{core}", "Proofs of all customers of the verifier cost", found.seen, "wei",
        "Σ fees of transactions to the contracts watched", amount_of=(18, "ETH"), **told,
    )  # fmt: skip
    low, high = found.low, found.high
    with_it = None
    if low is not None and high is not None and margin is not None:
        with_it = margin - high, margin - low
    why = found.why or "proofs are shared: only an interval can be told"
    for name, title, ends, formula in (
        ("proving", f"Proving's share of what {core} cost on L1, estimated",
         None if low is None or high is None else (low, high),
         "Σ over days of fees to the verifier · declared share"),
        ("margin_with_proving", f"Fees less what {core} cost on L1, proving included", with_it,
         "margin − proving"),
    ):  # fmt: skip
        interval = None if ends is None else _between(*ends)
        values.tell(f"{name}_{core}", title, None, "wei", formula, interval=interval, why=why,
                    **told)  # fmt: skip


def _between(low: int, high: int) -> Interval:
    text = f"{decimal(Fraction(low, 10**18), 6)} to {decimal(Fraction(high, 10**18), 6)} ETH"
    words = "which part of shared proofs is Starknet's, by the declared shares of each day"
    return Interval("unknown", low, high, text, words)
