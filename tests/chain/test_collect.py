"""The one loop, on a simulated chain whose every commitment is right."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from psephos.chain.collect import Width
from psephos.chain.dataset import Dataset
from psephos.chain.logs import logs_of, select
from psephos.chain.node import BlockId, Header, Logs
from psephos.chain.verify import ALL, HEADERS, Verify, drawn, fitting, shows
from psephos.errors import CommandError, MalformedAnswer, NodeContradiction
from tests.simulated.chain import SimulatedChain
from tests.simulated.collected import (
    FEES,
    GOVERNOR,
    TOKEN,
    chain,
    malformed,
    pieces,
    rows,
    transfer,
)
from tests.simulated.faulty import FaultyNode

NONE = Verify("none")


def transfers_of(told: SimulatedChain) -> int:
    logs = logs_of([receipt for _, receipts in told.blocks for receipt in receipts])
    ours = (logs.address == np.frombuffer(told.TOKEN, np.uint8)).all(axis=1)
    return int((ours & (logs.topics[:, 0] == np.frombuffer(told.TRANSFER, np.uint8)).all(1)).sum())


class Listening:
    """A node that remembers what it was asked."""

    def __init__(self, node):
        self.node = node
        self.asked = []

    def __getattr__(self, name):
        method = getattr(self.node, name)

        def ask(*arguments):
            self.asked.append((name, *arguments))
            return method(*arguments)

        return ask

    def count(self, name):
        return sum(asked[0] == name for asked in self.asked)


class TestEveryPiece:
    @pytest.mark.parametrize("newest_first", [False, True])
    @pytest.mark.parametrize("step", [1, 7, 100])
    def test_together_they_are_the_range_without_a_gap(self, step, newest_first):
        told = chain(1)
        found = pieces(told, TOKEN, GOVERNOR, step=step, newest_first=newest_first)
        ordered = sorted(found, key=lambda piece: piece.first)
        blocks = [header.number for piece in ordered for header in piece.headers]
        assert blocks == list(range(len(told.blocks)))
        assert len(rows(found, "token", "transfer")) == transfers_of(told)
        assert all(piece.level == "complete" for piece in found)

    def test_both_directions_give_the_same_rows(self):
        told = chain(2)
        one, other = pieces(told, step=9), pieces(told, step=9, newest_first=True)
        assert rows(one, "token", "transfer") == rows(other, "token", "transfer")

    def test_rows_carry_the_hash_of_their_block(self):
        told = chain(3)
        found = rows(pieces(told), "token", "transfer")
        for number, hash_ in zip(found["block_number"], found["block_hash"], strict=True):
            assert told.blocks[number.as_py()][0].hash == hash_.as_py()

    def test_a_strangers_log_of_the_same_shape_is_not_ours(self):
        told = chain(4, blocks=0)
        told.say(transfer(5, told.STRANGER), transfer(6))
        assert rows(pieces(told), "token", "transfer")["amount"].to_pylist() == [6]

    def test_a_range_of_one_block_is_a_piece(self):
        assert [len(piece.headers) for piece in pieces(chain(0), last=0)] == [1]

    def test_no_dataset_is_no_piece(self):
        from psephos.chain.collect import collect

        assert list(collect(chain(0), [], 0, 5)) == []


class TestRanges:
    def test_a_refused_range_is_halved_and_never_asked_again(self):
        node = FaultyNode(chain(1, blocks=120), 0, rate=0, narrow=5)
        pieces(node, step=100)
        assert node.refused
        assert len(node.refused) == len(set(node.refused))

    def test_one_refused_block_is_read_from_its_receipts(self):
        told = chain(1)
        node = Listening(FaultyNode(told, 0, rate=0, narrow=0))
        found = pieces(node)
        assert rows(found, "token", "transfer") == rows(pieces(told), "token", "transfer")
        assert node.count("receipts") == len(told.blocks)
        assert all(piece.level == "complete" for piece in found)

    def test_a_malformed_long_answer_is_halved_too(self):
        """A body cut off at the provider's limit is no JSON; a shorter one is."""
        told = chain(5)
        found = pieces(Choking(told, 3))
        assert rows(found, "token", "transfer") == rows(pieces(told), "token", "transfer")

    def test_width_doubles_until_refused_then_creeps(self):
        width = Width(100)
        width.learn(0)
        assert width.blocks == 200
        width.narrow(200)
        width.learn(0)
        assert width.blocks == 107

    def test_width_shrinks_where_answers_are_crowded(self):
        width = Width(100)
        width.learn(50_000)
        assert width.blocks == 50


