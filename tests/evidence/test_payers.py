"""Whether a release's payers are more than told: collected whole, and asked of a node again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from psephos.batch.ledger import Ledger
from psephos.batch.seal import seal
from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.chain.verify import HEADERS, Verify
from psephos.commands.status import dataset_status
from psephos.evidence.level import Level, column_level, wholly
from psephos.evidence.verify import verified, verify_batch, verify_release
from psephos.publish.release import release
from psephos.settings import ChainSettings, DatasetSettings, Settings
from psephos.store.index import Index
from psephos.store.reader import Release
from tests.simulated.collected import FEES, at_once
from tests.simulated.paying import Deceiving, Paid

DAY = "cost/2023-11-15"
CHAIN = Paid(3, interval=4 * 3600)
CHAIN.grow(40)


def published(folder: Path, verify: Verify | None) -> Path:
    """A release of the fees of a paying chain."""
    chain = ChainSettings("simulated", Paid.CHAIN, CHAIN.identity()[1], 0, ())
    datasets = (DatasetSettings(FEES.name, FEES.sources, FEES.contracts, FEES.first),)
    settings = Settings(chain, datasets, folder, folder / "releases")
    with Index.open(settings.index) as index, Ledger.open(settings.ledger) as ledger:
        sync(CHAIN, index, [FEES], pause=at_once, verify=verify)
        seal(index, ledger, [FEES])
        release(index, ledger, settings.releases, settings)
        assert dataset_status(index, FEES.name, 41)["sample"] is None
    return settings.releases


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    return published(tmp_path_factory.mktemp("whole"), None)


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    return published(tmp_path_factory.mktemp("complete"), HEADERS)


def said(checks: Any, name: str) -> str:
    return next(check.why for check in checks if check.name == name)


def test_whole_blocks_are_published_as_such_and_bind_payers(whole: Path, complete: Path) -> None:
    with Release.open(whole) as wide, Release.open(complete) as narrow:
        assert (wide.manifest.version, narrow.manifest.version) == (2, 1)
        spans = [release.datasets["cost"].spans for release in (wide, narrow)]
        assert [span[0].level for span in spans] == ["whole", "complete"]
        shape = FEES.columns("fee_transaction")
        levels = [
            column_level(shape, ["payer", "priority_fee"], whole=wholly(s, 0, 30)) for s in spans
        ]
        assert levels == [Level.ANCHORED, Level.SEEN]
        assert column_level(shape, ["blob_fee"], whole=True) == Level.SEEN
        assert not wholly(spans[0], 0, 10**6)


def test_a_batch_says_which_columns_are_only_seen(whole: Path, complete: Path) -> None:
    with Release.open(whole) as wide, Release.open(complete) as narrow:
        told = [said(verify_batch(release, DAY), "columns") for release in (wide, narrow)]
    assert "payer" not in told[0]
    assert "blob_fee (nothing)" in told[0]
    assert "payer (transaction)" in told[1]


def test_a_nodes_transactions_are_asked_for_where_rows_tell_of_payers(whole: Path) -> None:
    with Release.open(whole) as wide:
        assert "from its transactions" in said(verify_batch(wide, DAY, CHAIN), "receipts")
    assert verified(verify_release(whole, node=CHAIN))


def test_a_node_that_tells_no_transactions_says_that_payers_are_as_told(whole: Path) -> None:
    class Silent:
        def __getattr__(self, name: str) -> Any:
            if name == "transactions":
                raise AttributeError(name)
            return getattr(CHAIN, name)

    checks = verify_release(whole, node=Silent())
    assert "only as told" in said(checks, "receipts")


@pytest.mark.parametrize("name", ["from", "value"])
def test_a_node_whose_transactions_do_not_recompute_proves_nothing(whole: Path, name: str) -> None:
    def lying(what: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if what == "transactions":
            for one in found:
                one[name] = one[name][:-1] + format(int(one[name][-1], 16) ^ 1, "x")
        return found

    with Release.open(whole) as wide:
        checks = verify_batch(wide, DAY, Deceiving(CHAIN, lying))
    (found,) = (check for check in checks if check.name == "receipts")
    assert found.status == "not_possible"
    assert "do not recompute" in found.why


def test_status_says_what_a_sample_showed(tmp_path: Path) -> None:
    with Index.open(tmp_path / "i") as index:
        sync(CHAIN, index, [FEES], pause=at_once, verify=Verify("sample", 20))
        found = dataset_status(index, FEES.name, 41)
        assert found["sample"]["drawn"] == found["sample"]["clean"] == 20
        assert found["sample"]["shows"].startswith(
            "20 of 20 blocks drawn were clean: fewer than 15"
        )
        assert {span["level"] for span in found["spans"]} == {"seen"}
        json.dumps(found)


def test_a_dataset_without_payers_is_collected_by_headers(tmp_path: Path) -> None:
    token = Dataset("token", Paid.CHAIN, (Paid.TOKEN,), ("erc20",), 0)
    with Index.open(tmp_path / "i") as index:
        sync(CHAIN, index, [token], pause=at_once)
        assert {span.level for span in index.spans("token")} == {"complete"}
    assert replace(FEES, name="other").rows
