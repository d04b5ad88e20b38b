"""Every event of every generation of Starknet's contracts, laid by hand: keys, then data.

`starknet_layouts.txt` has the layouts as the contracts' sources declare them (starknet-staking at
c70512d3, 06d2fffb, 5c11a568 and 7a7add26; starkgate-contracts at 4594188; sx-starknet at af131eb2),
each member a felt of its own. `x:2` is a u256 (low half first), `x:span` an array, `x:option` an
option, `x+y` an array of pairs, `x:text` an array of short strings, `x:user` a kind and a value.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.decode import decode
from psephos.chain.event import topic0
from psephos.chain.events import STARKNET
from psephos.commit.keccak import keccak
from tests.chain.felt_entries import Entry, logs, told

HERE = Path(__file__).parent
LAYOUTS = (HERE / "starknet_layouts.txt").read_text()
"""A source, then its events: name and table | keys after the selector | data."""

Laid = tuple[list[int], dict[str, Any]]
URI = "ipfs://bafkreibv2yjocyotgj7n2awe5mz3m6ozwjvqexjb3hlnlphmmrmlfhz6ga"  # 66 characters


def cases() -> Iterator[tuple[str, str, str, str]]:
    """Source, name and table, keys, data of each layout."""
    source = ""
    for line in LAYOUTS.strip().splitlines():
        if "|" not in line:
            source = line
            continue
        head, keys, data = (part.strip() for part in line.split("|"))
        yield source, head, keys, data


def laid(members: str, first: int) -> Laid:
    """Felts of members, each its own number from `first` on, and what a row must say of them."""
    felts: list[int] = []
    row: dict[str, Any] = {}
    for i, member in enumerate(members.split()):
        more, wanted = written(member, first + 3 * i)
        felts += more
        row |= wanted
    return felts, row


def written(member: str, n: int) -> Laid:
    name, _, mark = member.partition(":")
    if "+" in member:
        one, other = member.split("+")
        return [2, n, 7, n + 1, 8], {one: [n, n + 1], other: [7, 8]}
    pieces = [int.from_bytes(URI[at : at + 31].encode(), "big") for at in range(0, 66, 31)]
    text = [3, *pieces]
    match mark:
        case "":
            return [n], {name: n}
        case "2" if "id" in name or "active" in name:
            return [n, 9], {name: n + 9 * 2**128}
        case "2":  # an amount is below 10^38
            return [n, 0], {name: n}
        case "0":
            return [0], {name: 0}
        case "bool":
            return [1], {name: 1}
        case "span":
            return [2, n, n + 1], {name: [n, n + 1]}
        case "option":
            return [0, n], {name: [n]}
        case "bytes":
            return [2, 3, 5], {name: 3 * 256 + 5}
        case "text":
            return text, {name: URI, f"{name}_raw": None}
        case "texts":
            return [2, *text, 0], {name: [URI, ""], f"{name}_raw": None}
        case "user":
            return [2, n, 9], {f"{name}_kind": 2, name: n + 9 * 2**128}
        case "strategies":
            parameters = [n * 2**256 + 5, 0]
            return [2, n, 2, n, 5, n + 1, 0], {name: [n, n + 1], "voting_parameters": parameters}
        case "initializer":
            return [0, n, 2, 5, 6], {name: [n], f"{name}_data": [5, 6]}
        case _:
            return [1], {name: [], f"{name}_data": []}


def number(value: Any) -> Any:
    """What a column says as a number, whatever it is kept as."""
    if isinstance(value, list):
        return [number(one) for one in value]
    if isinstance(value, bytes):
        return int.from_bytes(value, "big")
    return int(value) if isinstance(value, Decimal | bool) else value


def sn_keccak(name: str) -> int:
    return int.from_bytes(keccak(name.encode()), "big") % 2**250


@pytest.mark.parametrize(("source", "head", "keys", "data"), list(cases()))
def test_an_event_laid_by_hand_is_the_row_that_its_layout_says(
    source: str, head: str, keys: str, data: str
) -> None:
    name, table = head.split()
    (keyed, wanted), (rest, more) = laid(keys, 1000), laid(data, 2000)
    found = logs([Entry((sn_keccak(name), *keyed), tuple(rest))])
    tables = decode(STARKNET[source].events, found)
    ((filled, rows),) = [(n, t.to_pylist()) for n, t in tables.items() if t.num_rows]
    assert filled == table
    (row,) = rows
    assert {n: number(v) for n, v in list(row.items())[6:]} == wanted | more


def test_every_declared_shape_is_laid_by_hand() -> None:
    """By source, table, keys and whether felts are fixed: none is left out."""
    laid_out = {
        (source, *head.split(), 1 + len(keys.split()), ":option" in data)
        for source, head, keys, data in cases()
    }
    declared = {
        (name, e.name, e.table, e.keys, any(c.type == "Option<ContractAddress>" for c in e.columns))
        for name, source in STARKNET.items()
        for e in source.events
    }
    assert declared == laid_out


def test_a_real_page_of_events_holds_both_layouts_of_one_token(real_data: Path) -> None:
    """STRK on sepolia: without keys at block 6,487, with keys from 6,694 on."""
    page = json.loads((real_data / "starknet/rpc/events/sepoliaEvents.json").read_text())
    entries = [told([one], one["block_number"])[0] for one in page["result"]["events"]]
    found = decode(STARKNET["starknet_erc20"].events, logs(entries))["transfer"].to_pylist()
    assert len(found) == len(entries) == 10
    assert {len(one.keys) for one in entries} == {1, 3}
    assert found[0]["block_number"] == 6487
    assert found[0]["sender"] == bytes(32)
    assert found[0]["amount"] == 0x42E530ADFCE0080000
    for one, row in zip(entries, found, strict=True):
        felts = [*one.keys[1:], *one.data]
        told_by = [number(row[name]) for name in ("sender", "recipient", "amount")]
        assert told_by == [felts[0], felts[1], felts[2] + felts[3] * 2**128]


REASONS = {"Approval": "an allowance is not a holding (psephos.chain.events.starknet_erc20)"}
"""Selectors of the checklist that no table owns, and why."""

SELECTORS = (HERE / "starknet_selectors.txt").read_text()
"""Names and selectors as block explorers and starknet-py's `get_selector_from_name` print them."""

CHECKLIST = Path(__file__).parents[4] / "shared" / "reference" / "selectors.tsv"


def owned() -> dict[str, int]:
    events = [e for source in STARKNET.values() for e in source.events]
    return {e.name: int.from_bytes(topic0(e), "big") for e in events}


def unowned(rows: str) -> set[str]:
    """Names of a list whose selector is of no table; those of `REASONS` are not asked for."""
    listed = dict(line.split() for line in rows.splitlines())
    assert len(listed) >= 83
    assert all(sn_keccak(name) == int(selector, 16) for name, selector in listed.items())
    return {name for name, told in listed.items() if owned().get(name) != int(told, 16)}


def test_every_selector_has_a_table_or_a_reason() -> None:
    assert unowned(SELECTORS) == set(REASONS)


def test_the_checklist_has_no_selector_without_a_table_or_a_reason() -> None:
    if not CHECKLIST.exists():
        pytest.skip(f"no list of selectors at {CHECKLIST}: it is not part of the project")
    assert unowned(CHECKLIST.read_text()) == set(REASONS)
