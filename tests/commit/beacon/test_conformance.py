"""The specification's own light-client cases, and real updates of mainnet."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from psephos.commit.beacon.client import advance, bootstrap
from psephos.commit.beacon.containers import LightHeader
from psephos.commit.beacon.forks import MAINNET
from tests.commit.beacon import conformance
from tests.simulated.beacon import MINIMAL

CASES = (
    ("light_client_sync", 5),
    ("advance_finality_without_sync_committee", 5),
    ("supply_sync_committee_from_past_update", 1),
)
"""Case, and how many of its steps come before the first forced update, which we do not take."""


@pytest.mark.parametrize(("case", "taken"), CASES)
def test_a_case_of_the_specification_ends_in_its_finalized_header(
    real_data: Path, case: str, taken: int
) -> None:
    folder = real_data / "ethereum/helios/ethereum/consensus-core/testdata/deneb" / case

    def read(name: str) -> bytes:
        return conformance.unpacked((folder / f"{name}.ssz_snappy").read_bytes())

    trusted = re.search(r"trusted_block_root: '0x(\w+)'", (folder / "meta.yaml").read_text())
    assert trusted
    store = bootstrap(conformance.bootstrap(read("bootstrap")), MINIMAL, bytes.fromhex(trusted[1]))
    steps = conformance.steps(folder)
    assert [step["update"] is None for step in steps][:taken] == [False] * taken
    assert len(steps) == taken or steps[taken]["update"] is None
    for step in steps[:taken]:
        now = MINIMAL.genesis + 6 * step["slot"]
        store, _ = advance(store, conformance.update(read(step["update"])), now)
        assert (store.finalized.slot, "0x" + store.finalized.root.hex()) == step["finalized"]


@pytest.fixture(scope="module")
def real(real_data: Path) -> tuple[Any, list[Any]]:
    folder = real_data / "ethereum/helios/ethereum/testdata"
    first = json.loads((folder / "bootstrap.json").read_text())["data"]
    updates = json.loads((folder / "updates_0_2.json").read_text())
    return first, [update["data"] for update in updates]


def test_three_real_updates_of_mainnet_finalize_their_headers(real: tuple[Any, list[Any]]) -> None:
    first, updates = real
    store = bootstrap(first, MAINNET)
    assert store.finalized.slot == 7069376
    signers, reached = [], []
    for told in updates:
        store, update = advance(store, told, 1_700_000_000)
        signers.append(update.signers)
        reached.append(store.finalized.slot)
    assert (signers, reached) == ([511, 512, 511], [7069376, 7070047, 7078240])
    final: LightHeader = store.finalized
    assert final.execution
    assert final.execution.number == 17892141
    assert final.execution.hash.hex().startswith("d7c7df081b66d98f")
