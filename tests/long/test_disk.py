"""A disk that is full at any moment: nothing stored is lost, and the same process goes on."""

import pytest

from psephos.errors import StorageFull
from psephos.store.digest import digest
from psephos.store.index import Index
from tests.simulated.collected import TOKEN, chain, pieces, read
from tests.store.test_files import small_disk

LEFT = range(0, 2_000_000, 50_000)
LEVELS = [pytest.mark.campaign if left % 150_000 else pytest.mark.long for left in LEFT]


@pytest.mark.parametrize(
    "left", [pytest.param(n, marks=level) for n, level in zip(LEFT, LEVELS, strict=True)]
)
def test_a_disk_with_so_many_bytes_left_loses_nothing(left, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    told = chain(1, blocks=200)
    found = pieces(told, TOKEN, step=2)
    with small_disk(disk, "12m"), Index.open(disk / "i.duckdb") as index:
        index.register(TOKEN)
        ballast = disk / "ballast"
        leave(ballast, left)
        stored = -1
        try:
            for piece in found * 40:
                index.append(piece)
                stored = max(stored, piece.last)
        except StorageFull:
            ballast.unlink()
        spans = index.spans("token")
        assert (spans[-1].last if spans else -1) >= stored
        for piece in found:
            index.append(piece)
        after = digest(index)
    assert after == read(told, tmp_path / "fresh.duckdb")[1]


def leave(ballast, left: int) -> None:
    """Fill the disk up to `left` bytes."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
        file.truncate(max(file.tell() - left, 0))
