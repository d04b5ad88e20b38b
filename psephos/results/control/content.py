"""Names of a text by its own content: how a proposal's text is checked, where it can be had.

    raw CID (version 1)    "b" + base32(01 55 12 20 ‖ SHA-256(text))
    file CID (version 0)   base58(12 20 ‖ SHA-256(node)), node: a file of one block in dag-pb
    governor's id          Keccak-256(abi.encode(targets, values, calldatas, Keccak-256(text)))

Source: multiformats/cid; ipfs/specs, UNIXFS and DAG-PB; OpenZeppelin 5, `Governor.hashProposal`.
"""

from base64 import b32encode
from collections.abc import Sequence
from hashlib import sha256

from psephos.commit.keccak import keccak
from psephos.errors import DataError

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ONE_BLOCK = 262_144
"""Bytes of a file that is one block: longer ones are trees of blocks, which are not made here."""


def named(text: bytes) -> dict[str, str]:
    """Every name of a text that is its own: sha256, keccak, and both kinds of CID."""
    found = {"sha256": sha256(text).hexdigest(), "keccak": keccak(text).hex(), "cid1": cid_1(text)}
    return found | ({"cid0": cid_0(text)} if len(text) <= ONE_BLOCK else {})


def checked(text: bytes, name: str) -> bool:
    """Whether a name (`sha256:…`, `keccak:…`, a CID) is the text's; `DataError` for others."""
    kind, _, digits = name.partition(":")
    names = named(text)
    if digits and kind in ("sha256", "keccak"):
        return names[kind] == digits.lower().removeprefix("0x")
    if name.startswith("Qm") and len(name) == 46:
        if "cid0" not in names:
            raise DataError(f"a text of {len(text)} bytes is no file of one block")
        return names["cid0"] == name
    if name.startswith("bafkrei"):
        return names["cid1"] == name
    raise DataError(
        f"{name[:60]!r} is no name of a content that is known", hint="sha256:…, keccak:…, a CID"
    )


def cid_1(text: bytes) -> str:
    """The CID of raw bytes: base32, version 1, codec raw, SHA-256."""
    raw = bytes([0x01, 0x55, 0x12, 0x20]) + sha256(text).digest()
    return "b" + b32encode(raw).decode().lower().rstrip("=")


def cid_0(text: bytes) -> str:
    """The CID of a file of one block, as `ipfs add` names it: base58, dag-pb, SHA-256."""
    data = b"\x12" + _varint(len(text)) + text if text else b""
    file = b"\x08\x02" + data + b"\x18" + _varint(len(text))
    node = b"\x0a" + _varint(len(file)) + file
    number = int.from_bytes(b"\x12\x20" + sha256(node).digest(), "big")
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    return digits


def governor_id(
    targets: Sequence[bytes], values: Sequence[int], calldatas: Sequence[bytes], text: bytes
) -> bytes:
    """The id that OpenZeppelin's governor gives a proposal of these calls and this text."""
    tails = (
        _list([target.rjust(32, b"\0") for target in targets]),
        _list([value.to_bytes(32, "big") for value in values]),
        _bytes(calldatas),
    )
    heads, at = b"", 4 * 32
    for tail in tails:
        heads, at = heads + at.to_bytes(32, "big"), at + len(tail)
    return keccak(heads + keccak(text) + b"".join(tails))


def _list(words: Sequence[bytes]) -> bytes:
    return len(words).to_bytes(32, "big") + b"".join(words)


def _bytes(parts: Sequence[bytes]) -> bytes:
    """A list of byte strings: how many, where each begins, then length and padded bytes of each."""
    places, body, at = b"", b"", 32 * len(parts)
    for part in parts:
        padded = part + b"\0" * (-len(part) % 32)
        places += at.to_bytes(32, "big")
        body += len(part).to_bytes(32, "big") + padded
        at += 32 + len(padded)
    return len(parts).to_bytes(32, "big") + places + body


def _varint(number: int) -> bytes:
    found = b""
    while number > 0x7F:
        found, number = found + bytes([number & 0x7F | 0x80]), number >> 7
    return found + bytes([number])
