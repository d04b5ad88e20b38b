"""How holders are counted: by address, by a set of labels, or by a hypothesis about who is one.

    off             by address
    on              by the usual labels of data/entities
    NAME            by another set of labels (files with `set = "NAME"`)
    same-funder     labels, and unlabelled addresses whose first tokens came from one address
    same-reward     labels, and stakers who name one reward address
    same-operator   labels, and stakers who ever named one operational address

A hypothesis is no fact: one funder may be a shop that pays everybody. A ground that more than
`MOST` addresses share, and a funder that is labelled (an exchange, a treasury), joins nobody; no
two labelled addresses are ever joined, and a label is never overruled. Figures by a hypothesis say
so in what they declare.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.clusters import Clusters, clusters
from psephos.errors import CommandError
from psephos.results import reading
from psephos.results.labels.entities import SUPPOSED, Entities, Entity, entities, sets

if TYPE_CHECKING:
    from psephos.store.reader import Release

MOST = 20
"""How many addresses may share a ground before it is a service."""

ON, OFF = "on", "off"
SAME_FUNDER, SAME_REWARD, SAME_OPERATOR = "same-funder", "same-reward", "same-operator"
HYPOTHESES = {
    SAME_FUNDER: "addresses whose first tokens came from one address",
    SAME_REWARD: "stakers who name one reward address",
    SAME_OPERATOR: "stakers who ever named one operational address",
}
"""What each hypothesis joins."""

_STAKERS = {
    SAME_REWARD: (
        ("new_staker", "reward_address"),
        ("staker_reward_address_changed", "new_address"),
    ),
    SAME_OPERATOR: (
        ("new_staker", "operational_address"),
        ("operational_address_changed", "new_address"),
    ),
}
"""The tables and columns of staking contracts that name what stakers may share."""


def chosen(
    release: "Release", word: str | None, block: int | None = None, where: Path | None = None
) -> Entities | None:
    """The owners that a word of the module's list asks for; None for `off` and for no word.

    `CommandError` names what there is for any other word, and for a hypothesis that this release
    has no rows for.
    """
    chain = release.chain.id
    if word is None or word == OFF:
        return None
    if word == ON:
        return entities(chain, where)
    if word in HYPOTHESES:
        return supposed(release, word, reading.the_block(release, block), entities(chain, where))
    named = sets(chain, where)
    if word not in named:
        there = ", ".join((ON, OFF, *named, *HYPOTHESES))
        raise CommandError(f"there are no entities {word[:60]!r}", hint=f"there are {there}")
    return entities(chain, where, word)


def possible(release: "Release") -> tuple[str, ...]:
    """The hypotheses that this release has rows for."""
    return tuple(name for name in HYPOTHESES if _tables(release, name))


def supposed(release: "Release", hypothesis: str, block: int, labels: Entities) -> Entities:
    """The labels, and an owner of each cluster of unlabelled addresses, as of a block."""
    found = suspected(release, hypothesis, block, labels)
    owners = dict(labels.owners)
    for cluster in found.clusters:
        free = [address for address in cluster.members if labels.of(address, block) is None]
        if len(free) < 2:
            continue
        first, *more = cluster.grounds
        name = f"supposed owner 0x{free[0].hex()[:16]}"
        grounds = f"{first}{f' and {len(more)} more' if more else ''}"
        owner = Entity(name, SUPPOSED, f"hypothesis {hypothesis}: {grounds}")
        # A disputed address stays disputed: a hypothesis settles no conflict
        owners |= {address: (owner,) for address in free if address not in owners}
    about = f"hypothesis {hypothesis} at block {block}, grounds of at most {MOST}"
    return Entities(labels.chain, owners, about)


def suspected(
    release: "Release", hypothesis: str, block: int, labels: Entities, most: int = MOST
) -> Clusters:
    """The clusters of a hypothesis and the grounds that were too common to say anything."""
    links = (
        _funders(release, block)
        if hypothesis == SAME_FUNDER
        else _shared(release, hypothesis, block)
    )
    listed = [
        (address, f"0x{ground.hex()}")
        for address, ground in links
        if labels.of(ground, block) is None and labels.of(address, block) is None
    ]
    if not listed and not _tables(release, hypothesis):
        raise CommandError(
            f"this release has no rows to suppose {hypothesis} from",
            hint="same-funder needs transfers, the others a staking contract",
        )
    return clusters(listed, most)


def _tables(release: "Release", hypothesis: str) -> list[str]:
    names = ["transfer"] if hypothesis == SAME_FUNDER else [t for t, _ in _STAKERS[hypothesis]]
    return [
        f"{dataset}_{name}"
        for dataset in release.datasets
        for name in names
        if reading.has(release, f"{dataset}_{name}")
    ]


def _funders(release: "Release", block: int) -> Iterator[tuple[bytes, bytes]]:
    """(address, who sent it its first tokens) of every token; minting funds nobody."""
    for table in _tables(release, SAME_FUNDER):
        query = (
            "SELECT recipient, arg_min(sender, (block_number, transaction_index, log_index)) "
            f'FROM "{table}" WHERE block_number <= ? AND recipient <> sender GROUP BY recipient'
        )
        for recipient, sender in reading.rows(release, query, (block,)):
            if any(sender) and any(recipient):
                yield bytes(recipient), bytes(sender)


def _shared(release: "Release", hypothesis: str, block: int) -> Iterator[tuple[bytes, bytes]]:
    """(staker, the address it names) of every staking contract, former ones too."""
    there = _tables(release, hypothesis)
    for dataset in release.datasets:
        for name, column in _STAKERS[hypothesis]:
            table = f"{dataset}_{name}"
            if table not in there:
                continue
            query = f'SELECT DISTINCT staker, "{column}" FROM "{table}" WHERE block_number <= ?'
            for staker, named in reading.rows(release, query, (block,)):
                yield bytes(staker), bytes(named)
