"""The life of a generated token, its governor and some grants, as event rows.

By the rules of OpenZeppelin's contracts: what a transfer moves, the delegates' votes follow; who
votes has the power of the snapshot. No chain and no hash: `tests.simulated.house` makes tables
and a release of it.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from psephos.store.piece import DAY

START = 19_700  # the first day: 2023-12-09
UNIT = 10**10  # amounts are multiples of this many smallest units, so that they fit in 64 bits
SUPPLY = 10**18  # of those: 10 billion tokens of 18 decimals
ZERO = -1  # index of the zero address

TITLES = (
    "Raise the number of sequencers", "Fund the public goods of the first quarter",
    "Set the minting curve anew", "Let delegates recall the council", "Shorten the voting delay",
    "Pay for a second proving client", "Open the archive of the foundation",
    "Lower the proposal threshold",
)  # fmt: skip
FATES = ("executed", "defeated", "executed", "cancelled", "short of quorum", "queued")


@dataclass
class History:
    """What happened: rows by table as tuples, and the blocks' times."""

    times: np.ndarray
    rows: dict[str, list[tuple]] = field(default_factory=lambda: defaultdict(list))
    seed: int = 1
    holders: int = 0


@dataclass
class Life:
    """The state of token and governor while a history is generated; amounts in `UNIT`s."""

    history: History
    balances: list[int]
    delegates: list[int]
    powers: list[int]
    block: int = 0
    transaction: int = 0
    log: int = 0
    actions: int = 0
    count: int = 0

    def begin(self, block: int) -> None:
        """A new transaction, in `block`."""
        if block != self.block:
            self.block, self.transaction, self.log = block, -1, 0
        self.transaction += 1
        self.actions += 1

    def emit(self, table: str, *values: object) -> None:
        key = (self.block, self.transaction, self.log, self.actions)
        self.history.rows[table].append((*key, *values))
        self.log += 1
        self.count += 1

    def move_power(self, source: int, target: int, amount: int) -> None:
        """ERC20Votes: the delegates' votes follow; nothing where both are one, or nobody."""
        if source == target or not amount:
            return
        for delegate, change in ((source, -amount), (target, amount)):
            if delegate >= 0:
                old = self.powers[delegate]
                self.powers[delegate] = old + change
                self.emit("strk_delegate_votes_changed", delegate, old, old + change)

    def transfer(self, block: int, sender: int, recipient: int, amount: int) -> None:
        self.begin(block)
        if sender >= 0:
            self.balances[sender] -= amount
        self.balances[recipient] += amount
        self.emit("strk_transfer", sender, recipient, amount)
        self.move_power(
            self.delegates[sender] if sender >= 0 else ZERO, self.delegates[recipient], amount
        )

    def delegate(self, block: int, holder: int, delegate: int) -> None:
        self.begin(block)
        old, self.delegates[holder] = self.delegates[holder], delegate
        self.emit("strk_delegate_changed", holder, old, delegate)
        self.move_power(old, delegate, self.balances[holder])


