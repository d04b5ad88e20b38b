"""Withdrawals and ommers recompute to what the header says of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from psephos.commit.header import header_rlp
from psephos.commit.keccak import keccak
from psephos.commit.trie import EMPTY_ROOT
from psephos.commit.withdrawals import LIMIT, NO_OMMERS, ommers_hash, withdrawals_root
from psephos.errors import MalformedAnswer
from tests.commit.signed import WITHDRAWALS, block


def test_withdrawals_of_a_real_block_recompute_to_its_root(real_data: Path) -> None:
    told = json.loads((real_data / "ethereum/helios/tests/testdata/rpc/block.json").read_text())
    assert "0x" + withdrawals_root(told["withdrawals"]).hex() == told["withdrawalsRoot"]


def test_withdrawals_of_two_real_blocks_of_shanghai_recompute(real_data: Path) -> None:
    folder = "ethereum/etl/test_export_blocks_job/blocks_with_transactions_and_withdrawals"
    lines = (real_data / folder / "expected_blocks.json").read_text().splitlines()
    assert len(lines) == 2
    for line in lines:
        told: Any = json.loads(line)
        given = [
            {
                "index": hex(one["index"]),
                "validatorIndex": hex(one["validator_index"]),
                "address": one["address"],
                "amount": hex(one["amount"]),
            }
            for one in told["withdrawals"]
        ]
        assert "0x" + withdrawals_root(given).hex() == told["withdrawals_root"]


def test_no_withdrawals_and_no_ommers_have_the_known_empty_commitments() -> None:
    assert withdrawals_root([]) == EMPTY_ROOT
    # execution-specs, EMPTY_OMMER_HASH
    known = "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"
    assert ommers_hash([]) == NO_OMMERS
    assert NO_OMMERS.hex() == known


@pytest.mark.parametrize("name", ["index", "validatorIndex", "address", "amount"])
def test_every_member_of_a_withdrawal_changes_the_root(name: str) -> None:
    right = withdrawals_root(WITHDRAWALS)
    for i in range(len(WITHDRAWALS)):
        changed = [dict(one) for one in WITHDRAWALS]
        text = changed[i][name]
        changed[i][name] = text[:-1] + format(int(text[-1], 16) ^ 1, "x")
        assert withdrawals_root(changed) != right
    assert withdrawals_root(WITHDRAWALS[1:]) != right
    assert withdrawals_root(WITHDRAWALS[::-1]) != right


def test_ommers_hash_to_the_list_of_their_headers() -> None:
    told, _ = block([], members=15)
    header = header_rlp(told)
    long = b"\xf9" + len(header).to_bytes(2, "big") + header
    assert ommers_hash([told]) == keccak(long)


@pytest.mark.parametrize(
    "told", [None, 7, "0x", {}, [7], [None], [{}], [{"index": "0x1"}], [{}] * (LIMIT + 1)]
)
def test_what_is_no_list_of_withdrawals_is_refused(told: Any) -> None:
    with pytest.raises(MalformedAnswer):
        withdrawals_root(told)


@pytest.mark.parametrize("told", [None, 7, [7], [{}], [{}] * 3])
def test_what_is_no_list_of_ommers_is_refused(told: Any) -> None:
    with pytest.raises(MalformedAnswer):
        ommers_hash(told)
