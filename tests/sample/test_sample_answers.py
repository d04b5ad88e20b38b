"""The sample, through everything a real chain goes through: what is computed from its events is
what its contracts answered."""

import json
import lzma
from collections import defaultdict

import pytest

from psephos.chain.open import open_node
from psephos.chain.replay import ReplayNode
from psephos.settings import Settings
from psephos.store.reader import Release
from tests.anvil import witness
from tests.anvil.witness import Witness

CHECKED = (9, 40, 170, 300, 344, 700, 800, 1_000, 1_595, 1_640, 2_336, 2_400)
"""As data/sample/answers.py."""


@pytest.fixture(scope="module")
def node(sample: Settings) -> ReplayNode:
    found = open_node(sample.chain)
    assert isinstance(found, ReplayNode)
    return found


@pytest.fixture(scope="module")
def people(sample: Settings, node: ReplayNode) -> list[bytes]:
    """Everybody whose balance was asked for when the sample was recorded."""
    selector = bytes.fromhex("70a08231")  # balanceOf(address)
    found = set()
    with lzma.open(node.path) as lines:
        for line in lines:
            data = json.loads(line).get("call", {}).get("data", "")
            if data.startswith("0x" + selector.hex()):
                found.add(bytes.fromhex(data[-40:]))
    return sorted(found)


@pytest.mark.parametrize("block", CHECKED)
def test_events_tell_what_the_contracts_answered(
    sample_release: Release, node: ReplayNode, people: list[bytes], block: int
) -> None:
    ask = Witness(node, sample_release, block)
    witness.check_token(ask, people)
    witness.check_house(ask)
    witness.check_parameters(ask)
    witness.check_grants(ask)
    witness.check_council(ask)
    snapshots = sample_release.sql("SELECT vote_start FROM governor_proposal_created")
    past = [n for (s,) in snapshots.iter_rows() if (n := int.from_bytes(s, "big")) < block]
    if past:
        witness.check_snapshot(ask, people, max(past), max(past))


def test_every_state_that_openzeppelin_has_is_met_but_the_one_it_never_reaches(
    sample_release: Release, node: ReplayNode
) -> None:
    met = set()
    for block in CHECKED:
        met |= witness.check_house(Witness(node, sample_release, block))
    assert met | {"Pending", "Expired"} == set(witness.STATES)


def test_a_wrong_answer_is_noticed(sample_release: Release, node: ReplayNode) -> None:
    class Liar(ReplayNode):
        def call(self, to: bytes, data: bytes, block: int) -> bytes:
            answer = node.call(to, data, block)
            return (int.from_bytes(answer[:32], "big") + 1).to_bytes(32, "big") + answer[32:]

    liar = object.__new__(Liar)
    holders = sample_release.sql("SELECT DISTINCT recipient FROM strk_transfer")
    people = [address for (address,) in holders.iter_rows()]
    with pytest.raises(AssertionError):
        witness.check_token(Witness(liar, sample_release, 2_336), people)
    with pytest.raises(AssertionError):
        witness.check_house(Witness(liar, sample_release, 2_336))


def test_fees_of_all_blocks_add_up_to_what_their_receipts_say(
    sample_release: Release, node: ReplayNode
) -> None:
    told: dict[str, int] = defaultdict(int)
    for header in node.headers(0, 2_400):
        base = int(header.fields["baseFeePerGas"], 16)
        for receipt in node.receipts(header.id):
            gas, price = (int(receipt[k], 16) for k in ("gasUsed", "effectiveGasPrice"))
            told["burned"] += gas * base
            told["tips"] += gas * (price - base)
            told["failed"] += receipt["status"] == "0x0"
    row = sample_release.sql(
        "SELECT sum(base_fee_burned), sum(priority_fee), count(*) FROM fees_fee_block"
    ).row(0)
    assert (int(row[0]), int(row[1]), row[2]) == (told["burned"], told["tips"], 2_401)
    assert told["failed"] > 0, "as on any chain, some transactions fail, and pay"
