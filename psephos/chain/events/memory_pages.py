"""The registry of memory pages of StarkWare's verifier: state diffs in calldata, before blobs.

Source of names and types: starkware-libs/starkex-contracts f3b2506,
`cpu/MemoryPageFactRegistry.sol`. A fact says that somebody showed the registry pairs of address and
value with this hash and this product; a continuous page's are one after another in memory. Before
0.13.1 Starknet's state diffs were such pages, and may be again where blobs are dear. All words; all
columns are bound by the receipt.
"""

from psephos.chain.event import EventType, Source
from psephos.chain.events.starknet_core import word

PAGE = (word("fact_hash", "bytes32"), word("memory_hash"), word("product"))

SOURCE = Source(
    "memory_pages",
    "Memory pages of StarkWare's verifier",
    (
        EventType("LogMemoryPageFactRegular", "regular_page", PAGE),
        EventType("LogMemoryPageFactContinuous", "continuous_page", PAGE),
    ),
)
