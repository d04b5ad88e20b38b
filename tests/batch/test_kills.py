"""A collector killed with -9 resumes, and ends as if nothing had happened."""

from pathlib import Path

from psephos.batch.ledger import Ledger
from psephos.store.digest import digest
from psephos.store.index import Index
from tests.simulated.resumed import _context, chain_at, collect_on, killed, moments, whole


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


def survives(folder: Path, seed: int, kills: int, phases: int) -> int:
    """Kill collectors `kills` times over several reorganisations; how many were cut off."""
    (folder / "fresh").mkdir()
    (folder / "killed").mkdir()
    longest = whole(folder / "fresh", seed, phases - 1)
    moment = moments(seed, longest)
    chains = [chain_at(seed, phase) for phase in range(phases)]
    branches = [[header.hash for header, _ in chain.blocks] for chain in chains]
    cut = 0
    for turn in range(kills):
        phase = turn * phases // kills
        cut += killed(folder / "killed", seed, phase, next(moment))
        if (folder / "killed" / "index.duckdb").exists():
            check_prefix(folder / "killed", branches)
    collect_on(folder / "killed", seed, phases - 1, _context.Event())
    assert ended(folder / "killed") == ended(folder / "fresh")
    return cut


def test_killed_at_any_moment_it_ends_equal(tmp_path):
    assert survives(tmp_path, seed=1, kills=6, phases=2) >= 1
