"""Who stands behind an address: declared labels, with the source of the belief.

Layout of `data/entities/*.toml`, one file a chain or a topic:

    chain = 1                               chain id
    title = "Starknet on Ethereum"
    [[entity]]
    name = "Starknet Foundation"
    role = "foundation"                     one of ROLES
    source = "where this is published"      never empty: a label is a declaration
    since = 16000000                        first block it holds for; 0 if not given
    addresses = ["0x…"]

An entity is one owner of several addresses, or a pool that holds for unknown many. Nothing here is
proven by the chain: figures by entity carry the set's id and are marked *declared*.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psephos.errors import ConfigurationError
from psephos.results.shipped import shipped

ROLES = {
    "foundation": "the foundation",
    "council": "a body with powers of its own",
    "delegate": "votes for others",
    "exchange": "a pool: holds for unknown many",
    "pool": "a pool: holds for unknown many",
    "team": "those who built it",
    "investor": "early investors",
    "treasury": "held for a purpose, by a body",
    "contract": "a contract without an owner",
    "other": "anything else",
}
ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
KEYS = {"name", "role", "source", "since", "addresses"}


@dataclass(frozen=True, slots=True)
class Entity:
    """A declared owner of addresses, from block `since` on."""

    name: str
    role: str
    source: str
    since: int = 0


@dataclass(frozen=True, slots=True)
class Entities:
    """Declared owners by address. `id` names the set in a figure's own id."""

    chain: int
    owners: Mapping[bytes, Entity] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """BLAKE2s-256 of the canonical JSON of the chain and every label; empty for none."""
        if not self.owners:
            return ""
        labels = [
            [address.hex(), owner.name, owner.role, owner.source, owner.since]
            for address, owner in sorted(self.owners.items())
        ]
        text = json.dumps([self.chain, labels], ensure_ascii=False, separators=(",", ":"))
        return hashlib.blake2s(text.encode()).hexdigest()

    def of(self, address: bytes, block: int) -> Entity | None:
        """Who is declared to own an address at a block."""
        owner = self.owners.get(address)
        return owner if owner is not None and owner.since <= block else None

    def with_role(self, *roles: str, block: int) -> frozenset[bytes]:
        """The addresses whose owner has one of these roles at a block."""
        return frozenset(
            address
            for address, owner in self.owners.items()
            if owner.role in roles and owner.since <= block
        )


def entities(chain: int, where: Path | None = None) -> Entities:
    """The labels of a chain from every file of a folder (`data/entities` if none is given).

    Two files may name an address only if they agree; a malformed file raises
    `ConfigurationError` that names it.
    """
    found: dict[bytes, Entity] = {}
    place = shipped("entities") if where is None else where
    for file in sorted(place.glob("*.toml")):
        for number, address, owner in _labels(file):
            if number != chain:
                continue
            if found.setdefault(address, owner) != owner:
                raise _wrong(file, f"0x{address.hex()} is {owner.name} and {found[address].name}")
    return Entities(chain, found)


def _labels(file: Path) -> Iterator[tuple[int, bytes, Entity]]:
    """(chain, address, owner) of one file, every field checked."""
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(file, str(error)) from error
    chain, listed = content.get("chain"), content.get("entity", [])
    unknown = content.keys() - {"chain", "title", "entity"}
    if unknown or type(chain) is not int or not _tables(listed):
        raise _wrong(file, f"unknown key {min(unknown)}" if unknown else "no `chain`, or no table")
    for number, entry in enumerate(listed, start=1):
        owner = _owner(file, number, entry)
        for text in entry["addresses"]:
            if not isinstance(text, str) or not ADDRESS.fullmatch(text):
                raise _wrong(file, f"entity {number} ({owner.name}): {text!r} is no address")
            yield chain, bytes.fromhex(text[2:]), owner


def _owner(file: Path, number: int, entry: Mapping[str, Any]) -> Entity:
    """One `[[entity]]`, checked."""
    if unknown := entry.keys() - KEYS:
        raise _wrong(file, f"entity {number}: unknown key {min(unknown)}")
    texts = [entry.get(key) for key in ("name", "role", "source")]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise _wrong(file, f"entity {number}: name, role and source are needed")
    name, role, source = (str(text) for text in texts)
    if role not in ROLES:
        raise _wrong(file, f"entity {number} ({name}): role {role!r} is none of {', '.join(ROLES)}")
    since = entry.get("since", 0)
    if type(since) is not int or since < 0:
        raise _wrong(file, f"entity {number} ({name}): since is a block number")
    if not isinstance(entry.get("addresses"), list):
        raise _wrong(file, f"entity {number} ({name}): addresses are a list")
    return Entity(name, role, source, since)


def _tables(listed: Any) -> bool:
    return isinstance(listed, Iterable) and all(isinstance(entry, Mapping) for entry in listed)


def _wrong(file: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"{file.name}: {why}", hint="the layout is in data/entities/README.md"
    )
