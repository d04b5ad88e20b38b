"""How long a node is waited for and how often it is asked: numbers, a clock, two small counters.

bucket    `rate` questions a second on average, one second's worth at once
wait      before attempt i: random() × min(longest, base × 2^i), "full jitter", so that
          many clients that failed together do not come back together
breaker   after `trips` failures in a row an endpoint is asked last, for `rest` seconds
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds, counts and bytes that bound one question to one endpoint.

    How long an answer may take and how many questions a second are asked is the endpoint's own
    setting (`psephos.settings.Endpoint`).
    """

    connect: float = 10.0
    attempts: int = 5
    base: float = 0.25
    longest: float = 20.0
    obeyed: float = 60.0  # the longest Retry-After that is waited for
    trips: int = 3
    rest: float = 30.0
    largest: int = 64 << 20  # bytes of an answer, after decompression
    batch: int = 100  # questions in one JSON-RPC batch


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, so that tests neither wait nor gamble."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random


def jitter(patience: Patience, clock: Clock, attempt: int) -> float:
    """Seconds to wait after failed attempt number `attempt`, the first being 0."""
    return clock.random() * min(patience.longest, patience.base * 2.0**attempt)


@dataclass(slots=True)
class Bucket:
    """A token bucket: `take` returns when `cost` more questions may be asked."""

    rate: float
    clock: Clock
    tokens: float = field(init=False)
    since: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.rate
        self.since = self.clock.now()

    def take(self, cost: int) -> None:
        now = self.clock.now()
        self.tokens = min(self.rate, self.tokens + (now - self.since) * self.rate)
        self.since = now
        self.tokens -= cost
        if self.tokens < 0:
            self.clock.sleep(-self.tokens / self.rate)


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row; while `resting`, the endpoint is asked after all others."""

    patience: Patience
    clock: Clock
    failures: int = 0
    until: float = float("-inf")

    @property
    def resting(self) -> bool:
        return self.clock.now() < self.until

    def succeeded(self) -> None:
        self.failures = 0

    def failed(self) -> None:
        self.failures += 1
        if self.failures >= self.patience.trips:
            self.trip()

    def trip(self) -> None:
        self.failures = 0
        self.until = self.clock.now() + self.patience.rest
