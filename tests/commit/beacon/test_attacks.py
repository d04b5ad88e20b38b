"""What a liar writes into a bootstrap or an update: each leaf, each bit, each kind of forgery.

The classes are those of hostile proofs: a dropped, added or reordered node of a branch, a proof
of another member, another encoding, another length, another domain, a replay, zeros, size.
"""

import copy
import random
import time
import tracemalloc
from typing import Any

import pytest

from psephos.commit.beacon.client import Store, advance, bootstrap, read_update
from psephos.errors import MalformedAnswer, PsephosError, UnknownFork, VerificationFailed
from tests.commit.leaves import HOSTILE, at, changed, flipped, leaves, lies
from tests.simulated.beacon import LADDER, MINIMAL, Beacon

NOW = 2 * 10**9
REJECTED = (VerificationFailed, MalformedAnswer, UnknownFork)
UNBOUND = {("signature_slot",)}
"""Nothing binds the slot of a signature but its fork and its period: the specification's rule."""


@pytest.fixture(scope="module")
def beacon() -> Beacon:
    return Beacon(MINIMAL)


@pytest.fixture(scope="module")
def first(beacon: Beacon) -> Any:
    return beacon.bootstrap(8)


@pytest.fixture(scope="module")
def told(beacon: Beacon) -> Any:
    return beacon.update(40, 24)


@pytest.fixture(scope="module")
def store(first: Any) -> Store:
    return bootstrap(first, MINIMAL)


def test_no_leaf_of_a_bootstrap_can_be_altered(first: Any, store: Store) -> None:
    trusted = store.finalized.root
    seen = 0
    for path, value in leaves(first):
        for lie in lies(value):
            with pytest.raises(REJECTED):
                bootstrap(changed(first, path, lie), MINIMAL, trusted)
            seen += 1
    assert seen > 60


def test_no_leaf_of_an_update_can_be_altered(told: Any, store: Store) -> None:
    seen = 0
    for path, value in leaves(told):
        if path in UNBOUND:
            continue
        for lie in lies(value):
            with pytest.raises(REJECTED):
                advance(store, changed(told, path, lie), NOW)
            seen += 1
    assert seen > 90


def test_the_slot_of_a_signature_is_bound_to_its_fork_and_period(told: Any, store: Store) -> None:
    assert advance(store, changed(told, ("signature_slot",), "42"), NOW)[0].finalized.slot == 24
    for lie in ("40", "64", str(2**64 - 1)):
        with pytest.raises(VerificationFailed):
            advance(store, changed(told, ("signature_slot",), lie), NOW)


@pytest.mark.long
def test_no_bit_of_a_bootstrap_or_an_update_can_be_flipped(
    first: Any, told: Any, store: Store
) -> None:
    seen = 0
    for document, verify in (
        (first, lambda lied: bootstrap(lied, MINIMAL, store.finalized.root)),
        (told, lambda lied: advance(store, lied, NOW)),
    ):
        lied = copy.deepcopy(document)
        for path, value in leaves(document):
            if path in UNBOUND:
                continue
            for lie in lies(value, every=True):
                at(lied, path[:-1])[path[-1]] = lie
                with pytest.raises(REJECTED):
                    verify(lied)
                seen += 1
            at(lied, path[:-1])[path[-1]] = value
    print(f"{seen} bits of a bootstrap and an update flipped, none accepted")


BRANCHES = (
    ("attested_header", "execution_branch"),
    ("finalized_header", "execution_branch"),
    ("finality_branch",),
    ("next_sync_committee_branch",),
)
ZERO = "0x" + "00" * 32
SHAPES = {
    "P1 last chunk dropped": lambda branch: branch[:-1],
    "P1 first chunk dropped": lambda branch: branch[1:],
    "P1 all chunks dropped": lambda branch: [],
    "P2 chunk appended": lambda branch: [*branch, ZERO],
    "P2 chunk prepended": lambda branch: [branch[0], *branch],
    "P2 chunk duplicated": lambda branch: [*branch, branch[-1]],
    "P2 reversed": lambda branch: branch[::-1],
    "P2 two exchanged": lambda branch: [branch[1], branch[0], *branch[2:]],
    "P10 far too long": lambda branch: [ZERO] * 10_000 + branch,
    "P11 deeper than any tree": lambda branch: [ZERO] * 17,
    "P15 all zeros": lambda branch: [ZERO] * len(branch),
}


