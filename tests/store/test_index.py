"""The index: what goes in comes out, once; what does not fit is refused whole."""

from dataclasses import replace

import duckdb
import pyarrow as pa
import pytest

from psephos.chain.dataset import Dataset
from psephos.errors import (
    AmountTooLarge,
    ConfigurationError,
    IndexBroken,
    NodeContradiction,
    NotCollected,
    WrongChain,
)
from psephos.store.digest import digest
from psephos.store.index import Index
from psephos.store.shape import create, sql_type
from tests.simulated.chain import SimulatedChain
from tests.simulated.collected import GOVERNOR, TOKEN, chain, malformed, pieces, rows, transfer


@pytest.fixture
def index(tmp_path):
    with Index.open(tmp_path / "index.duckdb", chain_id=31_337, genesis=b"\x01" * 32) as found:
        found.register(TOKEN, GOVERNOR)
        yield found


def stored(index, told, **options):
    found = pieces(told, TOKEN, GOVERNOR, step=10, **options)
    for piece in found:
        index.append(piece)
    return found


class TestRows:
    def test_come_out_as_they_went_in(self, index):
        told = chain(1)
        found = stored(index, told)
        last = told.head().number
        for dataset in (TOKEN, GOVERNOR):
            for table, schema in dataset.tables().items():
                ours = index.rows(dataset.name, table, 0, last)
                assert ours.schema == schema
                assert ours == rows(found, dataset.name, table)

    def test_amounts_just_below_the_limit_stay_exact(self, index):
        told = chain(1, blocks=0)
        told.say(transfer(10**38 - 1), transfer(0))
        stored(index, told)
        amounts = index.query("SELECT amount FROM token_transfer ORDER BY log_index")
        assert [int(a) for (a,) in amounts] == [10**38 - 1, 0]

    def test_a_sum_beyond_the_limit_is_an_error_and_no_double(self, index):
        told = chain(1, blocks=0)
        told.say(transfer(10**38 - 1), transfer(10**38 - 1))
        stored(index, told)
        with pytest.raises(Exception, match=r"[Oo]verflow"):
            index.query("SELECT sum(amount) FROM token_transfer")

    def test_no_column_of_an_amount_can_be_null(self, index):
        for name, _, null in index.query(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_name LIKE 'token_%'"
        ):
            assert null == "NO", name

    def test_blocks_come_out_as_they_went_in(self, index):
        told = chain(1)
        stored(index, told)
        found = index.blocks(0, told.head().number).to_pylist()
        assert [block["hash"] for block in found] == [header.hash for header, _ in told.blocks]
        assert [block["header"] for block in found] == [header.rlp for header, _ in told.blocks]

    def test_text_that_is_hostile_stays_the_text_it_was(self, index):
        stored(index, chain(3, blocks=120))
        reasons = {r for (r,) in index.query("SELECT DISTINCT reason FROM gov_vote_cast")}
        assert "né — ✓" in reasons


