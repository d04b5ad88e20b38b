"""The scorecard of the four principles: components side by side, and what weights make of them.

The principles are those of the proposal of 2022: liveness, censorship resistance, transparency,
creativity. Every component is a figure; its scale is declared here, from `worst` (0) to `best` (1),
and is a choice, not a finding. A principle's score is the mean of its components' by equal weights,
an interval where a component cannot be told. There is no score of everything together.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from analytics import Value, nakamoto_one_half, nakamoto_one_third
from analytics.scorecard import Component, Score, score, scored
from psephos.results import reading
from psephos.results.control.bodies import abilities, electorates, usual_system
from psephos.results.control.rule_files import system
from psephos.results.figure import Interval
from psephos.results.positions import Positions, positions
from psephos.results.shown.wording import decimal, percent, worded
from psephos.results.standing import standing
from psephos.results.studies.shape import Listing, Study, Subject, Values
from psephos.results.studies.users import DAYS, payers, producers
from psephos.results.voting.proposals import proposals
from psephos.results.voting.rules import GOVERNORS, rules

TITLE = "The four principles"
PRINCIPLES = {
    "liveness": "Liveness: blocks keep coming",
    "censorship": "Censorship resistance: nobody can keep others out",
    "transparency": "Transparency: what is said can be checked",
    "creativity": "Creativity: new things come from many",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A component as it was found, and why it was not."""

    principle: str
    name: str
    title: str
    value: Value
    unit: str
    definition: str
    worst: int
    best: int
    uses: tuple[tuple[str, str], ...] = ()
    why: str = ""

    @property
    def component(self) -> Component:
        value = None if self.value is None else Fraction(self.value)
        ends = Fraction(self.worst), Fraction(self.best)
        return Component(self.principle, self.name, value, *ends)


def study(of: Subject) -> Study:
    """Every component as a figure, then each principle's score with what it hangs on."""
    held = positions(of.release, "power", dataset=of.dataset, block=of.block)
    found = [*_liveness(of), *_censorship(of, held), *_transparency(of, held), *_creativity(of)]
    values = Values(
        of, "scorecard", f"{of.release.chain.name or 'the chain'} up to block {of.block}", 0, ()
    )
    for one in found:
        values.tell(
            one.name, one.title, one.value, one.unit,
            f"{one.definition}; scale declared: {one.worst} is worst, {one.best} is best",
            why=one.why, uses=one.uses,
        )  # fmt: skip
    scores = {
        name: score([one.component for one in found if one.principle == name])
        for name in PRINCIPLES
    }
    for name, words in PRINCIPLES.items():
        parts = [one for one in found if one.principle == name]
        uses = tuple(dict.fromkeys(use for one in parts for use in one.uses))
        _told(values, name, words, scores[name], uses, [one.name for one in parts])
    tables = (_components(found), _sensitivity(scores))
    return Study("scorecard", TITLE, of.dataset, of.block, tuple(values.found), tables)


def _told(
    values: Values,
    name: str,
    words: str,
    found: Score | None,
    uses: tuple[tuple[str, str], ...],
    parts: list[str],
) -> None:
    """A principle's score, which names its components."""
    over = None
    if found is not None and found.low != found.high:
        text = f"{percent(found.low)} to {percent(found.high)}"
        over = Interval("unknown", found.low, found.high, text, "as what is not known comes out")
    elif found is not None:
        text = f"{percent(found.by_weight[0])} to {percent(found.by_weight[1])}"
        over = Interval("weights", *found.by_weight, text, "over all weights of its components")
    known = found is not None and any(place is not None for _, place in found.parts)
    values.tell(
        f"score_{name}", words, found.low if found is not None and known else None, "share",
        f"mean of the scores of {', '.join(parts)}, equal weights; what is unknown counts 0",
        why="no component of it is known", interval=over, uses=uses,
    )  # fmt: skip


def _liveness(of: Subject) -> Iterator[Found]:
    first = _window(of)
    gaps = reading.rows(
        of.release,
        "SELECT max(gap) FROM (SELECT timestamp::BIGINT - lag(timestamp::BIGINT) OVER "
        "(ORDER BY number) AS gap FROM block WHERE number BETWEEN ? AND ?)",
        (first, of.block),
    )
    longest = gaps[0][0]
    yield Found(
        "liveness", "longest_gap", f"Longest time between blocks in {DAYS} days",
        None if longest is None else int(longest), "seconds", "max of timestamp differences",
        86_400, 60, ((of.dataset, "block"),), "times of blocks are not known",
    )  # fmt: skip
    made = list(producers(of.release, first, of.block).values())
    uses = tuple((name, "producer") for name in reading.datasets(of.release, "fees"))
    yield Found(
        "liveness", "producers_half", f"Accounts that produced more than half of {DAYS} days",
        nakamoto_one_half(made), "accounts", "min |S| : Σ blocks > ½", 1, 11, uses,
        "headers do not tell who produced a block",
    )  # fmt: skip


