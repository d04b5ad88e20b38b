"""A governor's rules, and what follows from them: success, quorum, state. Pure, by the contract.

Sources: OpenZeppelin contracts 5.7.0, `governance/Governor.sol` (`state`),
`extensions/GovernorCountingSimple.sol`, `GovernorVotesQuorumFraction.sol`,
`GovernorTimelockControl.sol`; Compound `GovernorBravoDelegate.sol` (`state`), which counts the
quorum by the votes for alone, fixed, and lets a queued proposal expire. A space of Snapshot X
(snapshot-labs/sx-starknet af131eb2, `utils/simple_majority.cairo`) wants more votes for than
against and no quorum; its times are seconds, of which the first is in and the last is out.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from psephos.errors import ConfigurationError
from psephos.results import reading

if TYPE_CHECKING:
    from psephos.store.reader import Release

Choice = TypeVar("Choice")

AGAINST, FOR, ABSTAIN = 0, 1, 2
SUPPORT = {AGAINST: "against", FOR: "for", ABSTAIN: "abstain"}
SPACE = "snapshot_x_space"
GOVERNORS = ("governor", "governor_bravo", "governor_alpha", SPACE)
COMPOUND_GRACE = 14 * 24 * 3600


class State(StrEnum):
    """The state of a proposal, in OpenZeppelin's words and order."""

    PENDING = "Pending"
    ACTIVE = "Active"
    CANCELED = "Canceled"
    DEFEATED = "Defeated"
    SUCCEEDED = "Succeeded"
    QUEUED = "Queued"
    EXPIRED = "Expired"
    EXECUTED = "Executed"

    @property
    def open(self) -> bool:
        """Votes can still be cast, now or later."""
        return self in (State.PENDING, State.ACTIVE)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a governor counts; declared by its source and its dataset's links.

    token:       dataset whose voting power counts, None if it cannot be told
    timelock:    dataset of the timelock that holds its queue, None if there is none
    by_time:     its clock counts seconds, not blocks (ERC-6372)
    counted:     which votes reach the quorum
    quorum:      the fixed quorum, or None: a fraction of the supply at the snapshot
    denominator: of that fraction
    grace:       seconds after which a queued proposal expires, None: never
    half_open:   voting is open at its start and no more at its end
    """

    governor: str
    token: str | None
    timelock: str | None
    by_time: bool
    counted: frozenset[int]
    quorum: int | None
    denominator: int
    grace: int | None
    half_open: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes cast so far, in the token's smallest unit, and by how many voters with power."""

    against: int = 0
    for_: int = 0
    abstain: int = 0
    voters: int = 0

    @property
    def cast(self) -> int:
        return self.against + self.for_ + self.abstain

    def counted(self, rules: Rules) -> int:
        """The votes that count towards the quorum."""
        parts = {AGAINST: self.against, FOR: self.for_, ABSTAIN: self.abstain}
        return sum(parts[support] for support in rules.counted)


@dataclass(frozen=True, slots=True)
class Facts:
    """What events say about one proposal up to a block; `eta` in seconds, None if not queued."""

    snapshot: int
    deadline: int
    canceled: bool = False
    executed: bool = False
    eta: int | None = None


def succeeded(tally: Tally, quorum: int, rules: Rules) -> bool:
    """The quorum is reached (equal is enough) and there are more votes for than against."""
    return tally.counted(rules) >= quorum and tally.for_ > tally.against


def state(
    facts: Facts, tally: Tally, quorum: int | None, rules: Rules, *, clock: int, time: int
) -> State | None:
    """The state at a block: `clock` in the governor's unit, `time` its timestamp in seconds.

    None only where it depends on a quorum that is not known. A snapshot or a deadline at the
    block itself has not passed yet.
    """
    if facts.executed:
        return State.EXECUTED
    if facts.canceled:
        return State.CANCELED
    if facts.snapshot >= clock:
        return State.PENDING
    if facts.deadline >= clock:
        return State.ACTIVE
    return _decided(facts, tally, quorum, rules, time)


def _decided(
    facts: Facts, tally: Tally, quorum: int | None, rules: Rules, time: int
) -> State | None:
    """The state after the deadline."""
    if tally.for_ <= tally.against:
        return State.DEFEATED
    if quorum is None:
        return None
    if not succeeded(tally, quorum, rules):
        return State.DEFEATED
    if facts.eta is None:
        return State.SUCCEEDED
    expired = rules.grace is not None and time >= facts.eta + rules.grace
    return State.EXPIRED if expired else State.QUEUED


def rules(release: "Release", name: str) -> Rules:
    """The rules of a governor's dataset. `ConfigurationError` names a malformed link."""
    entry = reading.dataset(release, name)
    links = entry.links
    space = SPACE in entry.sources
    compound = "governor" not in entry.sources and not space
    tokens = reading.datasets(release, "votes", "starknet_votes")
    only = tokens[0] if len(tokens) == 1 else None
    usual = "for+against+abstain" if space else "for" if compound else "for+abstain"
    counted = _choice(name, links.get("counted"), usual, _COUNTED)
    fixed = links.get("quorum", "0" if space else None)
    clock = "timestamp" if space else "blocknumber"
    grace = links.get("grace", str(COMPOUND_GRACE) if compound else None)
    return Rules(
        governor=name,
        token=links.get("token", only),
        timelock=links.get("timelock"),
        by_time=_choice(name, links.get("clock"), clock, _CLOCKS),
        counted=counted,
        quorum=None if fixed is None else _whole(name, "quorum", fixed),
        denominator=_whole(name, "quorum_denominator", links.get("quorum_denominator", "100")),
        grace=None if grace is None else _whole(name, "grace", grace),
        half_open=space,
    )


_COUNTED = {
    "for": frozenset({FOR}),
    "for+abstain": frozenset({FOR, ABSTAIN}),
    "for+against+abstain": frozenset({AGAINST, FOR, ABSTAIN}),
}
_CLOCKS = {"blocknumber": False, "timestamp": True}


def _choice(name: str, given: str | None, default: str, choices: dict[str, Choice]) -> Choice:
    value = default if given is None else given
    if value not in choices:
        raise ConfigurationError(
            f"dataset {name}: link {value!r} is none of {', '.join(choices)}",
            hint="see [dataset.links] in psephos.toml",
        )
    return choices[value]


def _whole(name: str, link: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ConfigurationError(
            f"dataset {name}: link {link} = {text!r} is no whole number",
            hint="see [dataset.links] in psephos.toml",
        )
    return int(text)
