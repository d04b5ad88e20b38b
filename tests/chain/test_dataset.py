"""A dataset: what makes its id, and which datasets cannot be."""

import json
from dataclasses import replace
from hashlib import blake2s

import pytest

from psephos.chain.dataset import Dataset, canonical
from psephos.chain.event import ADDRESS_BYTES, topic0
from psephos.chain.events import SOURCES
from psephos.errors import ConfigurationError

A, B = b"\xa1" * 20, b"\xb2" * 20
STRK = Dataset("strk", 1, (A, B), ("erc20", "votes"), first=100)


def test_the_id_is_the_hash_of_chain_contracts_shapes_and_version() -> None:
    described = json.loads(canonical(STRK))
    assert described["chain"] == 1
    assert described["contracts"] == [A.hex(), B.hex()]
    assert {shape["event"] for shape in described["shapes"]} == {
        "Transfer",
        "DelegateChanged",
        "DelegateVotesChanged",
    }
    written = json.dumps(described, sort_keys=True, separators=(",", ":"))
    assert STRK.id == blake2s(written.encode()).digest()


def test_the_id_of_a_known_dataset_does_not_change_unnoticed() -> None:
    """A release names its datasets by id: another id means that SCHEMA_VERSION or a shape moved."""
    known = "c7ac499a95c2883de05e72c2885f45082750c044758b64e98c2ee94a1b53895f"
    assert STRK.id.hex() == known


@pytest.mark.parametrize(
    "same",
    [
        replace(STRK, name="other"),
        replace(STRK, first=7),
        replace(STRK, contracts=(B, A)),
        replace(STRK, sources=("votes", "erc20")),
    ],
)
def test_name_first_block_and_order_are_no_part_of_the_id(same: Dataset) -> None:
    assert same.id == STRK.id


@pytest.mark.parametrize(
    "other",
    [
        replace(STRK, chain_id=5),
        replace(STRK, contracts=(A,)),
        replace(STRK, sources=("erc20",)),
        replace(STRK, sources=("erc20", "votes", "roles")),
    ],
)
def test_whatever_decides_rows_changes_the_id(other: Dataset) -> None:
    assert other.id != STRK.id


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_makes_a_dataset_of_its_own(name: str) -> None:
    contract = bytes(ADDRESS_BYTES[SOURCES[name].family] - 20) + A
    made = Dataset(name, 1, (contract,), (name,))
    assert set(made.tables()) == {shape.table for shape in SOURCES[name].shapes}
    assert set(made.topics) == {topic0(event) for event in SOURCES[name].events}
    for table, fields in made.tables().items():
        shape = made.columns(table)
        assert [f.name for f in fields if not f.name.endswith("_raw")][6:] == [
            column.name for column in shape.columns
        ]


def test_sources_that_share_an_event_stand_together() -> None:
    both = Dataset("gov", 1, (A,), ("governor", "governor_bravo", "timelock", "roles"))
    assert len(both.events) == len(set(both.events))
    assert "implementation_changed" in both.tables()


def test_fees_need_no_contract_and_no_event() -> None:
    fees = Dataset("fees", 1, (), ("fees",))
    assert (fees.events, fees.topics, len(fees.rows)) == ((), (), 1)
    assert set(fees.tables()) == {"fee_block", "fee_transaction"}


@pytest.mark.parametrize(
    ("contracts", "sources", "why"),
    [
        ((A,), ("erc21",), "no source is called erc21"),
        ((A,), (), "no source is called"),
        ((), ("erc20",), "no contract is named"),
        ((A, A), ("erc20",), "named twice"),
        ((A[:-1],), ("erc20",), "20 bytes"),
        ((A,), ("starknet_pool",), "32 bytes"),
        ((A,), ("erc20", "starknet_erc20"), "Ethereum and of Starknet stand together"),
        ((A,), ("governor", "governor_alpha"), "`vote_cast` have different columns"),
    ],
)
def test_a_dataset_that_cannot_be_is_refused(
    contracts: tuple[bytes, ...], sources: tuple[str, ...], why: str
) -> None:
    with pytest.raises(ConfigurationError, match=why):
        Dataset("strk", 1, contracts, sources)
