"""What programmes paid, to whom, who was silent since; what pools hold; ballots of others."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from analytics import ALL
from psephos.errors import ConfigurationError
from psephos.results.labels.entities import Entities, Entity, entities
from psephos.results.studies import study
from tests.results.house import House, address

ZERO = bytes(20)
FUND, AGAIN, MADE, SHOP = (address(n) for n in (50, 51, 52, 60))
LABELS = Entities.labelled(1, {
    FUND: Entity("Grants", "programme", "its own page", belief="declared"),
    AGAIN: Entity("Grants", "programme", "its own page", belief="declared"),
    MADE: Entity("Makers", "developer", "a forum"),
    SHOP: Entity("Exchange", "exchange", "made up"),
})  # fmt: skip


@pytest.fixture
def paid() -> House:
    """Grants pays 60 to 1, 30 to 2 and 10 to 3, 7 to itself and 5 to an exchange; Makers pays 4."""
    house = House()
    house.times = {block: block * 86_400 for block in range(101)}
    house.transfer(1, ZERO, FUND, 1000)
    house.transfer(1, ZERO, MADE, 10)
    house.transfer(1, ZERO, address(2), 1)
    house.transfer(2, address(2), address(4), 1)  # before it was paid: that is not heard of since
    for block, who, amount in ((5, 1, 40), (6, 1, 20), (7, 2, 30), (8, 3, 10)):
        house.transfer(block, FUND, address(who), amount)
    house.transfer(9, FUND, AGAIN, 7)
    house.transfer(10, FUND, SHOP, 5)
    house.transfer(11, MADE, address(3), 4)
    house.transfer(20, address(1), address(9), 1)
    house.vote(30, 1, 3, 1, 10)
    return house


def values(found) -> dict:
    return {one.measure: one.value for one in found.figures}


def test_an_outflow_is_what_others_received_and_the_silent_did_nothing_since(paid: House) -> None:
    found = study(paid.open(90), "programmes", entities=LABELS)
    value = values(found)
    assert value["outflow_grants"] == 100
    assert value["recipients_grants"] == 3
    assert value["hhi_grants"] == Fraction(60**2 + 30**2 + 10**2, 100**2)
    assert value["top_1_grants"] == Fraction(60, 100)
    assert value["nakamoto_one_half_grants"] == 1
    assert value["silent_grants"] == Fraction(1, 3)  # 1 sent, 3 voted
    assert value["silent_paid_grants"] == Fraction(30, 100)
    assert value["outflow_makers"] == 4
    programmes = next(table for table in found.tables if table.name == "programmes")
    assert [row[:3] for row in programmes.rows] == [
        ("Grants", "programme", "declared"), ("Makers", "developer", "believed")
    ]  # fmt: skip
    rows = next(table for table in found.tables if table.name == "paid_to").rows
    grants = [row for row in rows if row[0] == "Grants"]
    assert [row[1] for row in grants] == [f"0x{address(n).hex()}" for n in (1, 2, 3)]
    assert [row[4] for row in grants] == ["60.0 %", "30.0 %", "10.0 %"]
    assert [row[6] for row in grants] == ["no", "yes", "no"]
    assert all(row[5] < 20 for row in grants)
    early = values(study(paid.open(90), "programmes", entities=LABELS, block=19))
    assert early["silent_grants"] == 1


def test_what_pools_hold_is_a_figure_over_time(paid: House) -> None:
    found = study(paid.open(90), "programmes", entities=LABELS)
    assert values(found)["pooled"] == 5
    assert values(found)["pooled_share"] == Fraction(5, 1011)
    rows = next(table for table in found.tables if table.name == "pools").rows
    assert (rows[0][2], rows[-1][2]) == ("0.0 %", "0.5 %")
    assert rows[-1][0] == 90
    without = study(paid.open(90), "programmes")
    assert values(without) == {"pooled": None, "pooled_share": None}


def test_a_label_says_whether_the_owner_itself_says_so(tmp_path: Path) -> None:
    whole = (
        'chain = 1\ndate = 2026-01-01\n[[entity]]\nname = "G"\nrole = "programme"\n'
        f'source = "s"\nbelief = "declared"\naddresses = ["0x{FUND.hex()}"]\n'
    )
    file = tmp_path / "e.toml"
    file.write_text(whole, encoding="utf-8")
    found = entities(1, tmp_path)
    assert found.owners[FUND][0].belief == "declared"
    file.write_text(whole.replace('belief = "declared"\n', ""), encoding="utf-8")
    other = entities(1, tmp_path)
    assert other.owners[FUND][0].belief == "believed"
    assert other.id != found.id  # who says so is part of the set
    file.write_text(whole.replace('"declared"', '"sworn"'), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"line 7: `entity\.belief` is 'sworn'"):
        entities(1, tmp_path)


def test_ballots_of_funding_rounds_are_measured_as_outflows_are(real_data: Path) -> None:
    """Retroactive funding, round 3: each project's ballots, in tokens; round 4's by metric."""
    folder = real_data / "governance" / "optimism_rpgf"
    with (folder / "rpgf3_anonymized_project_votes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    house, whole = House(), {}
    house.watched = {"dao": house.watched["dao"]}
    for number, row in enumerate(rows, start=1000):
        ballots = [round(100 * amount) for amount in json.loads(row["amount"])]
        assert len(ballots) == int(row["number_of_votes"])
        whole[address(number)] = sum(ballots)
    house.transfer(1, ZERO, FUND, sum(whole.values()) + 1)
    for who, amount in whole.items():
        house.transfer(2, FUND, who, amount)
    value = values(study(house.open(5), "programmes", entities=LABELS))
    given = [amount for amount in whole.values() if amount]
    assert value["recipients_grants"] == len(given)
    total = sum(given)
    assert value["hhi_grants"] == Fraction(sum(x * x for x in given), total**2)
    assert value["gini_grants"] == ALL["gini"].of(given)
    order = sorted(given, reverse=True)
    half = next(k for k in range(1, len(order) + 1) if 2 * sum(order[:k]) > total)
    assert value["nakamoto_one_half_grants"] == half > 10
    assert value["silent_grants"] == 1  # nobody was heard of yet
