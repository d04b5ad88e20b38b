"""Compiled hashes are bit-equal to the exact ones and to published libraries."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fast_stark_crypto import pedersen_hash
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from poseidon_py.poseidon_hash import poseidon_hash, poseidon_hash_many

from psephos.commit.starknet import compiled, pairs
from psephos.commit.starknet.compiled import arrays, hades, limbs, machine, points
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.patricia import ordered_root, root
from psephos.commit.starknet.pedersen import pedersen, pedersen_list
from psephos.commit.starknet.poseidon import poseidon_many, poseidon_pair
from psephos.commit.starknet.roots import ordered_roots
from psephos.commit.starknet.trie import Trie
from psephos.errors import MalformedAnswer

EDGES = [
    *(0, 1, 2, 3, 255, 256, 2**64 - 1, 2**64, 2**192 - 1, 2**192, 2**248 - 1, 2**248),
    *(2**251 - 1, 2**251, 2**251 + 17 * 2**192, PRIME // 2, PRIME - 2, PRIME - 1),
]
FELTS = st.sampled_from(EDGES) | st.integers(0, PRIME - 1) | st.integers(0, 2**64)
PAIRS = st.lists(st.tuples(FELTS, FELTS), max_size=40)


@settings(max_examples=60)
@given(PAIRS)
def test_pairs_are_those_of_the_definition_and_of_libraries(asked: list[tuple[int, int]]) -> None:
    assert compiled.poseidon_pairs(asked) == [poseidon_hash(a, b) for a, b in asked]
    assert compiled.pedersen_pairs(asked) == [pedersen_hash(a, b) for a, b in asked]
    few = asked[:4]
    assert compiled.poseidon_pairs(few) == [poseidon_pair(a, b) for a, b in few]
    assert compiled.pedersen_pairs(few) == [pedersen(a, b) for a, b in few]


def test_every_pair_of_edges_is_that_of_libraries() -> None:
    asked = [(a, b) for a in EDGES for b in EDGES]
    assert compiled.pedersen_pairs(asked) == [pedersen_hash(a, b) for a, b in asked]
    assert compiled.poseidon_pairs(asked) == [poseidon_hash(a, b) for a, b in asked]


@settings(max_examples=50)
@given(st.lists(st.lists(FELTS, max_size=12), max_size=12))
def test_lists_are_those_of_the_definition_and_of_a_library(lists: list[list[int]]) -> None:
    assert compiled.poseidon_lists(lists) == [poseidon_hash_many(values) for values in lists]
    assert compiled.poseidon_lists(lists[:3]) == [poseidon_many(values) for values in lists[:3]]
    assert compiled.pedersen_lists(lists[:3]) == [pedersen_list(values) for values in lists[:3]]


@njit
def times(values, out) -> None:
    """The product of two numbers, the square of the first."""
    a, b = hades.load(values, 0), hades.load(values, 1)
    first, second = limbs.multiply(a, b), limbs.square(a)
    for j in range(4):
        out[0, j], out[1, j] = first[j], second[j]


@settings(max_examples=60)
@given(st.tuples(*[st.sampled_from([*EDGES, PRIME, 7 * PRIME, 2**255 - 1]) | FELTS] * 2))
def test_a_product_is_montgomery_s_and_below_its_bound(two: tuple[int, int]) -> None:
    """Bounds of intermediate numbers rest on it; factors are below 2^255, not below PRIME."""
    out = np.zeros((2, 4), np.uint64)
    times(arrays.wide(*two), out)
    for found, exact in zip(arrays.unpacked(out), (two[0] * two[1], two[0] ** 2), strict=True):
        assert found * 2**256 % PRIME == exact % PRIME
        assert 0 < found <= exact // 2**256 + PRIME


def test_a_batch_that_is_divided_among_cores_is_the_same() -> None:
    draw = np.random.default_rng(7)
    lists = [[int(x) for x in draw.integers(0, 2**63, n)] for n in draw.integers(0, 90, 200)]
    assert compiled.poseidon_lists(lists) == [poseidon_hash_many(values) for values in lists]
    asked = [(i, PRIME - 1 - i) for i in range(500)]
    assert compiled.pedersen_pairs(asked) == [pedersen_hash(a, b) for a, b in asked]
    assert pairs.pedersen_batch(asked) == compiled.pedersen_pairs(asked)
    assert pairs.poseidon_batch(asked[:2]) == pairs.poseidon_pairs(asked[:2])


@given(st.lists(st.integers(0, 40), max_size=30), st.integers(0, 10**7))
def test_work_is_divided_without_gap_or_overlap(sizes: list[int], cost: int) -> None:
    starts = np.cumsum([0, *sizes])
    found = machine.bounds(starts, cost)
    assert found[0] == 0
    assert found[-1] == len(sizes)
    assert found == sorted(set(found))
    assert len(found) <= machine.cores() + 1 or not sizes


@settings(max_examples=25)
@given(
    st.lists(st.lists(st.sampled_from(EDGES), max_size=40), max_size=4),
    st.sampled_from(["poseidon", "pedersen"]),
)
def test_the_roots_of_lists_are_those_of_the_definition(lists: list[list[int]], kind) -> None:
    if kind == "pedersen":
        lists = [leaves[:12] for leaves in lists]
    one = poseidon_pair if kind == "poseidon" else pedersen
    assert ordered_roots(lists, kind) == [ordered_root(leaves, one) for leaves in lists]


def test_the_roots_of_lists_are_those_of_the_definition_at_every_count() -> None:
    leaves = [i * i + 1 for i in range(130)]
    counts = [*range(70), 127, 128, 129]
    assert ordered_roots([leaves[:count] for count in counts], "poseidon") == [
        ordered_root(leaves[:count], poseidon_pair) for count in counts
    ]


@settings(max_examples=10)
@given(st.dictionaries(st.integers(0, 2**251 - 1), FELTS, max_size=20))
def test_a_kept_trie_of_compiled_hashes_has_the_root_of_the_definition(leaves) -> None:
    for many, one in (
        (compiled.pedersen_pairs, pedersen),
        (compiled.poseidon_pairs, poseidon_pair),
    ):
        trie = Trie(many)
        trie.update(leaves)
        assert trie.root() == root(leaves, 251, one)


@pytest.mark.parametrize(
    "wrong", [-1, PRIME, PRIME + 1, 2**255, 2**256, 2**300, True, "1", 1.0, None]
)
def test_what_is_no_felt_is_refused_wherever_it_stands(wrong) -> None:
    for call in (
        lambda: compiled.poseidon_pairs([(1, 2), (3, wrong)]),
        lambda: compiled.pedersen_pairs([(wrong, 2)]),
        lambda: compiled.poseidon_lists([[], [1, wrong, 2]]),
        lambda: compiled.pedersen_lists([[wrong]]),
        lambda: ordered_roots([[1, wrong]], "poseidon"),
        lambda: ordered_roots([[3], [1, 2, wrong, 0]], "pedersen"),
    ):
        with pytest.raises(MalformedAnswer, match="felt"):
            call()


def test_nothing_is_hashed_to_nothing() -> None:
    assert compiled.poseidon_pairs([]) == compiled.pedersen_lists([]) == []
    assert compiled.poseidon_lists([[]]) == [poseidon_many([])]
    assert compiled.pedersen_lists([[]]) == [pedersen_list([])]


def test_a_kernel_names_the_files_that_it_is_made_of() -> None:
    """A change of a part must change the kernel's file, or machine code of yesterday would run."""
    folder = Path(machine.__file__).parent

    def digest(*names: str) -> str:
        text = b"".join((folder / f"{name}.py").read_bytes() for name in names)
        return hashlib.sha256(text).hexdigest()[:16]

    assert digest("limbs", "machine") == hades.PARTS
    assert digest("limbs", "machine", "hades") == points.PARTS


