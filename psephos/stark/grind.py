"""Grinding: the lowest nonce that makes a hash begin with zero bits."""

import numpy as np
from numpy.typing import NDArray

from psephos.commit.starknet.compiled.machine import cores, kernel, run
from psephos.stark.blake import LANES, Words, compress, initial

PARTS = "b354b09665a2df71"
"""Digest of the files that kernels here are made of besides this one: see `machine`."""

BEGIN = initial(b"pstark-G", 32)
CHUNK = 1 << 16
_LAST = np.uint32(2**32 - 1)


def nonce(state: bytes, bits: int) -> int:
    """The lowest nonce for which the low `bits` (at most 32) of the hash's first word are zero."""
    words = np.frombuffer(state, "<u4").astype(np.uint32)
    mask, count, first = np.uint32((1 << bits) - 1), cores(), 0
    while True:
        found = np.full(count, -1, np.int64)
        run(_search, list(range(count + 1)), words, mask, first, BEGIN, found)
        right = found[found >= 0]
        if len(right):
            return int(right.min())
        first += count * CHUNK


@kernel
def _search(
    words: Words,
    mask: np.uint32,
    first: int,
    begin: Words,
    found: NDArray[np.int64],
    start: int,
    end: int,
) -> None:
    message = np.zeros(16 * LANES, np.uint32)
    state = np.empty(8 * LANES, np.uint32)
    for k in range(8):
        message[k * LANES : (k + 1) * LANES] = words[k]
    for part in range(start, end):
        base = first + part * CHUNK
        for at in range(base, base + CHUNK, LANES):
            for lane in range(LANES):
                message[8 * LANES + lane] = np.uint32((at + lane) & 0xFFFFFFFF)
                message[9 * LANES + lane] = np.uint32((at + lane) >> 32)
            state[:] = begin
            compress(state, message, np.uint32(40), _LAST)
            for lane in range(LANES):
                if found[part] < 0 and state[lane] & mask == 0:
                    found[part] = at + lane
            if found[part] >= 0:
                break
