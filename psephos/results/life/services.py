"""Who performs which service of a chain: `data/services/*.toml`, each cell with its source.

    chain = "starknet"                # the file's subject
    note  = "…"
    [[service]]
    name = "sequencing"               # one of SERVICES, each once
    company = "StarkWare"             # who performs it
    permissioned = true               # whether somebody decides who may
    stake = false                     # whether a stake is needed
    as_of = 2025-10-01
    source = "…"                      # required wherever a cell is known

Cells that are left out are unknown and shown so; a service without a table is unknown throughout.
Everything here is declared: no row of a chain says which company runs a machine. But which nodes
still served the oldest block was asked, if a house did (`psephos doctor --history`): its answer,
with its day, stands in the row *history* beside what is declared, *seen*.
"""

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psephos.errors import ConfigurationError
from psephos.results.shipped import shipped
from psephos.store import beside

if TYPE_CHECKING:
    from psephos.store.reader import Release

SERVICES = (
    "sequencing", "consensus", "proving", "data availability", "upgrades", "bridges", "history"
)  # fmt: skip
KEYS = {"name": str, "company": str, "permissioned": bool, "stake": bool, "source": str}
UNKNOWN = "unknown"
CELLS = ("service", "company", "permissioned", "stake needed", "as of", "source")
"""What the cells of a service are."""
MAINNET = int.from_bytes(b"SN_MAIN", "big")


@dataclass(frozen=True, slots=True)
class Service:
    """One row: None is unknown."""

    name: str
    company: str | None = None
    permissioned: bool | None = None
    stake: bool | None = None
    as_of: str | None = None
    source: str | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row in words."""
        words = [
            UNKNOWN if x is None else ("no", "yes")[x] for x in (self.permissioned, self.stake)
        ]
        rest = (self.as_of or UNKNOWN, self.source or UNKNOWN)
        return (self.name, self.company or UNKNOWN, *words, *rest)


def named(release: "Release") -> str:
    """The chain as files of services name it: mainnet by its id, any other by its own name."""
    return "starknet" if release.chain.id == MAINNET else release.chain.name


def services(chain: str, folder: Path | None = None) -> tuple[Service, ...]:
    """Every service of a chain, in the order of SERVICES; all unknown where no file tells.

    Raises ConfigurationError for a file that is not of the layout.
    """
    found: dict[str, Service] = {}
    for path in sorted((folder or shipped("services")).glob("*.toml")):
        try:
            told = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{path.name}: {error}") from error
        if told.get("chain") != chain:
            continue
        for entry in told.get("service", []):
            one = _service(path.name, entry)
            if one.name in found:
                raise ConfigurationError(f"{path.name}: {one.name} is told twice")
            found[one.name] = one
    return tuple(found.get(name, Service(name)) for name in SERVICES)


def of_release(release: "Release", folder: Path | None = None) -> tuple[Service, ...]:
    """The services of a release's chain, with what its house asked nodes about their history."""
    beside_it = getattr(release, "folder", None)
    told = beside.read(beside_it) if beside_it is not None else None
    return tuple(
        asked(one, (told or {}).get("history")) if one.name == "history" else one
        for one in services(named(release), folder)
    )


def asked(row: Service, history: Any) -> Service:
    """A row with which nodes served the oldest blocks, and when; as it is where nobody asked.

    history: as `psephos doctor --history` notes it; what is not of that shape is passed over
    """
    try:
        day, blocks = str(history["asked"])[:10], " and ".join(map(str, history["blocks"]))
        told: dict[str, set[str]] = {}
        for one in history["nodes"]:
            told.setdefault(str(one["node"]), set()).add(one["status"])
        date.fromisoformat(day)
    except (TypeError, KeyError, ValueError):
        return row
    serve = [node for node, statuses in told.items() if statuses == {"serves"}]
    who = ", ".join(serve) or "none"
    said = f"asked on {day}, seen: blocks {blocks} are served by {who} "
    said += f"({len(serve)} of {len(told)} nodes that were asked)"
    company = row.company or (f"operators of {who}" if serve else None)
    source = f"{row.source}; {said}" if row.source else said
    return replace(row, company=company, as_of=day, source=source)


def _service(file: str, entry: Any) -> Service:
    if not isinstance(entry, dict) or entry.get("name") not in SERVICES:
        raise ConfigurationError(f"{file}: a service is one of {', '.join(SERVICES)}")
    where = f"{file}: {entry['name']}"
    as_of = entry.get("as_of")
    for key, value in entry.items():
        if key != "as_of" and (key not in KEYS or type(value) is not KEYS[key]):
            raise ConfigurationError(f"{where}: `{key}` is no key, or of another type")
    day = as_of.isoformat() if isinstance(as_of, date) else None
    if len(entry) > 1 and not (entry.get("source") and day):
        raise ConfigurationError(f"{where}: what is known needs its `source` and `as_of`")
    return Service(**{**entry, "as_of": day})