class TestOnce:
    def test_a_piece_read_again_replaces_its_rows(self, index):
        told = chain(1)
        stored(index, told)
        before = digest(index)
        stored(index, told)
        assert digest(index) == before

    def test_pieces_that_overlap_differently_replace_too(self, index):
        told = chain(1)
        stored(index, told)
        before = digest(index)
        for piece in pieces(told, TOKEN, GOVERNOR, step=17, newest_first=True):
            index.append(piece)
        assert digest(index) == before

    def test_rows_twice_in_one_piece_are_refused_and_nothing_is_stored(self, index):
        (piece,) = pieces(chain(1), TOKEN)
        table = piece.tables["token"]["transfer"]
        twice = pa.concat_tables([table, table.slice(0, 1)])
        with pytest.raises(NodeContradiction, match="twice or out of order"):
            index.append(replace(piece, tables={"token": {"transfer": twice}}))
        assert index.query("SELECT count(*) FROM token_transfer") == [(0,)]
        assert index.top() is None
        assert index.spans("token") == ()

    def test_rows_outside_their_piece_are_refused(self, index):
        told = chain(1)
        (whole,) = pieces(told, TOKEN)
        (part,) = pieces(told, TOKEN, last=5)
        with pytest.raises(NodeContradiction, match="outside blocks 0-5"):
            index.append(replace(part, tables=whole.tables))

    def test_rows_under_another_hash_are_refused(self, index):
        (piece,) = pieces(chain(1), TOKEN)
        (other,) = pieces(chain(1, blocks=61), TOKEN, last=piece.last)
        told = dict(piece.tables["token"])
        column = told["transfer"].column("block_hash").to_pylist()
        wrong = pa.array([b"\x02" * 32, *column[1:]], pa.binary(32))
        at = told["transfer"].schema.get_field_index("block_hash")
        told["transfer"] = told["transfer"].set_column(at, "block_hash", wrong)
        with pytest.raises(NodeContradiction, match="another block"):
            index.append(replace(other, tables={"token": told}))

    def test_no_row_is_there_twice_after_everything(self, index):
        told = chain(1)
        stored(index, told)
        stored(index, told, newest_first=True)
        for table in index.tables():
            assert index.query(
                f"SELECT count(*) - count(DISTINCT (block_hash, transaction_index, log_index))"
                f' FROM "{table}"'
            ) == [(0,)]


class TestChain:
    def test_a_piece_of_another_branch_is_refused(self, index):
        told = chain(1)
        stored(index, told)
        told.reorg(5)
        (piece,) = pieces(told, TOKEN, GOVERNOR)
        before = digest(index)
        with pytest.raises(NodeContradiction, match="in the index and"):
            index.append(piece)
        assert digest(index) == before

    def test_a_piece_that_does_not_follow_what_is_there_is_refused(self, index):
        told = chain(1)
        for piece in pieces(told, TOKEN, last=told.head().number):
            index.append(piece)
        told.reorg(1, longer=4)
        later = pieces(told, TOKEN, step=1)[-1]
        beyond = replace(later, first=later.last, headers=later.headers[-1:], tables={})
        index.append(beyond)  # not adjacent: nothing to compare with
        told.reorg(1)
        with pytest.raises(NodeContradiction):
            index.append(replace(beyond, headers=(told.blocks[later.last][0],)))

    def test_a_piece_without_all_its_blocks_is_a_mistake_of_ours(self, index):
        (piece,) = pieces(chain(1), TOKEN)
        with pytest.raises(ValueError, match="does not have its blocks"):
            index.append(replace(piece, headers=piece.headers[:-1]))


class TestRegistration:
    def test_twice_is_once(self, index):
        index.register(TOKEN)
        assert list(index.datasets()) == ["gov", "token"]
        assert index.datasets()["token"].tables == TOKEN.tables()

    def test_another_dataset_under_a_name_is_refused(self, index):
        other = Dataset("token", 31_337, (b"\x99" * 20,), ("erc20",), 0)
        with pytest.raises(ConfigurationError, match="other contracts or event shapes") as caught:
            index.register(other)
        assert "[[dataset]] of its own" in caught.value.hint

    def test_a_broken_one_may_be_redefined_and_starts_anew(self, index):
        stored(index, chain(1))
        index.quarantine("token", AmountTooLarge("too much"))
        other = Dataset("token", 31_337, (SimulatedChain.TOKEN,), ("erc20",), 0)
        index.register(other)
        assert index.datasets()["token"].id == other.id
        assert index.spans("token") == ()
        assert index.quarantined() == {}
        assert "token_delegate_changed" not in index.tables()
        assert index.spans("gov") != ()

    def test_every_table_has_a_place_apart_for_what_is_abandoned(self, index):
        names = {name for (name,) in index.query("SELECT table_name FROM duckdb_tables()")}
        assert {f"abandoned_{table}" for table in index.tables()} <= names

    def test_a_column_that_could_lose_something_is_no_column(self):
        for kind in (pa.float64(), pa.decimal256(76, 0), pa.int64(), pa.timestamp("s")):
            with pytest.raises(TypeError, match="no exact column"):
                sql_type(kind)

    def test_amounts_are_decimals_that_cannot_be_null(self):
        schema = pa.schema([pa.field("amount", pa.decimal128(38, 0), nullable=False)])
        assert create("t", schema) == 'CREATE TABLE "t" ("amount" DECIMAL(38,0) NOT NULL)'


