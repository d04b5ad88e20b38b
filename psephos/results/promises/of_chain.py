"""Rules about the chain itself: who produces it, what it charges, and who may change it."""

from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.promises.promise import Judged, Question, Result, Row, day_of, missing, within
from psephos.results.shown.text import number
from psephos.results.shown.wording import counted

if TYPE_CHECKING:
    from psephos.store.reader import Release

DAY = 86_400
SHOWN = 100
"""At most so many broken blocks are listed one by one."""


def equal_price(of: Question) -> Judged:
    """In every block everybody pays the same for a unit of gas, but for the tip it chose."""
    there = reading.datasets(of.release, *_PRICES)
    if not there:
        return missing("no dataset of this release has fees")
    rows: list[Row] = []
    for name in there:
        (source,) = set(reading.dataset(of.release, name).sources) & _PRICES.keys()
        found = reading.rows(of.release, _PRICES[source].format(name=name), (of.block,))
        when = reading.times(of.release, [int(block) for block, *_ in found])
        held = [one for one in found if within(of, when.get(int(one[0])))]
        for block, _, least, most, odd in [one for one in held if one[2] != one[3] or one[4]][
            :SHOWN
        ]:
            told = f"from {number(least)} to {number(most)} a unit" if least != most else ""
            told = told or f"{counted(int(odd), 'payment')} of another price"
            time = when.get(int(block))
            where = f"{name}: block {number(int(block))}"
            rows.append(Row(where, told, "one price for all", Result.BROKEN, int(block), time))
        if held and not rows:
            paid = sum(int(count) for _, count, *_ in held)
            told = f"one price in each of {number(len(held))} blocks, {number(paid)} payments"
            rows.append(Row(name, told, "one price for all", Result.KEPT, of.block, of.now))
    if not rows:
        return missing("nobody paid a fee while these words held")
    return Judged(tuple(rows), tuple((name, "price") for name in there))


_PRICES = {
    "fees": """
        SELECT block_number, count(*), min(price)::DECIMAL(38,0), max(price)::DECIMAL(38,0),
               count(*) FILTER (rest <> 0)
        FROM (
            SELECT block_number, base_fee_burned::HUGEINT // gas_used AS price,
                   base_fee_burned::HUGEINT % gas_used AS rest
            FROM "{name}_fee_transaction" WHERE block_number <= ? AND gas_used > 0
        ) GROUP BY block_number ORDER BY block_number""",
    "starknet_fees": """
        SELECT block_number, count(*), 1::DECIMAL(38,0), 1::DECIMAL(38,0),
               count(*) FILTER (amount <> priced)
        FROM "{name}_fee_transaction" WHERE block_number <= ? AND priced > 0
        GROUP BY block_number ORDER BY block_number""",
}
"""By source, of each block: payments, the least and the greatest price a unit, and how many are of
another price than the block's. Starknet's header tells prices of three gases: there every payment
is compared with what they give for its gas and its own tip."""


def producers(of: Question, least: int, days: int) -> Judged:
    """In the last days before it is due, at least so many different accounts produced blocks."""
    there = reading.datasets(of.release, "fees")
    if not there and reading.datasets(of.release, "starknet_fees"):
        return missing("headers of Starknet name one builder for all proposers: they cannot tell")
    if not there:
        return missing("no dataset of this release tells who produced a block")
    if of.due is None:
        return missing("no day is given by which it must have come true")
    end = min(of.now, of.due - 1)
    rows = []
    for name in there:
        last = reading.block_at(of.release, end)
        first = reading.block_at(of.release, end - days * DAY)
        query = (
            f'SELECT DISTINCT coinbase FROM "{name}_fee_block" WHERE block_number BETWEEN ? AND ?'
        )
        found = reading.rows(of.release, query, (0 if first is None else first + 1, last or 0))
        if last is None or not found:
            return missing(f"no block of {name} is known before {day_of(end)}")
        enough = len(found) >= least
        late = of.now >= of.due
        result = Result.KEPT if enough else Result.BROKEN if late else Result.OPEN
        told = f"{counted(len(found), 'account')} in {days} days to {day_of(end)}"
        rows.append(Row(name, told, f"at least {least}", result, last, end))
    return Judged(tuple(rows), tuple((name, "producer") for name in there))


