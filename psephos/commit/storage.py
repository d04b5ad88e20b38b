"""Where a contract keeps its values: slots of Solidity's mappings and namespaces.

    mapping at base b        value of key k in slot keccak(k, 32 bytes ‖ b, 32 bytes)
    namespace (ERC-7201)     keccak(keccak(id) − 1, 32 bytes) with its last byte zero

Sources: Solidity, "Layout of State Variables in Storage"; ERC-7201.
"""

from psephos.commit.keccak import keccak


def slot(number: int) -> bytes:
    """A slot's number, below 2^256, as its 32 bytes."""
    return number.to_bytes(32, "big")


def mapping_slot(key: bytes, base: int) -> bytes:
    """The slot of a mapping's value; a key shorter than 32 bytes (an address) is padded left."""
    return keccak(key.rjust(32, b"\0") + slot(base))


def namespace(id: str) -> int:
    """The first slot of a namespace, for example of "openzeppelin.storage.ERC20"."""
    inner = int.from_bytes(keccak(id.encode()), "big") - 1
    return int.from_bytes(keccak(slot(inner)), "big") & ~0xFF
