"""Alignment: how many independent wills vote, over a grid of thresholds, and who was pivotal."""

from collections.abc import Hashable
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.alignment import Blocs, bloc_grid, grid
from psephos.results import reading
from psephos.results.control.bodies import electorates, usual_system
from psephos.results.control.rule_files import system
from psephos.results.control.votes import votes_told
from psephos.results.positions import positions
from psephos.results.shown.wording import decimal, percent
from psephos.results.studies.shape import Listing, Study, Subject, Values
from psephos.results.voting.rules import GOVERNORS, rules

if TYPE_CHECKING:
    from psephos.store.reader import Release

MOST = 1_500
"""So many voters are compared with each other, the heaviest: pairs grow with the square."""
LEAST = 2
"""Agreement on fewer common proposals says nothing."""
TITLE = "Who votes alike"
CHOICES = {0: "against", 1: "for", 2: "abstain"}


def study(of: Subject) -> Study:
    """Blocs over a grid of thresholds with the inactive as one, and each vote's pivotal voters."""
    votes = ballots(of.release, of.dataset, of.block)
    held = positions(of.release, "power", dataset=of.dataset, block=of.block)
    if not votes:
        why = "no vote with this token was collected"
        return Study("alignment", TITLE, of.dataset, of.block, why=why)
    power = dict(zip(held.holders, held.amounts, strict=True))
    voters = {voter for cast in votes.values() for voter in cast}
    heaviest = sorted(voters, key=lambda one: (-power.get(one, 0), one))[:MOST]
    some = set(heaviest)
    among: dict[Hashable, dict[bytes, str]] = {
        key: {v: c for v, c in cast.items() if v in some} for key, cast in votes.items()
    }
    found = bloc_grid(among, power, grid(), least=LEAST)
    names = reading.datasets(of.release, *GOVERNORS)
    values = Values(
        of,
        "alignment",
        f"every delegate of {of.dataset} at the end of block {of.block}; votes of "
        f"{len(heaviest)} voters on {len(votes)} proposals, {LEAST} in common at least",
        len(power),
        [(of.dataset, "power"), *((name, "vote") for name in names)],
    )
    for one in found:
        _of_blocs(values, one, sum(power.values()))
    told = _votes(of)
    _last(values, told)
    return Study(
        "alignment", TITLE, of.dataset, of.block, tuple(values.found), (_grid(found), told)
    )


def ballots(release: "Release", token: str, block: int) -> dict[bytes, dict[bytes, str]]:
    """What each voter chose on each proposal of the token's governors, by proposal; a vote in
    parts is none of the three and left out."""
    found: dict[bytes, dict[bytes, str]] = {}
    for name in reading.datasets(release, *GOVERNORS):
        if rules(release, name).token != token:
            continue
        for table in ("vote_cast", "vote_cast_with_params"):
            if not reading.has(release, f"{name}_{table}"):
                continue
            query = (
                f'SELECT proposal_id, voter, support::INTEGER FROM "{name}_{table}" '
                "WHERE block_number <= ? AND support <= 2 "
                "ORDER BY block_number, transaction_index, log_index"
            )
            for id, voter, support in reading.rows(release, query, (block,)):
                found.setdefault(bytes(id), {})[bytes(voter)] = CHOICES[int(support)]
    return found


def _of_blocs(values: Values, one: Blocs[bytes], power: int) -> None:
    """The entropy at one threshold, and the share of the heaviest bloc."""
    name = str(one.threshold.share).replace("/", "_")
    words = f"agreement {one.threshold} on {LEAST} proposals, single link; the inactive are one"
    values.tell(
        f"bloc_entropy_{name}", f"Voting-bloc entropy at agreement {one.threshold}", one.entropy,
        "bits", f"−Σ p log₂ p over blocs; {words}",
    )  # fmt: skip
    heaviest = max((weight for _, weight in one.blocs), default=0)
    values.tell(
        f"largest_bloc_{name}", f"Heaviest bloc at agreement {one.threshold}",
        Fraction(heaviest, power) if power else None, "share", f"largest bloc / Σ power; {words}",
    )  # fmt: skip


def _grid(found: tuple[Blocs[bytes], ...]) -> Listing:
    """What hangs on the threshold."""
    rows = []
    for one in found:
        sizes = [len(bloc) for bloc, _ in one.blocs]
        entropy = "undefined" if one.entropy is None else decimal(Fraction(one.entropy), 3)
        least = None if one.least_entropy is None else decimal(Fraction(one.least_entropy), 3)
        whole = sum(weight for _, weight in one.blocs) + one.inactive
        absent = percent(Fraction(one.inactive, whole)) if whole else None
        rows.append((str(one.threshold), len(sizes), max(sizes, default=0), entropy, least, absent))
    columns = ("agreement", "blocs", "largest, voters", "entropy, bits", "min-entropy", "inactive")
    return Listing("grid", "Blocs by threshold", columns, tuple(rows))


def _votes(of: Subject) -> Listing:
    """Each decided vote: margin, pivotal voters, unused power."""
    by = system(usual_system(of.release))
    bodies = electorates(of.release, by, of.block, of.dataset).values()
    told = [
        one
        for body in bodies
        if body.body.kind == "tokens"
        for one in votes_told(of.release, body, of.block, body.unit)
    ]
    rows = tuple(
        (
            one.proposal.title,
            {True: "passed", False: "failed", None: one.why}[one.passed],
            one.leaving,
            one.switching,
            one.flip,
            None if one.unused is None else percent(one.unused),
        )
        for one in told
    )
    columns = ("proposal", "outcome", "turned by leaving", "by switching", "flip set", "unused")
    return Listing("votes", "Who alone could have turned a vote", columns, rows)


def _last(values: Values, told: Listing) -> None:
    """Of how many votes somebody alone was pivotal."""
    known = [row for row in told.rows if row[2] is not None]
    alone = sum(bool(row[2]) or bool(row[3]) for row in known)
    values.tell(
        "pivotal_votes", "Votes that one voter alone could have turned",
        Fraction(alone, len(known)) if known else None, "share",
        "votes with a voter whose absence or change of side turns them / decided votes",
        why="no vote was decided",
    )  # fmt: skip
