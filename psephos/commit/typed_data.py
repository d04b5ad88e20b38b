"""EIP-712: the 32 bytes that a wallet signs when it is shown typed data.

    digest      = keccak(19 01 ‖ hash(EIP712Domain, domain) ‖ hash(primary, message))
    hash(T, x)  = keccak(keccak(encodeType(T)) ‖ enc(x₁) ‖ … ‖ enc(xₙ))       members in T's order
    encodeType  = T(type₁ name₁,…) and, by name, every struct that T leads to
    enc         = a word of 32 bytes: numbers, addresses and booleans to the right, bytes1 … bytes32
                  to the left; keccak of bytes, a text's UTF-8, a list's words; a struct's hash

A domain's type is the members it has, in the standard's order. A message with a member that its
type has not is refused: a reader would see it, and nobody would have signed it. Source: EIP-712.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from psephos.commit.fields import octets
from psephos.commit.keccak import keccak
from psephos.errors import MalformedAnswer, VerificationFailed

DOMAIN = (
    ("name", "string"), ("version", "string"), ("chainId", "uint256"),
    ("verifyingContract", "address"), ("salt", "bytes32"),
)  # fmt: skip
"""What a domain may have, in order."""

Types = Mapping[str, Sequence[tuple[str, str]]]
"""Each struct's members in order: name and type."""

_INTEGER = re.compile(r"(u?)int([1-9][0-9]{0,2})")
_BYTES = re.compile(r"bytes([1-9]|[12][0-9]|3[0-2])")
_LIST = re.compile(r"(.+)\[([0-9]{0,6})\]", re.S)
_WHOLE = re.compile(r"-?[0-9]{1,78}")


def digest(domain: Mapping[str, Any], types: Types, primary: str, message: object) -> bytes:
    """What is signed for a message of the struct `primary`: 32 bytes.

    Numbers are JSON's whole ones or their decimal digits as text; bytes and addresses are `0x…`.
    VerificationFailed names the member that is missing, unknown, or not of its type.
    """
    has = {"EIP712Domain": [member for member in DOMAIN if member[0] in domain]}
    head = _struct(has, "EIP712Domain", domain, "domain")
    return keccak(b"\x19\x01" + head + _struct(types, primary, message, "message"))


def type_text(types: Types, primary: str) -> str:
    """encodeType: the struct, then every other it leads to, by name."""
    found, open_ = {primary}, [primary]
    while open_:
        for _, kind in types[open_.pop()]:
            inner = kind.partition("[")[0]
            if inner in types and inner not in found:
                found.add(inner)
                open_.append(inner)
    names = [primary, *sorted(found - {primary})]
    return "".join(
        f"{name}({','.join(f'{kind} {member}' for member, kind in types[name])})" for name in names
    )


def _struct(types: Types, name: str, value: object, where: str) -> bytes:
    if name not in types:
        raise VerificationFailed(f"{where}: no type {name[:40]!r} is defined")
    members = dict(types[name])
    if len(members) != len(types[name]):
        raise VerificationFailed(f"{where}: a member of {name[:40]} is defined twice")
    if not isinstance(value, Mapping) or set(value) != set(members):
        there = set(value) if isinstance(value, Mapping) else set()
        other = ", ".join(sorted(str(one)[:40] for one in there ^ set(members)))
        raise VerificationFailed(f"{where}: its members are not those of {name[:40]}: {other}")
    words = (_word(types, kind, value[one], f"{where}.{one}") for one, kind in types[name])
    return keccak(keccak(type_text(types, name).encode()) + b"".join(words))


def _word(types: Types, kind: str, value: Any, where: str) -> bytes:
    if kind in types:
        return _struct(types, kind, value, where)
    if listed := _LIST.fullmatch(kind):
        if not isinstance(value, list) or (listed[2] and len(value) != int(listed[2])):
            raise VerificationFailed(f"{where} is no {kind[:40]}")
        return keccak(b"".join(_word(types, listed[1], one, where) for one in value))
    if kind == "string":
        return keccak(_text(value, where))
    if kind == "bool" and isinstance(value, bool):
        return int(value).to_bytes(32, "big")
    if number := _INTEGER.fullmatch(kind):
        return _number(value, not number[1], int(number[2]), kind, where)
    return _octets(kind, value, where)


def _octets(kind: str, value: Any, where: str) -> bytes:
    sized = _BYTES.fullmatch(kind)
    size = 20 if kind == "address" else int(sized[1]) if sized else None
    if size is None and kind != "bytes":
        raise VerificationFailed(f"{where}: no value of type {kind[:40]!r}")
    try:
        data = octets(value, where, size)
    except MalformedAnswer as error:
        raise VerificationFailed(error.message) from None
    if kind == "bytes":
        return keccak(data)
    return data.rjust(32, b"\0") if kind == "address" else data.ljust(32, b"\0")


def _text(value: Any, where: str) -> bytes:
    try:
        if isinstance(value, str):
            return value.encode("utf-8")
    except UnicodeEncodeError:
        pass  # a lone surrogate has no UTF-8
    raise VerificationFailed(f"{where} is no text")


def _number(value: Any, signed: bool, bits: int, kind: str, where: str) -> bytes:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if signed else (0, 2**bits)
    if bits % 8 or bits > 256 or type(value) is not int or not low <= value < high:
        raise VerificationFailed(f"{where} is no {kind}")
    return (value % 2**256).to_bytes(32, "big")
