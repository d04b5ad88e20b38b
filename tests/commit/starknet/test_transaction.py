"""Transactions have the hashes that the chains gave them."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from psephos.commit.starknet.claims import l1_message, wrong_hashes
from psephos.commit.starknet.hashes import EXACT
from psephos.commit.starknet.reading import Part
from psephos.commit.starknet.shape_transaction import read_transaction
from psephos.commit.starknet.transaction import (
    FORMULAS,
    OLD_FORMULAS,
    Transaction,
    addresses,
    transaction_hashes,
)
from psephos.commit.starknet.versions import CHAINS
from psephos.errors import MalformedAnswer, UnknownFork
from tests.commit.starknet.published import PUBLISHED


class Real(NamedTuple):
    """A transaction of a public chain; `old` is hashed in the way of the first blocks."""

    chain: str
    hash: str
    source: str
    old: bool
    transaction: dict[str, Any]


TOLD = json.loads(Path(__file__).with_name("real_transactions.json").read_text())
REAL = tuple(Real(**told) for told in TOLD)


def read(real: Real, **changes: Any) -> Transaction:
    told = {k: v for k, v in {**real.transaction, **changes}.items() if v is not None}
    return read_transaction(Part(told, "transaction"), int(real.hash, 16))


def name(real: Real) -> str:
    told = real.transaction
    return f"{told['type']} {told['version']} {real.hash[:10]}"


@pytest.mark.parametrize("real", REAL, ids=name)
def test_a_real_transaction_has_the_hash_that_the_chain_gave_it(real: Real) -> None:
    tx = read(real)
    assert wrong_hashes([tx], CHAINS[real.chain], PUBLISHED, old=real.old) == []
    assert wrong_hashes([tx], CHAINS["SN_GOERLI2"], PUBLISHED, old=real.old) == [0]


def test_exact_and_published_hashes_agree_on_transactions_of_every_kind() -> None:
    some = [read(real) for real in REAL if not real.old]
    chain = CHAINS["SN_MAIN"]
    assert transaction_hashes(some, chain, EXACT) == transaction_hashes(some, chain, PUBLISHED)


def test_every_formula_is_held_by_a_real_transaction() -> None:
    held = {(tx.kind, tx.version) for tx in map(read, REAL)}
    assert held == set(FORMULAS)
    old = {(tx.kind, tx.version) for tx in (read(real) for real in REAL if real.old)}
    assert old == {key for table in OLD_FORMULAS for key in table}


def test_an_old_hash_is_accepted_only_where_old_hashes_are_possible() -> None:
    for real in REAL:
        if real.old:
            assert wrong_hashes([read(real)], CHAINS[real.chain], PUBLISHED, old=False) == [0]


def test_a_query_version_is_no_transaction_of_a_block() -> None:
    for real in REAL:
        version = hex(2**128 + int(str(real.transaction["version"]), 16))
        with pytest.raises(MalformedAnswer, match="a query"):
            read(real, version=version)


def test_an_unknown_version_has_no_formula_and_is_not_guessed() -> None:
    tx = Transaction("INVOKE", 4, 0, sender=1, nonce=1)
    with pytest.raises(UnknownFork, match="INVOKE 4"):
        transaction_hashes([tx], CHAINS["SN_MAIN"], EXACT)


def test_bounds_of_zero_for_data_gas_are_the_same_as_none() -> None:
    """Nodes of 0.8 and later show them for transactions that were hashed without."""
    real = next(
        r for r in REAL if r.transaction.get("resource_bounds", {}).keys() == {"l1_gas", "l2_gas"}
    )
    zero = {"max_amount": "0x0", "max_price_per_unit": "0x0"}
    shown = read(real, resource_bounds={**real.transaction["resource_bounds"], "l1_data_gas": zero})
    assert len(shown.bounds) == 3
    assert wrong_hashes([shown], CHAINS[real.chain], PUBLISHED, old=False) == []


def test_bounds_that_would_run_into_one_another_are_refused() -> None:
    real = next(r for r in REAL if "resource_bounds" in r.transaction)
    for key, bits in (("max_amount", 64), ("max_price_per_unit", 128)):
        bounds = real.transaction["resource_bounds"]
        wide = {**bounds, "l1_gas": {**bounds["l1_gas"], key: hex(1 << bits)}}
        with pytest.raises(MalformedAnswer, match=f"{key} has more than {bits} bits"):
            read(real, resource_bounds=wide)
    with pytest.raises(MalformedAnswer, match="tip has more than 64 bits"):
        read(real, tip=hex(1 << 64))


def test_proof_facts_enter_the_hash_only_when_there_are_any() -> None:
    real = next(r for r in REAL if r.transaction["type"] == "INVOKE" and "tip" in r.transaction)
    chain = CHAINS[real.chain]
    assert wrong_hashes([read(real, proof_facts=[])], chain, PUBLISHED, old=False) == []
    assert wrong_hashes([read(real, proof_facts=["0x0"])], chain, PUBLISHED, old=False) == [0]


def test_the_address_of_a_deployed_contract_is_recomputed() -> None:
    """goerli2's fee token, deployed in its first block."""
    real = next(r for r in REAL if r.source.endswith("(which used the id of goerli)"))
    assert addresses([read(real)], PUBLISHED) == [
        0x49D36570D4E46F48E99674BD3FCC84644DDD6B96F7C741B1562B82F9E004DC7
    ]


def test_the_message_that_an_l1_handler_consumed_is_recomputed() -> None:
    """From 5, to the L1 reward supplier: its hash as the core contract computes it."""
    tx = Transaction("L1_HANDLER", 0, 0, sender=7, calldata=(5, 1, 2), nonce=9, selector=11)
    words = (5, 7, 9, 11, 2, 1, 2)
    from psephos.commit.keccak import keccak

    assert l1_message(tx) == keccak(b"".join(word.to_bytes(32, "big") for word in words))
