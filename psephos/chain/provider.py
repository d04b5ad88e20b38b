"""web3's HTTP provider on one of our sessions. In a file of its own: importing web3 is slow."""

from typing import Any

import requests
from web3.providers.rpc import HTTPProvider
from web3.types import RPCResponse

from psephos.chain.answer import strict_json


class StrictProvider(HTTPProvider):
    """Reads JSON strictly, and is known by a label instead of its address, which may hold a key."""

    def __init__(
        self, url: str, session: requests.Session, label: str, timeout: tuple[float, float]
    ) -> None:
        super().__init__(
            url, {"timeout": timeout}, session=session, exception_retry_configuration=None
        )
        self.label = label

    @staticmethod
    def decode_rpc_response(raw_response: bytes) -> RPCResponse:
        answer: Any = strict_json(raw_response)
        return answer  # type: ignore[no-any-return]

    def __str__(self) -> str:
        return f"RPC connection {self.label}"

    def __repr__(self) -> str:
        return f"StrictProvider({self.label!r})"
