"""A manifest is one canonical text, and nothing in it can leave its place."""

from dataclasses import replace

import pytest

from psephos.errors import ReleaseBroken
from psephos.store.manifest import (
    Anchor,
    Block,
    Chain,
    Dataset,
    File,
    Ledger,
    Manifest,
    Sealed,
    Table,
    encode,
    identity,
    parse,
    versioned,
)  # fmt: skip
from psephos.store.segment import Segment

MANIFEST = Manifest(
    "0.1.0",
    Chain(1, "ethereum", "0xd4e5"),
    Block(7, "0x07", 70),
    Block(9, "0x09", 90),
    Ledger(32, 1, "0xaa"),
    {"strk": Dataset("0" * 64, ("0xca14",), ("erc20",), 3, coverage=((3, 9, "complete"),))},
    {
        "strk_transfer": Table(
            "rows", "strk", "", (("block_number", "UBIGINT"), ("amount", "DECIMAL(38,0)")),
            (Sealed(16, 31, "a" * 64, 5, 100),), Segment("b" * 64, 1, 50),
        )
    },
    File("c" * 64, 10),
)  # fmt: skip
CONTENT = encode(MANIFEST)


def test_a_manifest_comes_back():
    assert parse(CONTENT, "m") == MANIFEST


def test_equal_manifests_have_one_id_whatever_order_they_were_made_in():
    other = replace(MANIFEST, tables=dict(reversed(MANIFEST.tables.items())))
    assert identity(encode(other)) == identity(CONTENT)


def test_the_canonical_text_has_sorted_keys_and_no_spaces():
    assert CONTENT.startswith(
        b'{"anchors":[],"chain":{"genesis":"0xd4e5","id":1,"name":"ethereum"},'
    )
    assert b" " not in CONTENT


ATTACKS = {
    "truncated": (CONTENT[:-1], "truncated"),
    "empty": (b"", "truncated"),
    "not an object": (b"[]", "array"),
    "not UTF-8": (CONTENT.replace(b"ethereum", b"ether\xff"), "no manifest"),
    "a space": (CONTENT.replace(b'"version":1', b'"version": 1'), "canonical"),
    "a line end": (CONTENT + b"\n", "no manifest|canonical"),
    "an unknown key": (CONTENT.replace(b'{"anchors"', b'{"a":1,"anchors"', 1), "canonical"),
    "a key twice": (CONTENT.replace(b'"version":1', b'"version":1,"version":1'), "canonical"),
    "a float": (CONTENT.replace(b'"first":16', b'"first":16.0'), "Expected `int`"),
    "a negative number": (CONTENT.replace(b'"rows":5', b'"rows":-5'), "`int` >= 0"),
    "a number beyond 63 bits": (CONTENT.replace(b'"rows":5', b'"rows":9223372036854775808'), "int"),
    "an unknown level": (CONTENT.replace(b'"complete"', b'"certain"'), "certain"),
    "a path for a hash": (CONTENT.replace(b"a" * 64, b"../../etc/passwd"), "regex"),
    "a hash in capitals": (CONTENT.replace(b"a" * 64, b"A" * 64), "regex"),
    "SQL in a table's name": (CONTENT.replace(b"strk_transfer", b'x\\"; DROP'), "regex"),
    "SQL in a column's name": (CONTENT.replace(b'"block_number"', b'"a\\" "'), "regex"),
    "SQL in a type": (CONTENT.replace(b"UBIGINT", b"UBIGINT;"), "regex"),
    "a type that rounds": (CONTENT.replace(b"UBIGINT", b"DOUBLE"), "regex"),
    "a name with a line end": (CONTENT.replace(b"strk_transfer", b"strk\\n"), "regex"),
    "deep nesting": (b"[" * 100_000, "no manifest"),
}


@pytest.mark.parametrize(("content", "says"), ATTACKS.values(), ids=ATTACKS)
def test_what_is_not_canonical_is_refused(content, says):
    with pytest.raises(ReleaseBroken, match=says):
        parse(content, "manifests/x.json")


