"""Readers during publications: no error, no mixture, no step back."""

import time
from pathlib import Path

from psephos.store.reader import Release
from tests.publish.survive import orphans
from tests.simulated import kill, tiny


def read(folder: Path, seconds: float, long: float) -> None:
    """Open and ask again and again; now and then stay `long` while others publish."""
    newest, opened, until = -1, 0, time.monotonic() + seconds
    while time.monotonic() < until:
        with Release.open(folder, threads=1) as found:
            last = found.manifest.datasets["d"].sealed[0][1]
            assert last >= newest, "a step back"
            newest, opened = last, opened + 1
            for turn in range(2):
                for name in ("d_one", "d_two"):
                    rows = found.sql(f"SELECT count(*), max(block_number) FROM {name}").row(0)
                    assert rows == (tiny.ROWS * (last + 1) + 1, last * 10 + 10), "a mixture"
                assert found.figures() == [{"value": last}]
                assert len(found.ledger()) == 256 * (last + 1)
                time.sleep(long if turn == 0 and opened % 7 == 0 else 0)
    assert opened > 1


def crowd(folder: Path, publications: int, readers: int, seconds: float) -> None:
    """Publish while others read, keeping one release only; every reader must end well."""
    tiny.publish(folder, 0, keep=1)
    running = [kill.start(read, folder, seconds, 0.5) for _ in range(readers)]
    for last in range(1, publications):
        tiny.publish(folder, last, keep=1)
    for process in running:
        process.join(seconds + 120)
    assert [process.exitcode for process in running] == [0] * readers
    tiny.publish(folder, publications, keep=1)
    assert orphans(folder) == set()


def test_readers_never_err_and_never_mix_while_releases_are_published(tmp_path):
    crowd(tmp_path, publications=20, readers=2, seconds=6)
