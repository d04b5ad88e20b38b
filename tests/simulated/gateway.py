"""A feeder gateway of a simulated sequencer: signs the blocks of a chain and says who signed.

with FeederGateway(chain, secret=5) as gateway:
    gateway.url, gateway.key      its address, and the public key of its signatures
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from fast_stark_crypto import get_public_key, sign

from tests.simulated.starknet import StarknetChain


class FeederGateway:
    """`shown` says which block's signature is told for a number (its own, if nobody says);
    `body` replaces every answer."""

    def __init__(self, chain: StarknetChain, secret: int = 5) -> None:
        self.chain, self.secret = chain, secret
        self.shown: dict[int, int] = {}
        self.body: bytes | None = None
        self.asked: list[int] = []

    @property
    def key(self) -> int:
        return int(get_public_key(self.secret))

    def answer(self, number: int) -> bytes:
        self.asked.append(number)
        if self.body is not None:
            return self.body
        own = self.chain.blocks[self.shown.get(number, number)].hash
        signature = [hex(one) for one in sign(self.secret, own)]
        return json.dumps({"block_hash": hex(own), "signature": signature}).encode()

    def __enter__(self) -> Self:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_GET(self) -> None:
                asked = urlsplit(self.path)
                known = asked.path == "/feeder_gateway/get_signature"
                number = int(parse_qs(asked.query)["blockNumber"][0]) if known else -1
                known = 0 <= number <= gateway.chain.head
                body = gateway.answer(number) if known else b"{}"
                self.send_response(200 if known else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
