"""Every contract we read, one file each: the modules of this folder, by name."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from psephos.chain.declared import check
from psephos.chain.event import Source

SOURCES: Mapping[str, Source] = {
    found.name: import_module(f"{__name__}.{found.name}").SOURCE for found in iter_modules(__path__)
}

ETHEREUM, STARKNET = (
    {name: source for name, source in SOURCES.items() if source.family == chain}
    for chain in ("ethereum", "starknet")
)
"""Those that read contracts of Ethereum, and those that read contracts of Starknet."""

for _source in SOURCES.values():
    check(_source.shapes)
