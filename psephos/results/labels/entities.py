"""Who stands behind an address: declared labels, with the source and the day of the belief.

Layout of `data/entities/*.toml`, one file a chain or a topic: `data/entities/README.md`. A label
holds from block `since` up to `until`; an address may change its owner. Files of one `set` are
read together: those without one are the usual set, a named one is another opinion.

An entity is one owner of several addresses, or a pool that holds for unknown many. Nothing here is
proven by the chain: figures by entity carry the set's id and are marked *declared*. Where two
labels name different owners of an address at one time, neither is believed: the address counts by
itself, and the conflict is shown.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from psephos.configuration import Reader
from psephos.results import dated
from psephos.results.labels import fields
from psephos.values import natural

POOLS = ("exchange", "pool", "bridge", "custodian")
"""Roles of owners that hold for unknown many."""

SUPPOSED = "supposed"
"""The role of an owner that is a hypothesis and not a label."""

USUAL = ""
"""The name of the set that is meant when none is named."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A declared owner of addresses, from block `since` on and before block `until`.

    `day` is the day on which the source said so, empty where nobody published it; `belief` is
    *declared* where the owner itself says so, else *believed*.
    """

    name: str
    role: str
    source: str
    since: int = 0
    until: int | None = None
    day: str = ""
    belief: str = "believed"

    def at(self, block: int) -> bool:
        """Whether the label holds at a block."""
        return self.since <= block and (self.until is None or block < self.until)

    def meets(self, other: "Entity") -> bool:
        """Whether both hold at some block."""
        ends = (
            self.until is None or other.since < self.until,
            other.until is None or self.since < other.until,
        )
        return all(ends)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two labels of one address that hold at one time and do not say the same."""

    address: bytes
    one: Entity
    other: Entity

    @property
    def words(self) -> str:
        """What each says, and where."""
        one, other = (f"{e.name} ({e.role}; {e.source})" for e in (self.one, self.other))
        return f"0x{self.address.hex()} is {one}, and {other}"


@dataclass(frozen=True)
class Entities:
    """Owners by address, each with its labels in the order of the files.

    `id` names the set in a figure's own id; `about` says which set, or which hypothesis, it is.
    """

    chain: int
    owners: Mapping[bytes, tuple[Entity, ...]] = field(default_factory=dict)
    about: str = ""

    @classmethod
    def labelled(cls, chain: int, owners: Mapping[bytes, Entity], about: str = "") -> "Entities":
        """One label an address."""
        return cls(chain, {address: (owner,) for address, owner in owners.items()}, about)

    @cached_property
    def id(self) -> str:
        """BLAKE2s-256 of the canonical JSON of the chain and every label; empty for none."""
        if not self.owners:
            return ""
        labels = [
            [address.hex(), [_label(owner) for owner in owners]]
            for address, owners in sorted(self.owners.items())
        ]
        text = json.dumps([self.chain, labels], ensure_ascii=False, separators=(",", ":"))
        return hashlib.blake2s(text.encode()).hexdigest()

    @cached_property
    def words(self) -> str:
        """One line for what a figure declares: the set, and how many addresses are disputed."""
        about = f" ({self.about})" if self.about else ""
        disputed = len({conflict.address for conflict in self.conflicts})
        return f"entities {self.id[:16]}{about}" + (f", {disputed} disputed" if disputed else "")

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Every two labels that cannot both be right, by address."""
        return tuple(
            Conflict(address, one, other)
            for address, owners in sorted(self.owners.items())
            for place, one in enumerate(owners)
            for other in owners[place + 1 :]
            if one.meets(other) and (one.name, one.role) != (other.name, other.role)
        )

    @property
    def frame(self) -> pl.DataFrame:
        """Every label, one a row, with its source and day; `disputed` where two disagree."""
        disputed = {conflict.address for conflict in self.conflicts}
        rows = [
            (
                f"0x{a.hex()}",
                o.name,
                o.role,
                o.source,
                o.day,
                o.since,
                o.until,
                a in disputed,
                o.belief,
            )
            for a, owners in sorted(self.owners.items())
            for o in owners
        ]
        names = ("address", "owner", "role", "source", "day", "since", "until", "disputed",
                 "belief")  # fmt: skip
        return pl.DataFrame(rows, schema=names, orient="row")

    def of(self, address: bytes, block: int) -> Entity | None:
        """Who is said to own an address at a block; None for nobody, and where two are."""
        owners = self.owners.get(address)
        if owners is None:
            return None
        if len(owners) == 1:
            return owners[0] if owners[0].at(block) else None
        valid = [owner for owner in owners if owner.at(block)]
        agreed = len({(owner.name, owner.role) for owner in valid}) == 1
        return valid[0] if agreed else None

    def with_role(self, *roles: str, block: int) -> frozenset[bytes]:
        """The addresses whose owner has one of these roles at a block."""
        found = ((address, self.of(address, block)) for address in self.owners)
        return frozenset(address for address, owner in found if owner and owner.role in roles)


def _label(owner: Entity) -> list[Any]:
    """A label as the set's id hashes it; who says so counts where it is the owner."""
    told = [owner.name, owner.role, owner.source, owner.since, owner.until, owner.day]
    return told if owner.belief == fields.BELIEFS[1] else [*told, owner.belief]


def entities(chain: int, where: Path | None = None, name: str = USUAL) -> Entities:
    """The labels of a chain and a set from every file of a folder (`data/entities` if none).

    A malformed file raises `ConfigurationError` with its name, line and key.
    """
    found: dict[bytes, list[Entity]] = {}
    for of, label, address, owner in _every(where):
        same = found.get(address, [])
        if (of, label) == (chain, name) and owner not in same:
            found.setdefault(address, []).append(owner)
    about = f"set {name}" if name else ""
    return Entities(chain, {address: tuple(owners) for address, owners in found.items()}, about)


def sets(chain: int, where: Path | None = None) -> tuple[str, ...]:
    """The names of all sets of a chain but the usual one."""
    names = {label for of, label, _, _ in _every(where) if of == chain}
    return tuple(sorted(names - {USUAL}))


def _every(where: Path | None) -> Iterator[tuple[int, str, bytes, Entity]]:
    for top in dated.each("entities", where):
        yield from _labels(top)


def _labels(top: Reader) -> Iterator[tuple[int, str, bytes, Entity]]:
    """(chain, set, address, owner) of one file, every field checked."""
    chain, name = top.take("chain", natural), top.take("set", fields.set_name, USUAL)
    top.take("title", fields.words, "")
    day = top.take("date", fields.day, "")
    listed = [(table, *_owner(table, day)) for table in top.tables("entity")]
    top.done()
    for table, owner, addresses in listed:
        if len(set(addresses)) < len(addresses):
            raise table.error("addresses", f"of {owner.name} name an address twice")
        for address in addresses:
            yield chain, name, address, owner


def _owner(table: Reader, day: str) -> tuple[Entity, list[bytes]]:
    """One `[[entity]]`, checked."""
    addresses = table.take("addresses", fields.addresses)
    owner = Entity(
        table.take("name", fields.words),
        table.take("role", fields.role),
        table.take("source", fields.words),
        table.take("since", natural, 0),
        table.take("until", natural) if "until" in table.left else None,
        table.take("date", fields.day, day),
        table.take("belief", fields.belief, fields.BELIEFS[1]),
    )
    table.done()
    if not owner.day:
        raise table.error("date", "is missing: a label is what a source said on a day")
    if owner.until is not None and owner.until <= owner.since:
        raise table.error("until", f"is {owner.until}, not after `since`, {owner.since}")
    return owner, addresses
