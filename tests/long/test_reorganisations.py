"""Reorganisations of every depth from 1 to 64 by a real node: equal to a fresh sync each time."""

import pytest

from tests.batch.test_reorganisations import deep


@pytest.mark.long
@pytest.mark.anvil
def test_every_depth_from_1_to_64(anvil, tmp_path):
    deep(anvil, tmp_path, range(1, 65))
