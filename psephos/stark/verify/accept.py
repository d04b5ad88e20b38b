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
    """The bits of the first accepted regime that proves enough; Refused as "security" if none does.

    Unique decoding comes first: it makes the simpler claim.
    """
    told = "no regime is accepted"
    for regime in REGIMES:
        if regime in accept.regimes:
            found = c.security(claim.preset, regime)
            if found.bits >= accept.least_bits:
                return found
            told = f"{found.bits} bits ({found.regime}, {found.binding_term})"
    raise Refused("security", f"{told}, fewer than the {accept.least_bits} asked for")
