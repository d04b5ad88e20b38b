"""From a node to the index: gaps, forks, finality, and what is refused."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psephos.batch.follow import follow
from psephos.batch.sync import ranges, sync
from psephos.chain.dataset import Dataset
from psephos.chain.node import Witnesses
from psephos.chain.verify import Verify
from psephos.errors import (
    BeyondHead,
    Contested,
    LaggingNode,
    MissingContract,
    NodeContradiction,
    NodeUnreachable,
    RateLimited,
    WrongChain,
)
from psephos.store.digest import digest
from psephos.store.index import Index
from tests.chain.test_collect_lies import DropsOneLog
from tests.simulated.chain import SimulatedChain
from tests.simulated.collected import (
    GOVERNOR,
    TOKEN,
    at_once,
    chain,
    differences,
    insist,
    malformed,
    read,
    transfer,
)
from tests.simulated.faulty import FaultyNode


@pytest.fixture
def index(tmp_path):
    with Index.open(tmp_path / "index.duckdb") as found:
        yield found


def run(node, index, *datasets, **options):
    return sync(node, index, datasets or (TOKEN,), pause=at_once, **options)


def fresh(node, folder, *datasets, **options):
    return read(node, folder / "fresh.duckdb", *datasets, **options)[1]


class Other:
    """A node with some answers of its own."""

    def __init__(self, node, **answers):
        self.node = node
        for name, answer in answers.items():
            setattr(self, name, answer)

    def __getattr__(self, name):
        return getattr(self.node, name)


class TestGaps:
    def test_a_second_run_reads_nothing_again(self, index):
        told = chain(1)
        first = run(told, index)
        assert first.blocks == len(told.blocks)
        assert first.complete
        assert run(told, index).blocks == 0

    def test_only_what_is_new_is_read(self, index, tmp_path):
        told = chain(1)
        run(told, index)
        told.grow(10)
        assert run(told, index).blocks == 10
        assert digest(index) == fresh(told, tmp_path)

    @pytest.mark.parametrize("newest_first", [False, True])
    def test_parts_in_any_order_make_the_whole(self, newest_first, index, tmp_path):
        told = chain(1)
        run(told, index, first=40, last=50)
        run(told, index, first=10, last=20, newest_first=newest_first)
        assert [(span.first, span.last) for span in index.spans("token")] == [(10, 20), (40, 50)]
        report = run(told, index, newest_first=newest_first)
        assert report.blocks == len(told.blocks) - 22
        assert digest(index) == fresh(told, tmp_path)

    def test_a_dataset_added_later_is_filled_back_without_reading_the_others(self, index, tmp_path):
        told = chain(1)
        run(told, index, TOKEN)
        report = run(told, index, TOKEN, GOVERNOR)
        assert report.blocks == len(told.blocks) - GOVERNOR.first
        assert {name.split("_")[0] for name in report.rows} == {"gov"}
        assert digest(index) == fresh(told, tmp_path, TOKEN, GOVERNOR)

    def test_newest_first_leaves_the_gap_that_positions_wait_for(self, index):
        """Cut off in the middle, the spans say from which block on flows are known."""
        told = chain(1)
        seen = []

        def until(done, total, rows):
            seen.append(done)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run(told, index, newest_first=True, step=10, first=30, progress=until)
        assert index.gaps("token", 0, told.head().number) == ((0, 29),)

    def test_a_dataset_is_read_from_its_first_block_on(self, index):
        told = chain(1)
        run(told, index, GOVERNOR)
        assert index.spans("gov")[0].first == GOVERNOR.first

    def test_what_was_only_seen_is_read_again_when_asked(self, index, tmp_path):
        told = chain(1)
        run(told, index, verify=Verify("none"))
        assert {span.level for span in index.spans("token")} == {"seen"}
        assert run(told, index).blocks == 0
        assert run(told, index, reread=True).blocks == len(told.blocks)
        assert {span.level for span in index.spans("token")} == {"complete"}
        assert digest(index) == fresh(told, tmp_path)

    def test_progress_ends_at_all_of_it(self, index):
        seen = []
        run(chain(1), index, TOKEN, GOVERNOR, progress=lambda *told: seen.append(told))
        assert seen[-1][0] == seen[-1][1]
        assert seen[-1][2] == sum(
            index.query(f'SELECT count(*) FROM "{table}"')[0][0] for table in index.tables()
        )


gaps = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=4).map(
    lambda found: [(min(pair), max(pair)) for pair in found]
)


@given(one=gaps, other=gaps)
def test_each_missing_block_is_asked_for_once_for_all_who_miss_it(one, other):
    missing = {"one": one, "other": other}
    asked = [(n, names) for low, high, names in ranges(missing) for n in range(low, high + 1)]
    assert [n for n, _ in asked] == sorted({n for n, _ in asked})
    for name, found in missing.items():
        blocks = {n for low, high in found for n in range(low, high + 1)}
        assert {n for n, names in asked if name in names} == blocks
    assert ranges(missing, newest_first=True) == ranges(missing)[::-1]


class TestForks:
    @pytest.mark.parametrize("depth", [1, 2, 3, 8, 21, 33, 64])
    def test_a_reorganisation_of_any_depth_ends_equal_to_a_fresh_sync(self, depth, index, tmp_path):
        told = chain(depth, blocks=90, lag=66)
        run(told, index)
        old = told.blocks[-1][0].id
        told.reorg(depth, longer=2)
        report = run(told, index)
        (moved,) = report.reorganisations
        assert moved.depth == depth
        assert (moved.head.number, moved.head.hash) == (old.number, old.hash)
        assert moved.fork.number == old.number - depth
        with Index.open(tmp_path / "fresh.duckdb") as other:
            run(told, other)
            assert differences(index, other) == {}
            assert digest(index) == digest(other)

    def test_the_difference_of_two_indexes_sees_both_ways(self, index, tmp_path):
        told = chain(1)
        run(told, index)
        with Index.open(tmp_path / "other.duckdb") as other:
            run(told, other)
            with other.writing() as db:
                db.execute("UPDATE token_transfer SET amount = amount + 1 WHERE block_number < 20")
                db.execute("DELETE FROM block WHERE number = 7")
            found = differences(index, other)
            changed, missing = found["token_transfer"], found["block"]
            assert changed[0] == changed[1] > 0
            assert missing == (1, 0)

    def test_one_after_another_end_equal_too(self, index, tmp_path):
        told = chain(3, blocks=90, lag=66)
        for depth in (5, 30, 1, 60, 2):
            run(told, index)
            told.reorg(depth)
        report = run(told, index)
        assert len(report.reorganisations) == 1
        assert index.query("SELECT count(*) FROM reorganisation") == [(5,)]
        assert digest(index) == fresh(told, tmp_path)

    def test_one_in_the_middle_of_a_run_ends_equal(self, index, tmp_path):
        told = chain(4, blocks=60, lag=30)
        moves = iter([20, 40])

        def between(_):
            if told.head().number and next(countdown, None) is None and (depth := next(moves, 0)):
                told.reorg(depth // 4)

        countdown = iter(range(12))
        node = FaultyNode(told, 0, rate=0, between=between)
        insist(node, index, TOKEN, step=5)
        run(told, index)
        assert digest(index) == fresh(told, tmp_path)

    def test_a_shorter_branch_is_followed_when_it_differs(self, index, tmp_path):
        told = chain(5, lag=30)
        run(told, index)
        told.reorg(10)
        del told.blocks[-6:]
        assert run(told, index).reorganisations[0].depth == 10
        assert digest(index) == fresh(told, tmp_path)

    def test_a_node_that_lags_is_no_reorganisation(self, index):
        told = chain(6, lag=30)
        run(told, index)
        before = digest(index)
        cut = told.blocks[-8:]
        del told.blocks[-8:]
        report = run(told, index)
        assert report.reorganisations == ()
        assert digest(index) == before
        told.blocks.extend(cut)
        assert run(told, index).blocks == 0

    def test_a_stale_tail_below_a_gap_is_found(self, index, tmp_path):
        """Blocks read before a fork, and blocks read after it, with a hole between them."""
        told = chain(7, blocks=40, lag=30)
        run(told, index)
        told.reorg(10, longer=40)
        run(told, index, first=70)
        run(told, index)
        assert digest(index) == fresh(told, tmp_path)

    def test_what_was_abandoned_is_testimony_and_nothing_else(self, index):
        told = chain(8, lag=30)
        run(told, index)
        abandoned = {header.hash for header, _ in told.blocks[-10:]}
        told.reorg(10)
        run(told, index)
        kept = {bytes(h) for (h,) in index.query("SELECT hash FROM abandoned_block")}
        assert kept == abandoned
        for table in index.tables():
            hashes = {bytes(h) for (h,) in index.query(f'SELECT block_hash FROM "{table}"')}
            assert not hashes & abandoned


class TestFinality:
    def test_the_final_block_is_noted_with_who_confirms_it(self, index):
        told = chain(1, lag=16)
        run(told, index)
        assert index.finalized.number == told.finalized().number
        assert index.query("SELECT endpoints, domains FROM final") == [(["simulated"], 1)]

    def test_final_blocks_rolled_back_are_contested_and_nothing_is_deleted(self, index):
        told = chain(2, lag=4)
        run(told, index)
        before, final = digest(index), index.finalized
        told.reorg(20)
        for _ in range(2):
            with pytest.raises(Contested, match=f"block {final.number} was final") as caught:
                run(told, index)
            assert caught.value.exit_code == 4
        assert digest(index) == before
        ours, other = final.hash, told.blocks[final.number][0].hash
        assert index.contested() == ((final.number, ours, other),)

    def test_a_final_block_that_another_endpoint_still_knows_is_no_contest(self, index):
        told = chain(2, lag=4)
        run(told, index)
        told.reorg(20)
        node = Other(told, witnesses=lambda block: Witnesses(("other",), 1))
        with pytest.raises(NodeContradiction, match="one endpoint knows final block"):
            run(node, index)
        assert index.contested() == ()

    def test_a_node_that_does_not_have_the_final_block_lags(self, index):
        told = chain(3, lag=4)
        run(told, index)
        del told.blocks[-20:]
        with pytest.raises(LaggingNode, match="was final already"):
            run(told, index)

    def test_finality_never_goes_back(self, index):
        told = chain(4, lag=4)
        run(told, index)
        final = index.finalized
        told.lag = 20
        told.grow()
        run(told, index)
        assert index.finalized == final


class TestRefusals:
    def test_a_range_beyond_the_head(self, index):
        told = chain(1)
        with pytest.raises(BeyondHead, match=f"block 999 is beyond .* {told.head().number}"):
            run(told, index, last=999)
        assert index.datasets() == {}

    def test_a_contract_that_is_not_there(self, index):
        absent = Dataset("absent", 31_337, (b"\x99" * 20,), ("erc20",), 0)
        with pytest.raises(MissingContract, match=f"`absent`.*0x{'99' * 20}"):
            run(chain(1), index, TOKEN, absent)
        assert index.datasets() == {}

    def test_another_chain(self, index):
        told = chain(1)
        run(told, index)
        with pytest.raises(WrongChain, match="31337, not chain 1"):
            run(Other(told, identity=lambda: (1, told.blocks[0][0].hash)), index)

    def test_a_chain_of_the_same_id_and_another_genesis(self, index):
        run(chain(1), index)
        with pytest.raises(WrongChain, match="genesis"):
            run(chain(2), index)

    def test_a_node_that_never_fits_stops_the_run_and_keeps_what_was_stored(self, index):
        told = chain(1)
        run(told, index, last=30)
        before = digest(index)
        node = Other(told, headers=lambda first, last: told.headers(last, last))
        with pytest.raises(NodeContradiction):
            run(node, index)
        assert digest(index) == before


class TestQuarantine:
    def test_a_dataset_that_breaks_stops_and_the_others_go_on(self, index):
        told = chain(1, blocks=30)
        at = told.say(malformed())
        told.grow(30)
        report = run(told, index, TOKEN, GOVERNOR, step=5)
        assert report.quarantined["token"][0] == "MalformedEvent"
        assert str(at) in report.quarantined["token"][1]
        assert not report.complete
        assert index.spans("gov")[-1].last == told.head().number
        assert run(told, index, TOKEN, GOVERNOR).blocks == 0

    def test_it_goes_on_where_it_broke_once_it_is_released(self, index, tmp_path):
        told = chain(1, blocks=30)
        at = told.say(malformed())
        run(told, index, TOKEN, step=5)
        told.blocks[at] = chain(1, blocks=31).blocks[at]
        del told.blocks[at + 1 :]
        told.grow(20)
        index.release_quarantine("token")
        assert run(told, index, TOKEN).complete
        assert digest(index) == fresh(told, tmp_path)


class TestLies:
    def test_a_node_that_drops_one_log_is_reported_with_block_and_log(self, index, tmp_path):
        told = chain(9, blocks=0)
        for amount in range(1, 9):
            told.say(transfer(amount), transfer(10 * amount))
        report = run(DropsOneLog(told, block=5, log=1), index)
        assert [str(found) for found in report.contradictions] == [
            "block 5: the node left out log 1"
        ]
        assert index.query("SELECT block_number, missing, added FROM contradiction") == [
            (5, [1], [])
        ]
        assert digest(index) == fresh(told, tmp_path)

    @pytest.mark.parametrize("seed", range(6))
    def test_whatever_a_node_does_the_index_ends_as_the_chain_is(self, seed, index, tmp_path):
        told = chain(seed, blocks=50, lag=20)

        def between(draw):
            if draw.random() < 0.02:
                told.reorg(draw.randrange(1, 18))

        node = FaultyNode(told, seed, rate=0.15, narrow=9, between=between)
        insist(node, index, TOKEN, step=6)
        run(told, index)
        assert sum(node.injected.values()) > 5
        assert digest(index) == fresh(told, tmp_path)


class TestFollowing:
    def test_yields_a_report_whenever_the_head_changed(self, index):
        told = chain(1)
        waits = []

        def wait(seconds):
            waits.append(seconds)
            if len(waits) % 3 == 0:
                told.grow(2)

        reports = list(islice(follow(told, index, (TOKEN,), every=1, pause=wait), 3))
        assert [report.blocks for report in reports] == [len(told.blocks) - 4, 2, 2]

    def test_an_index_knows_its_chain_after_the_first_run(self, index):
        run(chain(1), index)
        assert index.query("SELECT chain_id FROM identity") == [(str(SimulatedChain.CHAIN),)]


class Recovering:
    """A node whose head cannot be asked for some times, each with its error."""

    def __init__(self, node, *errors):
        self.node = node
        self.errors = list(errors)

    def head(self):
        if self.errors:
            raise self.errors.pop(0)
        return self.node.head()

    def __getattr__(self, name):
        return getattr(self.node, name)


class TestFollowingThroughFailures:
    def test_a_node_that_fails_and_recovers_is_waited_for(self, index):
        gone = NodeUnreachable("no endpoint answered")
        node = Recovering(chain(1), gone, gone, RateLimited("slower", after=900.0), gone)
        told, paused = [], []
        reports = follow(
            node, index, (TOKEN,), every=6.0, pause=paused.append,
            waiting=lambda error, seconds: told.append((error.name, seconds)),
        )  # fmt: skip
        assert next(reports).complete
        assert told == [
            ("NodeUnreachable", 6.0),
            ("NodeUnreachable", 12.0),
            ("RateLimited", 900.0),
            ("NodeUnreachable", 48.0),
        ]
        assert paused == [seconds for _, seconds in told]

    def test_a_failure_after_a_report_is_waited_for_too_and_waits_have_an_end(self, index):
        told = chain(1)
        node, waits = Recovering(told), []
        reports = follow(
            node, index, (TOKEN,), pause=at_once, waiting=lambda _, seconds: waits.append(seconds)
        )
        next(reports)
        told.grow(2)
        node.errors = [NodeUnreachable("gone")] * 20
        assert next(reports).blocks == 2
        assert max(waits) == waits[-1] == 300.0

    def test_an_error_that_does_not_pass_by_itself_ends_it(self, index):
        node = Recovering(chain(1), WrongChain("another chain"))
        with pytest.raises(WrongChain):
            next(follow(node, index, (TOKEN,), pause=at_once))
