"""Endpoints tell one chain: what is declared, or what the first of them told."""

import pytest

from psephos.chain.wire.identity import Identity
from psephos.errors import WrongChain

FIRST, OTHER = b"\x01" * 32, b"\x02" * 32


def test_what_the_first_endpoint_tells_the_others_must_tell() -> None:
    identity = Identity(None, None)
    assert identity.hold(1, FIRST) == (1, FIRST)
    with pytest.raises(WrongChain, match="is on chain 5, not on 1"):
        identity.check_chain(5)
    with pytest.raises(WrongChain, match="another genesis block of chain 1"):
        identity.hold(1, OTHER)


def test_an_endpoint_of_another_genesis_leaves_nothing_behind() -> None:
    identity = Identity(None, FIRST, name=lambda told: f"#{told}")
    with pytest.raises(WrongChain, match="chain #7"):
        identity.hold(7, OTHER)
    assert identity.chain_id is None
    assert identity.hold(1, FIRST) == (1, FIRST)
