"""What is voted on in the sample, and how: data only.

Twelve proposals, one of every fate. Votes are told by group: `Bloc("community", FOR, 30)` lets
three of ten of the group vote for it, at a time of their own between snapshot and deadline.
"""

from dataclasses import dataclass

from data.sample.allocation import MILLION

AGAINST, FOR, ABSTAIN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Bloc:
    """How a group votes: `percent` of its members, between two blocks after the snapshot."""

    group: str
    support: int
    percent: int = 100
    first: int = 1
    last: int = 60


@dataclass(frozen=True, slots=True)
class Call:
    """A call that a proposal makes: contract, function and its arguments."""

    contract: str
    function: str
    args: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal: at which block it is made, of what, who votes how, and what becomes of it.

    `fate` is the state that the contract must name at the head. `special` is for what groups
    cannot tell: see `votes.py`.
    """

    block: int
    title: str
    body: str
    calls: tuple[Call, ...]
    blocs: tuple[Bloc, ...]
    fate: str
    special: str = ""

    @property
    def description(self) -> str:
        return f"# {self.title}\n\n{self.body}"


NOTHING = (Call("token", "transfer", ("treasury", 0)),)

PROPOSALS = (
    Proposal(
        192,
        "Adopt version 1 of the protocol",
        "The first vote. What is vital to liveness, security or upkeep is put to a vote.",
        NOTHING,
        (
            Bloc("council", FOR, 100, 20, 40),
            Bloc("pool", FOR, 80),
            Bloc("investor", FOR, 60),
            Bloc("contributor", FOR, 50),
            Bloc("independent", AGAINST, 40),
            Bloc("community", FOR, 45),
        ),
        "Executed",
    ),
    Proposal(
        360,
        "Shorter cycle: half a day of delay, three days of voting",
        "Voting delay from 24 to 12 blocks, voting period from 96 to 72.",
        (Call("house", "setVotingDelay", (12,)), Call("house", "setVotingPeriod", (72,))),
        (
            Bloc("council", FOR, 100, 30, 50),
            Bloc("pool", FOR, 60),
            Bloc("investor", FOR, 70),
            Bloc("contributor", ABSTAIN, 40),
            Bloc("community", AGAINST, 20),
        ),
        "Executed",
    ),
    Proposal(
        540,
        "Spend 120 million tokens on a football sponsorship",
        "Visibility matters.",
        (Call("token", "transfer", ("exchange", 120 * MILLION)),),
        (
            Bloc("council", AGAINST, 100, 5, 20),
            Bloc("pool", AGAINST, 80),
            Bloc("investor", FOR, 50),
            Bloc("contributor", AGAINST, 40),
            Bloc("independent", AGAINST, 100),
            Bloc("community", FOR, 25),
        ),
        "Defeated",
    ),
    Proposal(
        650,
        "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
        "Claim your **reward** at [the official page](javascript:alert(1)) \u202egnp.tnacifingis",
        NOTHING,
        (),
        "Canceled",
        "cancelled by its proposer",
    ),
    Proposal(
        720,
        "Publish every grant above one million tokens within a week",
        "Amounts, recipients and milestones, on-chain.",
        NOTHING,
        (Bloc("community", AGAINST, 15),),
        "Defeated",
        "one token short of the quorum",
    ),
    Proposal(
        900,
        "Let the council appoint its own members",
        "The council fills empty seats by itself.",
        NOTHING,
        (
            Bloc("pool", FOR, 100),
            Bloc("independent", FOR, 50),
            Bloc("community", AGAINST, 50),
            Bloc("council", FOR, 100, 70, 70),
            Bloc("investor", AGAINST, 100, 90, 112),
            Bloc("contributor", AGAINST, 100, 90, 112),
        ),
        "Defeated",
        "flipped after its extension",
    ),
    Proposal(
        1_100,
        "Lower the bars: threshold 2 million, quorum 8 %",
        "So that more delegates can propose, and silence blocks less.",
        (
            Call("house", "setProposalThreshold", (2 * MILLION,)),
            Call("house", "updateQuorumNumerator", (8,)),
        ),
        (
            Bloc("council", ABSTAIN, 100, 10, 30),
            Bloc("pool", FOR, 90),
            Bloc("investor", FOR, 80),
            Bloc("contributor", FOR, 70),
            Bloc("community", FOR, 35),
        ),
        "Executed",
    ),
    Proposal(
        1_300,
        "Mint 26 million tokens of staking rewards",
        "Four weeks at the ceiling of 6.5 million a week.",
        (Call("token", "mint", ("treasury", 26 * MILLION)),),
        (
            Bloc("council", FOR, 100, 10, 30),
            Bloc("pool", FOR, 70),
            Bloc("investor", FOR, 60),
            Bloc("contributor", FOR, 30),
            Bloc("independent", AGAINST, 70),
            Bloc("community", AGAINST, 20),
        ),
        "Executed",
        "with parameters",
    ),
    Proposal(
        1_500,
        "Replace the timelock's delay by an hour",
        "Faster is better.",
        (Call("timelock", "updateDelay", (3_600,)),),
        (
            Bloc("pool", FOR, 75),
            Bloc("investor", FOR, 90),
            Bloc("contributor", FOR, 80),
            Bloc("independent", AGAINST, 70),
            Bloc("community", AGAINST, 30),
        ),
        "Canceled",
        "cancelled in the timelock by the council",
    ),
    Proposal(
        1_900,
        "Extend late votes by three days",
        "The period after a late quorum from 48 to 72 blocks.",
        (Call("house", "setLateQuorumVoteExtension", (72,)),),
        (
            Bloc("council", FOR, 100, 10, 30),
            Bloc("pool", FOR, 65),
            Bloc("investor", FOR, 50),
            Bloc("contributor", AGAINST, 30),
            Bloc("community", FOR, 20),
        ),
        "Queued",
        "queued, not executed",
    ),
    Proposal(
        2_180,
        "Fund a second client team",
        "Forty million tokens from the house's own account.",
        (Call("token", "transfer", ("treasury", 40 * MILLION)),),
        (
            Bloc("council", FOR, 100, 10, 30),
            Bloc("pool", FOR, 70),
            Bloc("contributor", FOR, 60),
            Bloc("investor", AGAINST, 40),
            Bloc("community", FOR, 25),
        ),
        "Succeeded",
        "never queued",
    ),
    Proposal(
        2_318,
        "Pay rebates to everyone who held the old bridge token",
        "Open until block 2402.",
        (Call("token", "transfer", ("exchange", 1 * MILLION)),),
        (
            Bloc("pool", FOR, 60, 1, 6),
            Bloc("investor", AGAINST, 50, 1, 6),
            Bloc("independent", FOR, 50, 1, 6),
            Bloc("community", FOR, 25, 1, 6),
        ),
        "Active",
        "open at the head",
    ),
)

REASONS: tuple[str | bytes, ...] = (
    "Good for the network.",
    "I would rather see a smaller step first.",
    "Οἱ πολῖται ψηφίζουσι — the citizens vote.",
    "賛成です。透明性が大切です。",
    "",
    "</script><script>alert(document.cookie)</script><img src=x onerror=alert(1)>",
    '<a href="https://phish.example/claim">claim STRK</a>',
    "[click me](javascript:alert(1))",
    "\u202eesrever ni detov\u202c and \u200bzero\u200bwidth",
    "a NUL \x00 and a bell \x07 and an escape \x1b[31mred\x1b[0m",
    '=HYPERLINK("https://phish.example","results")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    'line one\r\nline two,"quoted",;semicolon\ttab',
    "{{ 7 * 7 }} ${7*7} '; DROP TABLE vote_cast; --",
    "Ηomoglyph: аpprove by vitаlik.eth (not every letter is Latin)",
    "e\u0301" + "\u0301" * 60 + " a tall letter",
    b"not UTF-8: \xff\xfe\xc3\x28 \xed\xa0\x80 end",
    b"\xf0\x9f\x98 cut inside a character",
    "A long reason. " + "I have thought about this for a long time, and again. " * 400,
)
"""Reasons given with votes, in turn: friendly ones first, then what an attacker would write."""