def test_a_manifest_of_a_newer_version_says_so():
    with pytest.raises(ReleaseBroken, match=r"version 4, this psephos reads up to 3") as caught:
        parse(CONTENT.replace(b'"version":1', b'"version":4'), "m")
    assert "upgrade" in caught.value.hint


def test_every_changed_byte_gives_another_id():
    for position in range(len(CONTENT)):
        changed = bytearray(CONTENT)
        changed[position] ^= 1
        assert identity(bytes(changed)) != identity(CONTENT)


def test_a_manifest_grows_with_the_logarithm_of_the_days():
    """A table of 1,000 days names 3 + 14 + 8 pieces at most, one of 10,000 days 15 a tier."""
    from psephos.store.piece import cut

    def size(last):
        pieces = tuple(Sealed(a, b, "a" * 64, 1, 1) for a, b in cut(last))
        table = replace(MANIFEST.tables["strk_transfer"], pieces=pieces)
        return len(encode(replace(MANIFEST, tables={"t": table})))

    assert max(size(last) for last in range(9_000, 10_000)) < 2 * max(
        size(last) for last in range(900, 1_000)
    )


WHOLE = replace(
    MANIFEST,
    datasets={
        "strk": Dataset(
            "0" * 64, ("0xca14",), ("erc20",), 3, 18, "STRK", {"votes": "strk"}, ((16, 31),),
            ((3, 9, "complete"),),
        )
    },
    labels="d" * 64,
    anchors=(Anchor(3, 7, "0x07", "a friend"),),
)  # fmt: skip
VERSION_1 = (
    '{"anchors":[{"block":7,"first":3,"hash":"0x07","source":"a friend"}],'
    '"chain":{"genesis":"0xd4e5","id":1,"name":"ethereum"},'
    '"datasets":{"strk":{"contracts":["0xca14"],"coverage":[[3,9,"complete"]],"decimals":18,'
    f'"first":3,"id":"{"0" * 64}","links":{{"votes":"strk"}},"sealed":[[16,31]],'
    '"sources":["erc20"],"stopped":"","symbol":"STRK"}},'
    f'"figures":{{"bytes":10,"hash":"{"c" * 64}"}},'
    '"final":{"hash":"0x07","number":7,"timestamp":70},'
    '"head":{"hash":"0x09","number":9,"timestamp":90},'
    f'"labels":"{"d" * 64}","ledger":{{"bytes":32,"entries":1,"root":"0xaa"}},'
    '"software":"0.1.0","tables":{"strk_transfer":{"columns":[["block_number","UBIGINT"],'
    '["amount","DECIMAL(38,0)"]],"dataset":"strk","kind":"",'
    f'"pieces":[{{"bytes":100,"first":16,"hash":"{"a" * 64}","last":31,"rows":5}}],'
    f'"role":"rows","unsealed":{{"bytes":50,"hash":"{"b" * 64}","rows":1}}}}}},"version":1}}'
)


def whole() -> Manifest:
    """A manifest whose blocks recompute to every root."""
    dataset = replace(WHOLE.datasets["strk"], coverage=((3, 9, "whole"),))
    return replace(WHOLE, datasets={"strk": dataset})


def test_whole_blocks_are_told_by_version_2_and_by_no_other():
    told = versioned(whole())
    assert (told.version, versioned(WHOLE).version) == (2, 1)
    assert parse(encode(told), "m") == told
    for wrong in (whole(), replace(WHOLE, version=2)):
        with pytest.raises(ReleaseBroken, match="canonical"):
            parse(encode(wrong), "m")


def test_version_1_is_frozen():
    """These bytes were published. Whoever changes the shape raises the version, and goes on
    reading this one (docs/method/release.md)."""
    assert encode(WHOLE) == VERSION_1.encode()
    assert parse(VERSION_1.encode(), "m") == WHOLE
    id = "f36d73373bf087b09d98514d0fe03ae98631ae96940f3542276ed91c31ed3c7b"
    assert identity(VERSION_1.encode()) == id
