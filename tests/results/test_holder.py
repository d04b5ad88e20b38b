"""One address of the sample: what it holds, whether its votes counted, and a file that shows it."""

from pathlib import Path

import pytest

from analytics.delegation import one_level
from psephos.batch.roll import Witness, verify_roll
from psephos.errors import TableError
from psephos.publish.testimony import FILE, read
from psephos.results import holder, sealed
from psephos.results.labels.entities import entities
from psephos.results.positions import Positions, positions
from psephos.results.power import delegation_graph
from psephos.results.proofs.rolls import root_of, shown_in
from psephos.results.shown.flows import NOBODY, ends, flows, moved
from psephos.results.voting.proposals import proposals
from psephos.settings import Settings
from psephos.store.reader import Release


@pytest.fixture(scope="module")
def release(sample: Settings):
    with Release.open(sample.releases) as opened:
        yield opened


def test_every_delegate_has_what_the_positions_say(release: Release) -> None:
    power = positions(release, "power")
    for rank in (0, 6, len(power) - 1):
        told = holder.holdings(release, power.holders[rank], release.final)
        one = next(one for one in told if one.kind == "power")
        assert (one.amount, one.rank, one.holders) == (power.amounts[rank], rank + 1, len(power))
    nobody = holder.holdings(release, b"\1" * 20, release.final)
    assert {(one.amount, one.rank) for one in nobody} == {(0, 0)}


def test_a_vote_counts_in_full_if_it_weighs_what_its_voter_had(release: Release) -> None:
    every = proposals(release)
    who = positions(release, "power").holders[0]
    mine = holder.cast(release, who, release.final, every)
    assert mine
    assert all(one.full for one in mine)
    less = holder.Cast(mine[0].proposal, "for", mine[0].weight - 1, mine[0].power, "")
    assert less.full is False
    assert holder.Cast(mine[0].proposal, "for", 1, None, "").full is None
    missed = holder.missed(release, who, every, mine)
    assert not {one.id for one in missed} & {one.proposal.id for one in mine}


def test_what_is_received_adds_up_to_the_power(release: Release) -> None:
    power = positions(release, "power")
    for who, amount in zip(power.holders[:3], power.amounts, strict=False):
        assert sum(one.amount for one in holder.received(release, who, release.final)) == amount


def test_offices_are_told_by_the_chain_and_names_by_labels(release: Release) -> None:
    labels = entities(release.chain.id)
    council = next(iter(labels.with_role("council", block=release.final)))
    found = holder.conflicts(release, council, release.final, labels)
    assert ("council", True) in {(one.what, one.declared) for one in found}
    grantee = positions(release, "locked").holders[0]
    told = holder.conflicts(release, grantee, release.final, labels)
    assert "grantee" in {one.what for one in told if not one.declared}


def test_a_file_shows_who_is_there_and_who_is_not(release: Release) -> None:
    held = positions(release, "power")
    root = root_of(held)
    there = Witness.from_bytes(shown_in(held, held.holders[5]))
    assert there.present
    assert there.told.weight == held.amounts[5]
    assert "is in the roll" in verify_roll(there, root, len(held))
    absent = Witness.from_bytes(shown_in(held, b"\7" * 20))
    assert not absent.present
    assert "nobody" in verify_roll(absent, root, len(held))
    with pytest.raises(TableError):
        root_of(Positions("power", "strk", 1, undefined="backfill at block 1"))


def test_flows_are_all_that_is_held(release: Release) -> None:
    labels = entities(release.chain.id)
    found = flows(release, "strk", release.final, labels)
    graph = delegation_graph(release, "strk", release.final)
    assert sum(flow.amount for flow in found) == sum(graph.held.values())
    given = sum(flow.amount for flow in found if flow.target != NOBODY)
    assert given == sum(one_level(graph).values())
    assert ends(found)[1][-1] == NOBODY
    same = moved(release, "strk", release.final, release.final)
    assert (same.moved, same.joined, same.left) == (0, 0, 0)


def test_every_sealed_day_is_there_once(release: Release) -> None:
    days = sealed.days(release)
    assert len({one.name for one in days}) == len(days)
    one, other = days[0], next(d for d in days[1:] if d.dataset == days[0].dataset)
    assert other.first == one.last + 1
    assert sealed.corrections(release) == ()


def test_testimony_lies_beside_a_release_and_is_no_part_of_it(
    sample: Settings, tmp_path: Path
) -> None:
    told = read(sample.releases)
    assert told is not None
    assert told["reorganisations"] == [] or told["reorganisations"][0]["depth"] >= 1
    assert FILE not in {one.name for one in (sample.releases / "segments").iterdir()}
    assert read(tmp_path) is None
    (tmp_path / FILE).write_bytes(b"[1")
    assert read(tmp_path) is None
