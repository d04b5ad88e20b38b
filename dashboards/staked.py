"""What the pages of stake ask, remembered by view."""

from functools import lru_cache

from dashboards.view import View
from psephos.results.stakes import Asset, Stakes, assets, stakes
from psephos.results.staking import STRK


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
