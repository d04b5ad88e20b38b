"""Readers during publications: no error, no mixture, no step back."""

import time
from pathlib import Path
from typing import Any

from psephos.store.reader import Release
from tests.publish.survive import orphans
from tests.simulated import kill, tiny


def read(folder: Path, reading: Any, ended: Any) -> None:
    """Open and ask again and again until `ended`; now and then stay while others publish."""
    newest, opened = -1, 0
    while opened < 2 or not ended.is_set():
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
                time.sleep(0.5 if turn == 0 and opened % 7 == 0 else 0)
        reading.release()


def crowd(folder: Path, publications: int, readers: int) -> None:
    """Publish while others read, keeping one release only; every reader must end well."""
    tiny.publish(folder, 0, keep=1)
    reading, ended = kill.signals()
    running = [kill.start(read, folder, reading, ended) for _ in range(readers)]
    for last in range(1, publications):
        assert reading.acquire(timeout=kill.PATIENCE)  # readers keep pace
        tiny.publish(folder, last, keep=1)
    ended.set()
    for process in running:
        process.join(kill.PATIENCE)
    assert [process.exitcode for process in running] == [0] * readers
    tiny.publish(folder, publications, keep=1)
    assert orphans(folder) == set()


def test_readers_never_err_and_never_mix_while_releases_are_published(tmp_path):
    crowd(tmp_path, publications=20, readers=2)
