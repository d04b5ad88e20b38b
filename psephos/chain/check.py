"""What a range of blocks commits to, against what a node told: pure checks, no question asked.

A header is believed when its bytes hash to its hash and it names its parent. A block's logs are
known when its bloom excludes all we watch (there are none), or when its receipts recompute to the
root and bloom in its header (they are the receipts'). Payers and prices are known when its
transactions recompute, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from psephos.chain.logs import empty, join, logs_of, matching, row, select
from psephos.chain.node import FeltLogs, Header, Logs, Receipt
from psephos.commit.bloom import bloom_has
from psephos.commit.header import HeaderFields, header_hash, header_rlp, parse_header
from psephos.commit.payers import check_payers
from psephos.commit.receipts import receipts_bloom, receipts_root
from psephos.commit.senders import check_told, senders
from psephos.commit.told import hashed, of_starknet
from psephos.commit.transactions import transactions_of, transactions_root
from psephos.errors import NodeContradiction, UnknownFork, VerificationFailed


@dataclass(frozen=True, slots=True)
class Watch:
    """The contracts and first topics whose logs we want."""

    contracts: tuple[bytes, ...]
    topics: tuple[bytes, ...]

    def possible(self, bloom: bytes) -> bool:
        """Whether a block of this bloom may hold a log of ours; False is a proof of absence."""
        return any(bloom_has(bloom, contract) for contract in self.contracts) and any(
            bloom_has(bloom, topic) for topic in self.topics
        )

    def of(self, logs: Logs) -> Logs:
        """The logs of a watched contract with a watched first topic."""
        if not self.contracts or not self.topics:
            return empty()
        wanted = matching(logs, self.contracts, self.topics)
        return logs if wanted.all() else select(logs, wanted)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Logs of a block, by their index in it, that a node told otherwise than its receipts do."""

    number: int
    hash: bytes
    missing: tuple[int, ...] = ()
    added: tuple[int, ...] = ()
    altered: tuple[int, ...] = ()

    def __str__(self) -> str:
        parts = [
            f"{verb} log{'s' * (len(logs) > 1)} {', '.join(map(str, logs))}"
            for verb, logs in (
                ("left out", self.missing),
                ("added", self.added),
                ("altered", self.altered),
            )
            if logs
        ]
        return f"block {self.number}: the node {', '.join(parts)}"


def check_chain(headers: Sequence[Header], first: int, last: int) -> None:
    """Each block of the range is there, and each names the one before it as its parent."""
    if [header.number for header in headers] != list(range(first, last + 1)):
        raise NodeContradiction(f"the node's headers are not those of blocks {first}-{last}")
    for before, header in pairwise(headers):
        if header.parent != before.hash:
            raise NodeContradiction(
                f"block {header.number} names a parent that is not block {before.number}"
            )


def check_header(header: Header) -> HeaderFields | None:
    """The header's members, once they recompute to its hash; None for a fork we do not know.

    Raises NodeContradiction if the bytes do not hash to `hash`, or say another number, parent
    or time than the node did.
    """
    if not header.rlp:
        return None
    if of_starknet(header.rlp):
        check_headers([header])
        return None
    try:
        found = parse_header(header.rlp)
    except UnknownFork:
        return None
    except VerificationFailed as cause:
        raise NodeContradiction(f"header of block {header.number}: {cause}") from cause
    if header_hash(header.rlp) != header.hash:
        raise NodeContradiction(f"header of block {header.number} does not hash to its hash")
    told = (header.number, header.parent, header.timestamp)
    if told != (found.number, found.parent, found.timestamp):
        raise NodeContradiction(f"header of block {header.number} was told in two ways")
    return found


def check_headers(headers: Sequence[Header]) -> None:
    """The same for several headers of either chain; those of Starknet are hashed together."""
    felts = [header for header in headers if of_starknet(header.rlp)]
    for header in headers:
        if not of_starknet(header.rlp):
            check_header(header)
    try:
        found = hashed([header.rlp for header in felts])
    except VerificationFailed as cause:
        raise NodeContradiction(f"a header of the node: {cause}") from cause
    for header, own in zip(felts, found, strict=True):
        if own.hash != header.hash:
            raise NodeContradiction(f"header of block {header.number} does not hash to its hash")
        time = header.timestamp if own.timestamp is None else own.timestamp
        if (header.number, header.parent, header.timestamp) != (own.number, own.parent, time):
            raise NodeContradiction(f"header of block {header.number} was told in two ways")


