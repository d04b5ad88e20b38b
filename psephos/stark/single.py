"""The verifier as one file: `python -m psephos.stark.single > verify.py`, then copy it anywhere.

    python verify.py PROOF [HEADER] [--least-bits N] [--unique]

The modules of `psephos.stark.verify` and `psephos.stark.security` one after another, as they are,
without their imports of each other; then the tapes of the accepted statements. No name is defined
twice among them, which a test holds. Standard library only.
"""

import re
import sys
from base64 import b85encode
from pathlib import Path

from psephos.stark.verify import TAPES

FOLDER = Path(__file__).resolve().parent
VERIFIER = """refused field packed hash reader presets transcript merkle tape combination air
quotient deep fri publics claim accept opening proof header link"""
MODULES = ("security", *(f"verify/{name}" for name in VERIFIER.split()))
"""Each after those it imports."""

IMPORT = re.compile(r"^(from (\S+) import (\([^)]*\)|[^\n]*)|import [^\n]*)\n", re.MULTILINE)
DOCSTRING = re.compile(r'\A"""(.*?)"""\n', re.DOTALL)
WIDTH = 96


def text(tapes: Path = TAPES) -> str:
    """The whole file."""
    wanted: set[str] = set()
    parts = [_module(name, wanted) for name in MODULES]
    files = sorted(tapes.glob("*.tape"))
    embedded = "".join(_embedded(file) for file in files)
    return "\n".join([HEAD, *sorted(wanted), "", *parts, f"\nTAPES = {{\n{embedded}}}\n", MAIN])


def _module(name: str, wanted: set[str]) -> str:
    """A module's text, its docstring as a comment; what it imports from outside is `wanted`."""
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    told = DOCSTRING.match(source)
    assert told, name
    source = source[told.end() :]
    for found in IMPORT.finditer(source):
        if not (found[2] or "").startswith("psephos."):
            wanted.add(found[0].strip())
    said = "\n".join(f"# {line}".rstrip() for line in told[1].strip().splitlines())
    return f"\n# ── {name}.py " + "─" * 40 + f"\n{said}\n{IMPORT.sub('', source).rstrip()}\n"


def _embedded(file: Path) -> str:
    """One tape, in lines."""
    data = b85encode(file.read_bytes()).decode("ascii")
    lines = [data[i : i + WIDTH] for i in range(0, len(data), WIDTH)]
    body = "\n".join(f"        {line!r}" for line in lines)
    return f"    {file.stem!r}: (\n{body}\n    ),\n"


HEAD = '''"""Verifies proofs of psephos with Python's standard library alone.

    python verify.py PROOF [HEADER] [--least-bits N] [--unique]

Exit code 0: what is printed follows from the table that the proof commits to. 3: refused, and why.
Made by `python -m psephos.stark.single` from psephos/stark/verify; do not edit.
"""

import argparse
import sys
from base64 import b85decode
from pathlib import Path'''

MAIN = '''
def accepted():
    """The statements of this file, by the hash of their tapes."""
    tapes = [read_tape(b85decode("".join(data))) for data in TAPES.values()]
    return {tape.id: tape for tape in tapes}


def bytes_of(file, limit):
    """A file's bytes, at most one more than it may have; a pipe might never end."""
    if file.exists() and not file.is_file():
        raise OSError(f"{file} is no file")
    with file.open("rb") as opened:
        return opened.read(limit + 1)


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Verify a proof of psephos.")
    parser.add_argument("proof", type=Path)
    parser.add_argument("header", type=Path, nargs="?")
    parser.add_argument("--least-bits", type=float, default=100)
    parser.add_argument("--unique", action="store_true", help="refuse the Johnson regime")
    asked = parser.parse_args(arguments)
    regimes = (UNIQUE,) if asked.unique else REGIMES
    try:
        data = bytes_of(asked.proof, LIMIT)
        if len(data) > LIMIT:
            raise Refused("encoding", f"{asked.proof} is too long to be a proof")
        found = verify(data, Accept(accepted(), asked.least_bits, regimes))
        link = "not checked"
        if asked.header:
            link += "; " + check_header(found, read_header(bytes_of(asked.header, HEADER_LIMIT)))
    except OSError as error:
        print(f"verify: {error}", file=sys.stderr)
        return 2
    except Refused as error:
        print(f"refused: {error.cause}: {error.message}")
        return 3
    print(f"verified: {found.security}")
    for statement, told in found.publics:
        for name, value in told.items():
            print(f"{statement} {name} = {value}")
    print(f"scale = {found.claim.scale}")
    print(f"row root = {found.claim.row_root.hex()}")
    print(f"low-degree root = {found.low_degree_root.hex()}")
    print(f"data link: {link}")
    return 0


if __name__ == "__main__":
    sys.exit(main())'''


if __name__ == "__main__":
    sys.stdout.write(text() + "\n")
