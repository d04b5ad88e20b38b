"""Holders against users: what those who use the system hold, and votes by heads and by use.

A user paid the fee of a transaction with a watched contract in the days before the block, or
produced a block. What an exchange, a pool or a contract holds belongs to others or pays no fee: of
that it cannot be known. Who deployed code is told by Starknet's transactions where it is the first
thing they do; what later calls of one deploy is not, so that share is an interval up to that of all
payers. Ethereum's rows do not tell a creation from a call: there the share is undefined, and lies
between none of the payers and all of them.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.users import Recount, UseShare, recount, use_share
from psephos.results import reading
from psephos.results.figure import Interval
from psephos.results.labels.entities import POOLS
from psephos.results.life.activity import BROUGHT
from psephos.results.positions import SOURCES, positions
from psephos.results.shown.wording import percent, tokens
from psephos.results.studies.samples import sampled
from psephos.results.studies.shape import Listing, Study, Subject, Values
from psephos.results.studies.users_stake import tell_staked
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.voting.rules import rules
from psephos.results.voting.votes import votes

if TYPE_CHECKING:
    from psephos.store.reader import Release

DAYS = 30
UNKNOWN = (*POOLS, "contract")
"""Roles of addresses of whose owners the use cannot be known."""
TITLE = "Holders against users"
KINDS = (("power", "Voting power"), ("balance", "Balances"))
CHOICES = ("for", "against", "abstain")
LATER = "if all who paid deployed in a later call"


def study(of: Subject) -> Study:
    """Shares held by users as intervals, votes by heads and by fees, and who pays and produces."""
    fees = reading.datasets(of.release, "fees", "starknet_fees")
    why = None if fees else "no dataset of this release tells who paid a fee"
    first = _first(of)
    if fees and first is None:
        why = f"the time of block {of.block} is not known"
    for name in fees:
        gap = reading.backfill(reading.dataset(of.release, name), of.block)
        why = why or (gap and f"{name}: {gap}")
    if why or first is None:
        return Study("users", TITLE, of.dataset, of.block, why=why)
    paid = payers(of.release, fees, first, of.block)
    made = producers(of.release, first, of.block)
    values = Values(
        of,
        "users",
        f"payers of fees in blocks {first} to {of.block} (at most {DAYS} days), by address",
        len(paid),
        [(name, "payer") for name in fees],
    )
    _held(of, values, paid, made)
    tell_staked(of, values, paid, first)
    _deployed(of, values, paid, first)
    table, ballots = _votes(of, values, paid)
    blocks = [(name, "producer") for name in reading.datasets(of.release, "fees")]
    sampled(values, "payers", "payments", [count for count, _ in paid.values()], ())
    sampled(values, "producers", "blocks", list(made.values()), blocks)
    sampled(values, "voters", "votes", list(ballots.values()), _vote_uses(of))
    return Study("users", TITLE, of.dataset, of.block, tuple(values.found), (table,))


def payers(release: "Release", names: Any, first: int, last: int) -> dict[bytes, tuple[int, int]]:
    """How often each address paid a fee in these blocks, and how much: payments, smallest units.

    Fees in different tokens are not added up: only those of the first dataset's unit count.
    """
    found: dict[bytes, tuple[int, int]] = {}
    for name in names:
        starknet = "starknet_fees" in reading.dataset(release, name).sources
        amount = "amount" if starknet else "base_fee_burned + priority_fee + blob_fee"
        only = "AND in_fri AND amount > 0" if starknet else ""
        query = (
            f'SELECT payer, count(*), sum({amount}) FROM "{name}_fee_transaction" '
            f"WHERE block_number BETWEEN ? AND ? {only} GROUP BY payer ORDER BY payer"
        )
        for payer, count, fee in reading.rows(release, query, (first, last)):
            before = found.get(bytes(payer), (0, 0))
            found[bytes(payer)] = (before[0] + int(count), before[1] + int(fee))
    return found


def producers(release: "Release", first: int, last: int) -> dict[bytes, int]:
    """How many blocks each account produced; nobody where headers do not tell."""
    found: dict[bytes, int] = {}
    for name in reading.datasets(release, "fees")[:1]:
        query = (
            f'SELECT coinbase, count(*) FROM "{name}_fee_block" '
            "WHERE block_number BETWEEN ? AND ? GROUP BY coinbase ORDER BY coinbase"
        )
        found |= {bytes(w): int(n) for w, n in reading.rows(release, query, (first, last))}
    return found


def deployers(release: "Release", first: int, last: int) -> dict[bytes, int] | None:
    """How often each address brought code (`psephos.results.life.activity.BROUGHT`) in these
    blocks; None where the tables do not tell."""
    names = reading.datasets(release, "starknet_fees")
    if not names:
        return None
    found: dict[bytes, int] = {}
    for name in names:
        query = (
            f'SELECT payer, count(*) FROM "{name}_fee_transaction" '
            f"WHERE block_number BETWEEN ? AND ? AND {BROUGHT} GROUP BY payer ORDER BY payer"
        )
        for payer, count in reading.rows(release, query, (first, last)):
            found[bytes(payer)] = found.get(bytes(payer), 0) + int(count)
    return found


def _deployed(of: Subject, values: Values, paid: Any, first: int) -> None:
    """The share of power or balances of who deployed code, up to that of all who paid."""
    made = deployers(of.release, first, of.block)
    why = "these tables do not tell a contract's creation from a call"
    for kind, words in KINDS:
        if of.dataset not in reading.datasets(of.release, *SOURCES[kind]):
            continue
        held = positions(of.release, kind, dataset=of.dataset, block=of.block)
        listed = dict(zip(held.holders, held.amounts, strict=True))
        known = use_share(listed, made or ())
        high = use_share(listed, paid)
        over = None
        if known is not None and high is not None:
            ends = (known.low, max(known.low, high.low))
            text = f"{percent(ends[0])} to {percent(ends[1])}"
            words = "from none to all of who paid" if made is None else LATER
            over = Interval("unknown", *ends, text, words)
        values.tell(
            f"{kind}_of_deployers", f"{words} of who deployed code",
            None if known is None or made is None else known.low, "share",
            f"Σ {kind} of deployers / Σ {kind}",
            why=why if made is None else held.undefined or "nobody holds any", interval=over,
            uses=[(of.dataset, kind)],
        )  # fmt: skip


def _first(of: Subject) -> int | None:
    """The first block of the window; that of the dataset where the chain is younger."""
    time = reading.timestamp(of.release, of.block)
    if time is None:
        return None
    before = reading.block_at(of.release, time - DAYS * 86_400)
    return 0 if before is None else before + 1


def _held(of: Subject, values: Values, paid: Any, made: Any) -> None:
    """The shares of power and balances that users have."""
    unknown = of.entities.with_role(*UNKNOWN, block=of.block)
    declared = (f"entities {of.entities.id[:16]}",) if unknown else ()
    for kind, words in KINDS:
        if of.dataset not in reading.datasets(of.release, *SOURCES[kind]):
            continue
        held = positions(of.release, kind, dataset=of.dataset, block=of.block)
        listed = dict(zip(held.holders, held.amounts, strict=True))
        for name, users, what in (
            ("users", paid, "of who paid a fee"),
            ("validators", made, "of who produced a block"),
        ):
            found = use_share(listed, users, unknown if name == "users" else ())
            values.tell(
                f"{kind}_of_{name}",
                f"{words} {what}",
                None if found is None or not users else found.low,
                "share",
                f"Σ {kind} {what} / Σ {kind}",
                why=held.undefined or "nobody holds any, or nobody did so",
                interval=_interval(found) if found and users and name == "users" else None,
                uses=[(of.dataset, kind)],
                declared=declared if name == "users" else (),
            )


def _interval(found: UseShare) -> Interval | None:
    if not found.unknown:
        return None
    text = f"{percent(found.low)} to {percent(found.high)}"
    words = "if all of exchanges, pools and contracts use it too"
    return Interval("unknown", found.low, found.high, text, words)


def _votes(
    of: Subject, values: Values, paid: dict[bytes, tuple[int, int]]
) -> tuple[Listing, dict[bytes, int]]:
    """Each decided vote by power, by one vote a user, and by fees; how often each voted."""
    ballots: dict[bytes, int] = {}
    rows: list[tuple[str | int | None, ...]] = []
    by_heads = by_fees = known = 0
    shares = []
    for one in proposals(of.release, of.block):
        if rules(of.release, one.dataset).token != of.dataset or not one.state or one.state.open:
            continue
        cast = _cast(of.release, one)
        if not cast:
            continue
        for voter in sorted(cast):
            ballots[voter] = ballots.get(voter, 0) + 1
        power = recount({v: c for v, (c, _) in cast.items()}, {v: w for v, (_, w) in cast.items()})
        choices = {voter: choice for voter, (choice, _) in cast.items() if voter in paid}
        heads = recount(choices, dict.fromkeys(choices, 1))
        fees = recount(choices, {voter: paid[voter][1] for voter in choices})
        whole = sum(weight for _, weight in cast.values())
        part = sum(weight for voter, (_, weight) in cast.items() if voter in paid)
        shares.append((part, whole))
        known += bool(choices)
        by_heads += bool(choices) and heads.side == power.side
        by_fees += bool(choices) and fees.side == power.side
        rows.append((one.title, power.side, _side(heads), _side(fees, 18), len(choices), len(cast)))
    uses = _vote_uses(of)
    whole = sum(w for _, w in shares)
    for measure, title, value in (
        ("votes_of_users", "Votes cast by users, by weight",
         Fraction(sum(p for p, _ in shares), whole) if whole else None),
        ("same_by_heads", "Votes with the same side ahead, one vote a user",
         Fraction(by_heads, known) if known else None),
        ("same_by_fees", "Votes with the same side ahead, by fees paid",
         Fraction(by_fees, known) if known else None),
    ):  # fmt: skip
        values.tell(
            measure, title, value, "share", "of the votes that were decided, by the users' choices",
            why="no vote was decided, or no user voted", uses=uses,
        )  # fmt: skip
    columns = ("proposal", "by power", "one vote a user", "by fees", "users", "voters")
    return Listing("votes", "Votes by holders and by users", columns, tuple(rows)), ballots


def _vote_uses(of: Subject) -> list[tuple[str, str]]:
    return [(name, kind) for name in _governors(of) for kind in ("proposal", "vote")]


def _cast(release: "Release", one: Proposal) -> dict[bytes, tuple[str, int]]:
    found = votes(release, one.id, one.block, dataset=one.dataset)
    listed = found.select("voter", "support", "weight").rows()
    return {v: (s, int(w)) for v, s, w in listed if s in CHOICES}


def _governors(of: Subject) -> list[str]:
    from psephos.results.voting.rules import GOVERNORS

    names = reading.datasets(of.release, *GOVERNORS)
    return [name for name in names if rules(of.release, name).token == of.dataset]


def _side(found: Recount, decimals: int = 0) -> str:
    shown = [tokens(part, decimals, 4 if decimals else 0) for part in (found.for_, found.against)]
    return f"{found.side} ({shown[0]} : {shown[1]})"
