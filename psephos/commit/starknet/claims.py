"""What transactions claim about themselves, recomputed: hash, address, consumed L1 message.

A transaction's hash binds the payer, what was called, and the most that may be paid. It is told
by whoever gives the block, and the transaction commitment is over hashes as they are told: so
each has to be recomputed, or payer, tip and bounds are bound by nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from psephos.commit.keccak import keccak
from psephos.commit.starknet.block import Block, Receipt
from psephos.commit.starknet.hashes import Hashes
from psephos.commit.starknet.transaction import (
    FORMULAS,
    OLD_FORMULAS,
    Formula,
    Transaction,
    addresses,
    hashable,
    hashes_on,
    transaction_hashes,
)
from psephos.commit.starknet.versions import CHAINS, LAST_OLD_TRANSACTION
from psephos.errors import VerificationFailed

TRIED = 4
"""How many transactions are tried to find out the chain of a block that nobody named."""


def chain_of(block: Block, hashes: Hashes) -> int | None:
    """The chain under whose id one of the first transactions has the hash that it tells.

    None if no known chain fits, or if there is no transaction to try.
    """
    known = [tx for tx in block.transactions or () if _known(tx)]
    for tx in sorted(known, key=lambda tx: len(tx.calldata))[:TRIED]:
        fitting = _chains_of(tx, hashes)
        for chain, old in fitting:
            if not old or may_be_old(block, chain):
                return chain
    return None


def _chains_of(tx: Transaction, hashes: Hashes) -> list[tuple[int, bool]]:
    """The known chains on which the transaction has the hash it tells, and if in an old way."""
    chains = list(CHAINS.values())
    fitting: list[tuple[int, bool]] = []
    for told in dict.fromkeys((two_bounds(tx), tx)):
        for table in (FORMULAS, *OLD_FORMULAS):
            if hashable(told, table):
                found = zip(chains, hashes_on(told, chains, hashes, table), strict=True)
                old = table is not FORMULAS
                fitting += [(chain, old) for chain, value in found if value == tx.hash]
    return fitting


def may_be_old(block: Block, chain: int) -> bool:
    """Whether transactions of the block may be hashed in a way that binds no version and fee."""
    if block.version is not None:
        return False
    return block.number is None or block.number <= LAST_OLD_TRANSACTION.get(chain, -1)


def unknown_transactions(transactions: Sequence[Transaction]) -> list[str]:
    """Names of kinds and versions whose hash cannot be recomputed."""
    return sorted({tx.name for tx in transactions if not _known(tx)})


def wrong_hashes(
    transactions: Sequence[Transaction], chain: int, hashes: Hashes, *, old: bool
) -> list[int]:
    """Places of the transactions that do not have the hash they tell on that chain.

    `old` says that older ways of hashing are possible. Transactions of an unknown kind are
    passed over: `unknown_transactions` names them.
    """
    left = [i for i, tx in enumerate(transactions) if _known(tx)]
    first = [two_bounds(tx) for tx in transactions]
    left = _wrong(first, left, chain, hashes, FORMULAS)
    other = [i for i in left if first[i] is not transactions[i]]
    wrong = set(left) - set(other) | set(_wrong(transactions, other, chain, hashes, FORMULAS))
    left = sorted(wrong)
    for table in OLD_FORMULAS if old else ():
        left = _wrong(transactions, left, chain, hashes, table)
    return left


def _wrong(
    transactions: Sequence[Transaction],
    places: Sequence[int],
    chain: int,
    hashes: Hashes,
    table: Mapping[tuple[str, int], Formula],
) -> list[int]:
    """Those of the places whose hash the formulas of the table do not give."""
    tried = [i for i in places if hashable(transactions[i], table)]
    if not tried:
        return list(places)
    found = transaction_hashes([transactions[i] for i in tried], chain, hashes, table)
    right = {i for i, value in zip(tried, found, strict=True) if value == transactions[i].hash}
    return [i for i in places if i not in right]


def _known(tx: Transaction) -> bool:
    return (tx.kind, tx.version) in FORMULAS


def two_bounds(tx: Transaction) -> Transaction:
    """The same as before L1 data gas was bounded. Nodes show such transactions with bounds of
    zero for it, which were not hashed; zero is what both ways of hashing bind."""
    if len(tx.bounds) == 3 and tx.bounds[2].amount == tx.bounds[2].price == 0:
        return replace(tx, bounds=tx.bounds[:2])
    return tx


def check_addresses(block: Block, hashes: Hashes) -> int:
    """How many contracts the transactions deploy, each at the address that is told, if any is.

    VerificationFailed names the first that is told otherwise.
    """
    transactions = block.transactions or ()
    places = [i for i, tx in enumerate(transactions) if tx.kind in ("DEPLOY", "DEPLOY_ACCOUNT")]
    made = addresses([transactions[i] for i in places], hashes)
    for i, address in zip(places, made, strict=True):
        told = [transactions[i].sender]
        if block.receipts is not None:
            told.append(block.receipts[i].contract)
        if any(other not in (None, address) for other in told):
            raise VerificationFailed(f"transaction {i} deploys {address:#x}, not what it tells")
    return len(places)


def check_l1_messages(block: Block) -> int:
    """How many L1 handlers consumed the message whose hash their receipt tells.

        message = keccak(L1 sender ‖ contract ‖ nonce ‖ selector ‖ n ‖ payload…), 32 bytes each

    VerificationFailed names the first that tells another.
    """
    checked = 0
    for i, (tx, receipt) in enumerate(_receipted(block)):
        if tx.kind == "L1_HANDLER" and receipt.l1_message is not None and tx.nonce is not None:
            checked += 1
            if l1_message(tx) != receipt.l1_message:
                raise VerificationFailed(f"transaction {i} consumed another message of L1")
    return checked


def l1_message(tx: Transaction) -> bytes:
    """The hash of the L1 message that an L1 handler consumes; its first argument is the sender."""
    sender, payload = (tx.calldata[0], tx.calldata[1:]) if tx.calldata else (0, ())
    words = (sender, tx.sender or 0, tx.nonce or 0, tx.selector, len(payload), *payload)
    return keccak(b"".join(word.to_bytes(32, "big") for word in words))


def _receipted(block: Block) -> Sequence[tuple[Transaction, Receipt]]:
    return list(zip(block.transactions or (), block.receipts or (), strict=False))
