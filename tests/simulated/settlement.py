"""State updates made to order: words into blobs, program outputs of both layouts, L1 receipts."""

import random
from collections.abc import Sequence
from typing import Any

import ckzg

from psephos.commit.header import header_hash, header_rlp
from psephos.commit.keccak import keccak
from psephos.commit.l1 import kzg
from psephos.commit.l1.polynomial import FIELD, ROOT, SIZE, evaluate
from psephos.commit.receipts import receipts_bloom, receipts_root
from psephos.commit.starknet.felt import PRIME

Json = dict[str, Any]


def blob_of(words: Sequence[int]) -> bytes:
    """The blob that carries these words, by the forward transform."""
    values = _transform(list(words) + [0] * (SIZE - len(words)), ROOT)
    order = [int(format(i, "012b")[::-1], 2) for i in range(SIZE)]
    return b"".join(values[i].to_bytes(32, "big") for i in order)


def _transform(values: list[int], root: int) -> list[int]:
    if len(values) == 1:
        return values
    even = _transform(values[::2], root * root % FIELD)
    odd = _transform(values[1::2], root * root % FIELD)
    power, found = 1, [0] * len(values)
    for i, (a, b) in enumerate(zip(even, odd, strict=True)):
        found[i] = (a + power * b) % FIELD
        found[i + len(even)] = (a - power * b) % FIELD
        power = power * root % FIELD
    return found


def diff_words(
    contracts: Sequence[tuple[int, int, int | None, Sequence[tuple[int, int]]]],
    classes: Sequence[tuple[int, int]] = (),
) -> list[int]:
    """The words of a state diff: (address, nonce, class hash or None, entries) each."""
    words = [len(contracts)]
    for address, nonce, class_hash, entries in contracts:
        words += [address, (class_hash is not None) << 128 | nonce << 64 | len(entries)]
        words += [] if class_hash is None else [class_hash]
        words += [word for entry in entries for word in entry]
    return [*words, len(classes), *(word for pair in classes for word in pair)]


def drawn_diff(seed: int, contracts: int = 20) -> list[int]:
    """Words of a diff of random contracts."""
    draw = random.Random(seed)
    addresses = sorted(draw.randrange(2, 2**250) for _ in range(contracts))
    listed = []
    for address in [1, *addresses]:
        keys = sorted(draw.randrange(2**250) for _ in range(draw.randrange(1, 8)))
        entries = [(key, draw.randrange(PRIME)) for key in keys]
        class_hash = draw.randrange(PRIME) if draw.random() < 0.2 else None
        listed.append((address, draw.randrange(1000), class_hash, entries))
    classes = sorted((draw.randrange(PRIME), draw.randrange(PRIME)) for _ in range(3))
    return diff_words(listed, [(key % 2**251, value) for key, value in classes][:1])


MESSAGES = ([5, 6, 2, 70, 71, 8, 9, 0], [1, 2, 3, 4, 1, 50])
"""Two messages to L1, one to L2."""


def messages() -> list[int]:
    return [word for segment in MESSAGES for word in (len(segment), *segment)]


def output_words(
    blobs: Sequence[Sequence[int]], *, newer: bool = True, z: int = 12345
) -> list[int]:
    """A program output over blobs given by their words; none: the data are calldata."""
    split = [_named(words, z) for words in blobs]
    commitments = [half for (low, high), _ in split for half in (low, high)]
    values = [half for _, (low, high) in split for half in (low, high)]
    if newer:
        head = [11, 22, 100, 110, 33, 44, 0, 55, int(bool(blobs)), 0]
        segment = [z, len(blobs), *commitments, *values] if blobs else []
    else:
        head = [11, 22, 110, 2**200, 55, int(bool(blobs))]
        segment = [*commitments, z, *values] if blobs else []
    return [*head, *segment, *messages()]


def _named(words: Sequence[int], z: int) -> tuple[tuple[int, int], tuple[int, int]]:
    name = int.from_bytes(kzg.commitment(blob_of(words)), "big")
    y = evaluate(words, z)
    return (name % 2**192, name >> 192), (y % 2**128, y >> 128)


def text(words: Sequence[int]) -> bytes:
    return "\n".join(map(str, words)).encode()


def point_proof(blob: bytes, z: int) -> bytes:
    return bytes(ckzg.compute_kzg_proof(blob, z.to_bytes(32, "big"), kzg._setup())[0])


def blob_proof(blob: bytes) -> bytes:
    return bytes(ckzg.compute_blob_kzg_proof(blob, kzg.commitment(blob), kzg._setup()))


def log(address: bytes, signature: str, *words: int) -> Json:
    """A log without indexed members, one word each."""
    return {
        "address": "0x" + address.hex(),
        "topics": ["0x" + keccak(signature.encode()).hex()],
        "data": "0x" + b"".join(word.to_bytes(32, "big") for word in words).hex(),
    }


def receipts(logs: Sequence[Sequence[Json]]) -> list[Json]:
    """Receipts of a block, one a list of logs; types 0 to 4 in turn."""
    found, counted = [], 0
    for index, inside in enumerate(logs):
        told = []
        for entry in inside:
            told.append({**entry, "logIndex": hex(counted), "transactionIndex": hex(index)})
            counted += 1
        found.append(
            {
                "type": hex(index % 5),
                "status": "0x1",
                "transactionIndex": hex(index),
                "cumulativeGasUsed": hex(21000 * (index + 1)),
                "logs": told,
            }
        )
    return found


def header(number: int, told: Sequence[Json]) -> tuple[bytes, bytes]:
    """The bytes of a header over receipts, and its hash."""
    zero = "0x" + "00" * 32
    fields = {
        "parentHash": zero,
        "sha3Uncles": zero,
        "miner": "0x" + "00" * 20,
        "stateRoot": zero,
        "transactionsRoot": zero,
        "receiptsRoot": "0x" + receipts_root(told).hex(),
        "logsBloom": "0x" + receipts_bloom(told).hex(),
        "difficulty": "0x0",
        "number": hex(number),
        "gasLimit": hex(30_000_000),
        "gasUsed": hex(21000 * len(told)),
        "timestamp": hex(1_700_000_000),
        "extraData": "0x",
        "mixHash": zero,
        "nonce": "0x0000000000000000",
        "baseFeePerGas": "0x7",
        "withdrawalsRoot": zero,
        "blobGasUsed": "0x0",
        "excessBlobGas": "0x0",
        "parentBeaconBlockRoot": zero,
        "requestsHash": zero,
    }
    encoded = header_rlp(fields)
    return encoded, header_hash(encoded)
