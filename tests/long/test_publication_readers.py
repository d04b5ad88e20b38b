"""The same as in tests/publish, for longer and with more readers."""

import pytest

from tests.publish.test_readers import crowd


@pytest.mark.long
def test_four_readers_never_err_and_never_mix_during_a_hundred_publications(tmp_path):
    crowd(tmp_path, publications=100, readers=4)
