"""Tables of prices: exact, with a source in each row, and refused where they are not."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from psephos.errors import CommandError, ConfigurationError
from psephos.results.economy.prices import Prices, prices

GOOD = """\
day,token,currency,price,source
2026-09-01,STRK,USD,0.13,"a close, read later"
2026-09-03,STRK,USD,0.14,a close
2026-09-01,ETH,USD,2600,a close
2026-09-01,STRK,EUR,0.12,a close
"""


def table(folder: Path, text: str = GOOD, currency: str = "USD") -> Prices:
    (folder / "p.csv").write_text(text, encoding="utf-8")
    return prices(folder / "p.csv", currency)


def test_a_price_is_that_of_the_newest_row_not_after_the_day(tmp_path: Path) -> None:
    found = table(tmp_path)
    price = found.at("STRK", date(2026, 9, 2))
    assert price is not None
    assert price.price == Fraction(13, 100)
    assert price.words == ("price of STRK: 0.13 USD on 2026-09-01 (source: a close, read later)")
    later = found.at("STRK", date(2027, 1, 1))
    assert later is not None
    assert later.price == Fraction(14, 100)
    assert found.at("STRK", date(2026, 8, 31)) is None
    assert found.at("BTC", date(2027, 1, 1)) is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("0.14", "nan", "p.csv, line 3: `price` is 'nan'"),
        ("0.14", "inf", "p.csv, line 3: `price` is 'inf'"),
        ("0.14", "-0.14", "p.csv, line 3: `price` is '-0.14'"),
        ("0.14", "0.00", "p.csv, line 3: `price` is '0.00'"),
        ("0.14", "1e-1", "p.csv, line 3: `price` is '1e-1'"),
        ("0.14", "٣", "p.csv, line 3: `price` is '٣'"),
        ("2026-09-03", "3.9.2026", "p.csv, line 3: `day` is '3.9.2026'"),
        ("2026-09-03", "2026-09-01", "p.csv, line 3: `day` 2026-09-01 has two prices of STRK in"),
        ("0.14,a close", "0.14,", "p.csv, line 3: `source` is empty"),
        ("0.14,a close", "0.14", "p.csv, line 3: the row has 4 cells, not 5"),
        ("day,token", "token,day", "p.csv, line 1: the columns must be"),
        ('"a close, read later"', '"a close', "is no CSV"),
    ],
)
def test_a_row_that_is_wrong_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        table(tmp_path, GOOD.replace(old, new, 1))
    assert says in caught.value.message


def test_a_currency_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        table(tmp_path, currency="GBP")
    assert caught.value.hint == "it has EUR, USD"
    with pytest.raises(ConfigurationError, match="cannot be read"):
        prices(tmp_path / "nowhere.csv", "USD")
