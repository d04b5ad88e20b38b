"""What must hold of a folder after a publication was killed in it."""

from pathlib import Path

from psephos.store.reader import Release
from psephos.store.release import kept, load
from tests.simulated import kill, tiny


def survives(folder: Path, at: int, before: dict, after: dict, ids: tuple[str, str]) -> None:
    """Publish `before`, be killed at step `at` of publishing `after`, look, publish again.

    The current release is one of the two, whole; the next publication ends as if nothing had
    happened, and leaves no file that no release names.
    """
    assert tiny.publish(folder, **before) == ids[0]
    assert kill.killed(folder, at, **after)
    with Release.open(folder) as found:
        assert found.id in ids
        assert found.check() == []
        last = (before if found.id == ids[0] else after)["last"]
        first = found.manifest.datasets["d"].sealed[0][0]
        rows = tiny.ROWS * (last + 1 - first) + 1
        for name in ("d_one", "d_two"):
            assert found.sql(f"SELECT count(*) FROM {name}").item() == rows
        assert len(found.ledger()) == 256 * (last + 1)
        assert found.figures() == [{"value": last}]
    assert tiny.publish(folder, **after) == ids[1]
    assert orphans(folder) == set()


def orphans(folder: Path) -> set[str]:
    """Files of a folder that no release of it names."""
    beside = {"current", "ledger.bin", "lock", "testimony.json", "verify.sha256"}
    named = beside & {p.name for p in folder.iterdir()}
    for name in kept(folder):
        manifest = load(folder, name)
        named |= {f"manifests/{name}.json", f"figures/{manifest.figures.hash}.json"}
        named |= {f"segments/{found.file}" for found in manifest.segments}
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert named <= there
    return there - named
