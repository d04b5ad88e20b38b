"""Settlement: a log of Starknet's core contract or of a StarkEx exchange, and what hangs on it.

    header   whose hash is given by an anchor         ← the receipt with the log (a trie proof)
    log      new root, last L2 block and its hash     ← the L2 blocks, parent by parent
    fact     logged beside it, in the same receipt    ← the words of the program output
    registry isValid(keccak(program hash ‖ fact))     asked of a node: *seen*, unless proven

StarkEx's logs are tied to their header in the same way; their roots commit to data that a
committee keeps or that calldata holds, which is not read here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from psephos.commit.l1.fact import is_valid_call, read_is_valid, sharp_fact, state_transition_fact
from psephos.commit.l1.inclusion import ProvenLog, ReceiptProof, proven_logs
from psephos.commit.l1.logs import ExchangeUpdate, Fact, Settlement, StateUpdate, read_log
from psephos.commit.l1.output import ProgramOutput
from psephos.commit.l1.walk import Link, walked
from psephos.commit.starknet import claims
from psephos.commit.starknet.hashes import EXACT, Hashes
from psephos.commit.starknet.recompute import recompute
from psephos.commit.starknet.shapes import read_document
from psephos.errors import UnknownFork, VerificationFailed
from psephos.evidence.check import Check, Verdict, attempt
from psephos.evidence.inside import kept, tried


class Asked(Protocol):
    """What is asked of a node here."""

    def call(self, to: bytes, data: bytes, block: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Settled:
    """A receipt's settlement: what was logged, where, and the facts logged beside it."""

    log: ProvenLog
    says: StateUpdate | ExchangeUpdate
    facts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What may be given beside a log. `before` is the update that preceded it, None for the
    first; `blocks` are decoded answers for every L2 block between the two, in order."""

    output: ProgramOutput | None = None
    blocks: Sequence[object] = ()
    before: StateUpdate | None = None
    chain: int | None = None
    hashes: Hashes = field(default=EXACT)


def verify_settlement(
    proof: ReceiptProof, contract: bytes, block_hash: bytes | None, given: Given | None = None
) -> Verdict:
    """Check the settlement that `contract` (20 bytes) logged in one receipt.

    `block_hash` is the hash of the block as an anchor gives it; without it nothing is recomputed
    that could be compared. Everything wrong is a failed check.
    """
    beside = given or Given()
    checks: list[Check] = []
    settled = kept(checks, "log", lambda: read_settled(proof, contract, block_hash), _told)
    if settled is None:
        return Verdict(tuple(checks), recomputed=False)
    says = settled.says
    if beside.output is not None:
        output = beside.output
        checks.append(tried("program output", lambda: _output(output, settled)))
    if beside.blocks and isinstance(says, StateUpdate):
        checks.append(tried("blocks", lambda: walked(links(beside), says, beside.before)))
    facts: dict[str, Any] = {
        "l1_block": settled.log.block,
        "l1_hash": "0x" + settled.log.block_hash.hex(),
        "transaction_index": settled.log.transaction,
        **_facts(says),
    }
    return Verdict(tuple(checks), block_hash is not None, facts)


def read_settled(proof: ReceiptProof, contract: bytes, block_hash: bytes | None) -> Settled:
    """The one settlement that a contract logged in a receipt, proven to the block's header."""
    logs = [log for log in proven_logs(proof, block_hash) if log.address == contract]
    read: list[tuple[ProvenLog, Settlement | None]] = [
        (log, read_log(log.topics, log.data)) for log in logs
    ]
    updates = [(log, says) for log, says in read if isinstance(says, StateUpdate | ExchangeUpdate)]
    if len(updates) != 1:
        raise VerificationFailed(
            f"0x{contract.hex()} logged {len(updates)} state updates in this receipt, not one"
        )
    log, says = updates[0]
    return Settled(log, says, tuple(other.fact for _, other in read if isinstance(other, Fact)))


def links(given: Given) -> list[Link]:
    """L2 blocks as links of a walk, each recomputed to its own hash.

    UnknownFork if a block's version cannot be recomputed: a hash that was only told links nothing.
    """
    return [_link(document, given) for document in given.blocks]


def _link(document: object, given: Given) -> Link:
    found = read_document(document)
    block, diff = found.block, found.update.diff if found.update else None
    chain = claims.chain_of(block, given.hashes) if given.chain is None else given.chain
    made = recompute(block, diff, chain, given.hashes)
    if made.hash is None or block.number is None or block.root is None:
        raise UnknownFork(f"block {block.number} cannot be recomputed: {made.reason}")
    if made.hash != block.hash:
        raise VerificationFailed(f"block {block.number} recomputes to {made.hash:#x}, another hash")
    return Link(block.number, made.hash, block.parent, block.root)


def check_registration(
    node: Asked, registry: bytes, program_hash: int, fact: bytes, block: int
) -> Check:
    """Whether the verifier's registry knows the fact of a program at a block.

    The answer is a node's word: *seen*. NodeErrors make the check not possible.
    """

    def check() -> str:
        wanted = sharp_fact(program_hash, fact)
        if not read_is_valid(node.call(registry, is_valid_call(wanted), block)):
            raise VerificationFailed(f"the registry does not know 0x{wanted.hex()}")
        return f"a node's registry knows 0x{wanted.hex()} at block {block}"

    return attempt("registration", check)


def _output(output: ProgramOutput, settled: Settled) -> str:
    """That the words are those of this update: its root, block and hash, and the logged fact."""
    says = settled.says
    if not isinstance(says, StateUpdate):
        raise VerificationFailed("a StarkEx exchange has no Starknet program output")
    ours, theirs = (output.root, output.number, output.hash), (says.root, says.number, says.hash)
    if ours != theirs:
        raise VerificationFailed(f"the output ends in block {output.number}, the log tells another")
    if not output.kzg:
        return "the update's root, block and hash; its fact needs the calldata's hash"
    fact = state_transition_fact(output)
    if settled.facts != (fact,):
        raise VerificationFailed(f"the output's fact 0x{fact.hex()} is not the one logged")
    return "the update's root, block and hash, and its logged fact"


def _told(settled: Settled) -> str:
    return f"in receipt {settled.log.transaction} of block {settled.log.block}"


def _facts(says: StateUpdate | ExchangeUpdate) -> dict[str, Any]:
    if isinstance(says, StateUpdate):
        hash_ = None if says.hash is None else hex(says.hash)
        return {"number": says.number, "hash": hash_, "root": hex(says.root)}
    roots = {
        "vault_root": says.vault_root,
        "rollup_vault_root": says.rollup_vault_root,
        "order_root": says.order_root,
    }
    shown = {name: None if root is None else hex(root) for name, root in roots.items()}
    return {"sequence": says.sequence, "batch": says.batch, **shown}