@pytest.mark.parametrize("path", BRANCHES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_branch_of_another_shape_is_refused(
    told: Any, store: Store, path: tuple[str, ...], shape: str
) -> None:
    lied = changed(told, path, SHAPES[shape](at(told, path)))
    with pytest.raises(REJECTED):
        advance(store, lied, NOW)


def test_p3_a_branch_of_another_member_is_refused(told: Any, store: Store) -> None:
    for one, other in (
        ("finality_branch", "next_sync_committee_branch"),
        ("next_sync_committee_branch", "finality_branch"),
    ):
        with pytest.raises(VerificationFailed):
            advance(store, changed(told, (one,), told[other]), NOW)


def test_p3_the_current_committee_is_not_the_next_one(beacon: Beacon, store: Store) -> None:
    told = beacon.update(40, 24)
    told["next_sync_committee"] = beacon.committee(0)[1]
    with pytest.raises(VerificationFailed, match="next sync committee"):
        advance(store, told, NOW)


def test_p7_an_inner_node_is_no_committee(first: Any) -> None:
    """A committee whose keys are the nodes of the true one's tree would have its root."""
    from psephos.commit.beacon.ssz import octets, tree

    keys = [octets(bytes.fromhex(k[2:])) for k in first["current_sync_committee"]["pubkeys"]]
    half = [tree(keys[:16]), tree(keys[16:])]
    lied = copy.deepcopy(first)
    lied["current_sync_committee"]["pubkeys"] = ["0x" + (h + bytes(16)).hex() for h in half] * 16
    with pytest.raises(VerificationFailed, match="current sync committee"):
        bootstrap(lied, MINIMAL)


@pytest.mark.parametrize(
    "text", ["041", "+41", " 41", "41 ", "4_1", "0x29", "-41", "41.0", "４１", ""]
)
def test_p9_a_number_has_one_encoding(told: Any, store: Store, text: str) -> None:
    with pytest.raises(MalformedAnswer, match="signature_slot is no decimal number"):
        advance(store, changed(told, ("signature_slot",), text), NOW)


def test_p10_a_committee_has_exactly_its_size(first: Any) -> None:
    keys = first["current_sync_committee"]["pubkeys"]
    for lied in (keys[:-1], [*keys, keys[0]], [], keys * 1000):
        with pytest.raises(MalformedAnswer, match="list of 32 public keys"):
            bootstrap(changed(first, ("current_sync_committee", "pubkeys"), lied), MINIMAL)


def test_p12_a_signature_of_another_kind_is_refused(beacon: Beacon, store: Store) -> None:
    """What a committee's members sign as proposers or attesters does not count."""
    from psephos.commit.beacon.containers import BEACON
    from psephos.commit.beacon.ssz import pair
    from tests.simulated.beacon import root, sign

    told = beacon.update(40, 24)
    message = root(told["attested_header"]["beacon"], BEACON)
    secret = sum(beacon.committee(0)[0][:24])
    for kind in (b"\0\0\0\0", b"\1\0\0\0", b"\6\0\0\0"):
        forged = sign(secret, pair(message, MINIMAL.domain(40, kind)))
        told["sync_aggregate"]["sync_committee_signature"] = "0x" + forged.hex()
        with pytest.raises(VerificationFailed, match="signature of 24 members"):
            advance(store, told, NOW)


def test_p13_an_update_cannot_be_replayed_into_another_period(beacon: Beacon, told: Any) -> None:
    later = bootstrap(beacon.bootstrap(70), MINIMAL)
    with pytest.raises(VerificationFailed, match="signed in period 0"):
        advance(later, told, NOW)


def test_p13_an_update_cannot_be_replayed_at_another_fork() -> None:
    beacon = Beacon(LADDER)
    start = 4 * 128
    told = beacon.update(start - 30, start - 40)
    lied = changed(told, ("signature_slot",), str(start + 1))
    store = bootstrap(beacon.bootstrap(start - 64), LADDER)
    store, _ = advance(store, told, NOW)
    with pytest.raises(VerificationFailed):
        advance(store, lied, NOW)


def test_p14_members_cannot_be_claimed_or_denied(told: Any, store: Store) -> None:
    path = ("sync_aggregate", "sync_committee_bits")
    for bit in range(32):
        with pytest.raises(VerificationFailed):
            advance(store, changed(told, path, flipped(at(told, path), bit)), NOW)


def test_p15_a_finalized_header_without_its_branch_is_not_taken(told: Any, store: Store) -> None:
    branch = [ZERO] * len(told["finality_branch"])
    with pytest.raises(VerificationFailed, match="is empty, but what it should bind is not"):
        advance(store, changed(told, ("finality_branch",), branch), NOW)


def test_p17_nothing_may_be_added(first: Any, told: Any, store: Store) -> None:
    for path in ((), ("sync_aggregate",), ("attested_header",), ("attested_header", "beacon")):
        lied = copy.deepcopy(told)
        at(lied, path)["more"] = "0x00"
        with pytest.raises(MalformedAnswer):
            advance(store, lied, NOW)
    with pytest.raises(MalformedAnswer):
        bootstrap({**first, "more": 1}, MINIMAL)


def test_no_member_may_be_left_out(first: Any, told: Any, store: Store) -> None:
    for document, verify in (
        (first, lambda lied: bootstrap(lied, MINIMAL)),
        (told, lambda lied: advance(store, lied, NOW)),
    ):
        for path, _ in leaves(document):
            for depth in range(1, len(path) + 1):
                if isinstance(path[depth - 1], int):
                    continue
                lied = copy.deepcopy(document)
                at(lied, path[: depth - 1]).pop(path[depth - 1])
                with pytest.raises(REJECTED):
                    verify(lied)


def test_hostile_values_raise_only_errors_of_the_tree(first: Any, told: Any, store: Store) -> None:
    drawn = random.Random(1)
    for document, verify in (
        (first, lambda lied: bootstrap(lied, MINIMAL)),
        (told, lambda lied: advance(store, lied, NOW)),
    ):
        paths = {path[:depth] for path, _ in leaves(document) for depth in range(1, len(path) + 1)}
        for path in sorted(paths, key=repr):
            for value in drawn.sample(HOSTILE, 6):
                if value == at(document, path):
                    continue
                with pytest.raises(PsephosError):
                    verify(changed(document, path, value))


def test_p18_a_huge_document_is_refused_in_time_and_memory(told: Any) -> None:
    lied = copy.deepcopy(told)
    lied["next_sync_committee"]["pubkeys"] = ["0x" + "ab" * 48] * 1_000_000
    lied["finality_branch"] = ["0x" + "00" * 32] * 1_000_000
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(PsephosError):
        read_update(lied, MINIMAL)
    assert time.process_time() - began < 1
    assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    tracemalloc.stop()
