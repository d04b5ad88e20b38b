"""What L1 tells of a chain's life: its state updates and their lag, messages, upgrades, StarkEx.

Of the release beside, if one is named: then its figures declare it, and rest on its evidence.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from psephos.results import exactly, reading
from psephos.results.economy.settlement import updates
from psephos.results.life.blocks import Gaps, gaps, settling, waits_by_update
from psephos.results.life.change import announced, program_since, upgrades
from psephos.results.life.exchanges import exchanges
from psephos.results.life.messages import handled, messages, sent
from psephos.results.shown.text import address
from psephos.results.shown.wording import decimal
from psephos.results.studies.shape import Listing, Subject, Values

if TYPE_CHECKING:
    from psephos.store.reader import Release

DAY, SHOWN = 86_400, 20
BELOW = "these are blocks of L1: ask the L2's release with this one beside"


def tell_gaps(
    values: Values, name: str, title: str, found: Gaps | None, unit: str, why: str, **rests: Any
) -> None:
    """Three figures of a series: its median, what 19 of 20 are at most, the longest.

    rests: `uses` and `declared` of each, as `Values.tell` takes them.
    """
    for part, said, value in (
        ("median", "median", found.median if found else None),
        ("p95", "19 of 20 at most", found.nineteen_of_twenty if found else None),
        ("longest", "longest", found.longest if found else None),
    ):
        values.tell(
            f"{name}_{part}", f"{title}, {said}", value, unit, "lower quantile", why=why, **rests
        )


def settled(values: Values, first: int, last: int) -> Iterator[Listing]:
    """Updates, lag and messages of each core contract, StarkEx's exchanges, and upgrades."""
    of, source = values.of, _l1(values.of)
    now = reading.timestamp(of.release, of.block)
    at = None if now is None else reading.block_at(source, now)
    for core in reading.datasets(source, "starknet_core") if at is not None else ():
        yield _updated(values, core, first, last)
        yield from _waiting(values, core, first, at or 0)
        age = program_since(source, core, at or 0)
        values.tell(
            f"program_age_{core}", "Since the program last changed",
            None if age is None else Fraction(age, DAY), "days", "t(block) − t(last change)",
            why="no change of the program was seen", **_rests(of, core, "change"),
        )  # fmt: skip
    yield from _exchanged(values, first, last, at)
    yield _upgraded(values, at)


def _l1(of: Subject) -> "Release":
    return of.release if of.beside is None else of.beside


def _rests(of: Subject, name: str, kind: str) -> dict[str, Any]:
    """What a figure rests on that is read from the dataset of a core."""
    if of.beside is None:
        return {"uses": ((name, kind),)}
    return {"declared": _beside(of)}


def _beside(of: Subject) -> tuple[str, ...]:
    if of.beside is None:
        return ()
    return (f"release {of.beside.id[:16]} of chain {of.beside.chain.name} beside this one",)


def _updated(values: Values, core: str, first: int, last: int) -> Listing:
    """Gaps between a core's updates, blocks in each, and how long blocks waited for theirs."""
    of, source = values.of, _l1(values.of)
    own = "starknet_fees" in reading.dataset(of.release, of.dataset).sources
    l2 = of.release if own else None
    found = settling(l2, source, core, first, last)
    few, rests = "fewer than two state updates in the window", _rests(of, core, "update")
    why = few if own else BELOW
    for name, title, series, unit in (
        ("update_gap", "Between state updates", found.gaps, "seconds"),
        ("update_blocks", "Blocks in an update", found.blocks, "blocks"),
        ("proof_lag", "From a block to its update", found.lag, "seconds"),
    ):
        reason = why if name == "proof_lag" else few
        tell_gaps(values, f"{name}_{core}", title, series, unit, reason, **rests)
    values.tell(
        f"proof_lag_{core}_mean", "From a block to its update, mean", found.mean_lag, "seconds",
        "mean over blocks of t(update) − t(block)", why=why, **rests,
    )  # fmt: skip
    told = updates(source, core, first, last)
    rows = tuple(
        (exactly.day_of(one.time).isoformat(), one.block, size, one.covers, longest, shortest)
        for one, size, longest, shortest in reversed(waits_by_update(l2, told)[-SHOWN:])
    )
    columns = ("day", "L1 block", "blocks", "to block", "its oldest waited, s", "its newest, s")
    return Listing(f"lag_{core}", f"How long the blocks of each update of {core} waited",
                   columns, rows)  # fmt: skip


