"""docs/method/starknet-events.md names every source, and its worked fee is right."""

from pathlib import Path

from psephos.chain.events import STARKNET
from psephos.results.kinds import KINDS

PAGE = (Path(__file__).parents[3] / "docs" / "method" / "starknet-events.md").read_text()


def test_the_page_names_every_source_and_every_kind_of_stake() -> None:
    assert all(f"`{name}`" in PAGE for name in STARKNET)
    assert all(f"`{kind}`" in PAGE for kind in KINDS if "stake" in kind)


def test_the_pages_fee_is_the_sum_it_says() -> None:
    assert 128 * 0x5645 + 792_705 * (0xB2D05E00 + 100_000_000) == 0x8BAFAA5F8E180
    assert "128 · 0x5645 + 792,705 · (0xb2d05e00 + 100,000,000) = 0x8bafaa5f8e180" in PAGE
