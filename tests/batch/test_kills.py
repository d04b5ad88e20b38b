"""A collector killed with -9 resumes, and ends as if nothing had happened."""

from pathlib import Path

from psephos.batch.ledger import Ledger
from psephos.store.digest import digest
from psephos.store.index import Index
from tests.simulated.resumed import _context, chain_at, collect_on, killed, moments, whole

EVERY = 10  # kills between two reorganisations


def ended(folder: Path) -> tuple[dict[str, str], int]:
    """Digests of the index, and how many entries the ledger has."""
    with Index.open(folder / "index.duckdb") as index, Ledger.open(folder / "ledger.bin") as ledger:
        return digest(index), ledger.size


def check_prefix(folder: Path, branches: list[list[bytes]]) -> None:
    """What is there is whole pieces of one of the chains: blocks of the spans, and their rows."""
    with Index.open(folder / "index.duckdb") as index:
        for span in index.spans("token"):
            stored = index.hashes(span.first, span.last)
            assert sorted(stored) == list(range(span.first, span.last + 1))
            assert stored[span.last] == span.last_hash
            assert any(
                all(len(hashes) > n and hashes[n] == h for n, h in stored.items())
                for hashes in branches
            )
        outside = (
            "SELECT count(*) FROM token_transfer WHERE block_hash NOT IN (SELECT hash FROM block)"
        )
        if index.tables():
            assert index.query(outside) == [(0,)]


def survives(folder: Path, seed: int, kills: int) -> int:
    """Kill collectors until so many were cut off, over reorganisations; how many there were.

    A collector that ends before its kill has lost its race, nothing else: the chain is
    reorganised for the next one, which so has work to be killed in.
    """
    for name in ("first", "fresh", "killed"):
        (folder / name).mkdir(parents=True)
    moment = moments(seed, whole(folder / "first", seed, 0))
    branches: list[list[bytes]] = []
    phase = cut = 0
    while cut < kills:
        if phase == len(branches):
            branches.append([header.hash for header, _ in chain_at(seed, phase).blocks])
        was_cut = killed(folder / "killed", seed, phase, next(moment))
        if (folder / "killed" / "index.duckdb").exists():
            check_prefix(folder / "killed", branches)
        cut += was_cut
        phase += not was_cut or cut % EVERY == 0
    whole(folder / "fresh", seed, phase)
    collect_on(folder / "killed", seed, phase, _context.Event())
    assert ended(folder / "killed") == ended(folder / "fresh")
    return phase


def test_killed_at_any_moment_it_ends_equal(tmp_path):
    survives(tmp_path, seed=1, kills=6)