def _waiting(values: Values, core: str, first: int, block: int) -> Iterator[Listing]:
    """Messages of a core: how long each waited on L2 and on L1, which wait and were taken back."""
    found = messages(_l1(values.of), core, first, block)
    if found is None:
        return
    rests = _rests(values.of, core, "message")
    why = "no message of the window was consumed"
    tell_gaps(values, f"message_wait_{core}", "A message from L1, until consumed", found.waits,
              "seconds", why, **rests)  # fmt: skip
    for name, title, value in (
        ("sent", "Messages sent", found.sent),
        ("pending", "of them, pending", found.pending),
        ("stopping", "of them, being cancelled", found.stopping),
        ("canceled", "of them, cancelled", found.canceled),
    ):
        values.tell(f"messages_{name}_{core}", title, value, "messages", "count", **rests)
    yield _handled(values, core, first, block)
    values.tell(
        f"oldest_message_{core}", "Longest wait of a pending message",
        found.oldest, "seconds", "t(block) − t(sent)", why="none is pending", **rests,
    )  # fmt: skip


def _handled(values: Values, core: str, first: int, block: int) -> Listing:
    """From a message on L1 to the block of L2 that handled it, and how the newest stand."""
    of = values.of
    told = sent(_l1(of), core, first, block) or []
    fees = reading.dataset(of.release, of.dataset)
    own = "starknet_fees" in fees.sources
    known = own and not reading.backfill(fees, of.block)
    times = handled(of.release, of.dataset, of.block, told) if known else [None] * len(told)
    waits = [time - one.time for one, time in zip(told, times, strict=True) if time is not None]
    why = "no message of the window was handled in a block that was read" if known else BELOW
    rests = _rests(of, core, "message")
    rests["uses"] = (*rests.get("uses", ()), *(((of.dataset, "handled"),) if known else ()))
    left = sum(
        time is None and one.canceled is None and one.consumed is None
        for one, time in zip(told, times, strict=True)
    )
    values.tell(
        f"messages_unhandled_{core}", "of them, not handled by L2", left if known else None,
        "messages", "count", why=BELOW, **rests,
    )  # fmt: skip
    tell_gaps(values, f"message_handled_{core}", "A message from L1, until L2 handled it",
              gaps(waits), "seconds", why, **rests)  # fmt: skip
    rows = tuple(
        (exactly.day_of(one.time).isoformat(), one.block, address(_word(one.transaction.sender)),
         one.transaction.nonce, None if time is None else time - one.time,
         None if one.consumed is None else one.consumed - one.time, one.state(time))
        for one, time in reversed(list(zip(told, times, strict=True))[-SHOWN:])
    )  # fmt: skip
    columns = ("day", "L1 block", "to", "nonce", "handled after, s", "consumed after, s", "state")
    return Listing(f"messages_{core}", f"Messages from L1 of {core}, newest first", columns, rows)


def _word(number: int | None) -> bytes:
    return (number or 0).to_bytes(32, "big")


def _exchanged(values: Values, first: int, last: int, at: int | None) -> Iterator[Listing]:
    """Each StarkEx exchange: its updates in the window, and the newest of all."""
    of, source = values.of, _l1(values.of)
    rows = []
    for name in reading.datasets(source, "starkex") if at is not None else ():
        found = exchanges(source, name, first, last, at or 0)
        values.tell(
            f"updates_{name}", f"State updates of {name}", found.updates, "updates", "count",
            **_rests(of, name, "update"),
        )  # fmt: skip
        tell_gaps(values, f"update_gap_{name}", f"Between state updates of {name}", found.gaps,
                  "seconds", "fewer than two state updates in the window",
                  **_rests(of, name, "update"))  # fmt: skip
        rows += [
            (exactly.day_of(one.time).isoformat(), name, one.block, one.sequence, one.batch,
             *(None if root is None else f"0x{root.hex()}" for root in (one.vaults, one.orders)))
            for one in found.newest
        ]  # fmt: skip
    if rows:
        columns = ("day", "exchange", "L1 block", "sequence", "batch", "vault root", "order root")
        title = "StarkEx, the service before Starknet: its newest state updates"
        yield Listing("starkex", title, columns, tuple(rows[:SHOWN]))


def _upgraded(values: Values, at: int | None) -> Listing:
    """Upgrades of this chain and of the one beside it, up to its block of the same time."""
    of = values.of
    found = upgrades(of.release, of.block)
    uses = tuple((name, "change") for name in sorted({one.dataset for one in found}))
    if of.beside is not None and at is not None:
        found += upgrades(of.beside, at)
    values.tell(
        "upgrades_announced", "Upgrades announced before they were in force", announced(found),
        "share", "announced earlier / upgrades", why="no upgrade was seen", uses=uses,
        declared=_beside(of),
    )  # fmt: skip
    rows = []
    for one in sorted(found, key=lambda one: (-one.time, one.dataset))[:SHOWN]:
        before = None if one.before is None else decimal(Fraction(one.before, DAY), 2)
        day = exactly.day_of(one.time).isoformat()
        rows.append((day, one.dataset, address(one.contract), one.block, before))
    columns = ("day", "dataset", "contract", "block", "days announced before")
    return Listing("upgrades", "Upgrades, newest first", columns, tuple(rows))
