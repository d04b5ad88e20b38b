"""What a row of a hub's export rests on: its signature, its id, and the name of its content.

    id         = digest of the envelope's typed data (EIP-712), where it begins with 0x
    signer     = recover(digest, sig) is the envelope's address, and that is who the row names
    content    = CID of the stored text is `ipfs` (and the id, where it is a CID: until 2021)

A row whose check fails is *refused*: its envelope says something else than the hub. A row whose
check is not possible counts as the hub's word. What only a contract can say is not possible here:
wallets that are contracts (EIP-1271) and accounts of Starknet have no key that a file could show.

Source: snapshot-labs/snapshot.js, src/sign (domain "snapshot" 0.1.4; types of Vote and Proposal,
whose `reason`, `app`, `metadata`, `privacy`, `network` came and went), src/verify;
snapshot-labs/snapshot-sequencer, src/ingestor.ts (id and stored text).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psephos.commit.senders import sender
from psephos.commit.transactions import Signature
from psephos.commit.typed_data import Types, digest
from psephos.errors import DataError, VerificationFailed
from psephos.evidence.check import Check, NotPossible, attempt
from psephos.results.control.content import checked
from psephos.results.voting.hub import Envelope, Proposal, Vote

DOMAIN = {"name": "snapshot", "version": "0.1.4"}
NEEDED = {
    "Vote": ("from", "space", "timestamp", "proposal", "choice"),
    "Proposal": ("from", "space", "timestamp", "type", "title", "choices", "start", "end"),
}
"""What a signature must bind, or the row is nobody's word."""

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_SIGNATURE = re.compile(r"0x[0-9a-fA-F]{130}")


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of one row: its signature with all it binds, and its stored text."""

    signature: Check
    content: Check

    @property
    def refused(self) -> bool:
        return "failed" in (self.signature.status, self.content.status)

    @property
    def signed(self) -> bool:
        return self.signature.status == "passed" and not self.refused

    @property
    def words(self) -> str:
        """signed, refused, or seen (the hub's word), and why."""
        for check in (self.signature, self.content):
            if check.status == "failed":
                return f"refused: {check.why}"
        return "signed" if self.signed else f"seen: {self.signature.why}"


def judge(row: Vote | Proposal) -> Judged:
    """The checks of one row."""
    made = _of_vote if isinstance(row, Vote) else _of_proposal
    return Judged(
        attempt("signature", lambda: made(row, _envelope(row.envelope))),  # type: ignore[arg-type]
        attempt("content", lambda: _content(row)),
    )


def _envelope(of: Envelope | None) -> Mapping[str, Any]:
    if of is None:
        raise NotPossible("the export has no envelope")
    if "data" not in of.told and "msg" in of.told:
        raise NotPossible("signed as a text (personal_sign, until 2021), whose layout is not read")
    return of.told


def _of_vote(row: Vote, told: Mapping[str, Any]) -> str:
    says = _message(told, "Vote")
    choice = says["choice"]
    if isinstance(choice, str) and choice != row.choice:
        choice = _opened(choice)
    same(says, "voter", row.voter, "from")
    same(says, "proposal", row.proposal)
    same(says, "space", row.space)
    same(says, "created", row.created, "timestamp")
    same({"choice": choice}, "choice", row.choice)
    return _signed(row, row.voter, told, "Vote")


def _of_proposal(row: Proposal, told: Mapping[str, Any]) -> str:
    says = _message(told, "Proposal")
    same(says, "author", row.author, "from")
    same(says, "space", row.space)
    same(says, "created", row.created, "timestamp")
    same(says, "type", row.kind)
    same(says, "title", row.title)
    same(says, "choices", list(row.choices))
    same(says, "start", row.start)
    same(says, "end", row.end)
    return _signed(row, row.author, told, "Proposal")


def same(says: Mapping[str, Any], name: str, given: Any, member: str = "") -> None:
    """The row's value is the one that was signed; addresses and ids in either case of letters."""
    value = says[member or name]
    if isinstance(value, str) and isinstance(given, str) and value[:2] == "0x":
        value, given = value.lower(), given.lower()
    if isinstance(value, str) and type(given) is int and value.isdecimal() and len(value) < 20:
        value = int(value)
    if type(value) is not type(given) or value != given:
        raise VerificationFailed(f"the row's {name} is not the one that was signed")


def _opened(text: str) -> Any:
    """What a choice of several parts says, which is signed as a text."""
    if text.startswith("0x"):
        raise NotPossible("the choice was sealed when it was signed, and opened later (Shutter)")
    try:
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        raise VerificationFailed("the choice that was signed is no JSON") from None


def _message(told: Mapping[str, Any], primary: str) -> Mapping[str, Any]:
    data = told.get("data")
    message = data.get("message") if isinstance(data, dict) else None
    if not isinstance(message, dict) or not isinstance(told.get("address"), str):
        raise VerificationFailed("the envelope has no address, or no data with a message")
    bound = dict(_types(told).get(primary, ()))
    if missing := [one for one in NEEDED[primary] if one not in bound or one not in message]:
        raise VerificationFailed(f"the types signed bind no {missing[0]}")
    return message


def _types(told: Mapping[str, Any]) -> Types:
    """The struct types of an envelope; the domain's own is of no use, as wallets pass it over."""
    types = told["data"].get("types")
    if not isinstance(types, dict):
        raise VerificationFailed("the envelope has no types")
    found = {}
    for name, members in types.items():
        if not isinstance(members, list) or not all(
            isinstance(one, dict) and isinstance(one.get("name"), str) and
            isinstance(one.get("type"), str) for one in members
        ):  # fmt: skip
            raise VerificationFailed("the envelope's types are no lists of names and types")
        found[name] = [(one["name"], one["type"]) for one in members]
    found.pop("EIP712Domain", None)
    return found


def _signed(row: Vote | Proposal, who: str, told: Mapping[str, Any], primary: str) -> str:
    """The signer of an envelope is the address of the row; else why not, or why nobody can say."""
    data = told["data"]
    if data.get("domain") != DOMAIN:
        raise VerificationFailed("signed for another domain than Snapshot's (snapshot, 0.1.4)")
    signed = digest(DOMAIN, _types(told), primary, data["message"])
    if not row.id.startswith("0x"):
        _content(row)  # the id is the name of the stored text
    elif row.id.lower() != f"0x{signed.hex()}":
        raise VerificationFailed("the id is not the digest of what was signed")
    if not _ADDRESS.fullmatch(who):
        raise NotPossible("the voter is no address of Ethereum: only its own contract can say")
    if told["address"].lower() != who.lower():
        raise NotPossible("another key signed for the voter, by a grant that is another message")
    sig = told.get("sig")
    if not isinstance(sig, str) or not _SIGNATURE.fullmatch(sig):
        raise NotPossible("no signature of one key: a wallet that is a contract (EIP-1271) can say")
    r, s, v = int(sig[2:66], 16), int(sig[66:130], 16), int(sig[130:], 16)
    if v not in (0, 1, 27, 28):
        raise NotPossible(f"a signature of kind {v} is for a contract's wallet to read (EIP-1271)")
    found = sender(signed, Signature(v % 27, r, s), high_s=True)
    if found != bytes.fromhex(who[2:]):
        raise VerificationFailed(f"signed by 0x{found.hex()}, not by the one it names")
    return "signed"


def _content(row: Vote | Proposal) -> str:
    """The stored text has the name that the row gives it."""
    name = row.ipfs or (row.id if not row.id.startswith("0x") else "")
    if row.envelope is None or not name:
        raise NotPossible("no stored text, or no name of it")
    if not row.id.startswith("0x") and row.id != name:
        raise VerificationFailed("the row has two names of its content")
    try:
        if checked(row.envelope.text, name):
            return "the stored text has its name"
    except DataError as error:
        raise NotPossible(error.message) from None
    if not row.envelope.known:
        raise NotPossible("the bytes that were stored are not in the export")
    raise VerificationFailed("the stored text does not have the name that the row gives it")
