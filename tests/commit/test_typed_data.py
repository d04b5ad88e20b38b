"""EIP-712: the standard's own example, and everything that is not what it says."""

from copy import deepcopy

import pytest

from psephos.commit.keccak import keccak
from psephos.commit.senders import sender
from psephos.commit.transactions import Signature
from psephos.commit.typed_data import digest, type_text
from psephos.errors import VerificationFailed

MAIL = {
    "Person": [("name", "string"), ("wallet", "address")],
    "Mail": [("from", "Person"), ("to", "Person"), ("contents", "string")],
}
DOMAIN = {
    "name": "Ether Mail",
    "version": "1",
    "chainId": 1,
    "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
}
MESSAGE = {
    "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
    "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
    "contents": "Hello, Bob!",
}
"""The standard's example (EIP-712, assets/eip-712/Example.js): its digest, and Cow's signature."""


def test_the_example_of_the_standard_has_its_digest_and_its_signer() -> None:
    assert type_text(MAIL, "Mail") == (
        "Mail(Person from,Person to,string contents)Person(string name,address wallet)"
    )
    found = digest(DOMAIN, MAIL, "Mail", MESSAGE)
    assert found.hex() == "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"
    r = 0x4355C47D63924E8A72E509B65029052EB6C299D53A04E167C5775FD466751C9D
    s = 0x07299936D304C153F6443DFA05F40FF007D72911B6F72307F996231605B91562
    assert f"0x{sender(found, Signature(28 - 27, r, s)).hex()}" == (
        MESSAGE["from"]["wallet"].lower()  # type: ignore[index]
    )


def test_words_are_laid_out_by_the_standard() -> None:
    """Each kind alone: the struct's hash is taken apart by hand."""
    word = {
        "uint8": (255, (255).to_bytes(32, "big")),
        "uint256": (str(2**256 - 1), b"\xff" * 32),
        "int16": (-1, b"\xff" * 32),
        "bool": (True, (1).to_bytes(32, "big")),
        "bytes2": ("0x0102", b"\x01\x02" + bytes(30)),
        "bytes": ("0x0102", keccak(b"\x01\x02")),
        "string": ("ψ", keccak("ψ".encode())),
        "uint8[]": ([1, 2], keccak((1).to_bytes(32, "big") + (2).to_bytes(32, "big"))),
        "uint8[2][]": ([[1, 2]], keccak(keccak((1).to_bytes(32, "big") + (2).to_bytes(32, "big")))),
        "string[]": ([], keccak(b"")),
    }
    empty = keccak(keccak(b"EIP712Domain()"))
    for kind, (value, expected) in word.items():
        inner = keccak(keccak(f"T({kind} x)".encode()) + expected)
        assert digest({}, {"T": [("x", kind)]}, "T", {"x": value}) == keccak(
            b"\x19\x01" + empty + inner
        )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint8", 256), ("uint8", -1), ("uint8", True), ("uint8", 1.0), ("uint8", "1.0"),
        ("uint8", "0x1"), ("uint8", None), ("int8", 128), ("uint7", 1), ("uint264", 1),
        ("bool", 1), ("string", 1), ("string", "\ud800"), ("bytes", "0x1"), ("bytes", "01"),
        ("bytes2", "0x01"), ("bytes33", "0x" + "00" * 33), ("address", "0x" + "0" * 38),
        ("uint8[]", 1), ("uint8[2]", [1]), ("uint8[2]", [1, 2, 3]), ("Other", {}), ("", 1),
    ],
)  # fmt: skip
def test_a_value_that_is_not_of_its_type_has_no_digest(kind: str, value: object) -> None:
    with pytest.raises(VerificationFailed, match=r"message\.x"):
        digest({}, {"T": [("x", kind)]}, "T", {"x": value})


def test_what_no_type_binds_is_refused() -> None:
    """Wallets leave a member out that the type has not: shown, and signed by nobody."""
    more = deepcopy(MESSAGE) | {"choice": 1}
    with pytest.raises(VerificationFailed, match="choice"):
        digest(DOMAIN, MAIL, "Mail", more)
    with pytest.raises(VerificationFailed, match="contents"):
        digest(DOMAIN, MAIL, "Mail", {k: v for k, v in MESSAGE.items() if k != "contents"})
    with pytest.raises(VerificationFailed, match="domain"):
        digest({"name": "x", "more": 1}, MAIL, "Mail", MESSAGE)
    with pytest.raises(VerificationFailed, match="twice"):
        digest({}, {"T": [("x", "bool"), ("x", "bool")]}, "T", {"x": True})
    with pytest.raises(VerificationFailed, match="no type 'Post'"):
        digest(DOMAIN, MAIL, "Post", MESSAGE)
