"""Blocks are read strictly, in both shapes; what is wrong is named by its key."""

from copy import deepcopy
from typing import Any

import pytest

from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.hashes import compiled
from psephos.commit.starknet.reading import Part
from psephos.commit.starknet.shapes import PEDERSEN_COSTS, read_document, read_state_update, work_of
from psephos.errors import MalformedAnswer
from tests.commit.starknet.altered import get, leaves, lists, put
from tests.simulated.starknet_block import as_gateway, simulated

BLOCK, UPDATE = simulated(21, compiled())
GATEWAY, ITS_UPDATE = as_gateway(BLOCK, UPDATE)
TX = ("transactions", 0, "transaction")


def test_both_shapes_tell_the_same_block_and_the_same_state_update() -> None:
    node, gateway = read_document(BLOCK).block, read_document(GATEWAY).block
    assert node.transactions is not None
    assert gateway.transactions is not None
    for one, other in zip(node.transactions, gateway.transactions, strict=True):
        assert one == other or (one.kind == "DEPLOY_ACCOUNT" and one.calldata == other.calldata)
    assert node.events == gateway.events
    assert (node.hash, node.root, node.parent) == (gateway.hash, gateway.root, gateway.parent)
    assert read_state_update(UPDATE) == read_state_update(ITS_UPDATE)


def test_a_block_and_its_state_update_in_one_answer_are_both_read() -> None:
    both = read_document({"block": GATEWAY, "state_update": ITS_UPDATE})
    assert both.block == read_document(GATEWAY).block
    assert both.update == read_state_update({"block": GATEWAY, "state_update": ITS_UPDATE})


def test_an_old_state_root_without_0x_is_the_same_root() -> None:
    bare = {**GATEWAY, "state_root": f"{int(GATEWAY['state_root'], 16):064x}"}
    assert read_document(bare) == read_document(GATEWAY)
    for wrong in ("ab" * 31, "g" * 64, "0X" + "0" * 62):
        with pytest.raises(MalformedAnswer, match="state_root"):
            read_document({**GATEWAY, "state_root": wrong})


def test_leading_zeros_and_capitals_are_the_same_felt() -> None:
    written = {**BLOCK, "parent_hash": "0x" + BLOCK["parent_hash"][2:].upper().rjust(64, "0")}
    assert read_document(written) == read_document(BLOCK)


@pytest.mark.parametrize("shape", ["node", "gateway"])
@pytest.mark.parametrize(
    "wrong",
    [
        None,
        True,
        1.5,
        2**70,
        -1,
        "",
        "0x",
        "x",
        "0x-1",
        "0x1_0",
        " 0x1",
        "0x1\n",
        [],
        {},
        "0x" + "f" * 65,
    ],
    ids=repr,
)
def test_a_value_of_the_wrong_kind_is_refused_at_every_place(shape: str, wrong: Any) -> None:
    document = BLOCK if shape == "node" else GATEWAY
    unread = ("status", "type", "unit", "l2_gas", "n_steps", "finality_status", "revert_reason")
    for path in leaves(document):
        if path[-1] in unread or "version" in str(path[-1]) or path[-1] == "revert_error":
            continue
        changed = put(document, path, wrong)
        if wrong is None and isinstance(path[-1], str):
            continue  # null counts as absent: a key that may be
        with pytest.raises(MalformedAnswer) as refused:
            read_document(changed)
        named = str(path[-1]) if isinstance(path[-1], str) else f"{path[-2]}[{path[-1]}]"
        assert named in str(refused.value), path


def test_a_felt_is_never_told_by_two_numbers() -> None:
    """x and x + PRIME would be one felt: the second is refused everywhere."""
    for document in (BLOCK, GATEWAY):
        for path in leaves(document):
            value = get(document, path)
            if isinstance(value, str) and value.startswith("0x") and path[-1] != "message_hash":
                aliased = hex(int(value, 16) + PRIME)
                with pytest.raises(MalformedAnswer):
                    read_document(put(document, path, aliased))


