"""The bar for decoding: 3 million whole transfers a CPU second, checks included."""

import json

import pytest

from tests.benchmarks.bench_decode import main


@pytest.mark.benchmark
def test_three_million_transfers_a_cpu_second_become_rows() -> None:
    found = main(1_000_000)
    print(json.dumps(found))
    assert found["transfers_per_cpu_second"] >= 3_000_000
    assert found["times_eth_abi"] >= 100
