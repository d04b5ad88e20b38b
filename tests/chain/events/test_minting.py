"""Minting, the bridge and managed roles on Ethereum: logs laid by hand, word after word."""

from pathlib import Path
from typing import Any

import pytest

from psephos.chain.decode import decode
from psephos.chain.event import EventType, topic0
from psephos.chain.events import ETHEREUM
from psephos.commit.keccak import keccak
from tests.chain.entries import Entry, logs, word

LAYOUTS = """
mint_manager
MintProcessed(address,address,uint256) mint_processed | | token account amount
MintingAllowanceSet(address,address,uint256) minting_allowance_set | | token account new_allowance
TokenMinterRegistered(address,address) token_minter_registered | | token minter
TokenMinterRevoked(address,address) token_minter_revoked | | token minter
reward_supplier
ConsumedL2MintRequests(uint256,uint256) mint_requests_consumed | | messages_consumed amount_minted
starkgate
Deposit(address,address,uint256,uint256,uint256,uint256) deposit
    | sender token l2_recipient | amount nonce fee
DepositCancelRequest(address,address,uint256,uint256,uint256) deposit_cancel_requested
    | sender token l2_recipient | amount nonce
DepositReclaimed(address,address,uint256,uint256,uint256) deposit_reclaimed
    | sender token l2_recipient | amount nonce
DepositWithMessage(address,address,uint256,uint256,uint256[],uint256,uint256) deposit_with_message
    | sender token l2_recipient | amount message+ nonce fee
DepositWithMessageCancelRequest(address,address,uint256,uint256,uint256[],uint256)
    deposit_with_message_cancel_requested | sender token l2_recipient | amount message+ nonce
DepositWithMessageReclaimed(address,address,uint256,uint256,uint256[],uint256)
    deposit_with_message_reclaimed | sender token l2_recipient | amount message+ nonce
LogDeposit(address,uint256,uint256,uint256,uint256) deposit_early
    | sender l2_recipient | amount nonce fee
LogDepositCancelRequest(address,uint256,uint256,uint256) deposit_early_cancel_requested
    | sender l2_recipient | amount nonce
LogDepositReclaimed(address,uint256,uint256,uint256) deposit_early_reclaimed
    | sender l2_recipient | amount nonce
Withdrawal(address,address,uint256) withdrawal | recipient token | amount
WithdrawalLimitEnabled(address,address) withdrawal_limit_enabled | sender token |
WithdrawalLimitDisabled(address,address) withdrawal_limit_disabled | sender token |
SetMaxTotalBalance(address,uint256) max_total_balance_set | token | max_balance
access_manager
OperationScheduled(bytes32,uint32,uint48,address,address,bytes) operation_scheduled
    | operation_id nonce | schedule caller call_target call_data+
OperationExecuted(bytes32,uint32) operation_executed | operation_id nonce |
OperationCanceled(bytes32,uint32) operation_canceled | operation_id nonce |
RoleLabel(uint64,string) role_label | role_id | label+
RoleGranted(uint64,address,uint32,uint48,bool) managed_role_granted
    | role_id account | delay since new_member=1
RoleRevoked(uint64,address) managed_role_revoked | role_id account |
RoleAdminChanged(uint64,uint64) managed_role_admin_changed | role_id admin |
RoleGuardianChanged(uint64,uint64) role_guardian_changed | role_id guardian |
RoleGrantDelayChanged(uint64,uint32,uint48) role_grant_delay_changed | role_id | delay since
TargetClosed(address,bool) target_closed | target | closed=1
TargetFunctionRoleUpdated(address,bytes4,uint64) target_function_role_updated
    | target role_id | selector
TargetAdminDelayUpdated(address,uint32,uint48) target_admin_delay_updated | target | delay since
AuthorityUpdated(address) authority_updated | | authority
"""
"""Source, then event and table | topics | words of data. `x+` has its tail behind them: a
length of 2 and two words, or two bytes; `x=1` is 1."""


def cases() -> list[tuple[str, str, str, str, str]]:
    found, source = [], ""
    for line in LAYOUTS.strip().replace("\n    ", " ").splitlines():
        if "|" not in line:
            source = line
            continue
        head, topics, data = (part.strip() for part in line.split("|"))
        found.append((source, *head.split(), topics, data))
    return found


def laid(members: str, first: int) -> tuple[list[int], dict[str, Any]]:
    """Words, and what a row must say of them."""
    names = members.split()
    words, tail = [], []
    row: dict[str, Any] = {}
    for i, member in enumerate(names):
        name, plus, _ = member.partition("+")
        name, equal, _ = name.partition("=")
        words.append(32 * len(names) if plus else 1 if equal else first + i)
        row[name] = words[-1]
        if plus:
            texts = {"label": "ab", "call_data": 0x6162}
            row[name] = texts.get(name, [71, 72])
            tail = [2, 0x6162 << 240] if name in texts else [2, 71, 72]
    return words + tail, row | ({"label_raw": None} if "label" in row else {})


def number(value: Any) -> Any:
    if isinstance(value, list):
        return [number(one) for one in value]
    if isinstance(value, str) or value is None:
        return value
    return int.from_bytes(value, "big") if isinstance(value, bytes) else int(value)


@pytest.mark.parametrize(("source", "signature", "table", "topics", "data"), cases())
def test_a_log_laid_by_hand_is_the_row_that_its_layout_says(
    source: str, signature: str, table: str, topics: str, data: str
) -> None:
    (keyed, wanted), (rest, more) = laid(topics, 1000), laid(data, 2000)
    first = keccak(signature.encode())
    found = logs([Entry((first, *map(word, keyed)), b"".join(map(word, rest)))])
    tables = decode(ETHEREUM[source].events, found)
    ((filled, (row,)),) = [(n, t.to_pylist()) for n, t in tables.items() if t.num_rows]
    assert filled == table
    assert {name: number(v) for name, v in list(row.items())[6:]} == wanted | more


def test_every_shape_of_these_contracts_is_laid_by_hand() -> None:
    laid_out = {(source, signature, table) for source, signature, table, _, _ in cases()}
    declared = {
        (source, event.signature, event.table)
        for source in {source for source, *_ in cases()}
        for event in ETHEREUM[source].events
        if isinstance(event, EventType)
    }
    assert declared == laid_out


REASONS = {
    "Approval(address,address,uint256)": "an allowance is not a holding (…events.erc20)",
}
"""Topics of the checklist that no table owns, and why."""

TOPICS = Path(__file__).parents[4] / "shared" / "reference" / "topics.tsv"


def test_the_checklist_has_no_topic_without_a_table_or_a_reason() -> None:
    if not TOPICS.exists():
        pytest.skip(f"no list of topics at {TOPICS}: it is not part of the project")
    owned = {e.signature: topic0(e) for source in ETHEREUM.values() for e in source.events}  # type: ignore[union-attr]
    rows = dict(line.split("\t") for line in TOPICS.read_text().splitlines())
    assert len(rows) >= 70
    assert {
        name
        for name, topic in rows.items()
        if owned.get(name) != bytes.fromhex(topic[2:].zfill(64))
    } == set(REASONS)
