"""Whether a tape is one that the protocol is sound for: its registers, degrees and counts.

Run when tapes are made and by the tests on every tracked tape. A verifier accepts tapes by their
ids, which are hashes of bytes that passed here.
"""

from psephos.stark.verify.field import P
from psephos.stark.verify.refused import Refused
from psephos.stark.verify.tape import (
    ADD,
    CODES,
    DATA,
    DATA_NEXT,
    EVERY,
    MUL,
    OWN,
    OWN_NEXT,
    PUBLIC,
    ROWS,
    SUB,
    TRANSITION,
    Tape,
)

DEGREES = {EVERY: 3, TRANSITION: 3}
"""Greatest degree of a constraint by kind; 2 for the others."""


def check_tape(tape: Tape) -> None:
    """Refused as "statement" unless the tape is well formed."""
    degrees, ahead = _registers(tape)
    _need(1 <= tape.most <= ROWS, tape, f"most = {tape.most}")
    for kind, register, label in tape.constraints:
        _need(kind <= 3 and register < len(degrees), tape, f"constraint {label}")
        most = DEGREES.get(kind, 2)
        _need(degrees[register] <= most, tape, f"degree of constraint {label}")
    for _, numerator, members in tape.interactions:
        _need(1 <= len(members) <= 20, tape, "width of an interaction")
        for register in (numerator, *members):
            _need(register < len(degrees) and degrees[register] <= 1, tape, "an interaction")
            _need(not ahead[register], tape, "an interaction with the next row")
    for register, public, target, label in tape.sums:
        _need(register < len(degrees) and degrees[register] <= 3, tape, f"sum {label}")
        _need(not ahead[register], tape, f"sum {label} with the next row")
        _need(target < (tape.elements if public else P), tape, f"target of {label}")
    for relation in tape.relations:
        for whose, which in (pair for term in relation.terms for pair in term.publics):
            known = which < len(tape.publics) if whose == 0 else whose <= len(tape.required)
            _need(known, tape, relation.label)


def _registers(tape: Tape) -> tuple[list[int], list[bool]]:
    """The degree of each register, and whether it depends on the next row."""
    degrees: list[int] = []
    ahead: list[bool] = []
    limits = {DATA: CODES, DATA_NEXT: CODES, OWN: tape.own, OWN_NEXT: tape.own}
    limits[PUBLIC] = tape.elements
    for i, (code, a, b) in enumerate(tape.operations):
        if code in limits:
            _need(a < limits[code], tape, f"operand of operation {i}")
        if code in (ADD, SUB, MUL):
            _need(max(a, b) < i, tape, f"operation {i} of a later register")
            both = degrees[a], degrees[b]
            degrees.append(sum(both) if code == MUL else max(both))
            ahead.append(ahead[a] or ahead[b])
        else:
            degrees.append(int(code <= OWN_NEXT))
            ahead.append(code in (DATA_NEXT, OWN_NEXT))
    return degrees, ahead


def _need(holds: bool, tape: Tape, what: str) -> None:
    if not holds:
        raise Refused("statement", f"the tape {tape.name} is not well formed: {what}")
