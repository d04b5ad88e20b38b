"""The facts by which Ethereum knows that a state transition was proven.

    state transition fact   keccak(words of the program output)                 data in blobs
                            keccak(keccak(words) ‖ n ‖ data hash ‖ n + data size) + 1   calldata
    SHARP fact              keccak(program hash ‖ state transition fact)
    registered              the verifier's registry answers isValid(SHARP fact) with true

The core contract logs the first (LogStateTransitionFact) and asks the registry for the second.
The program is the operating system's, or the aggregator's where the output names the operating
system's (OS program hash ≠ 0). Source: starkware-libs/cairo-lang 66355d7, `Starknet.sol`
(updateStateInternal) and `OnchainDataFactTreeEncoder.sol`.
"""

from psephos.commit.keccak import keccak
from psephos.commit.l1.output import ProgramOutput
from psephos.errors import VerificationFailed

IS_VALID = keccak(b"isValid(bytes32)")[:4]

VERIFIER_SLOT = keccak(b"STARKNET_1.0_INIT_VERIFIER_ADDRESS")
"""The slot of the core contract that holds the registry's address: no view tells it."""


def state_transition_fact(output: ProgramOutput) -> bytes:
    """The fact of an update whose data lie in blobs; VerificationFailed if they do not."""
    if not output.kzg:
        raise VerificationFailed("this update's data are calldata: its fact needs their hash")
    return _packed(output)


def calldata_fact(output: ProgramOutput, data_hash: int, data_size: int) -> bytes:
    """The fact of an update whose data are calldata, `data_size` words with hash `data_hash`.

    A tree of two leaves: the output, and the data, which count by their hash. One is added to
    say that it is an inner node.
    """
    if output.kzg or not 0 <= data_hash < 2**256 or not 0 <= data_size < 2**64:
        raise VerificationFailed("these are no calldata of an update without blobs")
    size = len(output.words)
    sizes = [number.to_bytes(32, "big") for number in (size, data_hash, size + data_size)]
    root = int.from_bytes(keccak(_packed(output) + b"".join(sizes)), "big")
    return ((root + 1) % 2**256).to_bytes(32, "big")


def sharp_fact(program_hash: int, fact: bytes) -> bytes:
    """What the prover's verifier registers: a program, and what it put out."""
    return keccak(program_hash.to_bytes(32, "big") + fact)


def is_valid_call(fact: bytes) -> bytes:
    """The call data that asks a registry whether it knows a fact."""
    return IS_VALID + fact


def read_is_valid(answer: bytes) -> bool:
    """A registry's answer; VerificationFailed if it is no bool of Solidity."""
    if len(answer) != 32 or any(answer[:31]) or answer[31] > 1:
        raise VerificationFailed("the registry's answer is neither true nor false")
    return bool(answer[31])


def _packed(output: ProgramOutput) -> bytes:
    return keccak(b"".join(word.to_bytes(32, "big") for word in output.words))
