"""Who votes alike: agreement, blocs, and how many independent wills there are.

Agreement of two voters is the share of the proposals both voted on where they voted the same.
A *bloc* is linked by agreement that meets a threshold (single link), on at least `least` common
proposals. The entropy of the blocs' shares is the voting-bloc entropy; those who never voted are
one bloc, since together they would be one. Blocs depend on the threshold: look at a grid of them.

Source: A. Austgen, A. Fábrega, S. Allen, K. Babel, M. Kelkar, A. Juels, DAO Decentralization:
Voting-Bloc Entropy, 2023 (arXiv 2311.03530); single link by agreement is our own bloc function.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import log2
from typing import Generic, TypeVar

from analytics.arguments import listed, named, of_kind, one_of, row, table
from analytics.diversity import shannon
from analytics.measure import Value, population
from analytics.rules import CHOICES, Ballot, Choice
from analytics.threshold import Threshold
from analytics.whole import positive, whole
from psephos.errors import DataError

Voter = TypeVar("Voter", bound=Hashable)
Votes = Mapping[Hashable, Mapping[Voter, str]]
"""By proposal: what each voter chose, in any words."""


@dataclass(frozen=True, slots=True)
class Record:
    """One voter's votes as bits, a bit a proposal: where it voted, and where it chose each."""

    voted: int
    chose: Mapping[str, int]


def records(votes: Votes[Voter]) -> dict[Voter, Record]:
    """Each voter's votes as bits."""
    found: dict[Voter, dict[str, int]] = {}
    for place, ballots in enumerate(table(votes, "the votes by proposal").values()):
        for voter, choice in table(ballots, f"the votes on proposal {place}").items():
            chose = found.setdefault(voter, {})
            chose[choice] = chose.get(choice, 0) | 1 << place
    return {voter: Record(_any(chose.values()), chose) for voter, chose in found.items()}


def agreement(one: Record, other: Record) -> tuple[int, int]:
    """(proposals on which both chose the same, proposals on which both voted)."""
    same = sum(
        (bits & other.chose.get(choice, 0)).bit_count() for choice, bits in one.chose.items()
    )
    return same, (one.voted & other.voted).bit_count()


def agreed(votes: Votes[Voter], one: Voter, other: Voter) -> Fraction | None:
    """The share of common proposals on which two voted the same; None without a common one."""
    found = records(votes)
    for voter in (one, other):
        named(voter, "a voter")
    if one not in found or other not in found:
        return None
    same, both = agreement(found[one], found[other])
    return Fraction(same, both) if both else None


def blocs(
    votes: Votes[Voter], threshold: Threshold, *, least: int = 1
) -> tuple[frozenset[Voter], ...]:
    """Voters linked by agreement that meets `threshold` on `least` common proposals or more.

    Largest first, then in order of appearance. A voter linked to nobody is a bloc of one. Whoever
    links two blocs joins them: that is what single link means.
    """
    positive(least, "the number of common proposals")
    of_kind(threshold, Threshold, "the threshold")
    found = records(votes)
    voters = list(found)
    root = list(range(len(voters)))

    def top(n: int) -> int:
        while root[n] != n:
            root[n] = root[root[n]]
            n = root[n]
        return n

    for n, one in enumerate(voters):
        for m in range(n):
            if top(n) == top(m):
                continue
            same, both = agreement(found[one], found[voters[m]])
            if both >= least and threshold.met(same, both):
                root[top(n)] = top(m)
    groups: dict[int, list[Voter]] = {}
    for n, voter in enumerate(voters):
        groups.setdefault(top(n), []).append(voter)
    return tuple(sorted((frozenset(some) for some in groups.values()), key=lambda one: -len(one)))


@dataclass(frozen=True, slots=True)
class Blocs(Generic[Voter]):
    """The blocs at a threshold and what they weigh, heaviest first.

    inactive: the weight of all who never voted, as one bloc (0: there is none)
    entropy:  Shannon's, in bits, of all blocs' shares; `least_entropy` −log₂ of the largest share
    """

    threshold: Threshold
    blocs: tuple[tuple[frozenset[Voter], int], ...]
    inactive: int
    entropy: Value
    least_entropy: float | None


def bloc_entropy(
    votes: Votes[Voter], weights: Mapping[Voter, int], threshold: Threshold, *, least: int = 1
) -> Blocs[Voter]:
    """Voting-bloc entropy. `weights` are of everybody who could vote; a voter without is of 0.

    Undefined (None) where nobody has weight. Everybody alike: 0, as if there were one holder.
    """
    population(table(weights, "the weights by voter").values())
    found = [
        (bloc, sum(weights.get(voter, 0) for voter in bloc))
        for bloc in blocs(votes, threshold, least=least)
    ]
    active = {voter for bloc, _ in found for voter in bloc}
    inactive = sum(weight for voter, weight in weights.items() if voter not in active)
    shares = [weight for _, weight in found if weight] + [inactive] * bool(inactive)
    whole = sum(shares)
    return Blocs(
        threshold,
        tuple(sorted(found, key=lambda one: -one[1])),
        inactive,
        shannon(shares),
        # adding 0 makes a plain zero of the minus zero that one bloc of all has
        -log2(Fraction(max(shares), whole)) + 0.0 if shares else None,
    )


