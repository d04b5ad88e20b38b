"""Totals of a period by adding verified proofs of its days; no day is left out unsaid.

| a day of the table | what it adds |
|---|---|
| proven, its header holds | the public numbers of its proofs, each verified |
| without rows, its header holds | nothing: absence is sealed, too |
| proven, then corrected | nothing: its proof is of rows that hold no more, and it is listed so |
| sealed with rows, no proof, or its file missing | nothing: it is listed as not proven |
| not sealed | nothing: the header of no day says how many rows it had; listed as missing |

Only sums add up. Of HHI, Gini or a coalition the period's is none of its days'.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from psephos.batch.header import BatchHeader, date_of, day_named
from psephos.batch.history import CONTESTED, History
from psephos.batch.proven import Proven
from psephos.errors import CommandError, VerificationFailed
from psephos.evidence.history import history_of
from psephos.results.proofs.kept import verified
from psephos.results.shown.wording import counted
from psephos.store.reader import Release

ADDS = (
    "total", "count", "for", "against", "abstain", "for_count", "against_count", "abstain_count",
    "cast", "cast_count",
)  # fmt: skip
"""Public numbers that add up over days; `scale` is the same on all of them."""


@dataclass(frozen=True, slots=True)
class Period:
    """What the proofs of a table's days add up to, and which days they are not of.

    days: added; empty: without rows; unproven, superseded, missing: why a day is not in the sums.
    """

    table: str
    days: tuple[str, ...]
    empty: tuple[str, ...]
    unproven: tuple[str, ...]
    superseded: tuple[str, ...]
    missing: tuple[str, ...]
    rows: int
    scale: int
    sums: dict[str, int]

    @property
    def whole(self) -> bool:
        """Whether no day of the period is left out."""
        return not self.unproven and not self.superseded and not self.missing


def period(release: Release, name: str) -> Period:
    """The sums of `DATASET/MONTH/TABLE` from the proofs that a release carries.

    CommandError for a name that is none; VerificationFailed for a proof that does not hold, a
    contested day, or proofs of different scales.
    """
    history = history_of(release)
    dataset, table, days = asked_days(name)
    held = held_headers(history, dataset, table, days)
    if not held:
        raise CommandError(f"no day of {name[:60]!r} is sealed", hint="DATASET/2026-06/TABLE")
    carried = {proof.header for proof in release.manifest.proofs}
    entries = {entry.header.id: entry for entry in history.proofs()}
    corrected = _corrected(history)
    found = Period(name, (), (), (), (), (), 0, 0, {})
    for day in range(days[0], days[1] + 1):
        header, text = held.get(day), date_of(day).isoformat()
        if header is None:
            found = replace(found, missing=(*found.missing, text))
        elif not header.rows:
            found = replace(found, empty=(*found.empty, text))
        elif header.id in entries and header.id.hex() in carried:
            found = _added(found, text, header, _sums(release, entries[header.id]))
        elif header.key in corrected:
            found = replace(found, superseded=(*found.superseded, text))
        else:
            found = replace(found, unproven=(*found.unproven, text))
    return found


def asked_days(name: str) -> tuple[str, str, tuple[int, int]]:
    """Dataset, table, first and last day of `DATASET/DAY or MONTH/TABLE`; CommandError if none."""
    dataset, _, rest = name.partition("/")
    when, _, table = rest.partition("/")
    try:
        if len(when) == 10:
            return dataset, table, (day_named(when), day_named(when))
        first = day_named(f"{when}-01")
        year, month = int(when[:4]), int(when[5:])
        after = f"{year + month // 12:04}-{month % 12 + 1:02}-01"
        return dataset, table, (first, day_named(after) - 1)
    except ValueError:
        raise CommandError(
            f"{name[:60]!r} names no days of a table", hint="DATASET/2026-06/TABLE"
        ) from None


def held_headers(
    history: History, dataset: str, table: str, days: tuple[int, int]
) -> dict[int, BatchHeader]:
    """The headers that hold of a table's days; VerificationFailed if one is contested."""
    found = {}
    for (name, of, day), index in sorted(history.latest.items()):
        if (name, of) == (dataset, table) and days[0] <= day <= days[1]:
            entry = history.at(index)
            if entry.kind == CONTESTED:
                raise VerificationFailed(f"{dataset}/{date_of(day)} is contested: {entry.reason}")
            found[day] = entry.header
    return found


def _corrected(history: History) -> set[object]:
    """Keys of batches that were proven once, and whose header holds no more."""
    holding = {entry.header.key for entry in history.proofs()}
    return {key for key in history.proven if key not in holding}


def _sums(release: Release, entry: Proven) -> tuple[int, dict[str, int]]:
    """Scale and sums of a day's proofs: each verified, of the header's own second root."""
    from psephos.stark.verify import Refused, check_header, read_header

    sums: dict[str, int] = {}
    scales = set()
    header = read_header(entry.header.to_bytes())
    for one in verified(release, entry):
        try:
            check_header(one.found, header)
        except Refused as error:
            raise VerificationFailed(f"{entry.header.date}: {error.message}") from error
        if one.found.low_degree_root != entry.header.prover_root:
            raise VerificationFailed(f"{entry.header.date}: a proof of another low-degree root")
        scales.add(one.found.claim.scale)
        for _, told in one.found.publics:
            sums |= {name: value for name, value in told.items() if name in ADDS}
    if len(scales) != 1:
        raise VerificationFailed(f"{entry.header.date}: proofs of {len(scales)} scales")
    return scales.pop(), sums


def _added(
    so_far: Period, day: str, header: BatchHeader, more: tuple[int, dict[str, int]]
) -> Period:
    """The period with one day more; only what every day's proofs say is added up."""
    scale, sums = more
    if so_far.days and scale != so_far.scale:
        raise VerificationFailed(f"{day}: weights of another scale than the days before")
    both = sums.keys() if not so_far.days else sums.keys() & so_far.sums.keys()
    return replace(
        so_far,
        days=(*so_far.days, day),
        rows=so_far.rows + header.rows,
        scale=scale,
        sums={name: so_far.sums.get(name, 0) + sums[name] for name in ADDS if name in both},
    )


def left_out(found: Period) -> str:
    """Which days are not in the sums, in words; empty if none is."""
    said: Sequence[tuple[str, tuple[str, ...]]] = (
        ("sealed, not proven", found.unproven),
        ("corrected after they were proven", found.superseded),
        ("not sealed", found.missing),
    )
    parts = [f"{counted(len(days), 'day')} {why}: {_listed(days)}" for why, days in said if days]
    return "; ".join(parts)


def _listed(days: tuple[str, ...]) -> str:
    return ", ".join(days[:4]) + (" …" if len(days) > 4 else "")
