"""A lying node against the one loop: every lie is named, and what is yielded is the truth."""

import re

import pytest

from psephos.chain.verify import Verify
from psephos.errors import IncompleteBlock, LaggingNode, MalformedAnswer, NodeContradiction
from tests.simulated.chain import SimulatedChain
from tests.simulated.collected import TOKEN, chain, pieces, rows, transfer
from tests.simulated.faulty import FAULTS, FaultyNode

LOG_LIES = [name for asked, name, _ in FAULTS if asked == "logs"][:9]
HEADER_LIES = [name for asked, name, _ in FAULTS if asked == "headers"][1:]
RECEIPT_LIES = [name for asked, name, _ in FAULTS if asked == "receipts"][:4]


def told() -> SimulatedChain:
    one = chain(7, blocks=0)
    for amount in range(1, 9):
        one.say(transfer(amount), transfer(10 * amount))
    return one


class Lying:
    """A node that spoils one kind of answer, every time or the first `times` times."""

    def __init__(self, node, asked, name, times=10**9, seed=0):
        self.node, self.asked, self.times = node, asked, times
        self.faulty = FaultyNode(node, seed, rate=1, only=[name])
        self.lies = 0
        self.distrusted = 0

    def __getattr__(self, name):
        def ask(*arguments):
            if name == self.asked and self.lies < self.times:
                self.lies += 1
                return getattr(self.faulty, name)(*arguments)
            return getattr(self.node, name)(*arguments)

        return ask

    def distrust(self, why):
        self.distrusted += 1


class DropsOneLog:
    """A node whose `eth_getLogs` leaves out one log; its receipts are honest."""

    def __init__(self, node, block, log):
        self.node, self.block, self.log = node, block, log

    def __getattr__(self, name):
        return getattr(self.node, name)

    def logs(self, first, last, addresses, topics):
        from psephos.chain.logs import select

        logs = self.node.logs(first, last, addresses, topics)
        return select(logs, (logs.block != self.block) | (logs.log != self.log))


def test_a_node_that_drops_one_log_is_told_so_with_the_block_and_the_log():
    honest = told()
    (piece,) = pieces(DropsOneLog(honest, block=5, log=1))
    (found,) = piece.contradictions
    assert (found.number, found.missing, found.added, found.altered) == (5, (1,), (), ())
    assert found.hash == honest.blocks[5][0].hash
    assert str(found) == "block 5: the node left out log 1"
    assert piece.level == "complete"
    assert piece.tables["token"]["transfer"] == rows(pieces(honest), "token", "transfer")


def test_without_verification_the_dropped_log_is_silently_lost():
    """The check has teeth: what it catches is not caught by anything else."""
    (piece,) = pieces(DropsOneLog(told(), block=5, log=1), verify=Verify("none"))
    assert len(piece.tables["token"]["transfer"]) == 15
    assert piece.level == "seen"
    assert piece.contradictions == ()


@pytest.mark.parametrize("lie", LOG_LIES)
def test_every_lie_about_logs_is_named_and_the_truth_is_stored(lie):
    honest = told()
    found = pieces(Lying(honest, "logs", lie))
    assert rows(found, "token", "transfer") == rows(pieces(honest), "token", "transfer")
    assert {piece.level for piece in found} == {"complete"}
    assert any(piece.contradictions for piece in found)


def test_a_log_in_a_block_whose_bloom_excludes_it_is_not_stored():
    honest = told()
    empty = honest.say()  # a block of one transaction without logs
    lied = Moved(honest, 5, empty)
    for verify in ("all", "headers"):
        (piece,) = pieces(lied, verify=Verify.parse(verify))
        assert [found.number for found in piece.contradictions if found.added] == [empty]
        assert int(piece.tables["token"]["transfer"]["block_number"][-1].as_py()) < empty


class Moved:
    """A node that tells the logs of one block once more, as those of another."""

    def __init__(self, node, source, target):
        self.node, self.source, self.target = node, source, target

    def __getattr__(self, name):
        return getattr(self.node, name)

    def logs(self, first, last, addresses, topics):
        import numpy as np

        from psephos.chain.logs import join, select

        logs = self.node.logs(first, last, addresses, topics)
        moved = select(logs, logs.block == self.source)
        moved.block[:] = self.target
        moved.block_hash[:] = np.frombuffer(self.node.blocks[self.target][0].hash, np.uint8)
        return join([logs, moved])


@pytest.mark.parametrize("lie", RECEIPT_LIES)
def test_receipts_that_never_recompute_stop_the_run_and_name_the_block(lie):
    honest = told()
    node = Lying(honest, "receipts", lie)
    with pytest.raises((IncompleteBlock, NodeContradiction)) as caught:
        pieces(node)
    if caught.type is IncompleteBlock:
        number, hash_ = re.search(r"block (\d+) \(0x([0-9a-f]+)\)", str(caught.value)).groups()
        assert honest.blocks[int(number)][0].hash.hex() == hash_
    assert node.distrusted >= 4


@pytest.mark.parametrize("lie", RECEIPT_LIES)
def test_receipts_that_recompute_at_the_second_endpoint_are_taken(lie):
    honest = told()
    node = Lying(honest, "receipts", lie, times=1)
    found = pieces(node)
    assert rows(found, "token", "transfer") == rows(pieces(honest), "token", "transfer")
    assert node.distrusted == 1


@pytest.mark.parametrize("lie", HEADER_LIES)
def test_every_lie_about_headers_stops_the_run(lie):
    with pytest.raises((NodeContradiction, LaggingNode, MalformedAnswer)):
        pieces(Lying(told(), "headers", lie))


@pytest.mark.parametrize("lie", HEADER_LIES)
def test_a_header_that_is_told_right_the_second_time_is_taken(lie):
    honest = told()
    found = pieces(Lying(honest, "headers", lie, times=2))
    assert [h.hash for piece in found for h in piece.headers] == [h.hash for h, _ in honest.blocks]


@pytest.mark.parametrize("lie", ["rate limited", "unreachable"])
def test_a_node_that_cannot_be_asked_is_the_transports_matter(lie):
    """Waiting and failing over are done below; here the run stops with the node's own error."""
    with pytest.raises(Exception, match="simulated") as caught:
        pieces(Lying(told(), "logs", lie))
    assert caught.value.retry


def test_fields_that_are_not_the_headers_bytes_are_not_read_for_fees():
    from dataclasses import replace

    from tests.simulated.collected import FEES

    honest = told()
    header, receipts = honest.blocks[4]
    honest.blocks[4] = (
        replace(header, fields=header.fields | {"miner": "0x" + "9" * 40}),
        receipts,
    )
    with pytest.raises(NodeContradiction, match="fields of block 4"):
        pieces(honest, FEES)
    assert len(rows(pieces(honest, TOKEN), "token", "transfer")) == 16