def bloc_grid(
    votes: Votes[Voter],
    weights: Mapping[Voter, int],
    thresholds: Iterable[Threshold],
    *,
    least: int = 1,
) -> tuple[Blocs[Voter], ...]:
    """The blocs at each of several thresholds: an entropy without its threshold says little.

    Each is `bloc_entropy`, in the order given. Who never voted is one bloc at every threshold, and
    `least` is how many common proposals link two voters at the fewest.
    """
    asked = listed(thresholds, "the thresholds")
    return tuple(bloc_entropy(votes, weights, one, least=least) for one in asked)


@dataclass(frozen=True, slots=True)
class Pivotal(Generic[Voter]):
    """Voters who alone would have turned the outcome: by staying away, or by changing sides."""

    by_leaving: tuple[Voter, ...]
    by_switching: tuple[Voter, ...]


def pivotal(
    votes: Mapping[Voter, tuple[Choice, int]], passes: Callable[[Ballot], bool], base: Ballot
) -> Pivotal[Voter]:
    """Who was pivotal in one vote, heaviest first, by whatever rule `passes` executes.

    base: the vote's bases without votes. Who votes for or against switches to the other side; an
    abstention switches to the side that lost.
    """
    tally = of_kind(base, Ballot, "the bases")
    if not callable(passes):
        raise DataError(f"the rule is {str(passes)[:40]!r}: it must be a function of a ballot")
    for name in ("for_", "against", "abstain"):
        whole(getattr(base, name), f"{name} of the bases")
    for voter, vote in table(votes, "the votes by voter").items():
        choice, weight = row(vote, 2, f"the vote of {_named(voter)}")
        one_of(choice, CHOICES, f"the choice of {_named(voter)}")
        tally = _with(tally, choice, whole(weight, f"the weight of {_named(voter)}"))
    passed = passes(tally)
    loser: Choice = "against" if passed else "for"
    other: dict[Choice, Choice] = {"for": "against", "against": "for", "abstain": loser}
    order = sorted(votes.items(), key=lambda one: -one[1][1])
    leaving, switching = [], []
    for voter, (choice, weight) in order:
        without = _with(tally, choice, -weight)
        if passes(without) != passed:
            leaving.append(voter)
        if passes(_with(without, other[choice], weight)) != passed:
            switching.append(voter)
    return Pivotal(tuple(leaving), tuple(switching))


@dataclass(frozen=True, slots=True)
class Lost(Generic[Voter]):
    """Power at the timepoint that was not used: by who did not come, and by who cast a part.

    absent, part: sums; who: what each left unused, most first; share: of all power, None of none
    """

    absent: int
    part: int
    who: tuple[tuple[Voter, int], ...]
    share: Fraction | None


def lost_votes(power: Mapping[Voter, int], cast: Mapping[Voter, int]) -> Lost[Voter]:
    """What voters could have cast at the timepoint, and did not, or only in part.

    `DataError` names a voter who cast more than it had: then power and votes are of two blocks.
    """
    for voter, had in table(power, "the power by voter").items():
        whole(had, f"the power of {_named(voter)}")
    for voter, weight in table(cast, "what was cast by voter").items():
        if whole(weight, f"what {_named(voter)} cast") > power.get(voter, 0):
            raise DataError(
                f"{_named(voter)} cast {weight} of {power.get(voter, 0)}",
                hint="take the power at the proposal's own snapshot",
            )
    unused = {voter: had - cast.get(voter, 0) for voter, had in power.items()}
    left = sorted(((v, rest) for v, rest in unused.items() if rest), key=lambda one: -one[1])
    absent = sum(rest for voter, rest in left if not cast.get(voter, 0))
    had, lost = sum(power.values()), sum(rest for _, rest in left)
    return Lost(absent, lost - absent, tuple(left), Fraction(lost, had) if had else None)


def _with(tally: Ballot, choice: Choice, weight: int) -> Ballot:
    if choice == "for":
        return replace(tally, for_=tally.for_ + weight)
    if choice == "against":
        return replace(tally, against=tally.against + weight)
    return replace(tally, abstain=tally.abstain + weight)


def _any(bits: Iterable[int]) -> int:
    found = 0
    for one in bits:
        found |= one
    return found


def _named(voter: Hashable) -> str:
    return f"0x{voter.hex()}" if isinstance(voter, bytes) else str(voter)


def grid(
    steps: Sequence[str] = (">=1/2", ">=2/3", ">=3/4", ">=9/10", ">=1"),
) -> tuple[Threshold, ...]:
    """Thresholds of agreement to look at, from half to always."""
    return tuple(Threshold.parse(step) for step in steps)
