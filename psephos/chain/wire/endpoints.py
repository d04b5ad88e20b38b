"""Several endpoints that tell one chain: who is asked first, who next, and who confirms a block."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from psephos.chain.node import Witnesses
from psephos.chain.wire.domain import registrable_domain
from psephos.chain.wire.patience import Clock, Patience
from psephos.chain.wire.transport import Transport
from psephos.errors import (
    ConfigurationError,
    NodeError,
    NodeUnreachable,
    RangeRefused,
    WrongChain,
)
from psephos.settings import Endpoint

T = TypeVar("T")


class Endpoints:
    """The transports of a node, the first being preferred. For one thread.

    `greet` is asked on every new connection; it raises WrongChain where another chain answers.
    """

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        greet: Callable[[Transport], object],
        patience: Patience | None,
        clock: Clock | None,
    ) -> None:
        if not endpoints:
            raise ConfigurationError("no endpoint is configured", hint="add a [[chain.endpoint]]")
        self._domains = {e.label: registrable_domain(e.address) for e in endpoints}
        self.transports = [
            Transport(e, greet, patience or Patience(), clock or Clock()) for e in endpoints
        ]
        self._latest = self.transports[0]

    def __str__(self) -> str:
        return ", ".join(transport.label for transport in self.transports)

    def distrust(self) -> None:
        """The answers of the endpoint that answered last did not hold: ask others first."""
        self._latest.breaker.trip()

    def ask(self, question: Callable[[Transport], T]) -> T:
        """The first endpoint's answer; those that failed lately come last."""
        failures: list[NodeError] = []
        for transport in sorted(self.transports, key=lambda t: t.breaker.resting):
            try:
                self._latest = transport
                return transport.patiently(lambda t=transport: question(t))  # type: ignore[misc]
            except (RangeRefused, WrongChain):
                raise
            except NodeError as error:
                failures.append(error)
        if len(failures) == 1 or len({type(failure) for failure in failures}) == 1:
            raise failures[0]
        raise NodeUnreachable("; ".join(failure.message for failure in failures))

    def confirming(self, knows: Callable[[Transport], bool]) -> Witnesses:
        """Every endpoint is asked; one that fails or lags confirms nothing."""
        labels = []
        for transport in self.transports:
            try:
                if transport.patiently(lambda t=transport: knows(t)):  # type: ignore[misc]
                    labels.append(transport.label)
            except NodeError:
                continue
        return Witnesses(tuple(labels), len({self._domains[label] for label in labels}))
