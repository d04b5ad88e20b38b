"""Stakes at a block: what each staker has of its own and is delegated, and assets by issuer.

Starknet's staking contract told stakes in two ways: own and delegated STRK together (V1, V2), and
own stake and each token's pool apart (with Bitcoin, SNIP-31). The last event of each counts;
`DeleteStaker` ends all of a staker. Power is 3/4 by STRK and 1/4 by Bitcoin wrappers together,
by their amounts; all of it by STRK while no wrapper is staked.

Assets that can be staked are declared in `data/assets/*.toml`: token, issuer, decimals, source.
How a chain's contract counts epochs is, too: `[[epochs]]` with the `block` at which an `epoch` of
`length` blocks began, from where on they are counted, and `delay`, after how many a balance acts.
No event tells what it was deployed with: of a chain without them nothing is told of what acts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psephos.configuration import Reader, text
from psephos.results import dated, reading
from psephos.results.staking import STRK, Epochs
from psephos.values import natural, positive

if TYPE_CHECKING:
    from psephos.store.reader import Release

STRK_PART = Fraction(3, 4)
EVENT = "(block_number, transaction_index, log_index)"


@dataclass(frozen=True, slots=True)
class Asset:
    """A token that can be staked, and who issues it."""

    token: bytes
    name: str
    issuer: str
    decimals: int
    source: str


@dataclass(frozen=True, slots=True)
class Stakes:
    """Own stake by staker in STRK, and delegated amounts by (staker, token).

    Where an event names no token it is STRK; a later one of STRK's own pool takes its place.
    """

    dataset: str
    own: Mapping[bytes, int]
    delegated: Mapping[tuple[bytes, bytes], int]


@dataclass(frozen=True, slots=True)
class Counting:
    """How a staking contract counts epochs, and after how many of them a balance acts."""

    first: Epochs
    delay: int
    source: str


def stakes(release: "Release", name: str, block: int) -> Stakes:
    """Every stake at the end of a block, none of 0."""
    own = _last(release, name, block, OWN, "staker")
    delegated = _last(release, name, block, DELEGATED, "staker, token")
    gone = {who: at for who, (_, at) in _last(release, name, block, GONE, "staker").items()}
    kept = {who: x for who, (x, at) in own.items() if x and at >= gone.get(who, at)}
    pools = {key: x for key, (x, at) in delegated.items() if x and at >= gone.get(key[0], at)}
    return Stakes(name, kept, pools)


OWN = {
    "new_staker": "self_stake",
    "stake_own_balance_changed": "new_self_stake",
    "stake_balance_changed": "new_self_stake",
}
DELEGATED = {
    "stake_delegated_balance_changed": "new_delegated_stake",
    "stake_balance_changed": "new_delegated_stake",
}
GONE = {"delete_staker": "0"}
COMMISSION = {
    "new_delegation_pool": "commission",
    "new_delegation_pool_early": "commission",
    "commission_initialized": "commission",
    "commission_changed": "new_commission",
    "commission_changed_early": "new_commission",
}


def commissions(release: "Release", name: str, block: int) -> dict[bytes, Fraction]:
    """The part of its delegators' rewards that each staker keeps: as it was last told."""
    told = _last(release, name, block, COMMISSION, "staker")
    return {who: Fraction(amount, 10_000) for who, (amount, _) in told.items()}


def _last(release: "Release", name: str, block: int, tables: Mapping[str, str], by: str) -> Any:
    """(the newest amount, its event) by staker, or by staker and token."""
    parts = []
    for table, amount in tables.items():
        if reading.has(release, f"{name}_{table}"):
            apart = table == "stake_delegated_balance_changed"
            own = "token" if apart else f"unhex('{STRK.hex()}') AS token"
            parts.append(
                f"SELECT staker, {own}, ({amount})::DECIMAL(38,0) AS amount, block_number, "
                f'transaction_index, log_index FROM "{name}_{table}" WHERE block_number <= $block'
            )
    if not parts:
        return {}
    query = (
        f"SELECT {by}, arg_max(amount, {EVENT}), max(block_number), "
        f"arg_max(transaction_index, {EVENT}), arg_max(log_index, {EVENT}) "
        f"FROM ({' UNION ALL '.join(parts)}) GROUP BY {by}"
    )
    found = {}
    for row in reading.rows(release, query, {"block": block}):
        key = bytes(row[0]) if by == "staker" else (bytes(row[0]), bytes(row[1]))
        amount, *at = row[1:] if by == "staker" else row[2:]
        found[key] = (int(amount), tuple(map(int, at)))
    return found


