"""The beacon chain's light client, Altair to Fulu: from one trusted block to finalized headers.

    bootstrap   a trusted block's header and the committee that its state commits to
    update      a header signed by the committee, the finalized header that its state commits to,
                and perhaps the next committee

An update advances what is known only when two thirds of the committee signed it and the state
that they signed names a finalized header (or brings the next committee for the first time).
Nothing is ever taken without finality: the specification's forced update, which takes the best
header seen after a period of silence, is left out, since such a header is no anchor.

What rests on it: a sync committee is 512 validators drawn for 27 hours, and signing a false
header costs them nothing. It is trust in a committee, not the whole of the chain's consensus.
Source: consensus-specs a08d8a6, `specs/altair/light-client/sync-protocol.md` and its changes in
Capella, Deneb and Electra.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from psephos.commit.beacon.bls import fast_aggregate_verify
from psephos.commit.beacon.containers import (
    Committee,
    LightHeader,
    chunks,
    committee,
    light_header,
    mapping,
    number,
)
from psephos.commit.beacon.forks import Network
from psephos.commit.beacon.ssz import check_branch, pair
from psephos.commit.fields import octets
from psephos.errors import MalformedAnswer, VerificationFailed

OLD = 14 * 24 * 3600
"""Seconds after which a bootstrap is old: those who signed then may long have withdrawn, and
could sign another history at no cost (weak subjectivity; the same bound as helios')."""

# Generalised indices in a beacon state: before Electra, and since (its state has one level more).
CURRENT, NEXT, FINALIZED = (54, 86), (55, 87), (105, 169)

BOOTSTRAP = {"header", "current_sync_committee", "current_sync_committee_branch"}
SIGNED = {"attested_header", "sync_aggregate", "signature_slot"}
FINALITY = {"finalized_header", "finality_branch"}
NEXT_MEMBERS = {"next_sync_committee", "next_sync_committee_branch"}


@dataclass(frozen=True, slots=True)
class Store:
    """What a light client knows: a finalized header, its committee, the next one if told."""

    network: Network
    finalized: LightHeader
    current: Committee
    next: Committee | None = None

    @property
    def period(self) -> int:
        return self.network.period(self.finalized.slot)


@dataclass(frozen=True, slots=True)
class Update:
    """A signed header and what its state commits to; every branch in it was checked."""

    attested: LightHeader
    finalized: LightHeader | None
    next: Committee | None
    bits: tuple[bool, ...]
    signature: bytes
    slot: int

    @property
    def signers(self) -> int:
        return sum(self.bits)

    @property
    def supermajority(self) -> bool:
        """At least two thirds of the committee signed: 342 of 512."""
        return 3 * self.signers >= 2 * len(self.bits)


def bootstrap(value: object, network: Network, checkpoint: bytes | None = None) -> Store:
    """The store that a bootstrap gives: its committee hangs from its header's state root.

    `checkpoint` is the root of the trusted block; without it the file declares itself.
    VerificationFailed if the header has another root, or a branch leads elsewhere.
    """
    found = mapping(value, "bootstrap")
    if found.keys() != BOOTSTRAP:
        raise MalformedAnswer("bootstrap has other members than a header, a committee, a branch")
    header = light_header(found["header"], network, "bootstrap header")
    if checkpoint is not None and header.root != checkpoint:
        raise VerificationFailed(
            f"the bootstrap is of block 0x{header.root.hex()}, not of 0x{checkpoint.hex()}"
        )
    members = committee(found["current_sync_committee"], network, "current_sync_committee")
    branch = chunks(found["current_sync_committee_branch"], "current_sync_committee_branch")
    index = _index(CURRENT, header, network)
    check_branch(members.root, branch, index, header.state_root, "current sync committee")
    return Store(network, header, members)


def advance(store: Store, value: object, now: int) -> tuple[Store, Update]:
    """The store after an update, unchanged where the update finalizes nothing new.

    `now` is the time in Unix seconds. VerificationFailed if the update is wrong, or says nothing
    that this store can use; MalformedAnswer if it is no update; UnknownFork.
    """
    update = read_update(value, store.network)
    _check_order(store, update, now)
    signer = _check_committees(store, update)
    _check_signature(store.network, signer, update)
    return _applied(store, update), update


def read_update(value: object, network: Network) -> Update:
    """An update from JSON: full, or the API's finality or optimistic update, which lack members."""
    found = mapping(value, "update")
    missing, unknown = SIGNED - found.keys(), found.keys() - SIGNED - FINALITY - NEXT_MEMBERS
    if missing or unknown:
        raise MalformedAnswer(f"update lacks or adds {sorted(missing | unknown)!r:.80}")
    aggregate = mapping(found["sync_aggregate"], "sync_aggregate")
    if aggregate.keys() != {"sync_committee_bits", "sync_committee_signature"}:
        raise MalformedAnswer("sync_aggregate has other members than bits and signature")
    bits = octets(aggregate["sync_committee_bits"], "sync_committee_bits", network.committee // 8)
    attested = light_header(found["attested_header"], network, "attested header")
    return Update(
        attested,
        _finalized(found, attested, network),
        _next(found, attested, network),
        tuple(bool(byte >> i & 1) for byte in bits for i in range(8)),
        octets(aggregate["sync_committee_signature"], "sync_committee_signature", 96),
        number(found["signature_slot"], "signature_slot"),
    )


def _finalized(
    found: Mapping[str, Any], attested: LightHeader, network: Network
) -> LightHeader | None:
    """The finalized header, hanging from the attested state; None where the update has none."""
    if _absent(found, FINALITY, "finality_branch"):
        return None
    header = light_header(found["finalized_header"], network, "finalized header")
    branch = chunks(found["finality_branch"], "finality_branch")
    index = _index(FINALIZED, attested, network)
    check_branch(header.root, branch, index, attested.state_root, "finalized header")
    return header


def _next(found: Mapping[str, Any], attested: LightHeader, network: Network) -> Committee | None:
    """The next committee, hanging from the attested state; None where the update has none."""
    if _absent(found, NEXT_MEMBERS, "next_sync_committee_branch"):
        return None
    members = committee(found["next_sync_committee"], network, "next_sync_committee")
    branch = chunks(found["next_sync_committee_branch"], "next_sync_committee_branch")
    index = _index(NEXT, attested, network)
    check_branch(members.root, branch, index, attested.state_root, "next sync committee")
    return members


def _absent(found: Mapping[str, Any], names: set[str], branch: str) -> bool:
    """Whether a pair of members is left out, or all zeros, as a container says that it has none.

    What hangs from no branch is not taken: a member beside an empty branch is VerificationFailed.
    """
    if not names & found.keys():
        return True
    if not names <= found.keys():
        raise MalformedAnswer(f"update has one of {', '.join(sorted(names))} without the other")
    if any(any(chunk) for chunk in chunks(found[branch], branch)):
        return False
    if not all(_blank(found[name]) for name in names - {branch}):
        raise VerificationFailed(f"the update's {branch} is empty, but what it should bind is not")
    return True


def _blank(value: object, deepest: int = 4) -> bool:
    """Whether a container of JSON holds nothing but zeros."""
    if isinstance(value, str):
        return not value.strip("0x")
    if deepest and isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return all(_blank(item, deepest - 1) for item in items)
    return False


def _index(indices: tuple[int, int], header: LightHeader, network: Network) -> int:
    return indices[network.fork(header.slot).since("electra")]


def _check_order(store: Store, update: Update, now: int) -> None:
    """now ≥ signature slot > attested ≥ finalized, and a period that this store has keys for."""
    current, finalized = store.network.slot(now), update.finalized
    if not current >= update.slot > update.attested.slot:
        raise VerificationFailed(
            f"signed in slot {update.slot}, attested in {update.attested.slot}, now is {current}"
        )
    if finalized is not None and finalized.slot > update.attested.slot:
        raise VerificationFailed("the finalized header is younger than the one that was signed")
    signed = store.network.period(update.slot)
    last = store.period + (store.next is not None)
    if not store.period <= signed <= last:
        raise VerificationFailed(
            f"signed in period {signed}; the committees of {store.period} to {last} are known"
        )
    brings = store.next is None and update.next is not None
    brings = brings and store.network.period(update.attested.slot) == store.period
    if update.attested.slot <= store.finalized.slot and not brings:
        raise VerificationFailed(
            f"slot {update.attested.slot} is not after the finalized {store.finalized.slot}"
        )


def _check_committees(store: Store, update: Update) -> Committee:
    """The committee that signed; the next one, if known already, must be the one told."""
    told, period = update.next, store.network.period
    if told and store.next and period(update.attested.slot) == store.period and told != store.next:
        raise VerificationFailed("the update names another next committee than the one known")
    if period(update.slot) == store.period or store.next is None:
        return store.current
    return store.next


def _check_signature(network: Network, signer: Committee, update: Update) -> None:
    """The signature of those whose bit is set, over the attested header.

    signing root = root(SigningData(header root, domain)), the domain of the slot before the
    signature's.
    """
    if not update.signers:
        raise VerificationFailed("nobody signed the update")
    keys = [key for key, bit in zip(signer.keys, update.bits, strict=True) if bit]
    message = pair(update.attested.root, network.domain(max(update.slot, 1) - 1))
    if not fast_aggregate_verify(keys, message, update.signature):
        raise VerificationFailed(
            f"the signature of {update.signers} members over slot {update.attested.slot} is wrong"
        )


def _applied(store: Store, update: Update) -> Store:
    """The store after a checked update, if it is final and two thirds signed it."""
    finalized, period = update.finalized, store.network.period
    if finalized is None or not update.supermajority:
        return store
    first = store.next is None and update.next is not None
    first = first and period(finalized.slot) == period(update.attested.slot)
    if finalized.slot <= store.finalized.slot and not first:
        return store
    if store.next is None:
        if period(finalized.slot) != store.period:
            raise VerificationFailed("the finalized header lies beyond the known committee")
        store = replace(store, next=update.next)
    elif period(finalized.slot) == store.period + 1:
        store = replace(store, current=store.next, next=update.next)
    if finalized.slot > store.finalized.slot:
        store = replace(store, finalized=finalized)
    return store
