"""Programmes: what declared payers gave away, to how many, and who of them was heard of since.

A programme is a declared owner that gives tokens away (roles of `PAYERS`). What it sent to others
than itself, known pools and the zero address is its outflow; who received it is measured as any
population. A recipient is *silent* if, since it first received, it sent none of the token,
delegated nothing and cast no vote that this release tells of. What pools hold (exchanges, bridges,
custodians, privacy pools) over time is a figure of its own; nobody is looked for inside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from re import sub

from analytics import ALL, Value
from psephos.results import reading
from psephos.results.history import spaced
from psephos.results.labels.entities import POOLS
from psephos.results.positions import positions
from psephos.results.shown.wording import decimal, percent, tokens, worded
from psephos.results.studies.shape import Cell, Listing, Study, Subject, Values
from psephos.results.voting.rules import GOVERNORS

TITLE = "Programmes and pools"
PAYERS = ("programme", "foundation", "developer", "treasury")
MEASURED = ("hhi", "gini", "top_1", "nakamoto_one_half")
POINTS = 12
SHOWN = 20
"""Recipients of each payer that are listed, the largest first; figures count all."""
ZEROS = (bytes(20), bytes(32))


@dataclass(frozen=True, slots=True)
class Outflow:
    """What a declared owner paid to each recipient (smallest unit), and since when (block)."""

    owner: str
    role: str
    belief: str
    paid: Mapping[bytes, int]
    since: Mapping[bytes, int]
    silent: frozenset[bytes]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.paid.values())


def study(of: Subject) -> Study:
    """Each programme's outflow, its concentration and the silent; wallets; pools over time."""
    held = positions(of.release, "balance", dataset=of.dataset, block=of.block)
    if held.undefined:
        return Study("programmes", TITLE, of.dataset, of.block, why=held.undefined)
    values = Values(
        of,
        "programmes",
        f"transfers of {of.dataset} up to the end of block {of.block}, by address",
        len(held),
        [(of.dataset, "balance")],
        (of.entities.words,) if of.entities.owners else (),
    )
    unit = (held.decimals, held.symbol)
    found = outflows(of)
    for one in found:
        _tell(values, one, unit)
    amounts = dict(zip(held.holders, held.amounts, strict=True))
    _pooled(of, values, amounts, unit)
    tables = (
        _programmes(found, unit[0]),
        _recipients(of, found, unit[0]),
        _wallets(of, amounts, unit[0]),
        _pools_over_time(of, unit[0]),
    )
    return Study("programmes", TITLE, of.dataset, of.block, tuple(values.found), tables)


def outflows(of: Subject) -> list[Outflow]:
    """What each payer sent out, largest first."""
    own: dict[tuple[str, str], set[bytes]] = {}
    beliefs: dict[tuple[str, str], str] = {}
    outside = set(ZEROS) | of.entities.with_role(*POOLS, block=of.block)
    for address in of.entities.with_role(*PAYERS, block=of.block):
        owner = of.entities.of(address, of.block)
        assert owner is not None
        own.setdefault((owner.name, owner.role), set()).add(address)
        beliefs[owner.name, owner.role] = owner.belief
    sent = (
        f'SELECT sender, recipient, sum(amount), min(block_number) FROM "{of.dataset}_transfer" '
        "WHERE block_number <= ? AND sender IN (SELECT unnest(?::BLOB[])) "
        "GROUP BY sender, recipient ORDER BY sender, recipient"
    )
    payers = sorted(one for addresses in own.values() for one in addresses)
    rows = reading.rows(of.release, sent, (of.block, payers)) if own else []
    last = _last_acts(of) if own else {}
    found = []
    for (name, role), addresses in sorted(own.items()):
        paid: dict[bytes, int] = {}
        since: dict[bytes, int] = {}
        for sender, recipient, amount, block in rows:
            if sender in addresses and recipient not in addresses and recipient not in outside:
                paid[recipient] = paid.get(recipient, 0) + int(amount)
                since[recipient] = min(since.get(recipient, int(block)), int(block))
        silent = frozenset(who for who, block in since.items() if last.get(who, -1) < block)
        paid = {who: amount for who, amount in paid.items() if amount}
        found.append(Outflow(name, role, beliefs[name, role], paid, since, silent & paid.keys()))
    return sorted(found, key=lambda one: (-one.total, one.owner))


def _last_acts(of: Subject) -> dict[bytes, int]:
    """The last block in which each address sent the token, delegated it, or voted."""
    tables = [(f"{of.dataset}_transfer", "sender"), (f"{of.dataset}_delegate_changed", "delegator")]
    for name in reading.datasets(of.release, *GOVERNORS, "snapshot_x_space"):
        tables += [(f"{name}_vote_cast", "voter"), (f"{name}_vote_cast_with_params", "voter")]
    parts = [
        f'SELECT "{who}" AS who, block_number FROM "{table}" WHERE block_number <= $block'
        for table, who in tables
        if reading.has(of.release, table)
    ]
    query = f"SELECT who, max(block_number) FROM ({' UNION ALL '.join(parts)}) GROUP BY who"
    found = reading.rows(of.release, query, {"block": of.block})
    return {bytes(who): int(block) for who, block in found}


