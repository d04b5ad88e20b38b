"""How holders are counted: by address, by labels, by a hypothesis; and what each joins."""

from pathlib import Path

import pytest

from psephos.errors import CommandError
from psephos.results.figures import figure
from psephos.results.labels.entities import SUPPOSED, Entities, Entity
from psephos.results.labels.owners import chosen, supposed, suspected
from psephos.results.positions import positions
from tests.results.house import ZERO, House, Opened, address

A, B, C, D, SHOP, BANK = map(address, range(1, 7))
LABELS = Entities.labelled(1, {BANK: Entity("Bank", "exchange", "its site")})


def played() -> Opened:
    """A and B got their first tokens from C, who got its own from the bank, as D did."""
    house = House()
    house.transfer(1, ZERO, BANK, 1000)
    house.transfer(2, BANK, C, 100)
    house.transfer(3, C, A, 30)
    house.transfer(4, C, B, 20)
    house.transfer(5, BANK, D, 10)
    house.transfer(6, BANK, A, 500)
    return house.open(10)


def test_those_who_were_funded_by_one_address_are_supposed_to_be_one() -> None:
    release = played()
    found = supposed(release, "same-funder", 10, LABELS)
    owner = found.of(A, 10)
    assert owner is not None
    assert owner == found.of(B, 10)
    assert owner.role == SUPPOSED
    assert owner.source == f"hypothesis same-funder: 0x{C.hex()}"
    assert found.of(D, 10) is None, "whom an exchange pays is not one with its other customers"
    assert found.of(BANK, 10) == LABELS.of(BANK, 10)
    by_owner = positions(release, "balance", entities=found)
    assert by_owner.total == positions(release, "balance").total
    assert len(by_owner) == len(positions(release, "balance")) - 1


def test_a_funder_of_too_many_joins_nobody() -> None:
    found = suspected(played(), "same-funder", 10, LABELS, most=1)
    assert found.clusters == ()
    assert found.common == (f"0x{C.hex()}",)


def test_nothing_of_later_blocks_is_supposed() -> None:
    assert supposed(played(), "same-funder", 3, LABELS).of(A, 3) is None


def test_a_label_is_never_overruled_and_two_are_never_joined() -> None:
    labels = Entities.labelled(1, {A: Entity("A", "team", "a site")})
    found = supposed(played(), "same-funder", 10, labels)
    assert found.of(A, 10) == labels.of(A, 10)
    assert found.of(B, 10) is None or found.of(B, 10) != found.of(A, 10)


def test_a_figure_by_a_hypothesis_says_so(tmp_path: Path) -> None:
    release = played()
    found = chosen(release, "same-funder", where=tmp_path)
    assert found is not None
    told = figure(release, "nakamoto_one_half", "balance", entities=found)
    (said,) = told.evidence.declared
    assert "hypothesis same-funder at block 10" in said
    assert told.entities == found.id != ""


@pytest.mark.parametrize("word", ["nobody", "same-wallet", ""])
def test_a_word_that_chooses_nothing_is_refused_with_those_there_are(
    word: str, tmp_path: Path
) -> None:
    with pytest.raises(CommandError) as caught:
        chosen(played(), word, where=tmp_path)
    assert caught.value.hint == "there are on, off, same-funder, same-reward, same-operator"


def test_off_is_by_address_and_a_hypothesis_needs_rows(tmp_path: Path) -> None:
    release = played()
    assert chosen(release, "off") is chosen(release, None) is None
    assert chosen(release, "on", where=tmp_path) == Entities(1)
    with pytest.raises(CommandError, match="no rows to suppose same-reward from"):
        chosen(release, "same-reward", where=tmp_path)
