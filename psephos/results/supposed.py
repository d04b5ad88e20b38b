"""Changes of how votes are counted, each with the words that say it: for command, page, notebook.

What a change computes is `analytics.whatif`'s; who is meant by a role is the labels', and declared.
"""

from collections.abc import Collection
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.whatif import moved, quadratic, square_root
from psephos.errors import CommandError
from psephos.results import reading, twins
from psephos.results.basis import Change
from psephos.results.labels.entities import entities
from psephos.results.labels.fields import ROLES
from psephos.results.positions import SOURCES

if TYPE_CHECKING:
    from psephos.store.reader import Release

Who = Collection[bytes]


def capped(share: Fraction, shown: str) -> Change:
    """Nobody votes with more than a share of all power; `shown` is the share as it was asked."""
    words = (f"nobody votes with more than {shown} of all power",)
    positive(share)
    return Change(words, lambda power, _: twins.cap(power, share))


def delegate_capped(share: Fraction, shown: str) -> Change:
    """Nobody is given more than a share by others; its own counts whole."""
    words = (f"nobody votes with more than {shown} of all power of others",)
    positive(share)
    return Change(words, lambda power, g: twins.delegate_cap(power, g, share), graph=True)


def rooted() -> Change:
    """Everybody votes with the square root of its power."""
    words = ("everybody votes with the root of its power",)
    return Change(words, lambda power, _: square_root(power), unit=True, name="root")


def quadratically() -> Change:
    """Every holder delegates the square root of what it holds."""
    words = ("every holder delegates the root of what it holds",)
    return Change(words, lambda _, g: quadratic(g), graph=True, unit=True, name="quadratic")


def without(name: str, who: Who) -> Change:
    """Somebody abstains, and so does what it delegates."""
    words = (f"{name} abstains, with what it delegates",)
    return Change(
        words, lambda power, g: twins.abstaining(power, g, who), graph=True, declared=labelled(name)
    )


def redelegated(name: str, who: Who, to: bytes | None = None) -> Change:
    """What somebody delegates goes to one address, or is spread among all other delegates."""
    if to is None:
        words = (f"what {name} delegates is spread among all other delegates",)
        return Change(
            words, lambda power, g: twins.spread(power, g, who), graph=True, declared=labelled(name)
        )
    words = (f"what {name} delegates goes to 0x{to.hex()}",)
    return Change(words, lambda _, g: moved(g, who, to), graph=True, declared=labelled(name))


def positive(share: Fraction) -> Fraction:
    """The share, if it is one that leaves a vote."""
    if share <= 0:
        raise CommandError("a cap of nothing leaves no vote", hint="a share above 0, as 1/100")
    if share > 1:
        raise CommandError("a cap of more than all power is none", hint="a share of at most 1")
    return share


def labelled(name: str) -> tuple[str, ...]:
    """What a change rests on that no chain says."""
    return () if name.startswith("0x") else (f"entities with the role {name}",)


def whom(release: "Release", block: int, asked: str) -> frozenset[bytes]:
    """The addresses of a declared role at a block, or one address (0x and 40 or 64 digits).

    `CommandError` for an address that never delegated, and to which nobody ever did.
    """
    if asked.startswith("0x"):
        found = frozenset({address(asked)})
        if not any(_delegated(release, block, one) for one in found):
            raise CommandError(
                f"{asked[:70]} neither delegates nor votes for anybody up to block {block}",
                hint="check its digits: nothing would change without it",
            )
        return found
    if asked not in ROLES:
        raise CommandError(
            f"{asked[:60]!r} is no address and no declared role",
            hint=f"roles are {', '.join(ROLES)}",
        )
    found = entities(release.chain.id).with_role(asked, block=block)
    if not found:
        raise CommandError(
            f"nobody is labelled {asked} at block {block}", hint="labels are in data/entities"
        )
    return found


def _delegated(release: "Release", block: int, who: bytes) -> bool:
    """Whether an address ever gave or was given voting power, in any dataset that tells."""
    there = reading.datasets(release, *SOURCES["power"])
    query = (
        'SELECT 1 FROM "{name}_delegate_changed" WHERE block_number <= $block '
        "AND (delegator = $who OR to_delegate = $who) LIMIT 1"
    )
    given = {"block": block, "who": who}
    return any(reading.rows(release, query.format(name=name), given) for name in there)


def address(text: str) -> bytes:
    """An address as people write it."""
    try:
        found = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        found = b""
    if len(found) not in (20, 32) or not text.startswith("0x"):
        raise CommandError(f"{text[:70]!r} is no address", hint="0x and 40 or 64 digits")
    return found
