"""Safe wallets of two versions on a real node: one indexes its owners, the other does not."""

import pytest

from tests.anvil.chain import Anvil, Contract, hexed
from tests.chain.events.emitted import emitted, number, silent

pytestmark = pytest.mark.anvil
ZERO = bytes(20)
FIRST = bytes(19) + b"\1"
"""What stands before the first owner in the wallet's linked list."""


def own_call(safe: Contract, owner: bytes, data: bytes) -> None:
    """A transaction of the wallet to itself, signed by an owner's sending it (v = 1)."""
    signature = owner.rjust(32, b"\0") + bytes(32) + b"\1"
    call = (safe.address, 0, data, 0, 0, 0, 0, ZERO, ZERO, signature)
    safe.send("execTransaction", *call, sender=owner)


@pytest.mark.parametrize(("version", "topics"), [("Safe", 2), ("OldSafe", 1)])
def test_owners_are_read_whether_they_are_indexed_or_not(
    anvil: Anvil, version: str, topics: int
) -> None:
    a, b, c, d = anvil.accounts[:4]
    code = anvil.deploy(version)
    factory = anvil.deploy("SafeProxyFactory")
    setup = code.data("setup", [a, b], 1, ZERO, b"", ZERO, ZERO, 0, ZERO)
    made = anvil.send(factory.tx("createProxyWithNonce", code.address, setup, 0))[0]
    safe = anvil.at(version, made["logs"][0]["address"])
    own_call(safe, a, safe.data("addOwnerWithThreshold", c, 1))
    own_call(safe, a, safe.data("swapOwner", a, b, d))
    own_call(safe, a, safe.data("removeOwner", FIRST, c, 1))
    own_call(safe, a, safe.data("changeThreshold", 2))

    added = [log for r in anvil.receipts(anvil.head() - 3) for log in r["logs"]]
    assert {len(log["topics"]) for log in added if log["address"] == hexed(safe.address)} >= {
        topics
    }
    tables = emitted(anvil, "safe", safe)
    assert not silent(tables)
    (first,) = tables["safe_setup"]
    assert (first["owners"], number(first["threshold"])) == ([a, b], 1)
    owners = set(first["owners"])
    changes = [(r, True) for r in tables["owner_added"]] + [
        (r, False) for r in tables["owner_removed"]
    ]
    for row, comes in sorted(changes, key=lambda x: (x[0]["block_number"], x[0]["log_index"])):
        (owners.add if comes else owners.remove)(row["owner"])
    assert {hexed(owner) for owner in owners} == set(safe.call("getOwners"))
    assert number(tables["threshold_changed"][-1]["threshold"]) == safe.call("getThreshold") == 2
