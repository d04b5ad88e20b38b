"""A reorganisation of the index: what is left equals what never saw the other branch."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.chain.node import BlockId
from psephos.store.cursors import spans_of
from psephos.store.digest import digest
from psephos.store.index import Index
from tests.simulated.collected import GOVERNOR, TOKEN, chain, pieces

DATASETS = (TOKEN, GOVERNOR)


@pytest.fixture
def index(tmp_path):
    with Index.open(tmp_path / "index.duckdb") as found:
        found.register(*DATASETS)
        yield found


def store(index, told, last, **options):
    for piece in pieces(told, *DATASETS, last=last, **options):
        index.append(piece)


def test_nothing_above_the_fork_is_no_reorganisation(index):
    told = chain(1)
    store(index, told, 20)
    assert index.rollback(told.blocks[20][0].id, "test") is None
    assert index.query("SELECT count(*) FROM reorganisation") == [(0,)]


@pytest.mark.parametrize("fork", [0, 1, 30, 59])
def test_what_is_left_equals_an_index_that_ended_there(index, fork, tmp_path):
    told = chain(1)
    store(index, told, 60, step=7)
    done = index.rollback(told.blocks[fork][0].id, "test")
    assert (done.fork.number, done.head.number, done.depth) == (fork, 60, 60 - fork)
    with Index.open(tmp_path / "short.duckdb") as short:
        short.register(*DATASETS)
        store(short, told, fork)
        assert digest(index) == digest(short)


def test_what_was_abandoned_is_kept_apart_with_both_hashes_depth_and_time(index):
    told = chain(1)
    store(index, told, 60)
    rows = index.query("SELECT * FROM token_transfer WHERE block_number > 40 ORDER BY ALL")
    old, new = told.blocks[50][0].hash, b"\x07" * 32
    index.rollback(told.blocks[40][0].id, "the node is on another branch", {50: new})
    kept = index.query(
        "SELECT * EXCLUDE (reorganisation) FROM abandoned_token_transfer ORDER BY ALL"
    )
    assert kept == rows
    assert index.query(
        "SELECT hash, replaced_by FROM abandoned_block WHERE number IN (50, 51) ORDER BY number"
    ) == [(old, new), (told.blocks[51][0].hash, None)]
    ((number, depth, reason, noted),) = index.query(
        "SELECT id, depth, reason, noted FROM reorganisation"
    )
    assert (number, depth, reason) == (1, 20, "the node is on another branch")
    assert noted is not None


def test_every_reorganisation_has_a_number_of_its_own(index):
    told = chain(1)
    store(index, told, 60)
    for fork in (50, 40, 30):
        index.rollback(told.blocks[fork][0].id, "test")
    found = index.query(
        "SELECT reorganisation, count(*) FROM abandoned_block GROUP BY 1 ORDER BY 1"
    )
    assert found == [(1, 10), (2, 10), (3, 10)]


def test_batches_above_the_fork_must_be_compared_again(index):
    told = chain(1)
    store(index, told, 60)
    index.note_seal(1, bytes(32), {"token": 55, "gov": 20})
    index.rollback(told.blocks[40][0].id, "test")
    assert (index.sealed_to("token"), index.sealed_to("gov")) == (40, 20)


def test_a_rollback_that_fails_changes_nothing(index):
    told = chain(1)
    store(index, told, 60)
    before = digest(index)
    with index.writing() as db:
        db.execute("ALTER TABLE abandoned_gov_vote_cast ADD COLUMN more INTEGER")
    with pytest.raises(Exception, match="abandoned_gov_vote_cast"):
        index.rollback(told.blocks[40][0].id, "test")
    assert digest(index) == before
    assert index.query("SELECT count(*) FROM abandoned_token_transfer") == [(0,)]


@settings(max_examples=6, deadline=None)
@given(
    history=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 9)), max_size=5),
    seed=st.integers(0, 99),
)
def test_any_history_of_forks_ends_as_if_there_had_been_none(history, seed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    told = chain(seed, blocks=30)
    with Index.open(folder / "one.duckdb") as index:
        index.register(TOKEN)
        for depth, longer in history:
            top = index.top()
            for piece in pieces(told, TOKEN, step=8)[0 if top is None else -1 :]:
                if top is None or piece.first <= top.number + 1:
                    index.append(piece)
            fork = told.head().number - depth
            told.reorg(depth, longer=longer)
            index.rollback(BlockId(fork, told.blocks[fork][0].hash), "test")
        for piece in pieces(told, TOKEN):
            index.append(piece)
        with Index.open(folder / "other.duckdb") as fresh:
            fresh.register(TOKEN)
            for piece in pieces(told, TOKEN, step=3):
                fresh.append(piece)
            assert digest(index) == digest(fresh)


def test_what_an_index_remembers_of_itself_is_what_its_file_says(index):
    """Spans and the final block are not asked for again after what changed them."""
    told = chain(1)
    for piece in pieces(told, *DATASETS, last=60, step=7):
        index.append(piece)
        assert index.spans("gov") == spans_of(index.connection)["gov"]
    index.finalize(told.blocks[20][0].id)
    index.finalize(told.blocks[40][0].id)
    assert index.rollback(told.blocks[44][0].id, "test") is not None
    assert index.spans("token") == spans_of(index.connection)["token"]
    remembered = (index.spans("token"), index.spans("gov"), index.finalized)
    index.close()
    assert (index.spans("token"), index.spans("gov"), index.finalized) == remembered