def _censorship(of: Subject, held: Positions) -> Iterator[Found]:
    power = ((of.dataset, "power"),)
    yield Found(
        "censorship", "block_third", "Delegates who could block two thirds",
        nakamoto_one_third(held.amounts), "delegates", "min |S| : Σ power > ⅓", 1, 11, power,
        held.undefined or "nobody has power",
    )  # fmt: skip
    made = list(producers(of.release, _window(of), of.block).values())
    uses = tuple((name, "producer") for name in reading.datasets(of.release, "fees"))
    yield Found(
        "censorship", "producers_third", "Accounts that produced more than a third",
        nakamoto_one_third(made), "accounts", "min |S| : Σ blocks > ⅓", 1, 11, uses,
        "headers do not tell who produced a block",
    )  # fmt: skip
    paid = payers(of.release, reading.datasets(of.release, "fees"), _window(of), of.block)
    yield Found(
        "censorship", "payers_half", "Payers of more than half of all payments",
        nakamoto_one_half([count for count, _ in paid.values()]), "payers",
        "min |S| : Σ payments > ½: who was let in", 1, 50,
        tuple((name, "payer") for name in reading.datasets(of.release, "fees")),
        "nobody is known to have paid a fee",
    )  # fmt: skip


def _transparency(of: Subject, held: Positions) -> Iterator[Found]:
    power = ((of.dataset, "power"),)
    stands = standing(of.release, of.dataset, of.block)
    blocks = sum(stands.values())
    for name, levels, title in (
        ("complete", ("complete", "anchored"), "Blocks that recompute to their commitments"),
        ("anchored", ("anchored",), "Blocks tied to a checkpoint"),
    ):
        part = sum(stands.get(level, 0) for level in levels)
        yield Found(
            "transparency", f"blocks_{name}", title, Fraction(part, blocks) if blocks else None,
            "share", f"blocks {' or '.join(levels)} / blocks", 0, 1, power, "no block was read",
        )  # fmt: skip
    known = [of.entities.of(who, of.block) is not None for who in held.holders]
    part = sum(x for x, named in zip(held.amounts, known, strict=True) if named)
    yield Found(
        "transparency", "power_named", "Voting power of delegates with a declared name",
        Fraction(part, held.total) if held.amounts else None, "share",
        "Σ power of labelled delegates / Σ power", 0, 1, power,
        held.undefined or "nobody has power",
    )  # fmt: skip


def _creativity(of: Subject) -> Iterator[Found]:
    names = [n for n in reading.datasets(of.release, *GOVERNORS)
             if rules(of.release, n).token == of.dataset]  # fmt: skip
    uses = tuple((name, "proposal") for name in names)
    listed = [one for one in proposals(of.release, of.block) if one.dataset in names]
    counts = Counter(one.proposer for one in listed)
    why = "nothing was proposed with this token"
    yield Found(
        "creativity", "proposers", "Accounts that proposed something", len(counts) or None,
        "accounts", "distinct proposers", 1, 11, uses, why,
    )  # fmt: skip
    most = Fraction(max(counts.values()), len(listed)) if listed else None
    yield Found(
        "creativity", "largest_proposer", "Share of proposals by the largest proposer", most,
        "share", "max proposals of one / proposals", 1, 0, uses, why,
    )  # fmt: skip
    alone = None
    if names:
        by = system(usual_system(of.release))
        bodies = electorates(of.release, by, of.block, of.dataset).values()
        able = [abilities(one).proposing_alone for one in bodies if one.body.kind == "tokens"]
        alone = next((count for count in able if count is not None), None)
    yield Found(
        "creativity", "propose_alone", "Delegates who could propose alone", alone, "delegates",
        "delegates with the proposal threshold", 0, 50, (*uses, (of.dataset, "power")),
        "no governor's proposal threshold is known",
    )  # fmt: skip


def _window(of: Subject) -> int:
    """The first block of the last days."""
    time = reading.timestamp(of.release, of.block)
    before = None if time is None else reading.block_at(of.release, time - DAYS * 86_400)
    return 0 if before is None else before + 1


def _components(found: list[Found]) -> Listing:
    rows = []
    for one in found:
        place = scored(one.component)
        shown = worded(one.name, one.value, one.unit, 0)
        where = None if place is None else decimal(place, 2)
        rows.append((one.principle, one.title, shown, one.worst, one.best, where))
    columns = ("principle", "component", "found", "worst", "best", "score")
    return Listing("components", "Components and their declared scales", columns, tuple(rows))


def _sensitivity(scores: dict[str, Score | None]) -> Listing:
    rows = []
    for name, found in scores.items():
        if found is None:
            continue
        out = [pair for pair in found.leaving_out.values() if pair is not None]
        ends = [end for pair in out for end in pair] or [found.low, found.high]
        shown = [
            f"{decimal(low, 2)} to {decimal(high, 2)}"
            for low, high in ((found.low, found.high), found.by_weight, (min(ends), max(ends)))
        ]
        rows.append((name, *shown))
    columns = ("principle", "equal weights", "over all weights", "leaving one out")
    return Listing("sensitivity", "What the weights make of it", columns, tuple(rows))