SCRIPT = """
import shutil, sys
from pathlib import Path
from psephos.commit.starknet.compiled.machine import run
import numpy as np

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
import tiny

if sys.argv[2] == "lost":  # the folder goes away between loading and compiling
    shutil.rmtree(folder / "cache")
    (folder / "cache").write_text("")
out = np.zeros(4, np.uint64)
run(tiny.fill, (0, 2, 4), out)
assert out.tolist() == [0, 1, 2, 3], out
print("made")
"""
TINY = """
from psephos.commit.starknet.compiled.machine import kernel

@kernel
def fill(out, start, end):
    for i in range(start, end):
        out[i] = i
"""


@pytest.mark.parametrize("how", ["kept", "lost", "damaged", "nowhere"])
def test_a_folder_that_cannot_be_written_costs_time_and_nothing_else(tmp_path: Path, how) -> None:
    (tmp_path / "tiny.py").write_text(TINY)
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(Path(machine.__file__).parents[4]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path / "home"),
    }
    if how == "nowhere":  # a file stands where folders would be made
        for name in ("__pycache__", "home"):
            (tmp_path / name).write_text("")
    else:
        environment["NUMBA_CACHE_DIR"] = str(tmp_path / "cache")
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), how]
    if how == "damaged":
        subprocess.run(command, env=environment, check=True, capture_output=True)
        for index in tmp_path.glob("cache/*/*.nbi"):
            index.write_bytes(index.read_bytes()[:40])
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "made\n", done.stderr
    assert not done.stderr
    assert bool(list(tmp_path.glob("cache/*/*.nbi"))) == (how in ("kept", "damaged"))


def test_kept_code_is_found_without_what_only_compiling_needs(tmp_path: Path) -> None:
    """numba's setup of all it can compile is imported by the process that compiles, not by the
    next; both compute the same."""
    (tmp_path / "tiny.py").write_text(TINY)
    script = SCRIPT + "print('numba.np.linalg' in sys.modules)"
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(Path(machine.__file__).parents[4]),
        "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
    }
    command = [sys.executable, "-c", script, str(tmp_path), "kept"]
    for set_up in (True, False):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.stdout == f"made\n{set_up}\n", done.stderr
