"""Folders of data files that are shipped with psephos: in the package, or in a checkout."""

from pathlib import Path


def shipped(name: str) -> Path:
    """The folder `data/NAME`, for example of entities or rules."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data" / name
    return inside if inside.is_dir() else package.parent / "data" / name
