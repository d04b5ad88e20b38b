"""Commitments of a block equal published values, and bind what they say they bind.

The values are of the tests of starkware-libs/sequencer (`starknet_api/src/block_hash/`) and of
eqlabs/pathfinder (`block-commitments`); those of Poseidon's first two and of counts too.
"""

from dataclasses import replace

import pytest

from psephos.commit.starknet.block import Event, Message, Receipt, StateDiff
from psephos.commit.starknet.block_hash import Commitments, counts
from psephos.commit.starknet.commitments import (
    event_commitment,
    event_leaves,
    receipt_commitment,
    receipt_leaves,
    revert_hash,
    signed_state_diff,
    state_diff_commitment,
    transaction_commitment,
    transaction_leaves,
)
from psephos.commit.starknet.hashes import EXACT, Hashes
from psephos.commit.starknet.transaction import Transaction
from psephos.commit.starknet.versions import (
    FROM_0_7,
    FROM_0_11_1,
    FROM_0_13_2,
    FROM_0_13_4,
    Era,
)
from tests.commit.starknet.published import PUBLISHED

both = pytest.mark.parametrize("hashes", [EXACT, PUBLISHED], ids=["exact", "published"])

RECEIPT = Receipt(
    transaction=1234,
    fee=99804,
    events=(),
    messages=(Message(34, 35, (36, 37)), Message(56, 57, (58, 59))),
    revert_reason="aborted",
    l1_gas=16580,
    l1_data_gas=32,
)
DIFF = StateDiff(
    storage={4: {5: 6, 7: 8}, 9: {10: 11}, 100: {}},
    nonces={17: 18},
    deployed={0: 1, 2: 3},
    replaced={19: 20},
    declared={14: 15},
    migrated={12: 13},
    deprecated=(16,),
)


def event(seed: int) -> Event:
    return Event(seed + 8, (seed, seed + 1), tuple(range(seed + 2, seed + 5)))


@both
def test_an_event_since_0_13_2_has_its_published_leaf(hashes: Hashes) -> None:
    of = Event(10, (2, 3), (4, 5, 6))
    assert event_leaves([(0x1234, of)], FROM_0_13_2, hashes) == [
        0x367807F532742A4DCBE2D8A47B974B22DD7496FAA75EDC64A3A5FDB6709057
    ]


@both
def test_events_since_0_13_2_have_their_published_root(hashes: Hashes) -> None:
    events = [
        (0x1234, Event(seed + 8, (seed, seed + 1), (seed + 2, seed + 3, seed + 4)))
        for seed in range(3)
    ]
    assert event_commitment(events, FROM_0_13_4, hashes) == (
        0x69BB140DDBBEB01D81C7201ECFB933031306E45DAB9C77FF9F9BA3CD4C2B9C3
    )


def test_an_event_before_0_13_2_has_its_published_leaf_and_names_no_transaction() -> None:
    of = Event(0xDEADBEEF, (1, 2, 3, 4), (5, 6, 7, 8, 9))
    leaf = 0xDB96455B3A61F9139F7921667188D31D1E1D49FB60A1AA3DBF3756DBE3A9B4
    assert event_leaves([(1, of), (2, of)], FROM_0_11_1, PUBLISHED) == [leaf, leaf]


@pytest.mark.parametrize(
    ("era", "signature", "leaf"),
    [
        (FROM_0_13_4, (2, 3), 0x2F0D8840BCF3BC629598D8A6CC80CB7C0D9E52D93DAB244BBF9CD0DCA0AD082),
        (FROM_0_13_2, (2, 3), 0x2F0D8840BCF3BC629598D8A6CC80CB7C0D9E52D93DAB244BBF9CD0DCA0AD082),
        (FROM_0_13_4, (), 0x579E8877C7755365D5EC1EC7D3A94A457EFF5D1F40482BBE9729C064CDEAD2),
        (FROM_0_13_2, (), 0xA93BF5E58B9378D093AA86DDC2F61A3295A1D1E665BD0EF3384DD07B30E033),
    ],
)
def test_a_transaction_since_0_13_2_has_its_published_leaf(
    era: Era, signature: tuple[int, ...], leaf: int
) -> None:
    tx = Transaction("INVOKE", 3, 1, signature=signature)
    assert transaction_leaves([tx], era, EXACT) == [leaf]


