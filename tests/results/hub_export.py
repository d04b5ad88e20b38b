"""Exports of a Snapshot hub, signed here with keys of the tests: envelopes as clients make them."""

import json
from typing import Any

from coincurve import PrivateKey

from psephos.commit.keccak import keccak
from psephos.commit.typed_data import digest
from psephos.results.control.content import cid_1

DOMAIN = {"name": "snapshot", "version": "0.1.4"}
START, END = 1_000, 2_000
KINDS = {"Vote": (("from", "address"), ("space", "string"), ("timestamp", "uint64"),
                  ("proposal", "bytes32"), ("choice", "uint32"), ("reason", "string"),
                  ("app", "string"), ("metadata", "string")),
         "Proposal": (("from", "address"), ("space", "string"), ("timestamp", "uint64"),
                      ("type", "string"), ("title", "string"), ("body", "string"),
                      ("discussion", "string"), ("choices", "string[]"), ("start", "uint64"),
                      ("end", "uint64"), ("snapshot", "uint64"), ("plugins", "string"),
                      ("app", "string"))}  # fmt: skip
"""Members as snapshot.js signs them since 2023 (src/sign/types.ts)."""


def key(number: int) -> PrivateKey:
    return PrivateKey(number.to_bytes(32, "big"))


def address(of: PrivateKey) -> str:
    return "0x" + keccak(of.public_key.format(compressed=False)[1:])[12:].hex()


def envelope(
    by: PrivateKey, primary: str, message: dict[str, Any], *, choice: str = "uint32",
    domain: dict[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What a client sends, with the id the hub gives it as `hash`."""
    domain = domain or DOMAIN
    members = [(name, choice if name == "choice" else kind) for name, kind in KINDS[primary]]
    signed = digest(domain, {primary: members}, primary, message)
    raw = by.sign_recoverable(signed, hasher=None)
    types = {primary: [{"name": name, "type": kind} for name, kind in members]}
    return {
        "address": address(by),
        "sig": "0x" + raw[:64].hex() + f"{raw[64] + 27:02x}",
        "hash": "0x" + signed.hex(),
        "data": {"domain": domain, "types": types, "message": message},
    }


def text(of: dict[str, Any]) -> str:
    return json.dumps(of, ensure_ascii=False, separators=(",", ":"))


def row(of: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The hub's row of an envelope."""
    says = of["data"]["message"]
    stored = text(of)
    return {
        "id": of["hash"], "ipfs": cid_1(stored.encode()), "created": says["timestamp"],
        "space": {"id": says["space"]}, "envelope": stored, **more,
    }  # fmt: skip


def proposal(kind: str = "basic", choices: tuple[str, ...] = ("For", "Against"), votes: int = 2):
    """A proposal by key 1."""
    message = {
        "from": address(key(1)), "space": "starknet.eth", "timestamp": START, "type": kind,
        "title": "First vote ψ", "body": "Upgrade", "discussion": "", "choices": list(choices),
        "start": START, "end": END, "snapshot": 1, "plugins": "{}", "app": "",
    }  # fmt: skip
    of = envelope(key(1), "Proposal", message)
    names = ("type", "title", "choices", "start", "end")
    return row(of, author=message["from"], votes=votes, **{one: message[one] for one in names})


def vote(
    of: dict[str, Any], by: int, choice: Any = 1, power: Any = 1, *, at: int = 1_500, **how: Any
) -> dict[str, Any]:
    """A vote by a key on a proposal; a choice of several parts is signed as its client does."""
    kind = {int: "uint32", list: "uint32[]"}.get(type(choice), "string")
    signed = choice if isinstance(choice, (int, list)) else text(choice)
    message = {
        "from": address(key(by)), "space": "starknet.eth", "timestamp": at, "proposal": of["id"],
        "choice": signed, "reason": "", "app": "snapshot", "metadata": "{}",
    }  # fmt: skip
    made = envelope(key(by), "Vote", message, choice=kind, **how)
    return row(made, voter=message["from"], proposal={"id": of["id"]}, choice=choice, vp=power)


def export(proposals: list[dict[str, Any]], votes: list[dict[str, Any]]) -> bytes:
    return json.dumps({"data": {"proposals": proposals, "votes": votes}}).encode()
