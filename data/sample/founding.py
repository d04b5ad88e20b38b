"""The sample's first week: contracts, allocation, grants, claims and delegations."""

from data.sample.allocation import (
    CLAIMED,
    COHORTS,
    COMPANY,
    DAY,
    FOUNDATION,
    GENESIS,
    GHOST_BACKED,
    GHOSTS,
    HOUR,
    MILLION,
    POOL,
    SEATS,
    SELF_VOTING,
    SUPPLY,
    zipf,
)
from data.sample.stage import Stage, Transaction
from psephos.commit.keccak import keccak
from tests.anvil.chain import hexed

ANYBODY = bytes(20)
VOTER_OF_COMMUNITY = 30
"""Percent of the community who delegate to themselves; as many delegate to a delegate."""


def role(name: str) -> bytes:
    return keccak(name.encode())


def deploy(stage: Stage) -> None:
    """Blocks 1 to 7: token, timelock, house, vault and the council's multisig."""
    anvil, admin = stage.anvil, stage.cast["deployer"][0]
    anvil.rpc("anvil_setCoinbase", hexed(bytes.fromhex("b0" * 19 + "01")))
    token = anvil.deploy("Token", "Sample STRK", "STRK", SUPPLY)
    timelock = anvil.deploy("Timelock", DAY * HOUR, [], [ANYBODY], admin)
    settings = (DAY, 4 * DAY, 5 * MILLION, 10, 2 * DAY)
    house = anvil.deploy("House", token.address, timelock.address, *settings)
    vault = anvil.deploy("LockedGrant", token.address)
    safe, factory = anvil.deploy("Safe"), anvil.deploy("SafeProxyFactory")
    owners = stage.cast["owner"][:5]
    setup = safe.data("setup", owners, 3, ANYBODY, b"", ANYBODY, ANYBODY, 0, ANYBODY)
    receipt = factory.send("createProxyWithNonce", safe.address, setup, 1)
    made = next(log for log in receipt["logs"] if log["address"] == hexed(factory.address))
    council = anvil.at("Safe", "0x" + made["topics"][1][-40:], anvil.head())
    stage.contracts = {
        "token": token, "timelock": timelock, "house": house, "vault": vault, "council": council,
    }  # fmt: skip


def plan(stage: Stage) -> None:
    """Put the first week on the agenda."""
    stage.at(8, lambda: hand_over(stage))
    stage.at(10, lambda: allocate(stage))
    stage.at(12, lambda: divide(stage))
    stage.at(24, lambda: [stage.token.tx("approve", stage.vault.address, SUPPLY)])
    for number, cohort in enumerate(COHORTS):
        accounts = stage.cast[cohort.group]
        amounts = zipf(cohort.total, len(accounts))
        dates = [GENESIS + b * HOUR for b in (cohort.start, cohort.cliff, cohort.finish)]
        for i, (account, amount) in enumerate(zip(accounts, amounts, strict=True)):
            stage.at(
                25 + number + i // 12,
                lambda a=account, n=amount, d=dates: [stage.vault.tx("grant", a, n, *d)],
            )
    stage.at(30, lambda: remember_escrows(stage))
    stage.at(48, lambda: delegate_foundation(stage))
    plan_beneficiaries(stage)
    plan_community(stage)
    council = [stage.council.address]
    pool = [d for i, d in enumerate(stage.cast["delegate"][:24]) if i not in GHOSTS]
    stage.voters |= {"council": council, "pool": pool, "independent": stage.cast["delegate"][24:]}


def hand_over(stage: Stage) -> list[Transaction]:
    """The house proposes, it and the council may cancel, anybody executes, nobody is above."""
    timelock, house, council = stage.timelock, stage.house.address, stage.council.address
    return [
        timelock.tx("grantRole", role("PROPOSER_ROLE"), house),
        timelock.tx("grantRole", role("CANCELLER_ROLE"), house),
        timelock.tx("grantRole", role("CANCELLER_ROLE"), council),
        timelock.tx("renounceRole", bytes(32), stage.cast["deployer"][0]),
        stage.token.tx("transferOwnership", timelock.address),
    ]


