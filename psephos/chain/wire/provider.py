"""web3's HTTP provider on one of our exchanges. In a file of its own: importing web3 is slow."""

import io
from typing import Any

import requests
from requests.adapters import BaseAdapter
from web3.providers.rpc import HTTPProvider
from web3.types import RPCResponse

from psephos.chain.wire.answer import strict_json
from psephos.chain.wire.exchange import Exchange


class SameExchange(BaseAdapter):
    """What `requests` is to post goes out over ours: one connection, one policy. Raises Failure."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self.exchange = exchange

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        body = request.body or b""
        response = requests.Response()
        response.raw = io.BytesIO(self.exchange.post(body if isinstance(body, bytes) else b""))
        response.status_code = 200
        response.request = request
        return response

    def close(self) -> None:
        """The connection is the exchange's own."""


class StrictProvider(HTTPProvider):
    """Reads JSON strictly, and is known by a label instead of its address, which may hold a key."""

    def __init__(self, url: str, exchange: Exchange, label: str) -> None:
        session = requests.Session()
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, SameExchange(exchange))
        super().__init__(url, session=session, exception_retry_configuration=None)
        self.label = label

    @staticmethod
    def decode_rpc_response(raw_response: bytes) -> RPCResponse:
        answer: Any = strict_json(raw_response)
        return answer  # type: ignore[no-any-return]

    def __str__(self) -> str:
        return f"RPC connection {self.label}"

    def __repr__(self) -> str:
        return f"StrictProvider({self.label!r})"
