"""An Ethereum block from the node's own block object: each of its roots that can be recomputed.

    header        its members hash to the block's hash                    else nothing is verified
    ommers        the list of ommers is the one the header commits to
    transactions  they give the transactions root; each hashes to its hash
    senders       the signature of each is its sender's, under the rules of the block's fork
    withdrawals   they give the withdrawals root
    receipts      they give the receipts root
    bloom         their logs give the header's bloom
    places        receipts and logs name this block
    payers        what receipts tell beside their root follows from the transactions

A list that the object does not hold (a block without transaction objects, say) is *not possible*:
the hash binds its root, and nothing here says what is under it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from psephos.commit.header import FORKS, HeaderFields, header_hash, header_rlp, parse_header
from psephos.commit.payers import check_block_named, check_payers
from psephos.commit.receipts import Receipt, receipts_bloom, receipts_root
from psephos.commit.senders import check_told, senders
from psephos.commit.transactions import LIMIT, Transaction, transactions_of, transactions_root
from psephos.commit.withdrawals import NO_OMMERS, ommers_hash, withdrawals_root
from psephos.errors import MalformedAnswer, VerificationFailed
from psephos.evidence.check import Check, NotPossible, Verdict
from psephos.evidence.inside import kept, tried


@dataclass(frozen=True, slots=True)
class _Block:
    """A block object with the header that its members give."""

    told: Mapping[str, Any]
    fields: HeaderFields
    hash: bytes


def verify_ethereum_block(block: object, receipts: object = None) -> Verdict:
    """Recompute a block from decoded JSON: the block object, and its receipts if they are given.

    block: of `eth_getBlockByNumber`, with transaction objects or only their hashes, or the whole
    JSON-RPC answer. receipts: of `eth_getBlockReceipts`. Facts: number, hash, parent and state
    root in hex, timestamp, the newest fork that the header's form belongs to, and how many
    transactions, withdrawals, receipts and logs were under roots that are equal; `chain_id` is
    what signatures name, None if none does. Never raises: what is wrong is a failed check.
    """
    checks: list[Check] = []
    facts: dict[str, Any] = {}
    header = kept(checks, "header", partial(_header, _unwrapped(block), facts), _named)
    if header is None:
        return Verdict(tuple(checks), False, facts)
    checks.append(tried("ommers", partial(_ommers, header)))
    read = kept(checks, "transactions", partial(_transactions, header), _counted("transactions"))
    payers: list[bytes] | None = None
    if read is not None:
        facts["transactions"] = len(read)
        facts["chain_id"] = next((one.chain for one in read if one.chain is not None), None)
        payers = kept(checks, "senders", partial(_senders, header, read), _counted("signatures"))
    if header.fields.withdrawals_root is not None or header.told.get("withdrawals"):
        checks.append(tried("withdrawals", partial(_withdrawals, header, facts)))
    if receipts is not None:
        _receipts(checks, facts, header, _unwrapped(receipts), read, payers)
    return Verdict(tuple(checks), True, facts)


def _unwrapped(answer: object) -> object:
    """The `result` of a whole JSON-RPC answer; no block and no list of receipts has one."""
    return answer["result"] if isinstance(answer, Mapping) and "result" in answer else answer


def _header(told: object, facts: dict[str, Any]) -> _Block:
    if not isinstance(told, Mapping):
        raise MalformedAnswer(f"a block is a JSON object, not {type(told).__name__}")
    if told.get("hash", "") is None or told.get("number", "") is None:
        raise NotPossible("the block is pending: it has no hash yet")
    encoded = header_rlp(told)
    fields, own = parse_header(encoded), header_hash(encoded)
    facts |= {
        "number": fields.number,
        "hash": _hex(own),
        "parent": _hex(fields.parent),
        "state_root": _hex(fields.state_root),
        "timestamp": fields.timestamp,
        "fork": FORKS[fields.members],
    }
    if told.get("hash") != _hex(own):
        raise VerificationFailed(f"the header hashes to {_hex(own)}, the block tells another hash")
    return _Block(told, fields, own)


def _named(block: _Block) -> str:
    return f"block {block.fields.number} hashes to {_hex(block.hash)}"


def _counted(what: str) -> Callable[[Sequence[object]], str]:
    return lambda found: f"{len(found)} {what} are the block's"


def _ommers(block: _Block) -> str:
    told, wanted = block.told.get("uncles"), block.fields.uncles
    if wanted == NO_OMMERS:
        if told:
            raise VerificationFailed("ommers are told, the header commits to none")
        return "the header commits to no ommers"
    if told is None or (isinstance(told, list) and all(isinstance(one, str) for one in told)):
        if told == []:
            raise VerificationFailed("no ommers are told, the header commits to some")
        raise NotPossible("the block object names its ommers by hash; their headers are not in it")
    if ommers_hash(told) != wanted:
        raise VerificationFailed("the ommers do not give the hash in the header")
    return f"{len(told)} ommers are the block's"


def _transactions(block: _Block) -> list[Transaction]:
    told = block.told.get("transactions")
    if told is None:
        raise NotPossible("the block object holds no transactions")
    if isinstance(told, list) and told and all(isinstance(one, str) for one in told):
        raise NotPossible("the block object holds hashes of transactions, not the transactions")
    read = transactions_of(told, block.fields.members)
    if transactions_root(read) != block.fields.transactions_root:
        raise VerificationFailed("the transactions do not give the transactions root")
    return read


def _senders(block: _Block, read: Sequence[Transaction]) -> list[bytes]:
    payers = senders(read, block.fields)
    told = block.told["transactions"]
    check_told(told, read, payers)
    check_block_named(told, block.hash, block.fields.number)
    return payers


def _withdrawals(block: _Block, facts: dict[str, Any]) -> str:
    told = block.told.get("withdrawals")
    if block.fields.withdrawals_root is None:
        raise VerificationFailed("withdrawals are told, the header commits to none")
    if told is None:
        raise NotPossible("the block object holds no withdrawals")
    if withdrawals_root(told) != block.fields.withdrawals_root:
        raise VerificationFailed("the withdrawals do not give the withdrawals root")
    facts["withdrawals"] = len(told)
    return f"{len(told)} withdrawals are the block's"


def _receipts(
    checks: list[Check],
    facts: dict[str, Any],
    block: _Block,
    told: object,
    read: Sequence[Transaction] | None,
    payers: Sequence[bytes] | None,
) -> None:
    """The checks of receipts; `payers` only where transactions were recomputed."""
    receipts = kept(checks, "receipts", partial(_list, block, told), _counted("receipts"))
    if receipts is None:
        return
    facts["receipts"] = len(receipts)
    facts["logs"] = sum(len(receipt["logs"]) for receipt in receipts)
    checks.append(tried("bloom", partial(_bloom, block, receipts)))
    checks.append(tried("places", partial(_places, block, receipts)))
    checks.append(tried("payers", partial(_payers, block, receipts, read, payers)))


def _list(block: _Block, told: object) -> list[Receipt]:
    if not isinstance(told, list) or len(told) > LIMIT:
        raise MalformedAnswer(f"receipts are no list of at most {LIMIT} objects")
    if receipts_root(told) != block.fields.receipts_root:
        raise VerificationFailed("the receipts do not give the receipts root")
    return told


def _places(block: _Block, receipts: Sequence[Receipt]) -> str:
    check_block_named(receipts, block.hash, block.fields.number)
    return "receipts and logs name this block"


def _bloom(block: _Block, receipts: Sequence[Receipt]) -> str:
    if receipts_bloom(receipts) != block.fields.logs_bloom:
        raise VerificationFailed("the logs of the receipts do not give the header's bloom")
    return "the bloom is that of the receipts' logs"


def _payers(
    block: _Block,
    receipts: Sequence[Receipt],
    read: Sequence[Transaction] | None,
    payers: Sequence[bytes] | None,
) -> str:
    if read is None or payers is None:
        raise NotPossible("payers and prices follow from transactions, which were not recomputed")
    check_payers(receipts, read, payers, block.fields)
    return f"{len(receipts)} receipts tell the payers and prices that their transactions give"


def _hex(value: bytes) -> str:
    return "0x" + value.hex()
