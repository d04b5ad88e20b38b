"""Reads `psephos.toml` into `Settings`; every complaint names the file, the line and the key."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from psephos.errors import ConfigurationError
from psephos.reader import Reader, Source
from psephos.settings import (
    ChainSettings,
    Checkpoint,
    DatasetSettings,
    Endpoint,
    L1Settings,
    LightClient,
    Prove,
    Settings,
)
from psephos.values import (
    Family,
    addresses,
    chain_id,
    family,
    felt,
    felts,
    fixed_bytes,
    flag,
    links,
    name,
    names,
    natural,
    positive,
    seconds,
    table,
    text,
    texts,
    url,
)

__all__ = ["FILE", "Reader", "Source", "find", "load", "natural", "read", "settings", "text"]

FILE = "psephos.toml"
PRESETS = ("standard", "compact")
"""Of the proofs that a house names: those of `test` have no security, and no reader takes them."""

NO_LINKS: Mapping[str, str] = {}


def find(path: Path | str | None = None) -> Path:
    """The configuration file: the argument, `PSEPHOS_CONFIG`, or `psephos.toml` here."""
    return Path(path or os.environ.get("PSEPHOS_CONFIG") or FILE)


def load(path: Path | str | None = None) -> Settings:
    """Read the configuration.

    Errors: `ConfigurationError` naming the file, the line and the key.
    """
    file = find(path)
    if not os.path.exists(file):  # noqa: PTH110 - a folder one may not enter is no traceback
        raise ConfigurationError(
            f"there is no configuration file {file}", hint="make one with `psephos init`"
        )
    return settings(*read(file), file)


def read(file: Path, layout: str = "") -> tuple[Source, dict[str, Any]]:
    """A TOML file: its text, to name lines by, and what it says.

    layout: where the layout of a declared file is written (see `Source`)
    Errors: `ConfigurationError` if it cannot be read, or is no TOML in UTF-8.
    """
    try:
        source = Source(file.name, file.read_text(encoding="utf-8"), layout)
        return source, tomllib.loads(source.text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{file.name} cannot be read: {type(error).__name__}",
            hint="it must be a UTF-8 text file that you may read",
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"{file.name} is not TOML: {error}", hint="correct that line"
        ) from None
    except (ValueError, RecursionError):  # what Python itself refuses within correct TOML
        raise ConfigurationError(
            f"{file.name} is not read: a number is too long in it, or lists lie too deep",
            hint="no file of ours needs either",
        ) from None


def settings(source: Source, raw: Mapping[str, Any], file: Path) -> Settings:
    """The parsed file as `Settings`; relative folders are relative to the file."""
    top = Reader(source, "", raw)
    here = file.resolve().parent
    data = top.take("data", text, "data/index")
    releases = top.take("releases", text, "data/releases")
    chain = chain_settings(Reader(source, "chain", top.take("chain", table)), here)
    datasets = tuple(dataset_settings(reader, chain.kind) for reader in top.tables("dataset"))
    found = Settings(
        chain=chain,
        datasets=datasets,
        data=here / data,
        releases=here / releases,
        file=file,
        title=top.take("title", text, " ").strip(),
        note=top.take("note", text, " ").strip(),
        prove=prove_settings(Reader(source, "prove", top.take("prove", table, {}))),
    )
    top.done()
    check_datasets(source, found.datasets)
    return elsewhere(found, here)


def elsewhere(found: Settings, here: Path) -> Settings:
    """The folders that the environment names instead: of two chains, one for each in them."""
    data, releases = (
        here / named if (named := os.environ.get(name)) else None
        for name in ("PSEPHOS_DATA", "PSEPHOS_RELEASES")
    )
    if len(found.houses) > 1:
        return found.moved(data, releases)
    return replace(found, data=data or found.data, releases=releases or found.releases)


def chain_settings(reader: Reader, here: Path) -> ChainSettings:
    none = b""
    kind: Family = reader.take("kind", family, family("ethereum"))
    starknet = kind == "starknet"
    l1 = Reader(reader.source, "chain.l1", reader.take("l1", table, {}))
    if l1.left and not starknet:
        raise reader.error("l1", "belongs to a chain of kind starknet only")
    found = ChainSettings(
        name=reader.take("name", name),
        id=reader.take("id", chain_id if starknet else positive),
        genesis=reader.take("genesis", felt if starknet else fixed_bytes(32), none) or None,
        start=reader.take("start", natural, 0),
        endpoints=endpoints(reader, here),
        checkpoints=tuple(checkpoint(r, kind) for r in reader.tables("checkpoint")),
        kind=kind,
        l1=l1_settings(l1, here) if l1.left else None,
        light_clients=tuple(light_client(r, here) for r in reader.tables("light_client")),
        gateways=tuple(endpoint(r, here, "gateway") for r in reader.tables("gateway")),
        sequencer=int.from_bytes(reader.take("sequencer", felt, none)) or None,
    )
    reader.done()
    for key, there, only in (
        ("light_client", found.light_clients, "ethereum"),
        ("gateway", found.gateways, "starknet"),
        ("sequencer", found.sequencer, "starknet"),
    ):
        if there and kind != only:
            raise reader.error(key, f"belongs to a chain of kind {only} only")
    return found


def l1_settings(reader: Reader, here: Path) -> L1Settings:
    contract = reader.take("contract", fixed_bytes(20))
    if named := reader.take("configuration", text, " ").strip():
        house = load(here / named)
        if house.chain.kind != "ethereum":
            raise reader.error("configuration", f"is of {house.chain.kind}, an L1 is an Ethereum")
        own = house.chain
        found = L1Settings(
            own.id, contract, own.endpoints, house, own.checkpoints, own.light_clients
        )
    else:
        found = L1Settings(
            reader.take("id", positive),
            contract,
            endpoints(reader, here),
            checkpoints=tuple(checkpoint(r, "ethereum") for r in reader.tables("checkpoint")),
            light_clients=tuple(light_client(r, here) for r in reader.tables("light_client")),
        )
    reader.done()
    return found


def endpoints(reader: Reader, here: Path) -> tuple[Endpoint, ...]:
    found = tuple(endpoint(r, here) for r in reader.tables("endpoint"))
    if not found:
        raise reader.error(
            "endpoint", "is missing", hint=f"add a [[{reader.path}.endpoint]] with its url"
        )
    return found


def endpoint(reader: Reader, here: Path, what: str = "endpoint") -> Endpoint:
    address = reader.take("url", url)
    if address.startswith("replay:"):
        address = f"replay:{here / address.removeprefix('replay:')}"
    found = Endpoint(
        url=address,
        label=reader.take("label", text, f"{what} {reader.nth + 1}"),
        rate=reader.take("rate", positive, 25),
        timeout=reader.take("timeout", seconds, 30.0),
    )
    reader.done()
    return found


def checkpoint(reader: Reader, kind: str) -> Checkpoint:
    found = Checkpoint(
        block=reader.take("block", natural),
        hash=reader.take("hash", felt if kind == "starknet" else fixed_bytes(32)),
        source=reader.take("source", text),
    )
    reader.done()
    return found


def light_client(reader: Reader, here: Path) -> LightClient:
    found = LightClient(
        files=tuple(here / file for file in reader.take("files", texts)),
        root=reader.take("checkpoint", fixed_bytes(32), b"") or None,
        refuse_old=reader.take("refuse_old", flag, default=False),
    )
    reader.done()
    return found


def dataset_settings(reader: Reader, kind: str) -> DatasetSettings:
    found = DatasetSettings(
        name=reader.take("name", name),
        sources=reader.take("sources", names),
        contracts=reader.take("contracts", felts if kind == "starknet" else addresses, ()),
        first=reader.take("first", natural, 0),
        decimals=reader.take("decimals", natural, 18),
        symbol=reader.take("symbol", text, " ").strip(),
        links=reader.take("links", links, NO_LINKS),
    )
    reader.done()
    return found


def prove_settings(reader: Reader) -> Prove | None:
    """What a release proves; None where the table is not there."""
    if not reader.left:
        return None
    found = Prove(
        kinds=reader.take("kinds", names),
        preset=reader.take("preset", name, "standard"),
        most=reader.take("most", natural, 16),
    )
    if found.preset not in PRESETS:
        raise reader.error("preset", f"must be one of {', '.join(PRESETS)}")
    reader.done()
    return found


def check_datasets(source: Source, datasets: tuple[DatasetSettings, ...]) -> None:
    seen: set[str] = set()
    for nth, dataset in enumerate(datasets):
        if dataset.name in seen:
            reader = Reader(source, "dataset", {}, nth)
            raise reader.error("name", f"is used twice: {dataset.name}")
        seen.add(dataset.name)