def test_a_thing_named_twice_in_a_state_diff_is_refused() -> None:
    for key, value in UPDATE["state_diff"].items():
        twice = {**UPDATE["state_diff"], key: [*value, deepcopy(value[0])]}
        with pytest.raises(MalformedAnswer, match="twice"):
            read_state_update({**UPDATE, "state_diff": twice})
    entries = UPDATE["state_diff"]["storage_diffs"][0]["storage_entries"]
    path = ("state_diff", "storage_diffs", 0, "storage_entries")
    with pytest.raises(MalformedAnswer, match="storage_entries names"):
        read_state_update(put(UPDATE, path, [*entries, entries[0]]))


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("deployed_contracts", "replaced_classes", "address"),
        ("declared_classes", "migrated_compiled_classes", "class_hash"),
    ],
)
def test_tables_that_are_hashed_together_name_nothing_twice(
    one: str, other: str, name: str
) -> None:
    diff = UPDATE["state_diff"]
    told = diff[one][0]
    moved = {**diff[other][0], ("contract_address" if name == "address" else name): told[name]}
    with pytest.raises(MalformedAnswer, match="both"):
        read_state_update({**UPDATE, "state_diff": {**diff, other: [moved]}})


def test_an_address_written_in_two_ways_is_named_twice() -> None:
    diff = ITS_UPDATE["state_diff"]
    address, nonce = next(iter(diff["nonces"].items()))
    twice = {**diff["nonces"], "0x" + address[2:].upper().rjust(64, "0"): nonce}
    with pytest.raises(MalformedAnswer, match="nonces names"):
        read_state_update({**ITS_UPDATE, "state_diff": {**diff, "nonces": twice}})


def test_a_receipt_out_of_its_place_is_refused() -> None:
    receipts = GATEWAY["transaction_receipts"]
    with pytest.raises(MalformedAnswer, match="transaction_receipts"):
        read_document({**GATEWAY, "transaction_receipts": receipts[::-1]})


def test_a_signature_has_two_numbers() -> None:
    from psephos.commit.starknet.shape_feeder import read_signature

    for wrong in ([], ["0x1"], ["0x1", "0x2", "0x3"], "0x1", None):
        with pytest.raises(MalformedAnswer, match="signature"):
            read_signature({"signature": wrong})


def test_every_list_of_a_block_counts_for_what_hashing_costs() -> None:
    block, update = read_document(BLOCK).block, read_state_update(UPDATE)
    work = work_of(block, update)
    assert work > work_of(block, None) > 100
    for path in lists(BLOCK):
        values = get(BLOCK, path)
        if values and all(isinstance(value, str) for value in values):
            longer = read_document(put(BLOCK, path, values * 3)).block
            old = path[-1] == "calldata" and get(BLOCK, path[:-1])["version"] != "0x3"
            old |= path[-1] == "constructor_calldata" and get(BLOCK, path[:-1])["version"] != "0x3"
            more = 2 * len(values) * (PEDERSEN_COSTS if old else 1)
            assert work_of(longer, update) == work + more, path


def test_counts_that_would_run_into_one_another_are_refused() -> None:
    for key in ("transaction_count", "event_count", "state_diff_length"):
        with pytest.raises(MalformedAnswer, match=key):
            read_document({**BLOCK, key: 2**32})


def test_a_document_that_tells_no_block_is_refused() -> None:
    for wrong in (None, [], "x", 3, {}, {"result": None}, {"result": []}, {"error": {"code": 24}}):
        with pytest.raises(MalformedAnswer):
            read_document(wrong)
        with pytest.raises(MalformedAnswer):
            read_state_update(wrong)


def test_a_missing_key_is_named_with_its_place() -> None:
    with pytest.raises(MalformedAnswer) as refused:
        read_document(put(BLOCK, (*TX, "calldata"), None))
    assert str(refused.value) == "transactions[0].transaction.calldata is missing"
    assert Part({}, "").has("x") is False
