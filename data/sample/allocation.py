"""Who is in the sample and what they are given: data only.

Shares are the allocation announced in 2022 (investors 17 %, core contributors 32.9 %, foundation
50.1 % and its parts); everything else, every date and every name, is made up for the sample.
"""

from dataclasses import dataclass

STRK = 10**18
MILLION = 10**6 * STRK
SUPPLY = 10_000 * MILLION

GENESIS = 1_780_272_000
"""2026-06-01T00:00:00Z."""
HOUR = 3_600
DAY = 24
"""Blocks a day: one an hour."""
HEAD = 2_400
FINAL = HEAD - 64
"""anvil calls final what is 64 blocks behind its head. Nothing happens after this block."""

MNEMONIC = "legal winner thank year wave sausage worth useful legal winner thank yellow"
"""A published test vector of BIP-39: nobody's money."""

CAST = {
    "deployer": 1,
    "foundation": 6,
    "seat": 4,  # foundation accounts that delegate to the council
    "pool": 24,  # foundation accounts that delegate to one delegate each
    "owner": 9,  # people behind the council's multisig
    "company": 2,
    "investor": 12,
    "contributor": 36,
    "delegate": 30,
    "exchange": 1,
    "community": 300,
    "settler": 4,  # of Starknet: who operates, proves, governs, sends messages
}
"""How many accounts play each part, in order of the mnemonic's accounts."""

BUILDERS = (
    (bytes.fromhex("b0" * 19 + "01"), 52),
    (bytes.fromhex("b0" * 19 + "02"), 27),
    (bytes.fromhex("b0" * 19 + "03"), 12),
    (bytes.fromhex("b0" * 19 + "04"), 6),
    (bytes.fromhex("b0" * 19 + "05"), 3),
)
"""Who builds blocks that hold transactions, and in how many of a hundred."""

FOUNDATION = {
    "community provisions": 900 * MILLION,
    "community rebates": 900 * MILLION,
    "grants": 1_200 * MILLION,
    "strategic reserve": 1_000 * MILLION,
    "treasury": 810 * MILLION,
    "donations": 200 * MILLION,
}
"""50.1 % of the supply by purpose, one account each."""

COMPANY = (800 * MILLION, 276 * MILLION)
"""The company's share of the core contributors' 32.9 %: not locked, never delegated."""

SEATS = 4 * (187_500_000 * STRK,)
"""What the foundation delegates to the council, out of its reserve."""
POOL = 24 * (13_500_000 * STRK,)
"""What it delegates to each delegate of the pool, out of its treasury."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Locked grants of one group: `total` shared among the group, and when they unlock."""

    group: str
    total: int
    start: int
    cliff: int
    finish: int


COHORTS = (
    Cohort("investor", 1_700 * MILLION, 4 * DAY, 20 * DAY, 112 * DAY),
    Cohort("contributor", 2_214 * MILLION, 4 * DAY, 28 * DAY, 124 * DAY),
)
"""Blocks of start, cliff and finish: three days here are a month of the published schedule."""

CLAIMED = 640 * MILLION
"""Provisions that the community claims; the rest is kept."""

SELF_VOTING = {"investor": (1, 2, 4, 5, 7, 9, 11), "contributor": (2, 3, 5, 8, 9, 12, 14, 17, 23)}
"""Beneficiaries, by number, who delegate their locked tokens to themselves."""
GHOST_BACKED = {"contributor": (6, 7, 10, 20)}
"""Beneficiaries whose delegates have never voted."""
GHOSTS = (18, 19, 20, 21, 22, 23)
"""Delegates of the pool, by number, who have never voted."""


def zipf(total: int, count: int) -> list[int]:
    """Shares proportional to 1, 1/2, 1/3, …; whole tokens, the first takes what is left over."""
    weights = [10**12 // i for i in range(1, count + 1)]
    shares = [total * w // sum(weights) // STRK * STRK for w in weights]
    shares[0] += total - sum(shares)
    return shares


assert sum(FOUNDATION.values()) == SUPPLY * 501 // 1000
assert sum(COMPANY) + COHORTS[1].total == SUPPLY * 329 // 1000
assert COHORTS[0].total == SUPPLY * 17 // 100
