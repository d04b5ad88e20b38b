"""Feeder gateways of a Starknet sequencer: who signed a block. JSON-RPC has no question for it.

    GET <address>/feeder_gateway/get_signature?blockNumber=N
    {"block_hash": "0x…", "signature": ["0x…", "0x…"]}     before 0.13.2 with `signature_input`

A signature that does not hold under a key of the chain's sequencer is not told. Source: the
gateway's answers in NethermindEth/juno `clients/feeder/testdata` and starkware-libs/sequencer
`apollo_starknet_client`.
"""

from collections.abc import Sequence

from psephos.chain.node import Signed
from psephos.chain.starknet.told import chain_name
from psephos.chain.wire.answer import strict_json
from psephos.chain.wire.exchange import Exchange, Failure, meant
from psephos.chain.wire.patience import Breaker, Bucket, Clock, Patience
from psephos.chain.wire.secret import secrets, strike
from psephos.commit.starknet.shape_feeder import read_signature
from psephos.commit.starknet.signature import KEYS, NETWORKS, signed_message, valid_signature
from psephos.errors import MalformedAnswer, PsephosError, VerificationFailed
from psephos.settings import Endpoint

PATH = "/feeder_gateway/get_signature?blockNumber="


def keys_of(chain_id: int, own: int | None) -> tuple[int, ...]:
    """The public keys that blocks of a chain may be signed with; `own` is a configured one."""
    known = (KEYS[network] for network in NETWORKS.get(chain_name(chain_id), ()))
    return tuple(known) if own is None else (own,)


class Gateway:
    """One gateway. After a failure it is not asked for a while: what it tells is testimony, and
    nothing waits for it."""

    def __init__(
        self, endpoint: Endpoint, keys: Sequence[int], patience: Patience, clock: Clock
    ) -> None:
        self.label = endpoint.label
        self.breaker = Breaker(patience, clock)
        self._keys = tuple(keys)
        self._secrets = secrets(endpoint.address)
        self._bucket = Bucket(endpoint.rate, clock)
        self._http = Exchange(endpoint.url, patience, endpoint.timeout, clock)

    def __repr__(self) -> str:
        return f"Gateway({self.label!r})"

    def signed(self, number: int) -> Signed:
        """The block of that number that the gateway shows, and the signature under it.

        NodeError where it does not answer, MalformedAnswer where it answers something else,
        VerificationFailed where the signature does not hold.
        """
        try:
            return self._signed(number)
        except PsephosError as error:
            self.breaker.trip()
            error.message = f"{self.label}: {strike(error.message, self._secrets)}"
            error.args = (error.message,)
            raise

    def _signed(self, number: int) -> Signed:
        told = read_signature(strict_json(self._told(number)))
        if told.block_hash is None:
            raise MalformedAnswer(f"does not say which block {number} it tells the signature of")
        message = signed_message(told.block_hash, told.state_diff)
        if not any(valid_signature(message, told.r, told.s, key) for key in self._keys):
            raise VerificationFailed(f"its signature of block {number} is not the sequencer's")
        diff = None if told.state_diff is None else _word(told.state_diff)
        return Signed(
            number, _word(told.block_hash), _word(told.r), _word(told.s), diff, self.label
        )

    def _told(self, number: int) -> bytes:
        self._bucket.take(1)
        try:
            return self._http.get(f"{PATH}{number}")
        except Failure as error:
            failure = error
        raise meant(failure, wide=False)


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")
