"""What tests need from the machine. A missing tool is a skip with a reason; on CI a failure."""

import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from psephos.settings import Settings
from psephos.store.reader import Release
from tests.anvil.artifact import Artifact, compiled
from tests.anvil.chain import Anvil

# jsonschema compiles grammars of addresses for seconds when it is imported, if it finds them; no
# schema here has such a format, and every worker imports it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# A loaded machine is slow, not wrong: no law of ours is about the time of one example.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


def missing(what: str, how: str) -> None:
    """Skip on a user's machine, fail on CI: a test that did not run is not a test that passed."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing on CI: {how}")
    pytest.skip(f"{what} is missing: {how}")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real chain data, where there is one beside the project."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared/data beside this checkout: real chain data are not part of it")
    return SHARED


@pytest.fixture(scope="session")
def node_modules() -> Path:
    folder = ROOT / "tests" / "anvil" / "node_modules"
    if not folder.is_dir():
        missing("tests/anvil/node_modules", "run `npm ci` in tests/anvil (Node.js 18 or later)")
    return folder


@pytest.fixture(scope="session")
def anvil_binary(node_modules: Path) -> Path:
    """anvil, a real Ethereum node for tests, from npm."""
    found = sorted(node_modules.glob("@foundry-rs/anvil-*/bin/anvil*"))
    if not found:
        missing("anvil", "run `npm ci` in tests/anvil on Linux or macOS")
    return found[0]


@pytest.fixture(scope="session")
def chromium() -> str:
    """A Chromium to look at pages with."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    if mac.exists():
        return str(mac)
    missing(
        "Chromium", "install it with your system's package manager, e.g. `apt install chromium`"
    )
    raise AssertionError("unreachable")


@pytest.fixture(scope="session")
def contracts(node_modules: Path) -> Mapping[str, Artifact]:
    """Compiled contracts by name: tests/anvil/contracts, and those that npm packages bring."""
    if not shutil.which("node"):
        missing("Node.js", "install Node.js 18 or later")
    return compiled(node_modules)


@pytest.fixture
def anvil(anvil_binary: Path, contracts: Mapping[str, Artifact]) -> Iterator[Anvil]:
    """A fresh chain of one block, which ends with the test."""
    with Anvil.start(anvil_binary, contracts) as chain:
        yield chain


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder for this worker alone, with what `make` wrote for all of them.

    Whoever asks first makes it while others wait; each gets a copy, so that what one test does to
    its folder is nobody else's.
    """
    run = factory.getbasetemp()
    shared = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    made, done = shared / f"{name}-made", shared / f"{name}-done"
    with (shared / f"{name}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            make(made)
            done.touch()
    return Path(shutil.copytree(made, factory.mktemp(name), dirs_exist_ok=True))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample, collected with every block verified, sealed and published; its settings."""
    from psephos.batch.sync import sync
    from psephos.commands.house import opened
    from psephos.configuration import load
    from psephos.publish.release import release

    told = load(ROOT / "data" / "sample" / "psephos.toml").proving(None)

    def inside(home: Path) -> Settings:
        return replace(told, data=home / "index", releases=home / "releases")

    def make(home: Path) -> None:
        with opened(inside(home)) as house:
            sync(house.node, house.index, house.datasets, ledger=house.ledger)
            release(house.index, house.ledger, house.settings.releases, house.settings)

    return inside(made_once(tmp_path_factory, "sample", make))


@pytest.fixture(scope="session")
def starknet_sample(tmp_path_factory: pytest.TempPathFactory, sample: Settings) -> Settings:
    """The sample's Starknet, whole, sealed and published beside its L1; its settings."""
    from psephos.batch.sync import sync
    from psephos.commands.house import opened
    from psephos.configuration import load
    from psephos.publish.release import release

    told = load(ROOT / "data" / "sample" / "starknet.toml").proving(None)

    def make(home: Path) -> None:
        shutil.copytree(sample.releases.parent, home, dirs_exist_ok=True)
        found = told.moved(home / "indexes", home)
        with opened(found) as house:
            sync(house.node, house.index, house.datasets, ledger=house.ledger)
            release(house.index, house.ledger, found.releases, found)

    home = made_once(tmp_path_factory, "starknet", make)
    return told.moved(home / "indexes", home)


@pytest.fixture
def sample_release(sample: Settings) -> Iterator[Release]:
    """The sample's release, open."""
    with Release.open(sample.releases) as found:
        yield found