class TestVerification:
    def test_every_block_recomputes(self):
        found = pieces(chain(1), verify=ALL)
        assert {piece.level for piece in found} == {"complete"}

    def test_without_it_nothing_is_more_than_seen_and_no_receipt_is_asked_for(self):
        node = Listening(chain(1))
        found = pieces(node, verify=NONE)
        assert {piece.level for piece in found} == {"seen"}
        assert node.count("receipts") == 0

    def test_headers_ask_for_receipts_only_where_the_bloom_may_hold_a_log_of_ours(self):
        told = chain(1)
        node = Listening(told)
        assert {piece.level for piece in pieces(node, verify=HEADERS)} == {"complete"}
        assert 0 < node.count("receipts") < len(told.blocks)

    def test_what_fits_is_all_where_a_dataset_has_payers_and_headers_elsewhere(self):
        assert fitting([TOKEN, GOVERNOR]) == HEADERS
        assert fitting([TOKEN, FEES]) == ALL

    def test_a_bloom_that_excludes_the_contract_proves_absence_without_receipts(self):
        nobody = Dataset("none", SimulatedChain.CHAIN, (b"\x99" * 20,), ("erc20",), 0)
        node = Listening(chain(1, blocks=10))
        found = pieces(node, nobody, verify=Verify("headers"))
        assert {piece.level for piece in found} == {"complete"}
        assert node.count("receipts") == 0

    def test_a_sample_asks_for_the_receipts_of_so_many_blocks(self):
        told = chain(1, blocks=0)
        for amount in range(50):
            told.say(transfer(amount))
        node = Listening(told)
        found = pieces(node, verify=Verify("sample", 10))
        assert node.count("receipts") == 10
        assert {piece.level for piece in found} == {"seen"}
        (piece,) = found
        assert (piece.sample.drawn, piece.sample.seed) == (10, told.head())

    def test_a_sample_is_chosen_by_a_later_blocks_hash_and_by_nothing_else(self):
        seed = BlockId(90, b"\x07" * 32)
        chosen = drawn(10, 20, 80, seed)
        assert len(chosen) == 10
        assert min(chosen) >= 20
        assert max(chosen) <= 80
        assert drawn(10, 20, 80, replace(seed, number=91)) == chosen
        assert drawn(10, 20, 80, replace(seed, hash=b"\x08" * 32)) != chosen
        assert drawn(61, 20, 80, seed) == drawn(10**9, 20, 80, seed) == frozenset(range(20, 81))

    def test_what_a_sample_shows_is_said_with_its_bound(self):
        assert shows(300, 300).startswith("300 of 300 blocks drawn were clean: fewer than 1 %")
        assert "told wrongly" in shows(300, 299)
        assert "too few" in shows(3, 3)
        for k in (4, 10, 300, 10_000):  # (1 - 3/k)^k < 5 %: what the sentence claims
            assert (1 - Fraction(3, k)) ** k < Fraction(1, 20)

    def test_a_sample_as_large_as_the_range_is_everything(self):
        assert {p.level for p in pieces(chain(1), verify=Verify("sample", 999))} == {"complete"}

    def test_a_header_of_an_unknown_fork_stays_seen(self):
        told = chain(1)
        at = len(told.blocks) - 5
        told.blocks[at] = (replace(told.blocks[at][0], rlp=b""), told.blocks[at][1])
        found = pieces(told)
        assert {piece.level for piece in found} == {"seen"}

    def test_fees_ask_for_the_receipts_of_every_block(self):
        told = chain(1)
        node = Listening(told)
        found = pieces(node, FEES, TOKEN)
        assert len(rows(found, "cost", "fee_block")) == len(told.blocks)
        assert node.count("receipts") == len(told.blocks)
        assert node.count("logs") == 0
        assert rows(found, "token", "transfer") == rows(pieces(told), "token", "transfer")

    @pytest.mark.parametrize(
        ("text", "verify"),
        [("all", ALL), ("none", NONE), ("sample 300", Verify("sample", 300))],
    )
    def test_the_rule_is_read_from_text(self, text, verify):
        assert Verify.parse(text) == verify
        assert str(verify) == text

    @pytest.mark.parametrize("text", ["", "some", "sample", "sample 0", "sample -1", "sample x"])
    def test_another_rule_is_refused(self, text):
        with pytest.raises(CommandError, match="cannot verify"):
            Verify.parse(text)