def live(rows: int, seed: int, days: int, blocks: int) -> History:
    """Generate `blocks` blocks over `days` days with about `rows` event rows."""
    random = np.random.default_rng(seed)
    gaps = random.integers(1, 1000, blocks)
    times = START * DAY + 12 + np.cumsum(gaps) * (days * DAY) // int(gaps.sum() + 1)
    holders = min(max(rows // 40, 60), 25_000)
    life = Life(
        History(times, seed=seed, holders=holders), [0] * holders, [ZERO] * holders, [0] * holders
    )
    _beginning(life, random)
    proposals = _proposals(blocks, random)
    size = max(rows // 2, 200)
    share = (random.random(size) ** 3 * 2**20).astype(np.int64).tolist()
    who, whom = ((random.random(size) ** 2 * holders).astype(int).tolist() for _ in range(2))
    choice = random.random(size).tolist()
    voters = max(min(holders // 8, 600), 8)
    start, turn = life.count, 0
    while life.count < rows and turn < size:
        block = 2 + (life.count - start) * (blocks - 3) // max(rows - start, 1)
        block = min(max(block, life.block), blocks - 1)
        while proposals and proposals[0][0] <= block:
            _act(life, proposals, random, voters)
        holder, other = who[turn], whom[turn]
        amount = life.balances[holder] * share[turn] >> 24
        if choice[turn] < 0.12 or not amount:
            life.delegate(block, holder, int(other * voters / holders))
        elif holder != other:
            life.transfer(block, holder, other, amount)
        turn += 1
    while proposals and proposals[0][0] < blocks:
        _act(life, proposals, random, voters)
    return life.history


def _beginning(life: Life, random: np.random.Generator) -> None:
    """Mint, hand out by a heavy-tailed law, set the governor's rules, grant and delegate."""
    life.transfer(0, ZERO, 0, SUPPLY)
    life.begin(0)
    for name, value in (
        ("voting_delay_set", 12),
        ("voting_period_set", 300),
        ("proposal_threshold_set", 0),
    ):
        life.emit(f"gov_{name}", 0, value)
    life.emit("gov_quorum_numerator_updated", 0, 4)
    weights = 1 / np.arange(1, len(life.balances)) ** 1.1
    parts = (weights / weights.sum() * (SUPPLY * 8 // 10)).astype(np.int64).tolist()
    for holder, part in enumerate(parts, start=1):
        life.transfer(1, 0, holder, int(part))
    for beneficiary in random.integers(1, len(life.balances), 12).tolist():
        life.begin(1)
        start = START * DAY
        terms = (start, start + 30 * DAY, start + 720 * DAY)
        life.emit("grants_grant_created", beneficiary, SUPPLY // 1000, *terms)
    for holder in range(0, len(life.balances), 3):
        life.delegate(1, holder, int(random.random() ** 2 * min(len(life.balances) // 8 + 1, 600)))


@dataclass
class Proposal:
    id: bytes
    title: str
    fate: str
    created: int
    start: int
    end: int
    powers: list[int] = field(default_factory=list)


def _proposals(blocks: int, random: np.random.Generator) -> list[tuple[int, str, Proposal]]:
    """What has to happen at which block; the last proposal is still open at the head."""
    steps, count = [], 12
    period = max(blocks // 20, 20)
    for number in range(count):
        created = 4 + number * (blocks - period // 2 - 8) // (count - 1)
        title = TITLES[number % len(TITLES)]
        found = Proposal(
            random.bytes(32), f"# {title} ({number + 1})\n\nWhy: <b>because</b>.",
            FATES[number % len(FATES)], created, created + 2, created + 2 + period,
        )  # fmt: skip
        steps.append((created, "create", found))
        steps.append((created + 3, "snapshot", found))  # the end of the block before
        steps += [(created + 3 + turn * (period - 2) // 40, "vote", found) for turn in range(40)]
        steps.append((created + period + 4, "end", found))
    return sorted(steps, key=lambda step: step[0])


def _act(
    life: Life, steps: list[tuple[int, str, Proposal]], random: np.random.Generator, voters: int
) -> None:
    block, step, proposal = steps.pop(0)
    block = max(block, life.block)
    if step == "create":
        life.begin(block)
        life.emit("gov_proposal_created", proposal, 0)
    elif step == "snapshot":
        proposal.powers = list(life.powers)
    elif step == "vote":
        few = proposal.fate == "short of quorum"
        turn = len([1 for later in steps if later[1] == "vote" and later[2] is proposal])
        for voter in range(turn, voters, 40):
            power = proposal.powers[voter]
            if power and not (few and voter < voters // 2) and random.random() < 0.7:
                against = 0.75 if proposal.fate == "defeated" else 0.2
                support = 0 if random.random() < against else 1 if random.random() < 0.9 else 2
                life.begin(block)
                reason = "" if random.random() < 0.5 else f"=1+1 <i>because</i> é {voter}"
                life.emit("gov_vote_cast", voter, proposal, support, power, reason)
    elif proposal.fate in {"executed", "queued", "cancelled"}:
        life.begin(block)
        if proposal.fate == "cancelled":
            life.emit("gov_proposal_canceled", proposal)
            return
        life.emit("gov_proposal_queued", proposal, int(life.history.times[block]))
        if proposal.fate == "executed":
            life.begin(min(block + 1, len(life.history.times) - 1))
            life.emit("gov_proposal_executed", proposal)
