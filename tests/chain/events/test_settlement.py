"""Starknet's core contract, StarkEx and their verifier's pages, from emitters on a real node."""

import pytest

from psephos.chain.event import topic0
from psephos.chain.events import SOURCES
from psephos.commit.l1.output import MessageToL1, MessageToL2
from tests.anvil.chain import Anvil, Contract
from tests.chain.events.emitted import Row, emitted, number, silent

TOPICS = """
d342ddf7a308dec111745b00315c14b7efb2bdae570a6856e088ed0c65a3576c
    LogStateUpdate(uint256,int256,uint256)
e8012213bb931d3efa0a954cfb0d7b75f2a5e2358ba5f7d3edfb0154f6e7a568
    LogStateUpdate(uint256,int256)
9866f8ddfe70bb512b2f2b28b49d4017c43f7ba775f1a20c61c13eea8cdac111
    LogStateTransitionFact(bytes32)
4264ac208b5fde633ccdd42e0f12c3d6d443a4f3779bbf886925b94665b63a22
    LogMessageToL1(uint256,address,uint256[])
db80dd488acf86d17c747445b0eabb5d57c541d3bd7b6b87af987858e5066b2b
    LogMessageToL2(address,uint256,uint256,uint256[],uint256,uint256)
7a06c571aa77f34d9706c51e5d8122b5595aebeaa34233bfe866f22befb973b1
    ConsumedMessageToL1(uint256,address,uint256[])
9592d37825c744e33fa80c469683bbd04d336241bb600b574758efd182abe26a
    ConsumedMessageToL2(address,uint256,uint256,uint256[],uint256)
2e00dccd686fd6823ec7dc3e125582aa82881b6ff5f6b5a73856e1ea8338a3be
    MessageToL2CancellationStarted(address,uint256,uint256,uint256[],uint256)
8abd2ec2e0a10c82f5b60ea00455fa96c41fd144f225fcc52b8d83d94f803ed8
    MessageToL2Canceled(address,uint256,uint256,uint256[],uint256)
393c6beb5756a944b2967f15f31ff671e312e945d7a84fd3bdcfd6b408b2dc79
    ConfigHashChanged(address,uint256,uint256)
600a61c1b32ac42fb2fe76e8fc7582a98106668fc16dcd85567cd3937363e49b
    ProgramHashChanged(address,uint256,uint256)
07688623ef226ae0c2f88d3fdc7f6bb41427c804bcec3f36699b07148e3f5340
    AggregatorProgramHashChanged(address,uint256,uint256)
50a18c352ee1c02ffe058e15c2eb6e58be387c81e73cc1e17035286e54c19a57
    LogOperatorAdded(address)
ec5f6c3a91a1efb1f9a308bb33c6e9e66bf9090fad0732f127dfdbf516d0625d
    LogOperatorRemoved(address)
6166272c8d3f5f579082f2827532732f97195007983bb5b83ac12c56700b01a6
    LogNominatedGovernor(address)
cfb473e6c03f9a29ddaf990e736fa3de5188a0bd85d684f5b6e164ebfbfff5d2
    LogNewGovernorAccepted(address)
d75f94825e770b8b512be8e74759e252ad00e102e38f50cce2f7c6f868a29599
    LogRemovedGovernor(address)
7a8dc7dd7fffb43c4807438fa62729225156941e641fd877938f4edade3429f5
    LogNominationCancelled()
6823b073d48d6e3a7d385eeb601452d680e74bb46afe3255a7d778f3a9b17681
    Finalized()
723a7080d63c133cf338e44e00705cc1b7b2bde7e88d6218a8d62710a329ce1b
    ImplementationAdded(address,bytes,bool)
e99b980b5259f200e4c1da973ff0251b6d9aaa144714c8773976ecd62b8ebe8d
    ImplementationRemoved(address,bytes,bool)
ff14288d542bc1c1d15a652cb52af735f065c0c9d70b48e454a203c260733544
    ImplementationUpgraded(address,bytes)
c13b75a5f14b69ebdc2431a5d475b3bff371abe251b5064144306fbd9c4de35c
    FinalizedImplementation(address)
98fd0d40bd3e226c28fb29ff2d386bd8f9e19f2f8436441e6b854651d3b687b3
    LogMemoryPageFactRegular(bytes32,uint256,uint256)
b8b9c39aeba1cfd98c38dfeebe11c2f7e02b334cbe9f05f22b442a5d9c1ea0c5
    LogMemoryPageFactContinuous(bytes32,uint256,uint256)
b7560d2f1cae2b53717521c889299a8c0ec2c47aa3db336ec460446b213b0df0
    LogRootUpdate(uint256,uint256,uint256)
d606ef105963a7e789d927c1d21df5111915b832996b92648138f59eb9763a20
    LogRootUpdate(uint256,uint256,uint256,uint256)
54fe7a67f8957a96919a0d1b81eeb25ea8c06f96ad528671da17a4a840040664
    LogRootUpdate(uint256,uint256,uint256,uint256,uint256)
2672b53d25204094519f7b0fba8d2b5cd0cc1e426f49554c89461cdb9dcec08f
    LogUpdateState(uint256,uint256)
7d3450d4f5138e54dcb21a322312d50846ead7856426fb38778f8ef33aeccc01
    LogMessageToL2(address,uint256,uint256,uint256[],uint256)
"""
_LINES = TOPICS.split()
OWNED = dict(zip(_LINES[1::2], _LINES[::2], strict=True))
"""Topics as block explorers and l2beat's discovery of these contracts print them."""


