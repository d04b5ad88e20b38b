"""`verify state-update`: what Starknet settled on Ethereum, from a program output and its blobs.

What ties what: the program output's words make the fact that the prover's verifier registers; it
names each blob by its commitment and by the value of its polynomial at a point that only the
prover's transcript gives; the blob's coefficients are the state diff. What is given beside is
compared: commitments and proofs. An object is *recomputed* when every blob's commitment was
recomputed and is equal to one that was given, or the fact is equal to one that was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psephos.commit.l1 import fact as facts
from psephos.commit.l1 import kzg
from psephos.commit.l1.diff import BlobDiff, read_diff
from psephos.commit.l1.output import MOST_BLOBS, ProgramOutput, read_output
from psephos.commit.l1.polynomial import BYTES, coefficients, elements, evaluate
from psephos.commit.l1.text import octets, words
from psephos.errors import VerificationFailed
from psephos.evidence.check import Check, NotPossible, Verdict, attempt, keep


@dataclass(slots=True)
class _Found:
    """What the checks have established so far."""

    checks: list[Check] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    equal: list[bool] = field(default_factory=list)


def verify_state_update(
    program_output: bytes | None,
    blobs: Sequence[bytes] = (),
    commitments: Sequence[bytes] = (),
    proofs: Sequence[bytes] = (),
    *,
    fact: bytes | None = None,
    program_hash: int | None = None,
) -> Verdict:
    """Check a state update from the contents of its files (`psephos.commit.l1.text`).

    `proofs` may be of either kind: of a blob, or of the value at the output's point. `fact` is
    the one that the core contract logged; `program_hash` gives the fact of the verifier's
    registry. Files of one kind are in order of blob.
    """
    found = _Found()
    output = None
    if program_output is not None:
        output = keep(found.checks, "program output", lambda: _output(program_output), _told)
        if output is None:
            return Verdict(tuple(found.checks), False, found.facts)
        found.facts |= _facts(output)
        _check_fact(found, output, fact, program_hash)
    names = {"blobs": blobs, "commitments": commitments, "proofs": proofs}
    found.checks.append(attempt("files", lambda: _counted(output, names)))
    if found.checks[-1].status == "passed":
        _check_blobs(found, output, blobs, commitments, proofs)
    whole = bool(found.equal) and all(found.equal)
    return Verdict(tuple(found.checks), whole, found.facts)


def _output(content: bytes) -> ProgramOutput:
    if content[:1024].lstrip()[:1] == b"{":  # without a copy of what may be far too long
        raise NotPossible("the file is a JSON object: the words of a program output are not in it")
    return read_output(words(content))


def _told(output: ProgramOutput) -> str:
    return f"{len(output.words)} words, layout {output.layout}, ends in block {output.number}"


def _facts(output: ProgramOutput) -> dict[str, Any]:
    return {
        "number": output.number,
        "hash": hex(output.hash),
        "previous_number": output.previous_number,
        "previous_hash": None if output.previous_hash is None else hex(output.previous_hash),
        "root": hex(output.root),
        "previous_root": hex(output.previous_root),
        "config_hash": hex(output.config_hash),
        "os_program_hash": hex(output.program_hash) if output.program_hash else None,
        "messages_to_l1": ["0x" + message.hash.hex() for message in output.to_l1],
        "messages_to_l2": ["0x" + message.hash.hex() for message in output.to_l2],
    }


def _check_fact(
    found: _Found, output: ProgramOutput, expected: bytes | None, program_hash: int | None
) -> None:
    def check() -> str:
        if not output.kzg:
            raise NotPossible("the data are calldata: the fact needs their hash and size")
        made = facts.state_transition_fact(output)
        found.facts["state_transition_fact"] = "0x" + made.hex()
        if program_hash is not None:
            found.facts["sharp_fact"] = "0x" + facts.sharp_fact(program_hash, made).hex()
        if expected is not None and made != expected:
            raise VerificationFailed(f"0x{made.hex()} is not the logged 0x{expected.hex()}")
        return f"0x{made.hex()}" + (", as logged" if expected else ", compared with no log")

    found.checks.append(attempt("fact", check))
    if expected is not None:
        found.equal.append(found.checks[-1].status == "passed")


def _counted(output: ProgramOutput | None, files: dict[str, Sequence[bytes]]) -> str:
    """That there are as many files of a kind as blobs, or none."""
    most = max(len(contents) for contents in files.values())
    if most > MOST_BLOBS:
        raise VerificationFailed(f"{most} files of one kind; no update has so many blobs")
    wanted = len(output.blobs) if output else len(files["blobs"]) or most
    for name, contents in files.items():
        if contents and len(contents) != wanted:
            raise VerificationFailed(f"{len(contents)} {name} of an update of {wanted} blobs")
    return ", ".join(f"{len(contents)} {name}" for name, contents in files.items())


def _check_blobs(
    found: _Found,
    output: ProgramOutput | None,
    blobs: Sequence[bytes],
    commitments: Sequence[bytes],
    proofs: Sequence[bytes],
) -> None:
    polynomials: list[list[int]] = []
    hashes: list[str] = []
    for i in range(max(len(blobs), len(commitments), len(proofs))):
        one = _Blob(
            found,
            f" {i}" if len(blobs) > 1 else "",
            output.blobs[i].commitment if output else None,
            output.z if output else None,
            output.blobs[i].y if output else None,
        )
        polynomial = one.check(
            *(kind[i] if kind else None for kind in (blobs, commitments, proofs))
        )
        if polynomial is not None:
            polynomials.append(polynomial)
        if one.name is not None:
            hashes.append("0x" + kzg.versioned_hash(one.name).hex())
    found.facts["versioned_hashes"] = hashes or None
    if blobs and len(polynomials) == len(blobs):
        _check_diff(found, [word for polynomial in polynomials for word in polynomial])


@dataclass(slots=True)
class _Blob:
    """One blob, and what the program output says of it; `name` becomes its commitment."""

    found: _Found
    suffix: str
    promised: bytes | None
    z: int | None
    y: int | None
    name: bytes | None = None

    def check(
        self, blob: bytes | None, commitment: bytes | None, proof: bytes | None
    ) -> list[int] | None:
        """Make every check that what is given allows; the polynomial if there is a blob."""
        checks = self.found.checks
        data = polynomial = None
        if blob is not None:
            data = keep(checks, "blob" + self.suffix, lambda: _blob(blob), lambda _: "4096 words")
            if data is None:
                return None
            polynomial = coefficients(elements(data))
        checks.append(
            attempt("commitment" + self.suffix, lambda: self._commitment(data, commitment))
        )
        if data is not None:
            self.found.equal.append(checks[-1].status == "passed")
        if polynomial is not None and self.z is not None:
            checks.append(attempt("evaluation" + self.suffix, lambda: self._evaluation(polynomial)))
        if proof is not None:
            checks.append(attempt("proof" + self.suffix, lambda: self._proof(data, proof)))
        return polynomial

    def _commitment(self, data: bytes | None, given: bytes | None) -> str:
        told = octets(given, 48, "commitment") if given is not None else None
        self.name = kzg.commitment(data) if data is not None else told or self.promised
        for other, words_ in ((told, "the one given"), (self.promised, "the program output's")):
            if self.name is not None and other is not None and other != self.name:
                raise VerificationFailed(f"0x{self.name.hex()} is not {words_}, 0x{other.hex()}")
        if self.name is None or (told is None and self.promised is None):
            raise NotPossible("there is nothing to compare the blob's commitment with")
        if data is None and (told is None or self.promised is None):
            raise NotPossible("there is no blob to recompute the commitment of")
        return f"0x{self.name.hex()}"

    def _evaluation(self, polynomial: list[int]) -> str:
        if self.z is None or evaluate(polynomial, self.z) != self.y:
            raise VerificationFailed("the blob has another value at the program output's point")
        return "the blob has the program output's value at its point"

    def _proof(self, data: bytes | None, given: bytes) -> str:
        proof = octets(given, 48, "proof")
        if self.name is None:
            raise NotPossible("there is no commitment to check the proof with")
        point = self.z is not None and self.y is not None
        if point and kzg.point_proof_holds(self.name, self.z or 0, self.y or 0, proof):
            return "shows the value at the program output's point"
        if data is None and self.z is None:
            raise NotPossible("there is no blob, and no point, to check the proof with")
        if data is not None and kzg.blob_proof_holds(data, self.name, proof):
            return "shows that the blob has its commitment"
        raise VerificationFailed("the proof does not hold")


def _blob(content: bytes) -> bytes:
    data = octets(content, BYTES, "blob")
    elements(data)
    return data


def _check_diff(found: _Found, coefficients_: Sequence[int]) -> None:
    def tell(diff: BlobDiff) -> str:
        found.facts |= {
            "contracts": len(diff.contracts),
            "storage_entries": diff.entries,
            "declared_classes": len(diff.classes),
        }
        return f"{len(diff.contracts)} contracts, {diff.entries} entries in {diff.words} words"

    keep(found.checks, "state diff", lambda: read_diff(coefficients_), tell)
