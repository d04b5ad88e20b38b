"""Fast twins of what-ifs give what the definitions give, to the last unit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import whatif
from analytics.delegation import Delegations, one_level
from psephos.errors import DataError, TableError
from psephos.results import twins
from psephos.results.positions import positions
from psephos.results.power import delegation_graph, delegation_graphs
from psephos.store.reader import Release

PEOPLE = st.integers(0, 7).map(lambda n: bytes([n]))
AMOUNTS = st.integers(0, 5) | st.integers(0, 10**28)
SHARES = st.fractions(min_value=Fraction(1, 100), max_value=1)
GRAPHS = st.builds(
    Delegations, st.dictionaries(PEOPLE, AMOUNTS), st.dictionaries(PEOPLE, PEOPLE, max_size=8)
)


def known(of):
    """The power of those who have any, heaviest first, as positions tell it."""
    listed = sorted(one_level(of).items(), key=lambda row: (-row[1], row[0]))
    return {who: amount for who, amount in listed if amount}


@given(GRAPHS, SHARES)
def test_caps_give_what_their_definitions_give(of, share) -> None:
    power = known(of)
    assert twins.cap(power, share) == whatif.cap(power, share)
    assert twins.delegate_cap(power, of, share) == whatif.delegate_cap(of, share)


@given(GRAPHS, st.frozensets(PEOPLE))
def test_abstaining_and_spreading_give_what_their_definitions_give(of, who) -> None:
    power = known(of)
    assert twins.abstaining(power, of, who) == whatif.abstaining(of, who)
    try:
        expected = whatif.spread(of, who)
    except DataError:
        with pytest.raises(DataError, match="nobody else delegates"):
            twins.spread(power, of, who)
    else:
        assert twins.spread(power, of, who) == expected


def test_delegations_of_many_blocks_are_those_of_each(sample_release: Release) -> None:
    final = sample_release.final
    blocks = [final // 3, final // 2, final]
    powers = {
        at: dict(zip(held.holders, held.amounts, strict=True))
        for at in blocks
        for held in [positions(sample_release, "power", dataset="strk", block=at)]
    }
    found = delegation_graphs(sample_release, "strk", powers)
    for at in blocks:
        one = delegation_graph(sample_release, "strk", at)
        assert (found[at].held, list(found[at].to.items())) == (one.held, list(one.to.items()))
    with pytest.raises(TableError, match="the power of 1 delegates of strk is not what is"):
        delegation_graphs(sample_release, "strk", {final: dict(list(powers[final].items())[1:])})
