"""Compiled contracts: those of contracts/*.sol, and those that npm packages bring compiled."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_abi import encode

HERE = Path(__file__).resolve().parent
FOREIGN = {
    "GovernorAlpha": "@uniswap/governance/build/GovernorAlpha.json",
    "TimelockAlpha": "@uniswap/governance/build/Timelock.json",
    "Uni": "@uniswap/governance/build/Uni.json",
    "OldSafe": "@gnosis.pm/safe-contracts/build/artifacts/contracts/GnosisSafe.sol/GnosisSafe.json",
    "Safe": "@safe-global/safe-contracts/build/artifacts/contracts/Safe.sol/Safe.json",
    "SafeProxyFactory": "@safe-global/safe-contracts/build/artifacts/contracts"
    "/proxies/SafeProxyFactory.sol/SafeProxyFactory.json",
}
"""Contracts that npm packages bring already compiled, by the name that tests give them."""


class AnvilError(Exception):
    """The node refused a request, or a transaction reverted."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A compiled contract: its interface and its creation code."""

    name: str
    abi: Sequence[Mapping[str, Any]]
    bytecode: bytes

    def inputs(self, function: str, count: int) -> tuple[str, list[str]]:
        """Signature and input types of a function, by name or (if overloaded) by signature."""
        found = []
        for item in self.abi:
            if item["type"] == "function":
                types = [kind(i) for i in item["inputs"]]
                signature = f"{item['name']}({','.join(types)})"
                if function in (signature, item["name"]) and len(types) == count:
                    found.append((signature, types))
        if len(found) != 1:
            raise AnvilError(f"{self.name} has {len(found)} functions {function} of {count} inputs")
        return found[0]

    def outputs(self, signature: str) -> list[str]:
        for item in self.abi:
            if item["type"] == "function":
                types = ",".join(kind(i) for i in item["inputs"])
                if f"{item['name']}({types})" == signature:
                    return [kind(o) for o in item["outputs"]]
        raise AnvilError(f"{self.name} has no function {signature}")


def kind(member: Mapping[str, Any]) -> str:
    """The ABI type of a member, tuples written out."""
    written: str = member["type"]
    if not written.startswith("tuple"):
        return written
    return f"({','.join(kind(c) for c in member['components'])}){written[5:]}"


def packed(types: Sequence[str], values: Sequence[Any]) -> bytes:
    """ABI encoding; bytes given for a `string` are sent raw, also where they are no UTF-8."""
    raw = [
        "bytes" if t == "string" and isinstance(v, bytes) else t
        for t, v in zip(types, values, strict=True)
    ]
    return encode(raw, values)


def compiled(node_modules: Path) -> dict[str, Artifact]:
    """Every contract of contracts/*.sol (compiled now if it changed) and those of `FOREIGN`."""
    built = subprocess.run(
        ["node", str(HERE / "compile.js")], check=True, capture_output=True, text=True
    ).stdout.strip()
    parts: dict[str, Mapping[str, Any]] = json.loads(Path(built).read_text())["contracts"]
    foreign = {n: json.loads((node_modules / p).read_text()) for n, p in FOREIGN.items()}
    return {
        name: Artifact(name, part["abi"], bytes.fromhex(part["bytecode"].removeprefix("0x")))
        for name, part in {**parts, **foreign}.items()
    }
