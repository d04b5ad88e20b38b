"""Both verifiers at once: what the Python one says of a file, the JavaScript one has to say too.

Every attack of these tests goes through `verify` and `verify_link` here, so that the verifier of
the browser is put to the same files, asked for the same cause and the same sentence. It runs under
Node.js; where there is none only Python is asked, and tests/dashboards/test_verifier.py says so.
"""

import atexit
import json
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from psephos.stark import verify as python
from psephos.stark.verify import TAPES, Accept, Linked, Refused, Tape, Verified

SCRIPT = Path(__file__).with_name("other.mjs")


class Other:
    """The JavaScript verifier in a process of its own, asked a line at a time."""

    def __init__(self, node: str) -> None:
        self.process = subprocess.Popen(
            [node, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.tapes: list[bytes] = []
        atexit.register(self.end)

    def ask(self, what: str, **more: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"what": what, **more}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert answer.get("cause") != "broken", answer["message"]
        return answer

    def know(self, tapes: list[bytes]) -> None:
        """From now on these statements are accepted."""
        if tapes != self.tapes:
            self.ask("tapes", tapes=[text(tape) for tape in tapes])
            self.tapes = tapes

    def end(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@cache
def other() -> Other | None:
    """None where there is no Node.js."""
    node = shutil.which("node")
    return Other(node) if node else None


def text(data: bytes) -> str:
    return b64encode(data).decode("ascii")


WRITTEN: dict[bytes, bytes] = {
    tape.id: data
    for data in (file.read_bytes() for file in sorted(TAPES.glob("*.tape")))
    for tape in [python.read_tape(data)]
}
"""The bytes of tapes by id; what tests write themselves is added by `read_tape`."""


def read_tape(data: bytes) -> Tape:
    """As in the verifier, but the bytes are kept for the other one."""
    tape = python.read_tape(data)
    WRITTEN[tape.id] = data
    return tape


def known(tapes: Mapping[bytes, Tape]) -> list[bytes]:
    return [WRITTEN[id_] for id_ in tapes if id_ in WRITTEN]


def agree(said: Mapping[str, Any], refused: Refused, *, words: bool = True) -> None:
    """That the other one refused too, with the same cause and the same sentence."""
    assert said.get("cause") == refused.cause, (said, refused.message)
    assert not words or said.get("message") == refused.message


def verify(data: bytes, accept: Accept) -> Verified:
    """What Python's verifier says, after the other one said the same."""
    them = other()
    if them is None:
        return python.verify(data, accept)
    them.know(known(accept.tapes))
    said = them.ask(
        "proof", data=text(data), leastBits=accept.least_bits, regimes=list(accept.regimes)
    )
    try:
        found = python.verify(data, accept)
    except Refused as refused:
        agree(said, refused)
        raise
    assert "cause" not in said, said
    assert said["security"] == str(found.security)
    publics = [
        [name, [[public, str(value)] for public, value in told.items()]]
        for name, told in found.publics
    ]
    assert said["statements"] == publics
    assert said["roots"][0] == [found.data_root.hex(), found.low_degree_root.hex()]
    return found


def check_header(proof: Verified, data: bytes) -> str:
    """As `verify`; `proof` is the last one that both verified, `data` a header's bytes."""
    them = other()
    if them is None:
        return python.check_header(proof, python.read_header(data))
    said = them.ask("tie", data=text(data))
    try:
        found = python.check_header(proof, python.read_header(data))
    except Refused as refused:
        agree(said, refused, words=False)
        raise
    assert said == {"said": found}
    return found


def verify_link(data: bytes, proof: Verified) -> Linked:
    """As `verify`; `proof` is the last one that both verified."""
    them = other()
    if them is None:
        return python.verify_link(data, proof)
    said = them.ask("link", data=text(data))
    try:
        found = python.verify_link(data, proof)
    except Refused as refused:
        agree(said, refused)
        raise
    id_ = None if found.id is None else str(found.id)
    told = {"row": found.row, "weight": str(found.weight), "id": id_, "choice": found.choice}
    assert said == told
    return found
