"""What became of promises, as of a block of a release: every version, with its rows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psephos.results import reading
from psephos.results.evidence import Evidence, evidence
from psephos.results.labels.entities import Entities
from psephos.results.promises.promise import (
    Judged,
    Promise,
    Question,
    Result,
    Version,
    day_of,
    missing,
    result_of,
    seconds,
)
from psephos.results.promises.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psephos.store.reader import Release


@dataclass(frozen=True, slots=True)
class Verdict:
    """A version of a promise judged: its result, the rows, and what they rest on.

    holds: whether these are the words that hold at the block's time
    """

    promise: Promise
    version: Version
    result: Result
    judged: Judged
    evidence: Evidence
    holds: bool

    @property
    def open_and_due(self) -> bool:
        """Whether a day is given by which it must come true, and it has not been decided."""
        return self.version.due is not None and self.result in (Result.OPEN, Result.UNKNOWN)


def judge(
    release: "Release",
    found: "Sequence[Promise]",
    block: int | None = None,
    entities: Entities | None = None,
) -> list[Verdict]:
    """Every version of every promise, put to a release as of a block.

    Raises `NotCollected` past the release's head, and where the block's time is not known.
    """
    block = reading.the_block(release, block)
    now = reading.timestamp(release, block)
    labels = Entities(release.chain.id) if entities is None else entities
    return [
        _verdict(release, one, version, block, now, labels)
        for one in found
        for version in one.versions
    ]


def _verdict(
    release: "Release",
    promise: Promise,
    version: Version,
    block: int,
    now: int | None,
    labels: Entities,
) -> Verdict:
    judged = _judged(release, promise, version, block, now, labels)
    holds = now is not None and version.since <= day_of(now)
    holds = holds and (version.until is None or (now or 0) < seconds(version.until))
    declared = (f"promise {promise.name} (source: {version.source})", *judged.declared)
    return Verdict(
        promise,
        version,
        result_of(judged),
        judged,
        evidence(release, judged.uses, block, declared=declared),
        holds,
    )


def _judged(
    release: "Release",
    promise: Promise,
    version: Version,
    block: int,
    now: int | None,
    labels: Entities,
) -> Judged:
    """What the rule says, unless this release cannot tell."""
    if release.chain.id not in promise.chains:
        about = " or ".join(map(str, promise.chains))
        return missing(f"it is about chain {about}, and this release is of {release.chain.id}")
    if now is None:
        return missing(f"the time of block {block} is not known")
    if now < seconds(version.since):
        return missing(f"these words hold from {version.since} on, after this block")
    judged = RULES[version.rule].judge(
        Question(release, block, now, version, labels), **version.given
    )
    for name, _ in judged.uses:
        if why := reading.backfill(reading.dataset(release, name), block):
            return missing(f"{name} was not read completely: {why}")
    return judged


def told(of: Verdict) -> dict[str, Any]:
    """One version as plain JSON."""
    version, under = of.version, of.evidence
    return {
        "promise": of.promise.name,
        "title": of.promise.title,
        "by": of.promise.by,
        "words": version.words,
        "source": version.source,
        "since": str(version.since),
        "until": version.until and str(version.until),
        "due": version.due and str(version.due),
        "holds": of.holds,
        "versions": len(of.promise.versions),
        "assumed": list(version.assumed),
        "rule": version.rule,
        "result": str(of.result),
        "why": of.judged.why,
        "rows": [
            {
                "what": row.what,
                "found": row.found,
                "asked": row.asked,
                "result": str(row.result),
                "block": row.block,
                "time": row.time,
            }
            for row in of.judged.rows
        ],
        "evidence": {
            "level": under.level,
            "first": under.first,
            "last": under.last,
            "columns": list(under.columns),
            "declared": list(under.declared),
        },
    }
