"""A threshold: a share of the whole, and whether reaching it is enough or it must be passed.

Decimal places decide votes: 0.33 is not a third and 0.66 not two thirds, and "half" without a
sign says nothing about a tie. So a threshold is a rational number with a declared > or >=.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from analytics.arguments import truth
from analytics.whole import rate
from psephos.errors import CommandError

_TEXT = re.compile(
    r"\s*(?P<sign>>=|>|≥)\s*(?P<share>[0-9]{1,60}\s*/\s*[0-9]{1,60}|[0-9]{1,60}(?:\.[0-9]{1,60})?)\s*"
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """More than `share` of the whole, or (`strict=False`) at least `share` of it.

    A share that was rounded (0.5, 1/3 as a float) raises `DataError`: it is another share.
    """

    share: Fraction
    strict: bool = True

    def __post_init__(self) -> None:
        rate(self.share, "the share of a threshold")
        truth(self.strict, "whether a threshold is strict")
        within = 0 <= self.share < 1 if self.strict else 0 < self.share <= 1
        if not within:
            raise CommandError(
                f"a threshold of {self} is met by nobody or by nothing",
                hint="it is a share of the whole: '>0' to below '>1', or above '>=0' to '>=1'",
            )

    @classmethod
    def parse(cls, text: str) -> "Threshold":
        """The threshold written as `>1/2`, `>=2/3`, `>51/100` or `>0.51`; decimals are exact.

        Raises `CommandError` for anything else, also for a share without a sign: whether a tie
        is enough is never guessed.
        """
        found = _TEXT.fullmatch(text) if isinstance(text, str) else None
        numerator, _, denominator = found["share"].partition("/") if found else ("", "", "")
        if found is None or (denominator and not int(denominator)):
            raise CommandError(
                f"not a threshold: {str(text)[:80]!r}",
                hint="write '>1/2' for more than half, '>=2/3' for at least two thirds",
            )
        share = Fraction(numerator.strip()) / Fraction(denominator.strip() or 1)
        return cls(share, strict=found["sign"] == ">")

    def met(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` is enough; compares integers."""
        held, needed = part * self.share.denominator, self.share.numerator * whole
        return held > needed if self.strict else held >= needed

    def __str__(self) -> str:
        return f"{'>' if self.strict else '>='}{self.share}"


ONE_THIRD = Threshold(Fraction(1, 3))
ONE_HALF = Threshold(Fraction(1, 2))
TWO_THIRDS = Threshold(Fraction(2, 3))
