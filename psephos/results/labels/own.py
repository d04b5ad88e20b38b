"""Labels of a reader's own: a frame of addresses and owners, strictly read.

    address  0x and 40 or 64 digits (bytes too)        role    one of `ROLES`; left out, "other"
    owner    the owner's name                          source  who says so; left out, the reader
    since, until, day, belief   as in data/entities; left out, from the first block on, believed

The columns are those of `r.entities.frame`, so the declared labels can be changed and given back.
"""

from collections.abc import Mapping
from datetime import date
from re import fullmatch
from typing import Any

import polars as pl

from psephos.errors import TableError
from psephos.results.labels.entities import Entities, Entity
from psephos.results.labels.fields import BELIEFS, ROLES

COLUMNS = ("address", "owner", "role", "source", "day", "since", "until", "belief")
MINE = "a reader's own label"


def from_frame(chain: int, frame: pl.DataFrame) -> Entities:
    """The labels of a frame; a column that `r.entities.frame` has beside them (disputed) is passed
    over. Two rows that disagree about an address are a conflict, as in files: neither is believed.

    `TableError` names the row (the first is 0), the column and what must stand there.
    """
    if missing := [name for name in COLUMNS[:2] if name not in frame.columns]:
        raise TableError(
            f"labels have no column {missing[0]!r}",
            hint=f"columns are {', '.join(COLUMNS)}; the first two must be there",
        )
    found: dict[bytes, tuple[Entity, ...]] = {}
    for place, row in enumerate(frame.iter_rows(named=True)):
        address, owner = _address(row["address"], place), _owner(row, place)
        if owner not in found.get(address, ()):
            found[address] = (*found.get(address, ()), owner)
    return Entities(chain, found, "labels of the reader's own")


def _address(value: Any, place: int) -> bytes:
    if isinstance(value, bytes) and len(value) in (20, 32):
        return value
    if isinstance(value, str) and fullmatch(r"0x([0-9a-fA-F]{40}|[0-9a-fA-F]{64})", value):
        return bytes.fromhex(value[2:])
    raise _wrong(place, "address", value, "0x and 40 or 64 digits")


def _owner(row: Mapping[str, Any], place: int) -> Entity:
    name, role = row["owner"], row.get("role") or "other"
    since, until, day = row.get("since") or 0, row.get("until"), row.get("day") or ""
    if not isinstance(name, str) or not name.strip():
        raise _wrong(place, "owner", name, "a name")
    if role not in ROLES:
        raise _wrong(place, "role", role, f"one of {', '.join(ROLES)}")
    for column, block in (("since", since), ("until", until)):
        if block is not None and (type(block) is not int or block < 0):
            raise _wrong(place, column, block, "a block number")
    if until is not None and until <= since:
        raise _wrong(place, "until", until, f"a block after `since`, {since}")
    source = row.get("source") or MINE
    if not isinstance(source, str):
        raise _wrong(place, "source", source, "a text")
    belief = row.get("belief") or BELIEFS[1]
    if belief not in BELIEFS:
        raise _wrong(place, "belief", belief, f"one of {', '.join(BELIEFS)}")
    shown = day.isoformat() if isinstance(day, date) else str(day)
    return Entity(name, role, source, since, until, shown, belief)


def _wrong(place: int, column: str, value: Any, must: str) -> TableError:
    return TableError(
        f"labels: row {place}, column {column!r} is {str(value)[:60]!r}", hint=f"must be {must}"
    )
