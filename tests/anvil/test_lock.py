"""What is installed for the tests on a real node: exact, without addresses, without scripts."""

import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = json.loads((HERE / "package-lock.json").read_text())["packages"]
WANTED = json.loads((HERE / "package.json").read_text())


def test_the_lock_names_no_address() -> None:
    assert "://" not in (HERE / "package-lock.json").read_text()
    assert not any("resolved" in entry for entry in LOCK.values())


def test_every_version_is_exact() -> None:
    for version in WANTED["devDependencies"].values():
        assert re.fullmatch(r"(npm:@?[\w./-]+@)?\d+\.\d+\.\d+", version), version


def test_everything_is_held_by_its_hash_but_other_platforms_binaries() -> None:
    """See docs/decisions/0081-locks-without-addresses.md."""
    free = {name for name, entry in LOCK.items() if name and "integrity" not in entry}
    assert all(re.search(r"/anvil-(darwin|linux|win32)-(amd64|arm64)$", name) for name in free)
    assert "node_modules/@foundry-rs/anvil-linux-amd64" not in free
    binaries = {name for name in LOCK if "@foundry-rs/anvil-" in name}
    assert len(binaries) == len(LOCK["node_modules/@foundry-rs/anvil"]["optionalDependencies"])


def test_no_script_of_a_package_is_run() -> None:
    assert "ignore-scripts=true" in (HERE / ".npmrc").read_text().splitlines()