def test_an_unsigned_transaction_of_0_13_2_has_its_published_root() -> None:
    tx = Transaction("L1_HANDLER", 0, 1)
    assert transaction_commitment([tx], FROM_0_13_2, EXACT) == (
        0x30259CDF52543AA0866B46A839C5E089184408A97945B4FFA8DCAE78177DFDE
    )


def test_before_0_11_1_only_signatures_of_invoke_are_bound() -> None:
    signed = [Transaction(kind, 1, 5, signature=(2, 3)) for kind in ("INVOKE", "DECLARE")]
    bare = [replace(tx, signature=()) for tx in signed]
    old = [transaction_leaves(some, FROM_0_7, PUBLISHED) for some in (signed, bare)]
    new = [transaction_leaves(some, FROM_0_11_1, PUBLISHED) for some in (signed, bare)]
    assert [one != other for one, other in zip(*old, strict=True)] == [True, False]
    assert [one != other for one, other in zip(*new, strict=True)] == [True, True]


@both
def test_a_receipt_has_its_published_leaf_and_root(hashes: Hashes) -> None:
    assert receipt_leaves([RECEIPT], hashes) == [
        0x6276ABF21E7C68B2EECFDC8A845B11B44401901F5F040EFE10C60D625049646
    ]
    assert receipt_commitment([RECEIPT], hashes) == (
        0x31963CB891EBB825E83514DEB748C89B6967B5368CBC48A9B56193A1464CA87
    )


def test_a_reason_to_revert_has_its_published_hash_and_success_has_none() -> None:
    assert revert_hash("ABC") == 0x1629B9DDA060BB30C7908346F6AF189C16773FA148D3366701FBAA35D54F3C8
    assert revert_hash(None) == 0
    assert revert_hash("") != 0


@both
def test_a_state_diff_has_its_published_commitment(hashes: Hashes) -> None:
    assert state_diff_commitment(DIFF, hashes) == (
        0x281F5966E49AD7DAD9323826D53D1D27C0C4E6EBE5525E2E2FBCA549BFA0A67
    )


def test_a_state_diff_counts_every_entry_once() -> None:
    assert len(DIFF) == 3 + 1 + 2 + 1 + 1 + 1 + 1


def test_migrated_classes_are_hashed_among_the_declared() -> None:
    moved = replace(DIFF, declared={12: 13, 14: 15}, migrated={})
    assert state_diff_commitment(moved, EXACT) == state_diff_commitment(DIFF, EXACT)


def test_counts_are_packed_as_published() -> None:
    of = Commitments(0, 4, 0, 3, state_diff_length=2)
    assert counts(of, blob=True) == int(
        "0000000000000004000000000000000300000000000000028000000000000000", 16
    )
    assert counts(of, blob=False) == counts(of, blob=True) - (1 << 63)


def test_a_block_of_nothing_commits_to_zero() -> None:
    for era in (FROM_0_7, FROM_0_13_4):
        assert transaction_commitment([], era, EXACT) == 0
        assert event_commitment([], era, EXACT) == 0
    assert receipt_commitment([], EXACT) == 0


def test_the_state_diff_of_sepolia_1_is_the_one_that_was_signed() -> None:
    """rianhughes/juno@7a2e863, `sepolia/state_update/1.json` and `sepolia/signature/1.json`."""
    declared = 0x1B661756BF7D16210FC611626E1AF4569BAA1781FFC964BD018F4585AE241C1
    assert signed_state_diff(StateDiff({}, {}, {}, {}, {}, {}, (declared,)), EXACT) == (
        0x70188B63055C343725F88DE0F84A702B50CD81B5A426ECC75B0922D78FDAC78
    )
