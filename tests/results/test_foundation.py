"""The foundation's pebbles: one rule, from the block of its label on."""

from psephos.results.labels.entities import Entities, Entity
from psephos.results.labels.foundation import founders, given
from psephos.results.positions import positions
from psephos.results.shown.pictures import FOUNDER, concentration, pebbles
from tests.results.house import ZERO, House, address

OURS = Entity("Foundation", "foundation", "its site", since=20)
LABELS = Entities.labelled(1, {address(1): OURS, address(4): OURS})


def a_house() -> House:
    """1 delegates 60 to 2, and 3 delegates 50 to 2; 5 delegates 10 to 4, a founder's address."""
    house = House()
    for who, amount, delegate in ((1, 60, 2), (3, 50, 2), (5, 10, 4)):
        house.transfer(2, ZERO, address(who), amount)
        row = {"delegator": address(who), "from_delegate": ZERO, "to_delegate": address(delegate)}
        house.emit("dao", "delegate_changed", 3, **row)
    house.power(3, address(2), 110)
    house.power(3, address(4), 10)
    return house


def test_power_is_the_foundations_where_it_delegates_more_than_half_of_it() -> None:
    release = a_house().open(50)
    power = positions(release, "power")
    assert given(release, power, LABELS) == {address(2): 60, address(4): 10}
    assert founders(release, power, LABELS) == {address(2), address(4)}
    house = a_house()
    house.transfer(10, ZERO, address(3), 10)
    house.power(10, address(2), 120)
    even = house.open(50)
    assert founders(even, positions(even, "power"), LABELS) == {address(4)}


def test_a_label_counts_from_the_block_it_is_declared_for() -> None:
    release = a_house().open(50)
    for kind, there in (("power", {address(2), address(4)}), ("balance", {address(1)})):
        for block in (19, 20):
            held = positions(release, kind, block=block)
            assert founders(release, held, LABELS) == (there if block >= 20 else frozenset())


def test_by_owner_the_rule_is_the_same() -> None:
    release = a_house().open(50)
    council = Entity("Council", "council", "its site")
    labels = Entities.labelled(1, {address(1): OURS, address(4): OURS, address(2): council})
    power = positions(release, "power", entities=labels)
    assert power.owners == ("Council", "Foundation")
    assert given(release, power, labels) == {address(2): 60, address(4): 10}


def test_a_pebble_has_the_colour_and_no_picture_says_who_decides() -> None:
    release = a_house().open(50)
    for kind, who in (("power", "delegate has"), ("balance", "holders have")):
        held = positions(release, kind)
        picture = pebbles(held, founders=founders(release, held, LABELS))
        colours = {shape["line"]["color"] for shape in picture["layout"]["shapes"]}
        assert (FOUNDER in colours) == bool(founders(release, held, LABELS))
        assert f"{who} more than half" in picture["layout"]["title"]["text"]
    curve = concentration(positions(release, "power"))["data"][0]
    assert (curve["x"], curve["y"]) == ([1, 2], [110 / 120, 1.0])
