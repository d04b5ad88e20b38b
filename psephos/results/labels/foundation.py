"""Which pebbles are the foundation's: one rule, for notebook and site.

A pebble has the foundation's colour if more than half of what it stands for is the foundation's.
Of voting power that is what addresses labelled *foundation* delegate, and all of a delegate who is
labelled so itself; of everything else, what is held under that label. A label counts from the
block it is declared for, and is a declaration, no fact of the chain.
"""

from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.kinds import tells
from psephos.results.labels.entities import Entities
from psephos.results.positions import Positions
from psephos.results.power import delegations

if TYPE_CHECKING:
    from psephos.store.reader import Release

ROLE = "foundation"


def given(release: "Release", held: Positions, labels: Entities) -> dict[bytes, int]:
    """Of each holder's amount, how much is the foundation's; who has none of it is left out."""
    ours = labels.with_role(ROLE, block=held.block)
    if not ours or not held.amounts:
        return {}
    handed = _delegated(release, held, labels, ours) if held.kind == "power" else {}
    amounts = zip(held.holders, held.owners, held.amounts, strict=True)
    found = {
        holder: amount if holder in ours else handed.get(owner or holder, 0)
        for holder, owner, amount in amounts
    }
    return {holder: amount for holder, amount in found.items() if amount}


def mostly(part: int, amount: int) -> bool:
    """Whether more than half of an amount is the foundation's."""
    return 2 * part > amount


def founders(release: "Release", held: Positions, labels: Entities) -> frozenset[bytes]:
    """The holders whose pebbles are the foundation's."""
    parts = given(release, held, labels)
    amounts = zip(held.holders, held.amounts, strict=True)
    return frozenset(who for who, amount in amounts if mostly(parts.get(who, 0), amount))


def _delegated(
    release: "Release", held: Positions, labels: Entities, ours: frozenset[bytes]
) -> dict[bytes | str, int]:
    """What the foundation's addresses delegate, by delegate or, where owners count, by owner."""
    if not tells("balance", reading.dataset(release, held.dataset).sources):
        return {}  # an edge weighs the delegator's balance, which is not known
    found: dict[bytes | str, int] = {}
    edges = delegations(release, dataset=held.dataset, block=held.block)
    for delegator, delegate, amount in edges.select("delegator", "delegate", "amount").rows():
        if delegator in ours:
            owner = labels.of(delegate, held.block) if held.entities else None
            whose = owner.name if owner else delegate
            found[whose] = found.get(whose, 0) + int(amount)
    return found
