"""`verify light-client`: documents as the beacon API writes them, and what is told of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from psephos.errors import CommandError
from psephos.evidence.check import NotPossible, Verdict
from psephos.evidence.light_client import MOST, checkpoint_of, follow, verify_light_client
from tests.commit.leaves import HOSTILE
from tests.simulated.beacon import LADDER, MINIMAL, Beacon

NOW = MINIMAL.genesis + 100 * 6


@pytest.fixture(scope="module")
def documents() -> list[Any]:
    beacon = Beacon(MINIMAL)
    return [beacon.bootstrap(8), beacon.update(40, 24), beacon.update(56, 48)]


def verified(documents: list[Any], **given: Any) -> Verdict:
    given = {"now": NOW, "network": MINIMAL} | given
    return verify_light_client(documents, given.pop("checkpoint", None), **given)


def statuses(verdict: Verdict) -> dict[str, str]:
    return {check.name: check.status for check in verdict.checks}


def test_documents_are_read_in_every_wrapping(documents: list[Any]) -> None:
    first, *updates = documents
    wrappings = (
        documents,
        [documents],
        [{"data": first}, {"version": "deneb", "data": updates[0]}, updates[1:]],
        [{"version": "deneb", "data": first}, [{"version": "deneb", "data": u} for u in updates]],
    )
    for told in wrappings:
        verdict = verified(list(told))
        assert verdict.verified
        assert verdict.facts["number"] == verdict.facts["finalized_slot"] == 48


def test_what_is_told_names_block_roots_and_anchor(documents: list[Any]) -> None:
    facts = verified(documents).facts
    final = documents[2]["finalized_header"]
    assert facts["hash"] == final["execution"]["block_hash"]
    assert facts["state_root"] == final["execution"]["state_root"]
    assert facts["receipts_root"] == final["execution"]["receipts_root"]
    assert facts["finalized_state_root"] == final["beacon"]["state_root"]
    assert "declared by the bootstrap file alone" in facts["anchor"]
    root = facts["anchor"].split()[2].rstrip(",")
    named = verified(documents, checkpoint=root)
    assert named.verified
    assert named.facts["anchor"] == f"beacon block {root}, declared as checkpoint"
    assert verified(documents, checkpoint=bytes.fromhex(root[2:])).verified


def test_a_bootstrap_of_another_block_than_the_checkpoint_fails(documents: list[Any]) -> None:
    verdict = verified(documents, checkpoint="0x" + "11" * 32)
    assert not verdict.verified
    assert statuses(verdict) == {"files": "passed", "bootstrap": "failed"}
    assert "hash" not in verdict.facts


@pytest.mark.parametrize("text", ["", "0x12", "11" * 32, "0x" + "zz" * 32, b"short"])
def test_a_checkpoint_that_is_no_root_is_a_wrong_command(documents: list[Any], text: Any) -> None:
    with pytest.raises(CommandError):
        verified(documents, checkpoint=text)


def test_an_old_bootstrap_is_warned_of_and_refused_on_demand(documents: list[Any]) -> None:
    young = verified(documents)
    assert young.facts["warning"] is None
    later = NOW + 15 * 86400
    old = verified(documents, now=later)
    assert old.verified
    assert old.facts["warning"].startswith("the bootstrap is 15 days old")
    refused = verified(documents, now=later, refuse_old=True)
    assert not refused.verified
    assert statuses(refused)["age"] == "failed"
    assert "update 1" not in statuses(refused)
    assert "number" not in refused.facts


def test_a_bootstrap_from_the_future_fails(documents: list[Any]) -> None:
    assert statuses(verified(documents, now=MINIMAL.genesis))["age"] == "failed"


def test_the_walk_ends_at_the_first_document_that_fails(documents: list[Any]) -> None:
    first, one, two = documents
    verdict = verified([first, two, one])
    assert statuses(verdict)["update 1"] == "passed"
    assert statuses(verdict)["update 2"] == "failed"
    assert not verdict.verified
    assert verdict.facts["finalized_slot"] == 48


def test_a_document_of_an_unknown_fork_is_not_possible(documents: list[Any]) -> None:
    verdict = verified([documents[0], {"version": "gloas", "data": documents[1]}])
    assert statuses(verdict)["update 1"] == "not_possible"
    assert not verdict.verified
    assert not verdict.recomputed


def test_before_capella_no_block_is_named() -> None:
    beacon = Beacon(LADDER)
    verdict = verify_light_client(
        [beacon.bootstrap(130), beacon.update(170, 150)], now=6 * 300, network=LADDER
    )
    assert verdict.verified
    assert verdict.facts["finalized_slot"] == 150
    assert "hash" not in verdict.facts


def test_a_checkpoint_comes_from_a_whole_walk_that_names_a_block(documents: list[Any]) -> None:
    found = checkpoint_of(follow(documents, None, now=NOW, network=MINIMAL))
    assert found.block == 48
    assert "sync committees to slot 48, from beacon block 0x" in found.source
    first, one, two = documents
    with pytest.raises(NotPossible, match="did not follow"):
        checkpoint_of(follow([first, two, one], None, now=NOW, network=MINIMAL))
    with pytest.raises(NotPossible, match="did not follow"):
        checkpoint_of(follow([], None, now=NOW, network=MINIMAL))
    beacon = Beacon(LADDER)
    early = follow([beacon.bootstrap(130)], None, now=6 * 300, network=LADDER)
    with pytest.raises(NotPossible, match="names no Ethereum block"):
        checkpoint_of(early)


def test_no_document_or_too_many_are_refused(documents: list[Any]) -> None:
    assert not verified([]).verified
    assert not verified([[]]).verified
    many = verified([documents[0], [{}] * (MOST + 1)])
    assert statuses(many) == {"files": "failed"}


def test_hostile_documents_are_failed_checks(documents: list[Any]) -> None:
    for value in HOSTILE:
        for told in (
            [value],
            [documents[0], value],
            [{"data": value}],
            [{"version": value, "data": 1}],
        ):
            assert not verified(told).verified or value == []


def test_real_updates_of_mainnet_verify_from_their_files(real_data: Path) -> None:
    folder = real_data / "ethereum/helios/ethereum/testdata"
    told = [
        json.loads((folder / name).read_text()) for name in ("bootstrap.json", "updates_0_2.json")
    ]
    verdict = verify_light_client(told, now=1_700_000_000)
    assert verdict.verified
    assert verdict.facts["number"] == 17892141
    assert verdict.facts["warning"]
    mark = "0x5afc212a7924789b2bc86acad3ab3a6ffb1f6e97253ea50bee7f4f51422c9275"
    assert follow(told, mark, now=1_700_000_000).whole
