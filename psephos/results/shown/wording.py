"""Numbers as a reader sees them, rounded once and exactly, and findings as sentences."""

from fractions import Fraction

from psephos.results.shown.text import number

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve")  # fmt: skip
SHARES = ("turnout_supply", "turnout_delegated", "turnout_heads", "quorum_reach")
UNDEFINED = "undefined"


def worded(measure: str, value: int | Fraction | float | None, unit: str, decimals: int) -> str:
    """A value as text: shares in percent, amounts in whole tokens, the rest to four places."""
    if value is None:
        return UNDEFINED
    if measure == "total":
        return tokens(int(value), decimals)
    if unit == "share" or measure in SHARES:
        return percent(Fraction(value))
    if isinstance(value, int):
        return number(value)
    return decimal(Fraction(value), 4)


def percent(share: Fraction, places: int = 1) -> str:
    """A share in percent, e.g. `16.2 %`.

    What is more than nothing never reads as 0.0 %, and what is short of the whole (or more than
    it) never as 100.0 %: as many places are shown as it takes, up to six.
    """
    shown = 100 * share
    for digits in range(places, 7):
        rounded = Fraction(round(shown * 10**digits), 10**digits)
        if rounded not in (0, 100) or rounded == shown:
            return f"{decimal(shown, digits)} %"
    return f"{'< 0.000001' if shown < 1 else '> 99.999999' if shown < 100 else '> 100'} %"


def decimal(value: Fraction, places: int) -> str:
    """A rational number with so many decimal places, half rounded to even."""
    scaled = round(value * 10**places)
    whole, part = divmod(abs(scaled), 10**places)
    sign = "−" if scaled < 0 else ""
    return f"{sign}{number(whole)}" + (f".{part:0{places}}" if places else "")


def tokens(amount: int, decimals: int, places: int = 0) -> str:
    """An amount of smallest units in whole tokens."""
    return decimal(Fraction(amount, 10**decimals), places)


def plural(one: str) -> tuple[str, str]:
    """A noun and its plural: delegate, delegates; beneficiary, beneficiaries."""
    consonant = one.endswith("y") and one[-2:-1] not in ("a", "e", "o", "u")
    return one, one[:-1] + "ies" if consonant else one + "s"


def counted(count: int, one: str, many: str = "", *, capital: bool = False) -> str:
    """`seven delegates`, `One holder`, `23 voters`."""
    words = WORDS[count] if 0 <= count < len(WORDS) else number(count)
    words = words.capitalize() if capital else words
    return f"{words} {one if count == 1 else many or plural(one)[1]}"
