"""Payers, prices and hashes of transactions are what the transactions root says, or nothing is
stored: the blocks that `all` calls whole."""

from itertools import chain as both

import pytest

from psephos.batch.sync import sync
from psephos.chain.collect import collect
from psephos.chain.node import BlockId
from psephos.chain.verify import ALL, HEADERS, Verify
from psephos.errors import IncompleteBlock, MethodMissing, NodeContradiction
from psephos.store.digest import digest
from psephos.store.index import Index
from tests.simulated.collected import FEES, TOKEN, at_once, pieces, rows, transfer
from tests.simulated.paying import Deceiving, paid


def levels(node, *datasets, **options):
    return {piece.level for piece in pieces(node, *datasets, **options)}


def test_blocks_whose_transactions_recompute_are_whole():
    told = paid()
    assert levels(told, TOKEN, FEES) == {"whole"}
    assert levels(told, TOKEN, verify=ALL) == {"whole"}
    assert levels(told, TOKEN) == {"complete"}
    assert levels(told, TOKEN, FEES, verify=HEADERS) == {"complete"}
    assert levels(told, TOKEN, FEES, verify=Verify("none")) == {"seen"}


def test_all_asks_for_the_roots_of_every_block_and_headers_for_no_transaction():
    told = paid()
    asked = []
    node = Deceiving(told, lambda what, found: asked.append(what) or found)
    pieces(node, TOKEN, verify=ALL)
    assert asked.count("receipts") == asked.count("transactions") == len(told.blocks)
    asked.clear()
    pieces(node, TOKEN, verify=HEADERS)
    assert "transactions" not in asked


def test_a_node_without_transactions_lowers_the_level_and_stops_nothing():
    told = paid()

    def refuse(what, found):
        if what == "transactions":
            raise MethodMissing("no blocks with transactions here")
        return found

    node = Deceiving(told, refuse)
    assert levels(node, TOKEN, FEES) == {"complete"}
    assert rows(pieces(node, FEES), "cost", "fee_transaction") == rows(
        pieces(told, FEES), "cost", "fee_transaction"
    )


def wrong(text: str) -> str:
    return text[:-1] + format(int(text[-1], 16) ^ 1, "x")


LIES = {
    f"{what} tell another {name}": (what, name)
    for what, name in both(
        (("receipts", name) for name in ("from", "to", "transactionHash", "effectiveGasPrice")),
        (("transactions", name) for name in ("from", "hash", "nonce", "gas", "to", "value", "r")),
        (
            ("transactions", name)
            for name in ("s", "v", "input", "maxFeePerGas", "maxPriorityFeePerGas", "chainId")
        ),
    )
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_about_who_paid_what_is_never_stored(lie, tmp_path):
    told = paid(3)
    target, name = LIES[lie]

    def lying(what, found):
        if what == target and len(found) > 1:
            found[1][name] = wrong(found[1][name])
        return found

    node = Deceiving(told, lying)
    with Index.open(tmp_path / "i") as index:
        with pytest.raises((IncompleteBlock, NodeContradiction)):
            sync(node, index, [FEES], pause=at_once, step=5)
        stored = {row["block_hash"] for row in index.rows("cost", "fee_block", 0, 99).to_pylist()}
        busy = {header.hash for header, receipts in told.blocks if len(receipts) > 1}
        assert not stored & busy
        sync(told, index, [FEES], pause=at_once)
        assert {span.level for span in index.spans("cost")} == {"whole"}


def test_without_transactions_another_payer_is_stored_and_called_complete_at_most():
    """The check has teeth: nothing else notices who paid."""
    told = paid(3)

    def lying(what, found):
        return [one | {"from": "0x" + "99" * 20} for one in found] if what == "receipts" else found

    found = pieces(Deceiving(told, lying), FEES, verify=HEADERS)
    assert {piece.level for piece in found} <= {"complete", "seen"}
    payers = rows(found, "cost", "fee_transaction")["payer"].to_pylist()
    assert set(payers) == {b"\x99" * 20}


@pytest.mark.parametrize("change", ["drop", "swap", "repeat", "none"])
def test_transactions_left_out_moved_or_doubled_are_never_stored(change):
    told = paid(3)

    def lying(what, found):
        if what == "transactions" and len(found) > 1:
            if change == "drop":
                return found[:-1]
            if change == "swap":
                return [found[1], found[0], *found[2:]]
            return [*found, found[0]] if change == "repeat" else []
        return found

    with pytest.raises((IncompleteBlock, NodeContradiction)):
        pieces(Deceiving(told, lying), FEES)


def test_a_liar_that_is_told_so_and_then_tells_the_truth_is_believed():
    told = paid(3)
    times = iter(range(10**6))

    def lying(what, found):
        if what == "transactions" and found and next(times) % 2 == 0:
            return found[:-1]
        return found

    assert levels(Deceiving(told, lying), FEES) == {"whole"}


def test_a_sample_draws_whole_blocks_and_the_index_says_what_it_showed(tmp_path):
    told = paid(1)
    with Index.open(tmp_path / "i") as index:
        sync(told, index, [FEES], pause=at_once, verify=Verify("sample", 12))
        assert index.sampled("cost") == (12, 12)
        assert {span.level for span in index.spans("cost")} == {"seen"}
        ((number, hash_),) = index.query("SELECT DISTINCT seed_number, seed_hash FROM sample")
        assert BlockId(number, bytes(hash_)) == told.head()
        sync(told, index, [FEES], pause=at_once, reread=True)
        assert index.sampled("cost") == (0, 0)
        assert {span.level for span in index.spans("cost")} == {"whole"}


def test_a_block_of_a_sample_whose_logs_were_told_otherwise_is_not_clean():
    told = paid(1, blocks=4)
    for amount in range(20):
        told.say(transfer(amount))

    class Dropping:
        def __getattr__(self, name):
            return getattr(told, name)

        def logs(self, first, last, addresses, topics):
            from psephos.chain.logs import select

            logs = told.logs(first, last, addresses, topics)
            return select(logs, logs.block != 15)

    found = list(
        collect(
            Dropping(), [TOKEN], 0, told.head().number, verify=Verify("sample", 99), pause=at_once
        )
    )
    assert sum(piece.sample.drawn - piece.sample.clean for piece in found) == 1


def test_a_sample_is_forgotten_with_the_blocks_that_a_reorganisation_takes(tmp_path):
    told = paid(1, blocks=30, lag=25)
    with Index.open(tmp_path / "i") as index:
        sync(told, index, [FEES], pause=at_once, verify=Verify("sample", 5))
        told.reorg(10)
        sync(told, index, [FEES], pause=at_once, verify=Verify("sample", 5))
        drawn, clean = index.sampled("cost")
        assert drawn == clean
        assert drawn <= 10


def test_what_is_complete_is_read_again_for_all_when_asked(tmp_path):
    told = paid(2)
    with Index.open(tmp_path / "i") as index:
        sync(told, index, [FEES, TOKEN], pause=at_once, verify=HEADERS)
        before = digest(index)
        report = sync(told, index, [FEES, TOKEN], pause=at_once, reread=True)
        assert report.blocks == len(told.blocks)
        after = digest(index)
        assert {name for name in after if after[name] != before[name]} == {"span"}
        assert sync(told, index, [FEES, TOKEN], pause=at_once, reread=True).blocks == 0