class TestQuarantine:
    def test_keeps_the_reason_and_ends_when_released(self, index):
        told = chain(1, blocks=5)
        told.say(malformed())
        stored(index, told)
        error, message = index.quarantined()["token"]
        assert error == "MalformedEvent"
        assert "block 7" in message
        index.release_quarantine("token")
        assert index.quarantined() == {}

    def test_the_others_rows_of_the_same_piece_are_there(self, index):
        told = chain(1, blocks=30)
        told.say(malformed())
        found = stored(index, told)
        assert index.spans("gov")[0].last == told.head().number
        assert index.rows("gov", "vote_cast", 0, 99) == rows(found, "gov", "vote_cast")


class TestIdentity:
    def test_another_chain_is_refused(self, index):
        with pytest.raises(WrongChain, match="is about chain 31337, not chain 1"):
            index.identify(1, None)

    def test_another_genesis_is_refused(self, index):
        with pytest.raises(WrongChain, match="genesis"):
            index.identify(31_337, b"\x02" * 32)

    def test_a_genesis_that_was_not_known_is_learned(self, tmp_path):
        with Index.open(tmp_path / "i.duckdb", chain_id=1) as index:
            index.identify(1, b"\x01" * 32)
            with pytest.raises(WrongChain):
                index.identify(1, b"\x02" * 32)


class TestFiles:
    def test_what_was_stored_is_there_when_opened_again(self, tmp_path):
        told, path = chain(1), tmp_path / "i.duckdb"
        with Index.open(path) as index:
            index.register(TOKEN, GOVERNOR)
            stored(index, told)
            before = digest(index)
        with Index.open(path, read_only=True) as index:
            assert digest(index) == before

    def test_reading_what_is_not_there_says_so(self, tmp_path):
        with pytest.raises(NotCollected, match="no index at"):
            Index.open(tmp_path / "none.duckdb", read_only=True)

    @pytest.mark.parametrize("table", ["migration", "something"])
    def test_another_duckdb_file_is_no_index_and_is_left_alone(self, table, tmp_path):
        path = tmp_path / "other.duckdb"
        with duckdb.connect(path) as db:
            db.execute(f"CREATE TABLE {table} (x INTEGER)")
        with pytest.raises(IndexBroken, match="no index of psephos"):
            Index.open(path)


class TestFinality:
    def test_moves_forward_only(self, index):
        told = chain(1)
        stored(index, told)
        for number in (30, 20, 40):
            index.finalize(told.blocks[number][0].id, ("one", "two"), 2)
        assert index.finalized.number == 40
        assert index.query("SELECT number, endpoints, domains FROM final ORDER BY 1") == [
            (30, ["one", "two"], 2),
            (40, ["one", "two"], 2),
        ]

    def test_the_last_seal_is_the_largest_ledger(self, index):
        assert index.last_seal() is None
        index.note_seal(3, b"\x01" * 32, {"token": 10})
        index.note_seal(7, b"\x02" * 32, {"token": 20})
        assert index.last_seal() == (7, b"\x02" * 32)
        assert index.sealed_to("token") == 20
        assert index.sealed_to("gov") is None

    def test_rows_that_are_read_again_must_be_compared_again(self, index):
        told = chain(1)
        stored(index, told)
        index.note_seal(1, b"\x01" * 32, {"token": 40, "gov": 40})
        for piece in pieces(told, TOKEN, last=20, step=5):
            index.append(piece)
        assert index.sealed_to("token") == -1
        assert index.sealed_to("gov") == 40

    def test_a_contested_block_is_noted_once(self, index):
        for _ in range(2):
            index.contest(5, b"\x01" * 32, b"\x02" * 32)
        assert index.contested() == ((5, b"\x01" * 32, b"\x02" * 32),)