def allocate(stage: Stage) -> list[Transaction]:
    """The foundation's and the company's shares; the rest waits to be locked."""
    shares = list(zip(stage.cast["foundation"], FOUNDATION.values(), strict=True))
    shares += zip(stage.cast["company"], COMPANY, strict=True)
    return [stage.token.tx("transfer", to, amount) for to, amount in shares]


def divide(stage: Stage) -> list[Transaction]:
    """The foundation fills the accounts that delegate, and the house's own account.

    One account for each delegate: ERC20Votes delegates whole balances.
    """
    token, cast = stage.token, stage.cast
    _, _, grants, reserve, treasury, _ = cast["foundation"]
    parts = [(reserve, a, n) for a, n in zip(cast["seat"], SEATS, strict=True)]
    parts += [(treasury, a, n) for a, n in zip(cast["pool"], POOL, strict=True)]
    parts += [(treasury, stage.timelock.address, 60 * MILLION)]
    independent = cast["delegate"][24:]
    amounts = zipf(60 * MILLION, len(independent))
    parts += [(grants, a, n) for a, n in zip(independent, amounts, strict=True)]
    moves = [token.tx("transfer", to, n, sender=sender) for sender, to, n in parts]
    return moves + [token.tx("delegate", d, sender=d, gas=200_000) for d in cast["delegate"]]


def remember_escrows(stage: Stage) -> list[Transaction]:
    """Where each beneficiary's locked tokens are."""
    for group in ("investor", "contributor"):
        for beneficiary in stage.cast[group]:
            escrow = stage.vault.call("grants", beneficiary)[0]
            stage.escrows[beneficiary] = bytes.fromhex(escrow[2:])
    return []


def delegate_foundation(stage: Stage) -> list[Transaction]:
    """Four accounts to the council, one account to each delegate of the pool."""
    council = stage.council.address
    pairs = [(seat, council) for seat in stage.cast["seat"]]
    pairs += zip(stage.cast["pool"], stage.cast["delegate"][:24], strict=True)
    return [stage.token.tx("delegate", to, sender=who, gas=200_000) for who, to in pairs]


def plan_beneficiaries(stage: Stage) -> None:
    """Locked tokens vote too: for themselves, or for delegates who turn out to be ghosts."""
    for group in ("investor", "contributor"):
        accounts = stage.cast[group]
        pairs = [(accounts[i], accounts[i]) for i in SELF_VOTING[group]]
        stage.voters[group] = [a for a, _ in pairs]
        backed = GHOST_BACKED.get(group, ())
        for n, i in enumerate(backed):
            pairs.append((accounts[i], stage.cast["delegate"][GHOSTS[n]]))
        for who, to in pairs:
            stage.at(
                stage.between(72, 150),
                lambda w=who, t=to: [
                    stage.vault.tx("delegate", t, sender=w, gas=250_000),
                    stage.token.tx("delegate", t, sender=w, gas=200_000),
                ],
            )


def plan_community(stage: Stage) -> None:
    """Claims of the provisions, a few every hour, and what people do with their votes."""
    provisions = stage.cast["foundation"][0]
    accounts = stage.cast["community"]
    stage.voters["community"] = []
    for account, amount in zip(accounts, zipf(CLAIMED, len(accounts)), strict=True):
        block = stage.between(50, 160)
        stage.at(
            block,
            lambda a=account, n=amount: [stage.token.tx("transfer", a, n, sender=provisions)],
        )
        mood, to = stage.between(1, 100), account
        if mood > 2 * VOTER_OF_COMMUNITY:
            continue
        if mood > VOTER_OF_COMMUNITY:
            to = stage.cast["delegate"][min(stage.between(0, 29), stage.between(0, 29))]
        else:
            stage.voters["community"].append(account)
        stage.at(
            block + stage.between(1, 20),
            lambda a=account, t=to: [stage.token.tx("delegate", t, sender=a, gas=200_000)],
        )
