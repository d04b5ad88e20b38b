from pathlib import Path

import pytest

from tests.evidence.house import House, build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house to read; whoever harms it takes `house`."""
    return build(tmp_path_factory.mktemp("house"))


@pytest.fixture
def house(built: House, tmp_path: Path) -> House:
    """A house of one's own."""
    return built.copy(tmp_path / "house")