def _tell(values: Values, one: Outflow, unit: tuple[int, str]) -> None:
    """The figures of one programme."""
    name = sub("[^a-z0-9]+", "_", one.owner.lower()).strip("_")
    said = f"{one.owner} ({one.role}, {one.belief})"
    values.tell(
        f"outflow_{name}", f"Paid out by {said}", one.total, "smallest unit",
        f"Σ transfers from addresses of {one.owner} to others than itself and pools",
        amount_of=unit,
    )  # fmt: skip
    values.tell(
        f"recipients_{name}", f"Recipients of {said}", len(one.paid), "recipients",
        f"addresses that received from {one.owner}",
    )  # fmt: skip
    for measure in MEASURED:
        entry = ALL[measure]
        values.tell(
            f"{measure}_{name}", f"{entry.title} of what {said} paid",
            entry.of(one.paid.values()), entry.unit, f"{entry.formula}, x paid by {one.owner}",
            why="it paid nothing out",
        )  # fmt: skip
    silent = sum(one.paid[who] for who in one.silent)
    for measure, title, part, whole in (
        ("silent", "Recipients silent since", len(one.silent), len(one.paid)),
        ("silent_paid", "Paid to who was silent since", silent, one.total),
    ):
        values.tell(
            f"{measure}_{name}", f"{title}: {said}", Fraction(part, whole) if whole else None,
            "share", f"recipients of {one.owner} without transfer, delegation or vote since / all",
            why="it paid nothing out",
        )  # fmt: skip


def _pooled(
    of: Subject, values: Values, amounts: Mapping[bytes, int], unit: tuple[int, str]
) -> None:
    """What pools hold together, now."""
    pools = of.entities.with_role(*POOLS, block=of.block)
    held = sum(amount for who, amount in amounts.items() if who in pools)
    whole = sum(amounts.values())
    why = "no pool is declared"
    values.tell(
        "pooled", "Held by pools, for unknown many", held if pools else None, "smallest unit",
        "Σ balances of exchanges, pools, bridges and custodians", amount_of=unit, why=why,
    )  # fmt: skip
    share = Fraction(held, whole) if pools and whole else None
    values.tell(
        "pooled_share", "Share held by pools", share, "share", "Σ of pools / Σ balances", why=why
    )


def _programmes(found: list[Outflow], decimals: int) -> Listing:
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        shown = (_worded(name, ALL[name].of(one.paid.values())) for name in MEASURED)
        rows.append(
            (one.owner, one.role, one.belief, tokens(one.total, decimals), len(one.paid), *shown,
             len(one.silent))
        )  # fmt: skip
    columns = ("payer", "role", "who says so", "paid out", "recipients",
               *(ALL[name].title for name in MEASURED), "silent since")  # fmt: skip
    return Listing("programmes", "What was paid out", columns, tuple(rows))


def _recipients(of: Subject, found: list[Outflow], decimals: int) -> Listing:
    """The largest recipients of each payer: how much, since when, and whether heard of since."""
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        order = sorted(one.paid, key=lambda who: (-one.paid[who], who))
        for who in order[:SHOWN]:
            owner = of.entities.of(who, of.block)
            rows.append(
                (one.owner, f"0x{who.hex()}", owner.name if owner else None,
                 tokens(one.paid[who], decimals), percent(Fraction(one.paid[who], one.total)),
                 one.since[who], "yes" if who in one.silent else "no")
            )  # fmt: skip
    columns = ("payer", "recipient", "declared owner", "paid", "of its payments", "since block",
               "silent since")  # fmt: skip
    return Listing("paid_to", "Whom each programme paid", columns, tuple(rows))


def _worded(name: str, value: Value) -> str:
    return worded(name, value, ALL[name].unit, 0)


def _wallets(of: Subject, amounts: Mapping[bytes, int], decimals: int) -> Listing:
    """Every labelled address, who says so, and what it holds; most first."""
    rows: list[tuple[Cell, ...]] = []
    owned = ((address, of.entities.of(address, of.block)) for address in of.entities.owners)
    for address, owner in sorted(owned, key=lambda one: (-amounts.get(one[0], 0), one[0])):
        if owner is not None:
            held = tokens(amounts.get(address, 0), decimals)
            said = (owner.name, owner.role, owner.belief, owner.source, owner.day)
            rows.append((f"0x{address.hex()}", *said, held))
    columns = ("address", "owner", "role", "who says so", "source", "day", "holds")
    return Listing("wallets", "Declared and believed wallets", columns, tuple(rows))


def _pools_over_time(of: Subject, decimals: int) -> Listing:
    """What pools held at several blocks, by the labels of each."""
    rows: list[tuple[Cell, ...]] = []
    for block in spaced(reading.dataset(of.release, of.dataset).first, of.block, POINTS):
        held = positions(of.release, "balance", dataset=of.dataset, block=block)
        pools = of.entities.with_role(*POOLS, block=block)
        pairs = zip(held.holders, held.amounts, strict=True)
        inside = sum(amount for who, amount in pairs if who in pools)
        share = percent(Fraction(inside, held.total)) if held.total else None
        rows.append((block, decimal(Fraction(inside, 10**decimals), 0), share))
    return Listing(
        "pools", "Held by pools over time", ("block", "held by pools", "of all"), tuple(rows)
    )
