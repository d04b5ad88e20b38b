"""What was ever issued of a token: its own rows, its mint manager's, and its bridge's.

    supply + burned = the declared total + Σ MintProcessed    of a token on L1 that names its
                                                              schedule, beside its mint manager
    supply on L2 ≤ what the bridge's escrow holds on L1       of a token on L2 that names its escrow

The second at one moment, the earlier of the two that were read to: a deposit is in the escrow
before it is on L2, and a withdrawal is gone from L2 before it leaves the escrow; what lies between
is under way. The names are links of a dataset: `schedule` (data/schedules) and `escrow`, an address
on L1. A difference stops the token's dataset and names the newest row of what is too much.

Not compared, and said: tokens whose first transfer that was read creates nothing (they were not
read from the first on), and links that the other chain's datasets do not know.

Source: starkware-libs/starknet-staking, `L1/starkware/solidity/stake/MintManager.sol`;
starknet-io/starkgate-contracts, `solidity/StarknetTokenBridge.sol`.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from re import fullmatch
from typing import TYPE_CHECKING, Any

from psephos.chain.dataset import Dataset
from psephos.errors import VerificationFailed
from psephos.evidence.check import Check, NotPossible, attempt
from psephos.store.index import Index

if TYPE_CHECKING:
    from psephos.results.conservation.crossing import Across
    from psephos.settings import DatasetSettings

TOKEN, ABOVE, MANAGER = "erc20", "starknet_erc20", "mint_manager"
ORDER = "block_number, transaction_index, log_index"
MOVED = """
    SELECT coalesce(sum(amount) FILTER (sender = ?), 0),
        coalesce(sum(amount) FILTER (recipient = ?), 0)
    FROM "{name}_transfer" WHERE contract = ? AND block_number <= ? AND sender <> recipient"""
HELD = """
    SELECT coalesce(sum(CASE WHEN recipient = ? THEN amount ELSE -amount END), 0)
    FROM "{name}_transfer" WHERE contract = ? AND block_number <= ?
        AND (sender = ?) <> (recipient = ?)"""


def issued(
    index: Index,
    datasets: Sequence[Dataset],
    declared: Sequence["DatasetSettings"],
    since: Mapping[str, int] | None = None,
) -> dict[str, Check]:
    """Whether each token with a schedule and a mint manager has what both say, by its dataset.

    since: only these datasets; none: all. Datasets that are stopped, or not read whole, are left
    out.
    """
    found, names = {}, {one.name: (one.links or {}).get("schedule") for one in declared}
    for manager in _whole(index, datasets, MANAGER, None):
        for dataset in _whole(index, datasets, TOKEN, since):
            name = names.get(dataset.name)
            if name is None or not _manages(index, manager, dataset):
                continue
            check = partial(_issued, index, dataset, manager, name)
            found[dataset.name] = _told(index, dataset, "all was allotted or minted", check)
    return found


def backed(
    index: Index,
    datasets: Sequence[Dataset],
    declared: Sequence["DatasetSettings"],
    across: "Across",
    since: Mapping[str, int] | None = None,
) -> dict[str, Check]:
    """Whether each token that names its escrow on L1 has no more than lies there, by dataset."""
    found, names = {}, {one.name: (one.links or {}).get("escrow") for one in declared}
    for dataset in _whole(index, datasets, ABOVE, since):
        if escrow := names.get(dataset.name):
            check = partial(_backed, index, dataset, escrow, across)
            found[dataset.name] = _told(index, dataset, "supply is in escrow", check)
    return found


def _told(index: Index, dataset: Dataset, name: str, check: Any) -> Check:
    one = attempt(name, check)
    if one.status == "failed":
        index.quarantine(dataset.name, VerificationFailed(f"invariant: {one.why}"))
    return one


def _whole(
    index: Index, datasets: Sequence[Dataset], source: str, since: Mapping[str, int] | None
) -> list[Dataset]:
    """Datasets of a source and one contract, all of whose blocks to the last sealed were read."""
    stopped, found = index.quarantined(), []
    for dataset in datasets:
        last = index.sealed_to(dataset.name)
        if source not in dataset.sources or dataset.name in stopped or last is None:
            continue
        if len(dataset.contracts) > 1 or last < dataset.first:
            continue
        if since is not None and dataset.name not in since:
            continue
        if not index.gaps(dataset.name, dataset.first, last):
            found.append(dataset)
    return found


def _manages(index: Index, manager: Dataset, token: Dataset) -> bool:
    """Whether a mint manager told of this token: a mint, or that somebody may."""
    tables = ("mint_processed", "minting_allowance_set", "token_minter_registered")
    union = " UNION ALL ".join(f'SELECT token FROM "{manager.name}_{one}"' for one in tables)
    (there,) = index.query(f"SELECT count(*) FROM ({union}) WHERE token = ?", [token.contracts[0]])
    return bool(there[0])


def _issued(index: Index, token: Dataset, manager: Dataset, name: str) -> str:
    from psephos.results.economy.schedules import schedule

    _from_the_first(index, token)
    last = min(_sealed(index, token), _sealed(index, manager))
    total = schedule(name).total
    created, burned = _moved(index, token, last)
    ((minted,),) = index.query(
        f'SELECT coalesce(sum(amount), 0) FROM "{manager.name}_mint_processed" '
        "WHERE token = ? AND block_number <= ?", [token.contracts[0], last],
    )  # fmt: skip
    minted = int(minted)  # a Decimal rounds a sum of over 28 digits
    if created != total + minted:
        raise VerificationFailed(
            f"not so that {token.name} was allotted or minted: its transfers create {created}, "
            f"{name} allots {total} and the mint manager minted {minted}, at block {last}; "
            f"{_newest(index, token, last)}"
        )
    return f"{created - burned} at block {last}: {total} allotted, {minted} minted, {burned} burned"


def _backed(index: Index, token: Dataset, named: str, below: "Across") -> str:
    if not fullmatch("0x[0-9a-fA-F]{40}", named):
        raise NotPossible(f"the link `escrow` of {token.name} is no address of L1")
    escrow = bytes.fromhex(named[2:])
    _from_the_first(index, token)
    names = [one for one in _whole(below.index, below.datasets, TOKEN, None)
             if _holds(below.index, one, escrow)]  # fmt: skip
    if len(names) != 1:
        raise NotPossible(f"0x{escrow.hex()} holds {len(names)} of the tokens read on L1, not one")
    (lower,) = names
    _from_the_first(below.index, lower)
    ends = _time(index, _sealed(index, token)), _time(below.index, _sealed(below.index, lower))
    now = min(ends)
    above, at = _block(index, now), _block(below.index, now)
    created, burned = _moved(index, token, above)
    given = [escrow, lower.contracts[0], at, escrow, escrow]
    ((held,),) = below.index.query(HELD.format(name=lower.name), given)
    held = int(held)
    if created - burned > held:
        raise VerificationFailed(
            f"not so that the supply of {token.name} is in escrow: {created - burned} at block "
            f"{above}, and 0x{escrow.hex()} holds {held} at block {at} of L1; "
            f"{_newest(index, token, above)}"
        )
    under_way = held - (created - burned)
    return f"{created - burned} at block {above}, {held} in escrow: {under_way} are under way"


def _sealed(index: Index, dataset: Dataset) -> int:
    last = index.sealed_to(dataset.name)
    assert last is not None
    return last


def _moved(index: Index, token: Dataset, last: int) -> tuple[int, int]:
    """(created, burned) by the rows up to a block."""
    contract = token.contracts[0]
    nobody = bytes(len(contract))
    given = [nobody, nobody, contract, last]
    ((created, burned),) = index.query(MOVED.format(name=token.name), given)
    return int(created), int(burned)


def _from_the_first(index: Index, token: Dataset) -> None:
    """NotPossible unless the first transfer that was read creates something."""
    query = (
        f'SELECT sender FROM "{token.name}_transfer" WHERE contract = ? ORDER BY {ORDER} LIMIT 1'
    )
    found = index.query(query, [token.contracts[0]])
    if not found or any(found[0][0]):
        raise NotPossible(f"{token.name} was not read from its first transfer on")


def _newest(index: Index, token: Dataset, last: int) -> str:
    """The newest row that creates something: the first place to look."""
    query = (
        f'SELECT {ORDER}, amount FROM "{token.name}_transfer" WHERE contract = ? AND sender = ? '
        f"AND block_number <= ? ORDER BY block_number DESC, transaction_index DESC, "
        "log_index DESC LIMIT 1"
    )
    contract = token.contracts[0]
    rows = index.query(query, [contract, bytes(len(contract)), last])
    block, transaction, log, amount = rows[0] if rows else (0, 0, 0, 0)
    return f"newest: block {block}, transaction {transaction}, log {log} creates {amount}"


def _holds(index: Index, token: Dataset, who: bytes) -> bool:
    query = f'SELECT count(*) FROM "{token.name}_transfer" WHERE contract = ? AND recipient = ?'
    return bool(index.query(query, [token.contracts[0], who])[0][0])


def _time(index: Index, block: int) -> int:
    query = "SELECT timestamp FROM block WHERE number = ?"
    found = index.query(query, [block])
    if not found:
        raise NotPossible(f"the time of block {block} is not known")
    return int(found[0][0])


def _block(index: Index, time: int) -> int:
    """The last block that was stored up to a time."""
    return int(index.query("SELECT max(number) FROM block WHERE timestamp <= ?", [time])[0][0])