def council(of: Question, members: int, threshold: int) -> Judged:
    """A Safe has so many owners, of whom so many must sign, after each change of either."""
    there = [n for n in of.release.datasets if reading.has(of.release, f"{n}_safe_setup")]
    if not there:
        return missing("no dataset of this release is a council's Safe")
    rows = []
    asked = f"{threshold} of {members}"
    for name in there:
        changes = council_states(of.release, name, of.block)
        spans = zip(changes, [*changes[1:], None], strict=True)
        for (block, owners, needed), later in spans:
            end = None if later is None else reading.timestamp(of.release, later[0])
            if end is not None and end < of.first:
                continue
            fine = (len(owners), needed) == (members, threshold)
            told, result = f"{needed} of {len(owners)}", Result.KEPT if fine else Result.BROKEN
            time = reading.timestamp(of.release, block)
            if time is None or time <= of.last:
                rows.append(
                    Row(f"{name} from block {number(block)}", told, asked, result, block, time)
                )
    if not rows:
        return missing("no council was set up while these words held")
    return Judged(tuple(rows), tuple((name, "council") for name in there))


def council_states(
    release: "Release", name: str, block: int
) -> list[tuple[int, frozenset[bytes], int]]:
    """(block, owners, threshold) at the end of each block that changed them, oldest first."""
    parts = {
        "safe_setup": ("owners", "threshold", "NULL::BLOB"),
        "owner_added": ("NULL::BLOB[]", "NULL::BLOB", "owner"),
        "owner_removed": ("NULL::BLOB[]", "NULL::BLOB", "owner"),
        "threshold_changed": ("NULL::BLOB[]", "threshold", "NULL::BLOB"),
    }
    query = " UNION ALL ".join(
        f"SELECT '{table}' AS what, {owners} AS owners, {needed} AS needed, {owner} AS owner, "
        f'block_number, transaction_index, log_index FROM "{name}_{table}"'
        for table, (owners, needed, owner) in parts.items()
    )
    found = reading.rows(
        release,
        f"SELECT what, owners, needed, owner, block_number FROM ({query}) "
        "WHERE block_number <= ? ORDER BY block_number, transaction_index, log_index",
        (block,),
    )
    states: dict[int, tuple[frozenset[bytes], int]] = {}
    owners: frozenset[bytes] = frozenset()
    needed = 0
    for what, listed, word, owner, at in found:
        if what == "safe_setup":
            owners = frozenset(listed)
        elif what == "owner_added":
            owners |= {owner}
        elif what == "owner_removed":
            owners -= {owner}
        if word is not None:
            needed = int.from_bytes(word, "big")
        states[int(at)] = (owners, needed)
    return [(at, *state) for at, state in states.items()]


def waits(of: Question, days: int) -> Judged:
    """From the block that schedules a timelock's operation to its execution it is so many days."""
    there = [n for n in of.release.datasets if reading.has(of.release, f"{n}_call_scheduled")]
    if not there:
        return missing("no dataset of this release is a timelock")
    rows = []
    for name in there:
        found = reading.rows(of.release, _WAITED.format(name=name), (of.block, of.block))
        when = reading.times(of.release, [int(b) for _, *both in found for b in both])
        for id, scheduled, done in found:
            start, end = when.get(int(scheduled)), when.get(int(done))
            if not within(of, end):
                continue
            waited = None if start is None or end is None else end - start
            told = "a block's time is not known" if waited is None else _hours(waited)
            fine = waited is not None and waited >= days * DAY
            result = Result.UNKNOWN if waited is None else Result.KEPT if fine else Result.BROKEN
            what = f"{name}: operation 0x{id.hex()[:16]}…"
            rows.append(Row(what, told, f"at least {counted(days, 'day')}", result, int(done), end))
    if not rows:
        return missing("nothing was executed while these words held")
    return Judged(tuple(rows), tuple((name, "operation") for name in there))


_WAITED = """
    SELECT done.id, min(scheduled.block_number) AS scheduled, min(done.block_number) AS done
    FROM "{name}_call_executed" AS done JOIN "{name}_call_scheduled" AS scheduled
      ON scheduled.id = done.id AND scheduled.block_number <= done.block_number
    WHERE done.block_number <= ? AND scheduled.block_number <= ?
    GROUP BY done.id ORDER BY 3"""


def _hours(seconds: int) -> str:
    days, rest = divmod(seconds, DAY)
    return f"waited {days} days and {rest // 3600} hours"
