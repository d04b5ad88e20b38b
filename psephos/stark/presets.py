"""The closed list of parameters that a proof can have: docs/method/prover-format.md, section 2.

This module is standard library only and has no state. A verifier that shares no code with the
prover has its own copy of the table; a test holds them equal.
"""

from dataclasses import dataclass

from psephos.errors import CommandError


@dataclass(frozen=True, slots=True)
class Preset:
    """`degree` of the extension, log2 of blowup, arity and greatest number of last coefficients."""

    id: int
    name: str
    degree: int
    log_blowup: int
    queries: int
    grinding: int
    fold: int
    last: int
    promised: int
    """Proven bits below which nothing is proven."""

    @property
    def blowup(self) -> int:
        return 1 << self.log_blowup

    def to_bytes(self) -> bytes:
        """What the transcript takes."""
        small = (self.grinding, self.fold, self.last)
        return (
            bytes((self.id, self.degree, self.log_blowup))
            + self.queries.to_bytes(2, "little")
            + bytes(small)
        )

    def layers(self, k: int) -> int:
        """How often a polynomial of degree below 2^k is folded."""
        return max(0, -(-(k - self.last) // self.fold))


STANDARD = Preset(1, "standard", 2, 2, 118, 20, 3, 7, 100)
COMPACT = Preset(2, "compact", 3, 3, 54, 20, 3, 7, 100)
TEST = Preset(3, "test", 2, 2, 8, 4, 3, 3, 0)
PRESETS = {preset.name: preset for preset in (STANDARD, COMPACT, TEST)}


def preset_named(name: str) -> Preset:
    """The preset; CommandError if there is none of that name."""
    if name not in PRESETS:
        raise CommandError(f"no preset {name[:40]!r}", hint="standard, compact or test")
    return PRESETS[name]
