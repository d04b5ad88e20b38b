"""A figure: what a reader sees, with the question it answers and what stands under the answer.

Its id is the BLAKE2s-256 of the canonical JSON of the question and not of the value, so the same
question has the same id wherever it is asked, and two answers to it can be compared. What is of
one machine only (the release it was read from, that it was recomputed here) is not in the id.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics import Value
from psephos.results import reading
from psephos.results.evidence import Evidence

if TYPE_CHECKING:
    from psephos.store.reader import Release


@dataclass(frozen=True, slots=True)
class Interval:
    """From where to where a figure's value may lie, and over what.

    kind: merging, pools, labels (worlds of owners), dust, window (populations), bootstrap, sampled
    (of a sample), unknown (a part that cannot be told), weights; words: what it is over, for a
    reader. Both ends are reached, but those of a bootstrap, which are quantiles, and the lower of
    inequality over mergers, which is a bound.
    """

    kind: str
    low: Value
    high: Value
    text: str
    words: str

    def json(self) -> dict[str, Any]:
        """Plain JSON: rational ends as text, as a figure's value is."""
        low, high = (None if end is None else str(end) for end in (self.low, self.high))
        return {
            "kind": self.kind, "low": low, "high": high, "text": self.text, "words": self.words
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """What a reader sees. `value` is exact where it is rational; None where it is undefined."""

    id: str
    measure: str
    title: str
    value: Value
    text: str
    unit: str
    block: int
    kind: str
    dataset: str
    key: bytes | None
    count: int
    population: str
    definition: str
    entities: str
    evidence: Evidence
    undefined: str | None = None
    provisional: bool = False
    interval: Interval | None = None

    @property
    def said(self) -> str:
        """Value and unit as a sentence has them: `21.5 %`, `1 voter`, `7 delegates`, `undefined`.

        A share has its own sign, an index has no unit, and one of something is singular.
        """
        if self.unit in ("share", "index") or self.value is None:
            return self.text
        ending = "es" if self.unit.endswith("sses") else "s"
        return f"{self.text} {self.unit.removesuffix(ending) if self.text == '1' else self.unit}"

    def json(self) -> dict[str, Any]:
        """Plain JSON: a rational value as text (`7`, `3/10`), a logarithm as a shortest decimal."""
        under = self.evidence
        return {
            "id": self.id,
            "measure": self.measure,
            "value": None if self.value is None else str(self.value),
            "exact": not isinstance(self.value, float),
            "text": self.text,
            "unit": self.unit,
            "block": self.block,
            "kind": self.kind,
            "dataset": self.dataset,
            "key": None if self.key is None else "0x" + self.key.hex(),
            "count": self.count,
            "population": self.population,
            "definition": self.definition,
            "entities": self.entities,
            "undefined": self.undefined,
            "provisional": self.provisional,
            "interval": None if self.interval is None else self.interval.json(),
            "evidence": {
                "level": under.level,
                "first": under.first,
                "last": under.last,
                "blocks": under.blocks,
                "complete": under.complete,
                "columns": list(under.columns),
                "declared": list(under.declared),
                "proven": under.proven,
            },
        }


def agrees(ours: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Whether a figure made again is the one published; older releases told no interval."""
    return dict(ours) == ({"interval": ours["interval"]} | dict(told))


def asked(release: "Release", **fields: Any) -> Figure:
    """A figure with its id."""
    under: Evidence = fields["evidence"]
    question = {
        "chain": release.chain.id,
        "dataset": reading.dataset(release, fields["dataset"]).id.hex(),
        "measure": fields["measure"],
        "block": fields["block"],
        "population": fields["population"],
        "definition": fields["definition"],
        "entities": fields["entities"],
        "evidence": [under.level, under.first, under.last, list(under.columns)],
    }
    return Figure(id=identity(question), **fields)


def identity(question: Mapping[str, Any]) -> str:
    """BLAKE2s-256 of the canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(question, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2s(text.encode()).hexdigest()
