"""Votes of a Snapshot hub, from a file: how Starknet voted before its votes were on a chain.

    {"proposals": [...], "votes": [...]}     as the hub's GraphQL gives them, or that under "data"

    proposal   id  author  created  space {id}  type  choices  start  end     [ipfs title votes]
    vote       id  voter   created  space {id}  proposal {id}  choice  vp     [ipfs]
    envelope   of either: what its author signed, {address, sig, data {domain, types, message}}

The hub's GraphQL has no envelopes; they are what the content ids (`ipfs`) lead to. An envelope is a
text, as it was stored, or a JSON value: then its bytes are not known, only what it says. Power
(`vp`) is read as it is written, digit by digit: it is a double of the hub, which nobody signed.
Names that are not listed are passed over. Source: snapshot-labs/snapshot-hub, schema.gql;
snapshot-labs/snapshot-sequencer, ingestor.ts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psephos.chain.wire.answer import strict_json
from psephos.errors import MalformedAnswer, TableError, VerificationFailed
from psephos.results.table import weights_of


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was signed. `text` is what was stored; `known`: those bytes, not written again."""

    told: Mapping[str, Any]
    text: bytes
    known: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as the hub tells it; `votes` is how many it says there are, None if it does not.

    Times are Unix seconds; `start` and `end` are both in.
    """

    id: str
    ipfs: str
    author: str
    created: int
    space: str
    kind: str
    title: str
    choices: tuple[str, ...]
    start: int
    end: int
    votes: int | None
    envelope: Envelope | None


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote as the hub tells it; `power` in units of 10^-decimals of its export."""

    id: str
    ipfs: str
    voter: str
    created: int
    space: str
    proposal: str
    choice: Any
    power: int
    envelope: Envelope | None


@dataclass(frozen=True, slots=True)
class Export:
    """A file of a hub: rows in its order, and the decimals of its powers."""

    proposals: tuple[Proposal, ...]
    votes: tuple[Vote, ...]
    decimals: int


def export(body: bytes) -> Export:
    """The rows of an export; VerificationFailed names what is missing or of another kind."""
    told = _json(body)
    if isinstance(told, dict) and isinstance(told.get("data"), dict):
        told = told["data"]
    if not isinstance(told, dict):
        raise VerificationFailed("an export of a hub is an object with proposals and votes")
    votes, listed = _rows(told, "votes"), _rows(told, "proposals")
    if len({row.text("id") for row in listed}) != len(listed):
        raise VerificationFailed("a proposal is there twice", hint="export each of them once")
    cells = ((row.at, row.power(), None) for row in votes)
    try:
        powers, decimals = weights_of(cells, "vp")
    except TableError as error:
        raise VerificationFailed(f"votes: {error.message}", hint=error.hint) from None
    return Export(
        tuple(map(_proposal, listed)),
        tuple(_vote(row, power) for row, power in zip(votes, powers, strict=True)),
        decimals,
    )


def _json(body: bytes) -> Any:
    try:
        return strict_json(body, written=True)
    except MalformedAnswer as error:
        raise VerificationFailed(error.message, hint="save the hub's answer unchanged") from None


def _rows(told: Mapping[str, Any], name: str) -> list["_Row"]:
    rows = told.get(name)
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise VerificationFailed(f"an export of a hub has a list of objects `{name}`")
    return [_Row(name, at, one) for at, one in enumerate(rows)]


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the file, and where it stands."""

    name: str
    at: int
    told: Mapping[str, Any]

    def text(self, key: str, inside: str = "") -> str:
        """A text, or the one called `inside` in an object."""
        value = self.told.get(key)
        if inside:
            value = value.get(inside) if isinstance(value, dict) else None
        if not isinstance(value, str) or not value:
            raise self.wrong(f"{key}.{inside}".rstrip("."), "text")
        return value

    def whole(self, key: str) -> int:
        value = self.told.get(key)
        if type(value) is not int or value < 0:
            raise self.wrong(key, "whole number")
        return value

    def power(self) -> int | str | None:
        """As it is written; None for what is neither a number nor a text."""
        value = self.told.get("vp")
        return value if type(value) in (int, str) else None

    def wrong(self, key: str, what: str) -> VerificationFailed:
        return VerificationFailed(f"{self.name}[{self.at}].{key} is missing, or no {what}")

    def envelope(self) -> Envelope | None:
        told = self.told.get("envelope")
        if told is None:
            return None
        known = isinstance(told, str)
        text = told if isinstance(told, str) else _compact(told)
        told = _json(text.encode("utf-8", "surrogatepass")) if known else told
        if not isinstance(told, dict):
            raise self.wrong("envelope", "object, nor the text of one")
        return Envelope(told, text.encode("utf-8", "surrogatepass"), known)


def _compact(told: Any) -> str:
    """As JavaScript's JSON.stringify writes it."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _proposal(row: _Row) -> Proposal:
    choices = row.told.get("choices")
    if not isinstance(choices, list) or not choices or not all(type(x) is str for x in choices):
        raise row.wrong("choices", "list of texts")
    return Proposal(
        row.text("id"), str(row.told.get("ipfs") or ""), row.text("author"), row.whole("created"),
        row.text("space", "id"), row.text("type"), str(row.told.get("title") or ""),
        tuple(choices), row.whole("start"), row.whole("end"),
        None if row.told.get("votes") is None else row.whole("votes"), row.envelope(),
    )  # fmt: skip


def _vote(row: _Row, power: int) -> Vote:
    return Vote(
        row.text("id"), str(row.told.get("ipfs") or ""), row.text("voter"), row.whole("created"),
        row.text("space", "id"), row.text("proposal", "id"), row.told.get("choice"), power,
        row.envelope(),
    )  # fmt: skip
