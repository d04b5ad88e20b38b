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
    """What an accepted proof says; `publics` of each statement in order, by name.

    Of a proof about several tables, `combination.about` has the table of each statement.
    """

    claim: Claim
    combination: Combination
    security: Security
    data_roots: tuple[bytes, ...]
    publics: tuple[tuple[str, Mapping[str, int]], ...]

    @property
    def data_root(self) -> bytes:
        """The first table's."""
        return self.data_roots[0]

    @property
    def low_degree_root(self) -> bytes:
        """The first table's."""
        return self.low_degree_roots[0]

    @property
    def low_degree_roots(self) -> tuple[bytes, ...]:
        """Each table's."""
        pairs = enumerate(self.data_roots)
        return tuple([self.claim.low_degree_root(root, table) for table, root in pairs])

    def counts(self, table: int) -> int | None:
        """The rows of a table, or None if no statement says how many there are."""
        told = zip(self.combination.about, self.publics, strict=True)
        found = (values["count"] for at, (_, values) in told if at == table and "count" in values)
        return next(found, None)


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
