"""Fees that a forwarder pays in a user's place, read from the calldata of the relayer's account.

A forwarder is known by the names and the shape of what is called, since any contract may have an
`execute`; one that is of no such shape is somebody else's:

    execute            account, entrypoint, n, n felts, gas_token, gas_amount (two felts)
    execute_sponsored  account, entrypoint, n, n felts, m, m felts
    execute_no_fee     account, entrypoint, n, n felts

`account` is who asked; token and amount are what it gives the forwarder for the fee, 0 where a
sponsor pays. They are what a call said: what was really taken is that token's Transfer, and a
transaction that was reverted took nothing.

Calls are read where calldata are exactly a list of calls (accounts of Cairo 1): their number, then
contract, selector, n and n felts of each. Other calldata have none.

Source: avnu-labs, gasless forwarder, entrypoints of these names; its contract on mainnet is
0x0127021a1b5a52d3174c2ab077c2b043c80369250d29428cee956d76ee51584f.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psephos.commit.starknet.felt import felt, keccak_250, selector

EXECUTE, SPONSORED, NO_FEE = (
    keccak_250(name) for name in (b"execute", b"execute_sponsored", b"execute_no_fee")
)
ENTRYPOINTS = {EXECUTE: "execute", SPONSORED: "execute_sponsored", NO_FEE: "execute_no_fee"}


@dataclass(frozen=True, slots=True)
class Relayed:
    """A call of a forwarder: whose call it passes on, and what is given for the fee."""

    forwarder: int
    entrypoint: int
    account: int
    token: int = 0
    amount: int = 0


def forwarded(calldata: Sequence[object]) -> list[Relayed]:
    """The calls of forwarders in an account's calldata, felts as a node writes them.

    MalformedAnswer for a felt that is none, among those that are read.
    """
    found = []
    for at, called, size in _calls(calldata):
        if called in ENTRYPOINTS:
            inside = [felt(x, "`calldata`") for x in calldata[at : at + 3 + size]]
            one = _one(inside[0], called, inside[3:])
            found += [] if one is None else [one]
    return found


def _one(contract: int, selector: int, data: Sequence[int]) -> Relayed | None:
    """A call of a forwarder's entrypoint; None where its calldata have another shape."""
    if len(data) < 3 or len(data) < 3 + data[2]:
        return None
    rest = data[3 + data[2] :]
    if selector == EXECUTE:
        if len(rest) != 3 or max(rest[1:]) >= 1 << 128:
            return None
        return Relayed(contract, selector, data[0], rest[0], rest[1] + (rest[2] << 128))
    if rest if selector == NO_FEE else len(rest) != 1 + (rest or [0])[0]:
        return None
    return Relayed(contract, selector, data[0])


def _calls(data: Sequence[object]) -> list[tuple[int, int, int]]:
    """Place, selector and number of felts of each call; none where they are no list of calls."""
    found, at = [], 1
    while at + 3 <= len(data):
        size = selector(data[at + 2], "`calldata`")
        found.append((at, data[at + 1], size))
        at += 3 + size
    if at != len(data) or felt(data[0], "`calldata`") != len(found):
        return []
    return [(at, selector(called, "`calldata`"), size) for at, called, size in found]
