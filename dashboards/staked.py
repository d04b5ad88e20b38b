"""What the pages of stake ask, remembered by view."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache

from dashboards.address import Address
from dashboards.view import View, when
from psephos.results import reading
from psephos.results.life.attested import Attested, attested
from psephos.results.shown.text import address as hexed
from psephos.results.stakes import Asset, Stakes, assets, commissions, stakes
from psephos.results.staking import STRK

MONTH = 30 * 86_400
ATTESTATION = "starknet_attestation"


@lru_cache(maxsize=8)
def every(of: View, name: str) -> Stakes:
    """Own stakes and pools at the view's block."""
    return stakes(of.release, name, of.block)


@lru_cache(maxsize=8)
def delegated_to(of: View, name: str) -> dict[bytes, int]:
    """STRK that others delegate to each validator."""
    pools = every(of, name).delegated
    return {who: amount for (who, token), amount in pools.items() if token == STRK}


@lru_cache(maxsize=4)
def known(chain: int) -> dict[bytes, Asset]:
    """The declared assets that can be staked."""
    return {one.token: one for one in assets(chain)}


@lru_cache(maxsize=8)
def kept(of: View, name: str) -> dict[bytes, Fraction]:
    """The part of its delegators' rewards that each validator keeps."""
    return commissions(of.release, name, of.block)


@lru_cache(maxsize=8)
def duties(of: View) -> tuple[str, Attested]:
    """(dataset, epochs that each validator attested, of so many) in the 30 days to the block.

    The dataset is "" where none tells attestations.
    """
    there = reading.datasets(of.release, ATTESTATION)
    now = when(of.pin, of.block)
    if not there or now is None or not reading.has(of.release, f"{there[0]}_staker_attestation"):
        return "", Attested((), exact=False)
    return there[0], attested(of.release, there[0], now - MONTH, now + 1, of.block)


def duty_of(of: View, who: bytes) -> tuple[int, int]:
    """(epochs attested, epochs) of one validator in these days; none of none."""
    return next((row[1:] for row in duties(of)[1].rows if row[0] == who), (0, 0))


def duty_rows(of: View, at: Address) -> Iterator[Sequence[str | int | None]]:
    """The same of every validator, as a file."""
    yield ["validator", "epochs_attested", "epochs_of_thirty_days"]
    for who, done, whole in duties(of)[1].rows:
        yield [hexed(who), done, whole]
