"""Who is on the sample's Starknet, when, and what each has: data only.

The contracts are those of the simulated chain of the tests. Names, amounts and dates are made up.
"""

from data.sample.allocation import GENESIS
from psephos.commit.starknet.felt import keccak_250
from tests.simulated.starknet_scene import Setting

STRK = 10**18
MILLION = 10**6 * STRK
DAY = 24 * 3600

CHAIN = "SN_SAMPLE"
SEED = 20_241_126
"""The day staking began on Starknet."""
START = GENESIS + 40 * DAY
INTERVAL = 2 * 3600
A_DAY = DAY // INTERVAL
HEAD = 60 * A_DAY - 1
"""A block every two hours, from the fortieth day of the sample's L1 to its last."""

VERSIONS = {0: "0.13.4", 400: "0.14.1"}
V2, BTC, V3 = 190, 380, 560
"""Blocks in which the staking contract becomes another: after a vote, after a vote, without."""
STALL = 505
"""Before this block the sequencer stood still for nine hours."""


def _people(name: str, count: int) -> tuple[int, ...]:
    return tuple(keccak_250(f"sample {name} {i}".encode()) for i in range(count))


VALIDATORS = _people("validator", 12)
DELEGATORS = _people("delegator", 40)
DELEGATES = _people("delegate", 8)
USERS = _people("user", 24)
BUILDERS = _people("builder", 5)
RELAYERS = _people("relayer", 2)
(FOUNDATION,) = _people("foundation", 1)
(TREASURY,) = _people("operator", 1)
LIQUID, PRIVACY = _people("pool", 2)
"""A pool that stakes for many, and one that hides who holds what: each holds for unknown many."""
FORWARDER = 0x127021A1B5A52D3174C2AB077C2B043C80369250D29428CEE956D76EE51584F
"""A forwarder pays fees for others and takes another token: at the address of the real one, which
readers of its calls look for."""
DEPLOYER = 0x41A78E741E5AF2FEC34B695679BC6891742439F7AFB8484ECD7766661AD02BF
"""The universal deployer."""

L2_BRIDGE = keccak_250(b"bridge")
BRIDGE = bytes.fromhex("ae2ba52f777b71a8780da215b1714b5b4a6a5f9c")
"""Who sends messages on L1, an account of the sample there, and who handles them on L2."""

EVERYBODY = (
    *VALIDATORS, *DELEGATORS, *DELEGATES, *USERS, *BUILDERS, *RELAYERS, FOUNDATION, TREASURY,
    LIQUID, PRIVACY,
)  # fmt: skip
SETTING = Setting(
    people=USERS + DELEGATORS,
    stakers=VALIDATORS[:10],
    members=DELEGATORS,
    exit_window=7 * DAY,
    voting_delay=DAY,
    voting_time=5 * DAY,
    epoch=(DAY, A_DAY),
)


def zipf(total: int, count: int, power: int = 1) -> list[int]:
    """Shares proportional to 1, 1/2, 1/3, … (or their powers), in whole tokens."""
    weights = [10**12 // i**power for i in range(1, count + 1)]
    return [total * weight // sum(weights) // STRK * STRK for weight in weights]


OWN = zipf(90 * MILLION, len(VALIDATORS))
DELEGATED = zipf(420 * MILLION, len(DELEGATORS))
HELD = {
    **dict(zip(VALIDATORS, (2 * own + MILLION for own in OWN), strict=True)),
    **dict(zip(DELEGATORS, (2 * share + MILLION for share in DELEGATED), strict=True)),
    **dict(zip(DELEGATES, zipf(60 * MILLION, len(DELEGATES)), strict=True)),
    **dict.fromkeys((*USERS, *BUILDERS, *RELAYERS), MILLION),
    FOUNDATION: 300 * MILLION,
    TREASURY: MILLION,
    LIQUID: 40 * MILLION,
    PRIVACY: MILLION,
}
"""STRK at the beginning."""
COMMISSIONS = (500, 1000, 700, 1000, 0, 1000, 250, 1000, 2000, 500)
RELIABLE = (100, 99, 98, 100, 97, 99, 60, 98, 95, 99, 90, 100)
"""In how many of a hundred epochs each validator attests."""
