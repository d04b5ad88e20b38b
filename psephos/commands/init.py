"""`psephos init`: write a configuration, and say what collecting it will cost before it costs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Json, one_line
from psephos.configuration import FILE, load
from psephos.errors import CommandError, ConfigurationError, NodeError, ReadOnlyFolder
from psephos.settings import DatasetSettings, Endpoint, Settings

EXAMPLES = {
    "mainnet": "STRK on Ethereum, ENS and Uniswap",
    "starknet": "STRK, its staking and its votes on Starknet",
    "sepolia": "the same on Starknet's test network",
    "sepolia_l1": "the L1 of that network",
    "local": "an anvil on this machine",
}

# What a mainnet block weighs as JSON, and how often its bloom filter names a contract that did
# not log: rounded up from blocks of 2024 to 2026, so that an estimate errs to the dear side.
HEADER_BYTES = 2_000
RECEIPTS_BYTES = 600_000
TRANSACTIONS_BYTES = 250_000
BLOOM_HITS = 0.5
BLOCKS_PER_CALL = 50
SECONDS_PER_MEGABYTE = 0.04
# A block of Starknet is read whole, its state update too: mainnet blocks of 2025 and 2026.
STARKNET_BYTES = 400_000
STARKNET_SECONDS_PER_MEGABYTE = 0.15
ASSUMED_HEAD = {"ethereum": 24_000_000, "starknet": 13_500_000}
"""Mainnet blocks of late 2025 and of August 2026, where no node tells its newest one."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Cost of collecting one dataset from its first block to the head."""

    dataset: str
    blocks: int
    calls: int
    bytes: int
    hours: float


def estimate(
    datasets: Sequence[DatasetSettings], head: int, rate: int, kind: str = "ethereum"
) -> list[Estimate]:
    """Calls, bytes and hours of a verified sync, dataset by dataset.

    On Starknet: every block with its receipts, its state update, and events in ranges. Else

    calls = headers + logs in ranges of 50 blocks + receipts of the blocks whose bloom names a
    watched contract (fees: of every block, and its transactions, which alone bind a payer);
    hours = the larger of calls ÷ rate and the time this machine needs to verify that many bytes.
    Blocks that several datasets share are read once; the rows do not say so, the total of the
    first sync is below their sum.
    """
    found = []
    for dataset in datasets:
        blocks = max(head - dataset.first + 1, 0)
        paying = "fees" in dataset.sources
        receipts = blocks if paying else int(blocks * BLOOM_HITS)
        transactions = blocks if paying else 0
        calls = 2 * -(-blocks // BLOCKS_PER_CALL) + receipts + transactions
        size = blocks * HEADER_BYTES + receipts * RECEIPTS_BYTES
        size += transactions * TRANSACTIONS_BYTES
        second = SECONDS_PER_MEGABYTE
        if kind == "starknet":
            calls = 2 * blocks + -(-blocks // BLOCKS_PER_CALL)
            size, second = blocks * STARKNET_BYTES, STARKNET_SECONDS_PER_MEGABYTE
        seconds = max(calls / rate, size / 1e6 * second)
        found.append(Estimate(dataset.name, blocks, calls, size, round(seconds / 3600, 1)))
    return found


def run(
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path(FILE),
    example: Annotated[
        str, typer.Option(help="mainnet, starknet, sepolia, sepolia_l1 or local.")
    ] = "mainnet",
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    only_estimate: Annotated[
        bool, typer.Option("--estimate", help="Only estimate what the existing file will cost.")
    ] = False,
    head: Annotated[
        int, typer.Option(min=0, max=2**63, help="Newest block to estimate to [default: ask]")
    ] = 0,
    json: Json = False,
) -> Answer:
    """Write a configuration and estimate calls, bytes and hours."""
    if not only_estimate:
        write(file, example, force=force)
    try:
        settings = load(file)
    except ConfigurationError as error:
        if only_estimate:
            raise
        text = f"wrote {file}; no estimate yet: {error.message}"
        return Answer({"file": str(file), "estimate": None, "reason": error.message}, text)
    if not settings.datasets:
        reason = "no dataset is configured"
        text = f"wrote {file}; {reason}: complete the [[dataset]] in it"
        if only_estimate:
            raise ConfigurationError(f"{file}: {reason}", hint="add a [[dataset]] with its sources")
        return Answer({"file": str(file), "estimate": None, "reason": reason}, text)
    newest, asked = (head, "given") if head else newest_block(settings)
    chain = settings.chain
    rows = estimate(settings.datasets, newest, sum_of_rates(chain.endpoints), chain.kind)
    fees = price_of_fees(settings, newest) if chain.kind == "ethereum" else None
    payload = {
        "file": str(file),
        "head": newest,
        "head_source": asked,
        "estimate": [asdict(row) for row in rows],
        "fees": asdict(fees) if fees else None,
    }
    said = "" if only_estimate else f"wrote {file}\n"
    return Answer(payload, said + table(file, newest, asked, rows, fees))


def write(file: Path, example: str, *, force: bool) -> None:
    if example not in EXAMPLES:
        known = ", ".join(f"{name} ({what})" for name, what in EXAMPLES.items())
        raise CommandError(f"there is no example {example!r}", hint=f"there are {known}")
    if file.exists() and not force:
        raise CommandError(
            f"{file} exists already",
            hint="name another file, --estimate to estimate that one, or --force to replace it",
        )
    text = (files("psephos.commands") / "examples" / f"{example}.toml").read_text("utf-8")
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ReadOnlyFolder(
            f"{file} cannot be written: {error.strerror}", hint="choose a folder you may write"
        ) from None


def sum_of_rates(endpoints: Sequence[Endpoint]) -> int:
    return max(sum(endpoint.rate for endpoint in endpoints), 1)


def newest_block(settings: Settings) -> tuple[int, str]:
    """The node's head, or an assumption that is named as one, with the reason."""
    from psephos.chain.open import open_node

    try:
        return open_node(settings.chain).head().number, "node"
    except (NodeError, ConfigurationError) as error:  # an address that is not set yet, too
        return ASSUMED_HEAD[settings.chain.kind], f"assumed: {one_line(error.message)}"


def price_of_fees(settings: Settings, head: int) -> Estimate:
    """What the fees of every block of the last year would cost."""
    year = 365 * 24 * 3600 // 12
    dataset = DatasetSettings("fees", ("fees",), (), max(head - year, 0))
    return estimate([dataset], head, sum_of_rates(settings.chain.endpoints))[0]


def table(file: Path, head: int, asked: str, rows: list[Estimate], fees: Estimate | None) -> str:
    lines = [
        f"{file}: a verified sync to block {head:,} ({asked}) is estimated at",
        "",
        f"  {'dataset':<18}{'blocks':>12}{'calls':>13}{'GB':>9}{'hours':>8}",
    ]
    for row in rows:
        lines.append(
            f"  {row.dataset:<18}{row.blocks:>12,}{row.calls:>13,}{row.bytes / 1e9:>9,.0f}"
            f"{row.hours:>8,.1f}"
        )
    lines.append("")
    if fees is None:
        lines.append(
            "  datasets share the blocks they read: the first sync costs the largest of them"
        )
    else:
        lines.append(
            f"  fees of every block are off: a year of them would be {fees.calls:,} calls, "
            f"{fees.bytes / 1e9:,.0f} GB, {fees.hours:,.0f} hours"
        )
    lines.append(
        "  `psephos sync --verify none` or `--verify sample 300` reads far less and proves less."
    )
    return "\n".join(lines)
