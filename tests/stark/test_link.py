"""A row shown in a proof's table: only the true one, and only of that proof."""

import numpy as np
import pytest

from psephos.stark.ntt import Array
from psephos.stark.prove import Table, prove
from psephos.stark.prove.link import link
from psephos.stark.verify import Accept, Refused, Verified, accepted
from tests.stark.both import verify, verify_link
from tests.stark.flips import causes, damaged, flipped
from tests.stark.votes import votes

TABLE = votes(60)


@pytest.fixture(scope="module")
def proof() -> Verified:
    return verify(prove(TABLE, ["tally"], preset="test").data, Accept(accepted(), 0))


@pytest.mark.parametrize("row", [0, 31, 59])
def test_a_row_is_shown_as_it_is(proof, row):
    found = verify_link(link(TABLE, row, "test"), proof)
    assert TABLE.choices
    assert TABLE.ids
    told = found.row, found.weight, found.choice, found.id
    assert told == (row, TABLE.weights[row], TABLE.choices[row], TABLE.ids[row])


class Lying(np.ndarray):
    """A column that is itself wherever it is committed, and one more where a row is read."""

    def __getitem__(self, at):
        found = super().__getitem__(at)
        return found + np.uint64(1) if isinstance(at, int) and at == 5 else found


class Liar(Table):
    def ordered(self) -> list[Array]:
        columns = super().ordered()
        return [*columns[:1], columns[1].view(Lying), *columns[2:]]


def test_another_value_than_the_committed_one_is_refused(proof):
    """The honest prover with one lie: what it folds is not what the opened leaves give."""
    liar = Liar(TABLE.weights, TABLE.choices, TABLE.ids)
    with pytest.raises(Refused) as refused:
        verify_link(link(liar, 5, "test"), proof)
    assert refused.value.cause == "opening"


def test_a_link_is_to_one_table(proof):
    other = Table([7, *TABLE.weights[1:]], TABLE.choices, TABLE.ids)
    for data in (link(other, 3, "test"), link(TABLE, 3, "standard")):
        with pytest.raises(Refused) as refused:
            verify_link(data, proof)
        assert refused.value.cause == "header"


def test_damaged_links_are_refused(proof):
    data = link(TABLE, 9, "test")
    found = causes(lambda bent: verify_link(bent, proof), flipped(data, range(0, len(data), 97)))
    found += causes(lambda bent: verify_link(bent, proof), damaged(data, 4, 150))
    assert {"header", "encoding", "opening", "grinding"} <= found.keys()
    for row in (8, 60, 65535, 65536):
        bent = data[:12] + row.to_bytes(4, "little") + data[16:]
        with pytest.raises(Refused):
            verify_link(bent, proof)
