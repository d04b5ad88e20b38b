"""Who may be one: addresses that share something, joined. A hypothesis, never a fact.

What is shared (a reward address, an operational address, whoever sent the first tokens) is the
ground. One ground says little: a ground that too many share is a service, such as an exchange or
a contract that pays everybody, and joins nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.arguments import rows
from analytics.whole import positive


@dataclass(frozen=True, slots=True)
class Cluster:
    """Addresses that may be one owner, in their order, and the grounds that join them."""

    members: tuple[bytes, ...]
    grounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clusters:
    """All clusters of two or more, largest first, and the grounds that were too common."""

    clusters: tuple[Cluster, ...]
    common: tuple[str, ...]


def clusters(links: Iterable[tuple[bytes, str]], most: int) -> Clusters:
    """Join addresses that share a ground: the connected parts of the graph of `links`.

    `links` are pairs (address, ground); twice the same pair is once. A ground that more than
    `most` addresses share joins nobody and is listed as common. The result does not depend on the
    order of links, and is a partition: no address is in two clusters. An address joined to nobody
    is left out. `most` below 1 raises `DataError`.
    """
    positive(most, "most that share a ground")
    shared: dict[str, set[bytes]] = {}
    for address, ground in rows(links, 2, "the links"):
        shared.setdefault(ground, set()).add(address)
    parent: dict[bytes, bytes] = {}

    def root(one: bytes) -> bytes:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for members in shared.values():
        if 2 <= len(members) <= most:
            first, *others = sorted(members)
            for other in others:
                a, b = sorted((root(first), root(other)))
                parent[b] = a
    found: dict[bytes, list[bytes]] = {}
    for one in parent:
        found.setdefault(root(one), []).append(one)
    grounds: dict[bytes, list[str]] = {}
    for ground, members in shared.items():
        if 2 <= len(members) <= most:
            grounds.setdefault(root(next(iter(members))), []).append(ground)
    made = [
        Cluster(tuple(sorted(part)), tuple(sorted(grounds[top]))) for top, part in found.items()
    ]
    made.sort(key=lambda one: (-len(one.members), one.members))
    common = sorted(g for g, members in shared.items() if len(members) > most)
    return Clusters(tuple(made), tuple(common))