def powers_of(
    release: "Release", block: int
) -> tuple[dict[bytes, int], dict[bytes, Fraction], str]:
    """(staked amount by token, power of one unit of each, dataset); empty without a dataset.

    STRK's own stakes and pools are one sum.
    """
    names = reading.datasets(release, "starknet_staking")
    if not names or reading.backfill(reading.dataset(release, names[0]), block):
        return {}, {}, ""
    known = {one.token: one for one in assets(release.chain.id)}
    found = stakes(release, names[0], block)
    amounts = {STRK: sum(found.own.values())}
    for (_, token), amount in found.delegated.items():
        amounts[token] = amounts.get(token, 0) + amount
    foreign = {t: Fraction(x, 10 ** decimals_of(known, t)) for t, x in amounts.items() if t != STRK}
    whole = sum(foreign.values())
    part = STRK_PART if whole else Fraction(1)
    weights = {STRK: part / amounts[STRK] if amounts[STRK] else Fraction(0)}
    for token in foreign:
        weights[token] = (1 - STRK_PART) / whole / 10 ** decimals_of(known, token)
    return amounts, weights, names[0]


def decimals_of(known: Mapping[bytes, Asset], token: bytes) -> int:
    """Decimals as declared; wrappers of Bitcoin have eight, if nothing is."""
    return known[token].decimals if token in known else 8


def issuers_of(chain: int) -> tuple[dict[bytes, str], tuple[str, ...]]:
    """(the issuer of each declared token of a chain, the declarations in words)."""
    found = assets(chain)
    said = tuple(f"issuer of {one.name}: {one.issuer} (source: {one.source})" for one in found)
    return {one.token: one.issuer for one in found}, said


def assets(chain: int, where: Path | None = None) -> tuple[Asset, ...]:
    """The assets of a chain that can be staked, from every file of a folder.

    A malformed file raises `ConfigurationError` with its key and line.
    """
    return tuple(asset for listed, _ in _files(chain, where) for asset in listed)


def counting(chain: int, where: Path | None = None) -> Counting | None:
    """How a chain counts epochs, as declared; None where no file says so."""
    return next((one for _, told in _files(chain, where) for one in told), None)


def _files(chain: int, where: Path | None) -> Iterator[tuple[list[Asset], list[Counting]]]:
    """What each file of a chain declares; those of other chains are checked, too."""
    for top in dated.each("assets", where):
        tables = top.tables("asset")
        chains = top.take("chains", _chains)
        listed = [_asset(table) for table in tables]
        for table, one in zip(tables, listed, strict=True):
            if [other.token for other in listed].count(one.token) > 1:
                raise table.error("token", f"is named twice: {one.name}")
        told = [_counting(table) for table in top.tables("epochs")]
        top.done()
        if chain in chains:
            yield listed, told


def _counting(table: Reader) -> Counting:
    first = Epochs(
        table.take("block", natural), table.take("epoch", natural), table.take("length", positive)
    )
    found = Counting(first, table.take("delay", natural), table.take("source", text))
    table.done()
    return found


def _asset(table: Reader) -> Asset:
    found = Asset(
        table.take("token", _felt),
        table.take("name", text),
        table.take("issuer", text),
        table.take("decimals", _decimal),
        table.take("source", text),
    )
    table.done()
    return found


def _felt(value: Any) -> bytes:
    digits = value[2:] if isinstance(value, str) and value.startswith("0x") else ""
    try:
        return int(digits, 16).to_bytes(32, "big")
    except (ValueError, OverflowError):
        raise ValueError("must be 0x and up to 64 hexadecimal digits") from None


def _decimal(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 36:
        raise ValueError("must be a whole number from 0 to 36")
    return value


def _chains(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(one) is int and one > 0 for one in value):
        raise ValueError("must be a list of chain ids")
    return tuple(value)