def check_fields(header: Header) -> None:
    """The header's JSON fields are its bytes: for rows that are read from the fields."""
    if header.rlp and header_rlp(header.fields) != header.rlp:
        raise NodeContradiction(f"fields of block {header.number} are not those of its header")


def recomputes(fields: HeaderFields, receipts: Sequence[Receipt]) -> bool:
    """Whether receipts are all those of a block: their root and bloom are the header's."""
    return (
        receipts_root(receipts) == fields.receipts_root
        and receipts_bloom(receipts) == fields.logs_bloom
    )


def check_transactions(
    fields: HeaderFields, told: Sequence[Mapping[str, Any]], receipts: Sequence[Receipt]
) -> None:
    """Transactions are all those of a block, and its receipts tell what follows from them.

    receipts: those that recompute. VerificationFailed if the root is another, or a transaction
    is not what its signer and hash say; NodeContradiction if a receipt tells another payer,
    price, target or hash; UnknownFork for a type that is not known.
    """
    read = transactions_of(told, fields.members)
    if transactions_root(read) != fields.transactions_root:
        raise VerificationFailed("the transactions do not give the transactions root")
    payers = senders(read, fields)
    check_told(told, read, payers)
    check_payers(receipts, read, payers, fields)


def check_places(logs: Logs | FeltLogs, headers: Sequence[Header]) -> None:
    """Every log lies in one of the blocks, under the hash of its header.

    Otherwise the node told of another branch, or of blocks that nobody asked for.
    """
    if not len(logs):
        return
    first = headers[0].number
    if int(logs.block[0]) < first or int(logs.block[-1]) > headers[-1].number:
        raise NodeContradiction(f"logs of blocks outside {first}-{headers[-1].number} were told")
    hashes = np.frombuffer(b"".join(h.hash for h in headers), np.uint8).reshape(-1, 32)
    wrong = logs.block_hash != hashes[(logs.block - np.uint64(first)).astype(np.intp)]
    if wrong.any():
        number = int(logs.block[wrong.any(axis=1)][0])
        raise NodeContradiction(f"logs of block {number} carry another hash than its header")


def corrected(
    told: Logs, truth: dict[int, Logs], headers: Sequence[Header]
) -> tuple[Logs, tuple[Contradiction, ...]]:
    """`told` with the blocks of `truth` as they are, and where the two differed."""
    if not truth:
        return told, ()
    known = np.isin(told.block, np.fromiter(truth, np.uint64, len(truth)))
    whole = join([truth[number] for number in sorted(truth)])
    if same(select(told, known), whole):
        return told, ()
    hashes = {header.number: header.hash for header in headers}
    found = tuple(
        _difference(number, hashes[number], select(told, told.block == number), logs)
        for number, logs in truth.items()
        if not same(select(told, told.block == number), logs)
    )
    return join([select(told, ~known), whole]), found


def same(one: Logs, other: Logs) -> bool:
    """Whether two sets of logs agree in every column."""
    return len(one) == len(other) and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in Logs.__dataclass_fields__
    )


def _difference(number: int, block_hash: bytes, told: Logs, true: Logs) -> Contradiction:
    ours = {int(true.log[i]): row(true, i) for i in range(len(true))}
    theirs = {int(told.log[i]): row(told, i) for i in range(len(told))}
    return Contradiction(
        number,
        block_hash,
        missing=tuple(sorted(ours.keys() - theirs.keys())),
        added=tuple(sorted(theirs.keys() - ours.keys())),
        altered=tuple(i for i in sorted(ours.keys() & theirs.keys()) if ours[i] != theirs[i]),
    )


def logs_in(receipts: Sequence[Receipt], watch: Watch, header: Header) -> Logs:
    """The watched logs of a block's receipts.

    Raises NodeContradiction if the receipts name another block: its root does not bind that.
    """
    found = watch.of(logs_of(list(receipts)))
    check_places(found, [header])
    return found
