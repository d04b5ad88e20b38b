"""That no row was left out or invented before sealing: by blooms, and by a node's receipts."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from psephos.chain.node import BlockId, Receipt
from psephos.evidence.verify import Check, verified, verify_release
from psephos.store.release import publication
from tests.evidence.house import House
from tests.evidence.test_batch import TABLE, Gone, Leaving, busy, loud, sealed_without


def of(checks: list[Check], name: str) -> Check:
    return next(check for check in checks if check.name == name)


def failed(checks: list[Check]) -> set[str]:
    return {check.name for check in checks if check.status == "failed"}


class Counting:
    """A node of the chain that counts what it is asked."""

    def __init__(self, house: House) -> None:
        self.chain = house.chain
        self.asked: list[int] = []

    def identity(self) -> tuple[int, bytes]:
        return self.chain.identity()

    def receipts(self, block: BlockId) -> Sequence[Receipt]:
        self.asked.append(block.number)
        return self.chain.receipts(block)


def test_receipts_of_every_block_that_may_hold_rows_are_asked_for_once(built: House) -> None:
    node, seen = Counting(built), []
    checks = verify_release(
        built.releases, node=node, progress=lambda done, total, _: seen.append((done, total))
    )
    assert verified(checks)
    with built.open() as release:
        sealed = max(run[1] for d in release.datasets.values() for run in d.sealed)
        rows = set(release.sql(f"SELECT block_number FROM token_{TABLE}")["block_number"])
        last = release.sql(
            f"SELECT max(number) FROM block WHERE timestamp < {sealed + 1} * 86400::UBIGINT"
        ).item()
    assert len(node.asked) == len(set(node.asked))
    assert {number for number in rows if number <= last} <= set(node.asked)
    assert seen == [(i + 1, len(node.asked)) for i in range(len(node.asked))]


def test_a_sample_asks_for_as_many_blocks_as_it_says(built: House) -> None:
    node = Counting(built)
    checks = verify_release(built.releases, node=node, sample=3)
    assert len(node.asked) == 3
    assert of(checks, "receipts").why.startswith("3, drawn from the ")
    assert verify_release(built.releases, node=Counting(built), sample=10**6)[-1].status == "passed"


def test_without_a_node_it_is_said_how_many_blocks_rest_on_receipts(built: House) -> None:
    checks = verify_release(built.releases)
    assert "only receipts can prove" in of(checks, "coverage token").why
    assert "receipts" not in {check.name for check in checks}


def test_a_row_left_out_before_sealing_is_caught_by_the_receipts(
    built: House, tmp_path: Path
) -> None:
    _, first, last = busy(built)
    gone = f"DELETE FROM token_{TABLE} WHERE block_number BETWEEN {first} AND {last}"
    liar = sealed_without(built, tmp_path / "liar", gone)
    assert failed(verify_release(liar.releases)) == set()  # nothing at hand tells it
    checks = verify_release(liar.releases, node=liar.chain)
    assert failed(checks) == {"receipts"}
    assert TABLE in of(checks, "receipts").why


def test_a_row_invented_where_the_bloom_excludes_it_is_caught_without_a_node(
    built: House, tmp_path: Path
) -> None:
    _, first, last = busy(built)
    row = f"SELECT * FROM token_{TABLE} WHERE block_number BETWEEN {first} AND {last}"
    silent = next(number for number in range(first, last + 1) if not loud(built, number))
    invented = (
        f"INSERT INTO token_{TABLE} SELECT {silent}, (SELECT hash FROM block WHERE number ="
        f" {silent}), * EXCLUDE (block_number, block_hash) FROM ({row}) LIMIT 1"
    )
    checks = verify_release(sealed_without(built, tmp_path / "liar", invented).releases)
    assert failed(checks) == {"coverage token"}
    assert f"block {silent}," in of(checks, "coverage token").why


def test_blocks_that_are_called_read_and_are_not_there_are_noticed(house: House) -> None:
    with publication(house.releases) as new:
        assert new.previous is not None
        token = new.previous.datasets["token"]
        (first, last, level), *_ = token.coverage
        far = replace(token, coverage=((first, last + 100, level),))
        datasets = {**new.previous.datasets, "token": far}
        new.publish(replace(new.previous, datasets=datasets), keep=8)
    assert failed(verify_release(house.releases)) == {"coverage token"}


class Elsewhere(Counting):
    """A node of another chain."""

    def identity(self) -> tuple[int, bytes]:
        return 5, bytes(32)


class Lying(Leaving):
    def identity(self) -> tuple[int, bytes]:
        return self.chain.identity()


class Silent(Gone):
    def __init__(self, house: House) -> None:
        self.chain = house.chain

    def identity(self) -> tuple[int, bytes]:
        return self.chain.identity()


@pytest.mark.parametrize("node", [Elsewhere, Lying, Silent])
def test_a_node_that_cannot_tell_verifies_nothing_and_proves_nothing_against_it(
    built: House, node: type
) -> None:
    checks = verify_release(built.releases, node=node(built))
    assert of(checks, "receipts").status == "not_possible"
    assert failed(checks) == set()
    assert not verified(checks)