def test_every_published_topic_is_of_a_table() -> None:
    sources = ("starknet_core", "starkex", "memory_pages")
    declared = {e.signature: topic0(e).hex() for name in sources for e in SOURCES[name].events}
    assert declared == OWNED


@pytest.fixture
def account(anvil: Anvil) -> bytes:
    return anvil.accounts[3]


def governed(contract: Contract, account: bytes) -> None:
    contract.send("govern", account, b"start")


def same_governance(tables: dict[str, list[Row]], account: bytes) -> None:
    for table, column in (
        ("operator_added", "operator"),
        ("operator_removed", "operator"),
        ("governor_nominated", "nominated_governor"),
        ("governor_accepted", "accepted_governor"),
        ("governor_removed", "removed_governor"),
        ("implementation_finalized", "implementation"),
    ):
        assert [row[column] for row in tables[table]] == [account]
    assert len(tables["nomination_cancelled"]) == 1
    assert tables["implementation_added"][0]["finalize"] is True
    assert tables["implementation_removed"][0]["finalize"] is False
    assert tables["implementation_upgraded"][0]["initializer"] == b"start"


@pytest.mark.anvil
def test_the_core_contracts_tables_are_filled(anvil: Anvil, account: bytes) -> None:
    core = anvil.deploy("CoreEmitter")
    core.send("update", 11, 110, 44)
    core.send("settle", 5, [1, 2, 3, 4, 5, 6])
    core.send("messages", 2**251, account, 9, [7, 8])
    core.send("change", 70, 71)
    governed(core, account)
    tables = emitted(anvil, "starknet_core", core)
    assert not silent(tables)
    update, settled = tables["state_update"]
    assert [number(settled[name]) for name in ("global_root", "l2_block_hash")] == [2, 6]
    assert [
        number(update[name]) for name in ("global_root", "l2_block_number", "l2_block_hash")
    ] == [11, 110, 44]
    assert "l2_block_hash" not in tables["state_update_early"][0]
    (sent,) = tables["message_to_l2"]
    assert sent["fee"] == 10**18
    told = MessageToL2(
        int.from_bytes(sent["from_address"], "big"),
        number(sent["to_address"]),
        number(sent["nonce"]),
        number(sent["selector"]),
        tuple(map(number, sent["payload"])),
    )
    assert told == MessageToL2(int.from_bytes(account, "big"), 2**251, 7, 9, (7, 8))
    hash_ = core.call("l1ToL2MsgHash", account, 2**251, 9, [7, 8], 7)
    assert told.hash == hash_
    (back,) = tables["message_to_l1"]
    answered = MessageToL1(
        number(back["from_address"]),
        int.from_bytes(back["to_address"], "big"),
        tuple(map(number, back["payload"])),
    )
    assert answered.hash == core.call("l2ToL1MsgHash", 2**251, account, [7, 8])
    (change,) = tables["program_hash_changed"]
    assert [number(change[f"{age}_program_hash"]) for age in ("old", "new")] == [70, 71]
    same_governance(tables, account)


@pytest.mark.anvil
def test_a_block_before_genesis_is_minus_one(anvil: Anvil) -> None:
    core = anvil.deploy("CoreEmitter")
    core.send("update", 11, -1, 44)
    (update,) = emitted(anvil, "starknet_core", core)["state_update"]
    assert update["l2_block_number"] == b"\xff" * 32


@pytest.mark.anvil
def test_exchanges_of_four_generations_fill_their_tables(anvil: Anvil, account: bytes) -> None:
    exchange = anvil.deploy("ExchangeEmitter")
    exchange.send("update", 1)
    governed(exchange, account)
    tables = emitted(anvil, "starkex", exchange)
    assert not silent(tables)
    assert number(tables["root_update_first"][0]["vault_root"]) == 2
    assert number(tables["root_update_batch"][0]["batch_id"]) == 4
    (newest,) = tables["root_update"]
    names = (
        "sequence_number",
        "batch_id",
        "validium_vault_root",
        "rollup_vault_root",
        "order_root",
    )
    assert [number(newest[name]) for name in names] == [1, 7, 8, 9, 10]
    assert number(tables["perpetual_update"][0]["batch_id"]) == 11
    assert number(tables["transition_fact"][0]["transition_fact"]) == 1
    same_governance(tables, account)


@pytest.mark.anvil
def test_memory_pages_fill_their_tables(anvil: Anvil) -> None:
    pages = anvil.deploy("PageEmitter")
    pages.send("register", b"\5" * 32)
    tables = emitted(anvil, "memory_pages", pages)
    assert tables["regular_page"][0]["fact_hash"] == b"\5" * 32
    assert number(tables["continuous_page"][0]["product"]) == 4
