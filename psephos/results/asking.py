"""What is meant where a question leaves out the kind or the dataset, and what to ask instead."""

from psephos.errors import TableError
from psephos.results import reading
from psephos.results.positions import SOURCES, TITLES
from psephos.store.reader import Release


def default_kind(release: Release, dataset: str | None = None) -> str:
    """Voting power where there is some (in the dataset, if one is named), else balances."""
    powers = reading.datasets(release, *SOURCES["power"])
    return "power" if powers and (dataset is None or dataset in powers) else "balance"


def one_of(release: Release, kind: str, dataset: str | None, call: str) -> None:
    """Ask for a dataset where several have a kind, with the call that names one."""
    there = reading.datasets(release, *SOURCES.get(kind, ()))
    if dataset is None and len(there) > 1:
        calls = " or ".join(f'{call}"{name}")' for name in there)
        raise TableError(
            f"{len(there)} datasets of this release have {TITLES[kind]}", hint=f"ask {calls}"
        )
