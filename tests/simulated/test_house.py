"""The generated house keeps the rules that real contracts keep."""

import pytest

from psephos.store.reader import Release
from tests.simulated.house import make_release


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    with Release.open(folder, make_release(folder, rows=6_000, days=40)) as found:
        yield found


def test_the_same_arguments_give_the_same_release(tmp_path, release):
    assert make_release(tmp_path, rows=6_000, days=40) == release.id


def test_another_seed_gives_another_release(tmp_path, release):
    assert make_release(tmp_path, rows=6_000, days=40, seed=2) != release.id


LATEST = """
    SELECT holder, arg_max(amount, (block_number, transaction_index, log_index)) AS amount
    FROM position WHERE kind = '{kind}' GROUP BY holder HAVING amount > 0"""


def test_balances_add_up_to_the_supply(release):
    (supply,) = release.sql("SELECT amount FROM position WHERE kind = 'supply'").row(0)
    balances = LATEST.format(kind="balance")
    assert release.sql(f"SELECT sum(amount) FROM ({balances})").item() == supply == 10**28


def test_the_power_of_a_delegate_is_what_those_who_chose_it_hold(release):
    chosen = """
        SELECT delegator, arg_max(to_delegate, (block_number, transaction_index, log_index)) AS d
        FROM strk_delegate_changed GROUP BY delegator"""
    told = f"""
        SELECT c.d AS holder, sum(b.amount) AS amount FROM ({chosen}) c
        JOIN ({LATEST.format(kind="balance")}) b ON b.holder = c.delegator GROUP BY c.d"""
    power = LATEST.format(kind="power")
    for one, other in ((told, power), (power, told)):
        assert release.sql(f"({one}) EXCEPT ALL ({other})").is_empty()


def test_nobody_votes_with_more_than_the_power_at_the_snapshot(release):
    heavier = release.sql("""
        WITH cast_vote AS (
            SELECT v.voter, v.weight, ('0x' || hex(p.vote_start)[49:])::UBIGINT AS snapshot
            FROM gov_vote_cast v JOIN gov_proposal_created p USING (proposal_id)
        ), had AS (
            SELECT voter, snapshot, weight,
                   arg_max(q.amount, (q.block_number, q.transaction_index, q.log_index)) AS power
            FROM cast_vote JOIN position q ON q.holder = voter AND q.kind = 'power'
             AND q.block_number <= snapshot GROUP BY ALL
        ) SELECT count(*) FILTER (weight <> power), count(*) FROM had""")
    assert heavier.row(0)[0] == 0
    assert heavier.row(0)[1] > 50
