"""The digest: equal for the same chain however it was read, different for any other."""

import pytest

from psephos.store.digest import digest
from psephos.store.index import Index
from tests.simulated.collected import TOKEN, chain, pieces


def stored(path, told, **options):
    index = Index.open(path)
    index.register(TOKEN)
    for piece in pieces(told, TOKEN, **options):
        index.append(piece)
    return index


def test_does_not_depend_on_how_it_was_read(tmp_path):
    told = chain(1)
    with (
        stored(tmp_path / "a", told, step=3) as one,
        stored(tmp_path / "b", told, newest_first=True) as other,
    ):
        assert digest(one) == digest(other)


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("UPDATE token_transfer SET amount = amount + 1 WHERE block_number = 8", "token_transfer"),
        ("DELETE FROM token_transfer WHERE block_number = 8", "token_transfer"),
        ("INSERT INTO token_transfer FROM token_transfer LIMIT 1", "token_transfer"),
        ("UPDATE block SET hash = parent WHERE number = 8", "block"),
        ("UPDATE span SET level = 'seen'", "span"),
        ("UPDATE dataset SET first = 1", "dataset"),
    ],
)
def test_any_change_of_what_is_told_changes_it(change, table, tmp_path):
    with stored(tmp_path / "a", chain(1)) as index:
        before = digest(index)
        with index.writing() as db:
            db.execute(change)
        after = digest(index)
        assert {name for name in before if before[name] != after[name]} == {table}
