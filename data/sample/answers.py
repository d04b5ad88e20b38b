"""Which of the contracts' own answers are recorded with the sample, for tests to compare."""

from collections.abc import Iterator

from data.sample.stage import Stage

Call = tuple[bytes, bytes, int]
"""Contract, call data and block."""

CHECKED = (9, 40, 170, 300, 344, 700, 800, 1_000, 1_595, 1_640, 2_336, 2_400)
"""Before the allocation, before delegation, claims, a vote under way, its execution, a vote that
was cancelled, one short of its quorum, one extended, one queued and then vetoed, the last final
block, and the head."""


def calls(stage: Stage) -> Iterator[Call]:
    """Everything asked, block by block."""
    for block in CHECKED:
        yield from _token(stage, block)
        yield from _house(stage, block)
        yield from _rulers(stage, block)
        yield from _settled(stage, block)
        for beneficiary in stage.escrows:
            for function in ("locked", "grants"):
                yield stage.vault.address, stage.vault.data(function, beneficiary), block


def _token(stage: Stage, block: int) -> Iterator[Call]:
    """Supply, and everybody's balance and votes; votes at the newest snapshot that is past."""
    token = stage.token
    people = [*stage.anvil.accounts, *(c.address for c in stage.contracts.values())]
    people += stage.escrows.values()
    yield token.address, token.data("totalSupply"), block
    past = max((b.snapshot for b in stage.ballots if b.snapshot < block), default=None)
    for who in people:
        yield token.address, token.data("balanceOf", who), block
        yield token.address, token.data("getVotes", who), block
        if past is not None:
            yield token.address, token.data("getPastVotes", who, past), block
    if past is not None:
        yield token.address, token.data("getPastTotalSupply", past), block


def _house(stage: Stage, block: int) -> Iterator[Call]:
    """Parameters, and what became of every proposal made so far."""
    house = stage.house
    for parameter in (
        "votingDelay",
        "votingPeriod",
        "proposalThreshold",
        "quorumNumerator",
        "lateQuorumVoteExtension",
    ):
        yield house.address, house.data(parameter), block
    for ballot in stage.ballots:
        if ballot.proposal.block > block:
            continue
        for function in ("state", "proposalVotes", "proposalSnapshot", "proposalDeadline"):
            yield house.address, house.data(function, ballot.id), block
        if ballot.snapshot < block:
            yield house.address, house.data("quorum", ballot.snapshot), block


def _settled(stage: Stage, block: int) -> Iterator[Call]:
    """Which block of Starknet was settled last, and by which program."""
    core = stage.contracts["core"]
    if block >= core.block:
        for function in ("stateBlockNumber", "stateBlockHash", "stateRoot", "programHash"):
            yield core.address, core.data(function), block


def _rulers(stage: Stage, block: int) -> Iterator[Call]:
    """Who can change the rules: the timelock's delay, the council's owners and their threshold."""
    yield stage.timelock.address, stage.timelock.data("getMinDelay"), block
    for function in ("getOwners", "getThreshold"):
        yield stage.council.address, stage.council.data(function), block