class TestBrokenDatasets:
    def test_a_malformed_log_stops_its_dataset_and_no_other(self):
        told = chain(1, blocks=30)
        at = told.say(malformed())
        told.grow(30)
        found = pieces(told, TOKEN, GOVERNOR, step=5)
        (broken,) = [piece for piece in found if piece.broken]
        assert broken.first <= at <= broken.last
        assert broken.broken["token"].name == "MalformedEvent"
        assert str(at) in str(broken.broken["token"])
        assert "token" not in broken.tables
        assert found[-1].last == told.head().number
        assert all("gov" in piece.tables for piece in found)

    def test_an_amount_of_ten_to_the_38_stops_its_dataset(self):
        told = chain(1, blocks=5)
        told.say(transfer(10**38))
        (piece,) = pieces(told, TOKEN, GOVERNOR)
        assert piece.broken["token"].name == "AmountTooLarge"

    def test_one_less_than_ten_to_the_38_is_an_amount(self):
        told = chain(1, blocks=0)
        told.say(transfer(10**38 - 1))
        assert rows(pieces(told), "token", "transfer")["amount"].to_pylist() == [10**38 - 1]

    def test_when_all_broke_nothing_more_is_read(self):
        told = chain(1, blocks=0)
        told.say(malformed())
        told.grow(30)
        node = Listening(told)
        pieces(node, TOKEN, step=1)
        assert node.count("logs") < 25


class Choking:
    """A node whose long answers are cut off."""

    def __init__(self, node, most):
        self.node, self.most = node, most

    def __getattr__(self, name):
        return getattr(self.node, name)

    def logs(self, first, last, addresses, topics) -> Logs:
        if last - first >= self.most:
            raise MalformedAnswer("the answer ends in the middle")
        return self.node.logs(first, last, addresses, topics)


class Behind:
    """Two nodes behind one address: logs come from one that does not have the newest block."""

    def __init__(self, node, ahead):
        self.node, self.ahead = node, ahead

    def __getattr__(self, name):
        return getattr(self.node, name)

    def headers(self, first, last) -> list[Header]:
        found = self.node.headers(first, last)
        if first == last == self.node.head().number:  # the second look: it was another block
            return [replace(found[0], hash=b"\x01" * 32)]
        return found

    def logs(self, first, last, addresses, topics) -> Logs:
        logs = self.node.logs(first, last, addresses, topics)
        return select(logs, logs.block < self.node.head().number)


def test_a_node_that_is_behind_its_own_headers_is_noticed_even_without_verification():
    with pytest.raises(NodeContradiction, match="changed while its logs were read"):
        pieces(Behind(chain(1), 1), verify=NONE)
