"""The verifier in one file: the same as the package, on what it accepts and on what it refuses."""

import ast
import importlib.util
import os
import subprocess
import sys
import tracemalloc
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from psephos.stark import single
from psephos.stark.verify import Accept, Refused, accepted, verify
from psephos.stark.verify.header import HEADER_LIMIT
from tests.stark import both
from tests.stark.flips import causes, damaged, flipped
from tests.stark.toys import KNOWN, rows_writer, sum_writer, table
from tests.stark.votes import Bench, votes

ACCEPT = Accept(KNOWN, least_bits=0)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("single") / "verify.py"
    path.write_text(single.text() + "\n")
    return path


@pytest.fixture(scope="module")
def alone(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_alone", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_alone"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def toy() -> bytes:
    return table().prove()


def test_no_name_is_defined_twice(file):
    names: Counter[str] = Counter()
    for part in ast.parse(file.read_text()).body:
        if isinstance(part, ast.FunctionDef | ast.ClassDef):
            names[part.name] += 1
        elif isinstance(part, ast.Assign | ast.AnnAssign):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            names.update(n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
    assert [name for name, times in names.items() if times > 1] == []
    assert "psephos.stark" not in "".join(
        line for line in file.read_text().splitlines() if line.startswith(("import", "from"))
    )


def test_each_part_of_the_verifier_fits_on_a_few_screens():
    folder = Path(single.__file__).parent / "verify"
    for path in folder.glob("*.py"):
        assert len(path.read_text().splitlines()) < 150, path.name


def test_it_runs_without_this_package(file, tmp_path):
    """`-I -S`: no site-packages, no folder of ours on the path."""
    proof = tmp_path / "proof"
    proof.write_bytes(Bench(votes(60), ["tally", "coalition"]).proof())

    def run(*arguments: object) -> tuple[int, str]:
        command = [sys.executable, "-I", "-S", str(file), *map(str, arguments)]
        found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        return found.returncode, found.stdout + found.stderr

    code, said = run(proof, "--least-bits", "5")
    assert code == 0, said
    ours = verify(proof.read_bytes(), Accept(accepted(), 5))
    for statement, told in ours.publics:
        for name, value in told.items():
            assert f"{statement} {name} = {value}\n" in said
    assert ours.low_degree_root.hex() in said
    assert run(proof)[0] == 3
    (tmp_path / "header").write_bytes(b"PSEPHOSB" + bytes(2 * HEADER_LIMIT))
    code, said = run(proof, tmp_path / "header", "--least-bits", "5")
    assert (code, said.startswith("refused: header")) == (3, True)
    os.mkfifo(tmp_path / "pipe")
    for files in ((tmp_path / "pipe",), (proof, tmp_path / "pipe", "--least-bits", "5")):
        assert run(*files)[0] == 2, "a pipe is not waited for"
    assert run(tmp_path / "absent")[0] == 2


def test_it_says_what_the_package_says(alone, toy):
    rows = rows_writer()
    tapes = [alone.read_tape(w.to_bytes()) for w in (rows, sum_writer(rows.tape()))]
    accept = alone.Accept({tape.id: tape for tape in tapes}, 0)
    there, here = alone.verify(toy, accept), verify(toy, ACCEPT)
    assert (there.publics, there.data_root) == (here.publics, here.data_root)
    assert str(there.security) == str(here.security)
    for bent in (*flipped(toy, range(0, len(toy), 61)), *damaged(toy, 7, 100)):
        with pytest.raises(Refused) as ours:
            both.verify(bent, ACCEPT)
        with pytest.raises(alone.Refused) as theirs:
            alone.verify(bent, accept)
        assert (theirs.value.cause, str(theirs.value)) == (ours.value.cause, str(ours.value))


def test_damaged_proofs_are_refused_and_nothing_else_happens(toy):
    found = causes(lambda data: both.verify(data, ACCEPT), damaged(toy, 3, 400))
    assert {"encoding", "opening", "rules"} <= found.keys()


def test_hostile_sizes_take_no_memory(toy):
    """The largest table, the most statements, four megabytes of nothing: checked before use."""
    tapes = accepted()
    big = b"PSEPHOSP\1\1\x16\3\0" + bytes(32) + b"\x10" + b"".join(list(tapes) * 4)[: 16 * 32]
    hostile = [big, big + b"\xff" * 4_000_000, big + bytes(4_000_000), toy[:46] + b"\xff" * 10**6]
    tracemalloc.start()
    try:
        for data in hostile:
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            with pytest.raises(Refused):
                verify(data, Accept(tapes, 0))
            assert tracemalloc.get_traced_memory()[1] - before < 10 * 2**20
    finally:
        tracemalloc.stop()
    for data in hostile:
        with pytest.raises(Refused):
            both.verify(data, Accept(tapes, 0))
