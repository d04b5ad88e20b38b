"""Releases of several chains side by side: a folder that holds a folder of releases a chain.

    data/releases/ethereum/current …      each as psephos.store.release says
    data/releases/starknet/current …

Chains share no block, so a release is of one chain; what is about both names a release of each. An
id is a hash: it names a release whatever folder it is in. A folder that has a `current` of its own
is one chain's.
"""

from collections.abc import Mapping
from pathlib import Path

from psephos.errors import NoRelease
from psephos.store import release


def chains(folder: Path) -> Mapping[str, Path]:
    """The folders of releases in `folder`, by name and in its order; itself, where it is one.

    A folder in which nothing has been released yet is taken for one.
    """
    if not (folder / "current").exists() and folder.is_dir():
        found = {f.parent.name: f.parent for f in sorted(folder.glob("*/current"))}
        if found:
            return found
    return {folder.name: folder}


def of(folder: Path, chain: str) -> Path:
    """The folder of one chain's releases, by its name or by what only its name begins with.

    `NoRelease` names those there are.
    """
    there = chains(folder)
    found = [name for name in there if name.startswith(chain)]
    if chain not in there and len(found) != 1:
        raise NoRelease(f"there is no release of {chain}", hint=f"there are: {', '.join(there)}")
    return there[chain if chain in there else found[0]]


def holding(folder: Path, name: str | None = None) -> Path:
    """The folder of the release whose id begins with `name`; of none given, the first by its name.

    `NoRelease` where no chain has such a release, or more than one.
    """
    there = list(chains(folder).values())
    if name is None or len(there) == 1:
        return there[0]
    found = [one for one in there if any(id.startswith(name) for id in release.kept(one))]
    if len(found) > 1:
        raise NoRelease(f"several releases begin with {name}", hint="give more digits of the id")
    if not found and release.ID.fullmatch(name):  # no more kept, but a reader may hold it
        found = [one for one in there if (one / "manifests" / f"{name}.json").exists()]
    return found[0] if found else there[0]
