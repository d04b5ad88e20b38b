"""What a reader accepts, and what an accepted proof says."""

from collections.abc import Mapping
from dataclasses import dataclass

from psephos.stark.security import JOHNSON, UNIQUE, Security
from psephos.stark.verify.claim import Claim
from psephos.stark.verify.combination import Combination
from psephos.stark.verify.refused import Refused
from psephos.stark.verify.tape import Tape

REGIMES = (UNIQUE, JOHNSON)


@dataclass(frozen=True, slots=True)
class Accept:
    """What the reader accepts: statements by id, least proven bits, regimes of the proof."""

    tapes: Mapping[bytes, Tape]
    least_bits: float = 100
    regimes: tuple[str, ...] = REGIMES


@dataclass(frozen=True, slots=True)
class Verified:
    """What an accepted proof says; `publics` of each statement in order, by name."""

    claim: Claim
    combination: Combination
    security: Security
    data_root: bytes
    publics: tuple[tuple[str, Mapping[str, int]], ...]

    @property
    def low_degree_root(self) -> bytes:
        return self.claim.low_degree_root(self.data_root)


def enough(c: Combination, claim: Claim, accept: Accept) -> Security:
    """The most bits that an accepted regime proves; Refused as "security" if these are too few."""
    found = [c.security(claim.preset, regime) for regime in REGIMES if regime in accept.regimes]
    best = max(found, key=lambda security: security.bits, default=None)
    if best is None or best.bits < accept.least_bits:
        told = f"{best.bits} bits ({best.regime}, {best.binding_term})" if best else "no regime"
        raise Refused("security", f"{told}, fewer than the {accept.least_bits} asked for")
    return best
