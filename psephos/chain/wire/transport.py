"""One endpoint: questions go out as JSON-RPC over HTTP, strict answers or typed errors come back.

    patiently ─ asks again after a failure that may pass ─┐
    ask · ask_all · post ─ one attempt                    │ endpoint's label on every error
    bucket · exchange ─ rate limit, time and size limits  │ never its address
    greet ─ chain id and genesis on every new connection ─┘

web3's provider stands on the same exchange and obeys the same limits: contracts are called
through it, and whoever explores gets it by `web3()`. What is asked in bulk is posted directly:
the provider has no way to raw bytes, and importing web3 costs as much CPU as reading half a
million logs (docs/decisions/0010-raw-bytes-on-the-hot-path.md).
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from psephos.chain.wire.answer import Call, batch_body, pair, result, strict_json
from psephos.chain.wire.exchange import Exchange, Failure, meant
from psephos.chain.wire.patience import Breaker, Bucket, Clock, Patience, jitter
from psephos.chain.wire.secret import guard, secrets, strike
from psephos.errors import (
    LaggingNode,
    MalformedAnswer,
    MethodMissing,
    NodeContradiction,
    NodeError,
    NodeUnreachable,
    RangeRefused,
    RateLimited,
)
from psephos.settings import Endpoint

if TYPE_CHECKING:
    from web3 import Web3

    from psephos.chain.wire.provider import StrictProvider

T = TypeVar("T")


class Transport:
    """One endpoint and the state of our dealings with it. `greet` may raise WrongChain."""

    def __init__(
        self,
        endpoint: Endpoint,
        greet: Callable[["Transport"], object],
        patience: Patience,
        clock: Clock,
    ) -> None:
        self.label = endpoint.label
        self.patience = patience
        self.clock = clock
        self.breaker = Breaker(patience, clock)
        self.batch = patience.batch
        self._url = endpoint.url
        self._secrets = secrets(endpoint.url)
        self._greet = greet
        self._greeted = 0
        self._greeting = False
        self._number = 0
        self._bucket = Bucket(endpoint.rate, clock)
        self._http = Exchange(endpoint.url, patience, endpoint.timeout, clock)
        guard(self._secrets)

    def __repr__(self) -> str:
        return f"Transport({self.label!r})"

    def patiently(self, question: Callable[[], T]) -> T:
        """Ask, and ask again with growing waits while the error may pass."""
        attempt = 0
        while True:
            try:
                answer = question()
            except NodeError as error:
                failure = error
            else:
                self.breaker.succeeded()
                return answer
            attempt += 1
            if attempt >= self._tries(failure) or not self._wait(failure, attempt - 1):
                raise self._named(failure)

    def _tries(self, error: NodeError) -> int:
        if isinstance(error, NodeUnreachable | RateLimited | LaggingNode):
            return self.patience.attempts
        if isinstance(error, MalformedAnswer | NodeContradiction):
            return 2  # an accident is over by then; a habit is not
        return 1

    def _wait(self, error: NodeError, attempt: int) -> bool:
        """Wait as the node wishes, or a jittered while; False if it wishes for too long."""
        wait = jitter(self.patience, self.clock, attempt)
        if isinstance(error, RateLimited) and error.after is not None:
            if error.after > self.patience.obeyed:
                return False
            wait = max(wait, error.after)
        self.clock.sleep(wait)
        return True

    def _named(self, error: NodeError) -> NodeError:
        """The error with our label before it and nothing of the address in it."""
        if error.retry:
            self.breaker.failed()
        error.message = f"{self.label}: {strike(error.message, self._secrets)}"
        error.args = (error.message,)
        return error

    def ask(self, call: Call, *, wide: bool = False) -> Any:
        """The result of one question; may be null."""
        self._number += 1
        number = self._number
        answer = self.post(call.body(number), wide=wide)
        return result(strict_json(answer), number, wide=wide)

    def ask_all(self, calls: Sequence[Call]) -> list[Any]:
        """The results of several questions, in batches; one by one where batches are refused."""
        results: list[Any] = []
        while len(results) < len(calls):
            some = calls[len(results) : len(results) + self.batch]
            if len(some) == 1:
                results.append(self.ask(some[0]))
            else:
                results += self._batch(some)
        return results

    def _batch(self, calls: Sequence[Call]) -> list[Any]:
        """Results of one batch; none where the endpoint refuses it: smaller ones follow."""
        first = self._number + 1
        self._number += len(calls)
        try:
            answers = strict_json(self.post(batch_body(calls, first), len(calls), wide=True))
            if isinstance(answers, dict):
                result(answers, None, wide=True)
        except (RangeRefused, MethodMissing):
            self.batch = min(self.batch, max(1, len(calls) // 2))
            return []
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise MalformedAnswer(f"a batch of {len(calls)} questions was not answered one by one")
        by_number = {a.get("id"): a for a in answers if isinstance(a, dict)}
        return [result(by_number.get(first + i), first + i) for i in range(len(calls))]

    def ask_beside(self, calls: Sequence[Call]) -> tuple[bytes | memoryview, Any]:
        """The unread answer to the first of two questions, and the result of the second.

        Asked in one batch, so that a balancer between us and several nodes sends both to one.
        """
        number = self._number + 1
        self._number += 2
        if self.batch > 1:
            return pair(self.post(batch_body(calls, number), 2, wide=True), number)
        first = self.post(calls[0].body(number), wide=True)
        second = strict_json(self.post(calls[1].body(number + 1)))
        return first, result(second, number + 1)

    def ask_web3(self, call: Call) -> Any:
        """The result of one question, asked by web3's provider."""
        from web3.types import RPCEndpoint

        self._bucket.take(1)
        try:
            answer = self._provider.make_request(RPCEndpoint(call.method), list(call.params))
        except Failure as error:
            failure = error
        else:
            self._check_connection()
            return result(answer, None)
        raise meant(failure, wide=False)

    def web3(self) -> "Web3":
        """web3 over this endpoint, for whoever explores: same session, same limits."""
        from web3 import Web3

        return Web3(self._provider)

    @cached_property
    def _provider(self) -> "StrictProvider":
        from psephos.chain.wire.provider import StrictProvider

        return StrictProvider(self._url, self._http, self.label)

    def post(self, body: bytes, cost: int = 1, *, wide: bool = False) -> bytes:
        """The bytes that come back, from a node that was found to be on our chain."""
        answer = self._exchange(body, cost, wide)
        self._check_connection()
        return answer

    def _check_connection(self) -> None:
        """Greet the node if the last answer came over a connection that was not there before."""
        if self._greeted == self._http.opened or self._greeting:
            return
        self._greeting = True
        try:
            self._greet(self)
            self._greeted = self._http.opened
        finally:
            self._greeting = False

    def _exchange(self, body: bytes, cost: int, wide: bool) -> bytes:
        self._bucket.take(cost)
        try:
            return self._http.post(body)
        except Failure as error:
            failure = error
        raise meant(failure, wide=wide)
