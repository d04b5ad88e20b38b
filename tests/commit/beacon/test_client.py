"""The light client on committees of our own: every fork, and every rule of an update."""

from dataclasses import replace
from typing import Any

import pytest

from psephos.commit.beacon.client import Store, Update, advance, bootstrap
from psephos.commit.beacon.forks import ORDER, Fork, Network
from psephos.errors import UnknownFork, VerificationFailed
from tests.simulated.beacon import LADDER, MINIMAL, Beacon

LATE = 2 * 10**9
PERIOD = 64
FORK = 16 * 8
"""Slots of a period, and of a fork of the ladder."""


def walked(beacon: Beacon, first: int, *updates: Any, now: int = LATE) -> tuple[Store, Update]:
    store = bootstrap(beacon.bootstrap(first), beacon.network)
    update = None
    for told in updates:
        store, update = advance(store, told, now)
    assert update
    return store, update


@pytest.mark.parametrize("fork", [name for name in ORDER if name != "phase0"])
def test_an_update_of_every_fork_finalizes_its_header(fork: str) -> None:
    first = ORDER.index(fork) * FORK
    beacon = Beacon()
    store, update = walked(beacon, first, beacon.update(first + 40, first + 24))
    assert (store.finalized.slot, update.signers) == (first + 24, 24)
    assert store.next is not None
    execution = store.finalized.execution
    assert (execution is not None) == (ORDER.index(fork) >= ORDER.index("capella"))
    if execution:
        assert execution.number == first + 24


@pytest.mark.parametrize("fork", ORDER[2:])
def test_committees_hand_over_across_a_fork(fork: str) -> None:
    """The last period of a fork brings the next one's committee, which signs under the new one."""
    start = ORDER.index(fork) * FORK - PERIOD
    beacon = Beacon()
    store, _ = walked(
        beacon,
        start,
        beacon.update(start + 40, start + 24),
        beacon.update(start + PERIOD + 20, start + PERIOD + 8),
        beacon.update(start + 2 * PERIOD + 20, start + 2 * PERIOD + 8),
    )
    assert store.finalized.slot == start + 2 * PERIOD + 8


def test_a_signature_is_of_the_fork_of_the_slot_before_it() -> None:
    """The first slot of a fork signs still under the version before: consensus-specs, signature
    of the previous slot's block."""
    first = 5 * FORK
    beacon = Beacon()
    told = beacon.update(first - 1, first - 16, signed=first)
    assert LADDER.fork(first).name == "electra"
    store = bootstrap(beacon.bootstrap(first - PERIOD + 1), LADDER)
    store, _ = advance(store, beacon.update(first - 20, first - 40), LATE)
    assert advance(store, told, LATE)[0].finalized.slot == first - 16


@pytest.mark.parametrize(("signers", "moves"), [(22, True), (21, False), (1, False), (32, True)])
def test_two_thirds_finalize_and_less_does_not(signers: int, moves: bool) -> None:
    beacon = Beacon(MINIMAL)
    told = beacon.update(40, 24, signers=range(signers))
    store, update = walked(beacon, 8, told)
    assert update.supermajority == moves
    assert store.finalized.slot == (24 if moves else 8)


def test_an_old_update_may_bring_the_next_committee_first() -> None:
    beacon = Beacon(MINIMAL)
    store, _ = walked(beacon, 50, beacon.update(30, 16))
    assert store.finalized.slot == 50
    assert store.next is not None
    with pytest.raises(VerificationFailed, match="is not after the finalized"):
        advance(store, beacon.update(30, 16), LATE)


def test_an_update_without_finality_finalizes_nothing() -> None:
    beacon = Beacon(MINIMAL)
    store, update = walked(beacon, 8, beacon.update(40))
    assert update.finalized is None
    assert store.finalized.slot == 8


def test_a_finality_update_of_the_api_brings_no_committee() -> None:
    beacon = Beacon(MINIMAL)
    store, _ = walked(beacon, 8, beacon.update(40, 24, brings=False))
    assert (store.finalized.slot, store.next) == (24, None)


REFUSED = {
    "signed before it was attested": ({"signed": 40}, "attested in 40"),
    "nobody signed": ({"signers": ()}, "nobody signed"),
    "of a period without known keys": ({"attested": 200}, "committees of 0 to 0 are known"),
    "of the next period without its committee": ({"attested": 66}, "committees of 0 to 0"),
    "finalized after it was attested": ({"finalized": 41}, "younger"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_update_out_of_order_is_refused(name: str) -> None:
    changed, words = REFUSED[name]
    beacon = Beacon(MINIMAL)
    given: dict[str, Any] = {"attested": 40, "finalized": 24} | changed
    with pytest.raises(VerificationFailed, match=words):
        walked(beacon, 8, beacon.update(**given))


def test_an_update_from_the_future_is_refused() -> None:
    beacon = Beacon(MINIMAL)
    now = MINIMAL.genesis + 6 * 41
    walked(beacon, 8, beacon.update(40, 24), now=now)
    with pytest.raises(VerificationFailed, match="now is 40"):
        walked(beacon, 8, beacon.update(40, 24), now=now - 1)


def test_a_fork_that_is_not_known_is_not_possible_rather_than_wrong() -> None:
    beacon = Beacon()
    last = len(ORDER) * FORK
    store = bootstrap(beacon.bootstrap(last - 20), LADDER)
    told = beacon.update(last - 10, last - 16)
    told["attested_header"]["beacon"]["slot"] = str(last)
    with pytest.raises(UnknownFork):
        advance(store, told, LATE)


def test_another_next_committee_than_the_known_one_is_refused() -> None:
    """Two states of one period that name different next committees: one of them lies."""
    honest, liar = Beacon(MINIMAL), Beacon(MINIMAL)
    liar.keys[1] = liar.committee(7)
    store, _ = walked(honest, 8, honest.update(40, 24))
    with pytest.raises(VerificationFailed, match="another next committee"):
        advance(store, liar.update(48, 32), LATE)


def test_a_bootstrap_is_of_the_block_that_was_trusted() -> None:
    told = Beacon(MINIMAL).bootstrap(8)
    root = bootstrap(told, MINIMAL).finalized.root
    bootstrap(told, MINIMAL, root)
    with pytest.raises(VerificationFailed, match="the bootstrap is of block"):
        bootstrap(told, MINIMAL, bytes(32))


def test_a_header_before_capella_may_carry_an_empty_execution_header_only() -> None:
    from psephos.commit.beacon.containers import DENEB, EXTRA, NUMBER, WIDE

    def blank(size: int) -> str:
        return "0" if size in (NUMBER, WIDE) else "0x" if size == EXTRA else "0x" + "00" * size

    told = Beacon().bootstrap(2 * FORK)
    told["header"]["execution"] = {name: blank(size) for name, size in DENEB}
    told["header"]["execution_branch"] = ["0x" + "00" * 32] * 4
    bootstrap(told, LADDER)
    told["header"]["execution"]["gas_used"] = "1"
    with pytest.raises(VerificationFailed, match="older than execution headers"):
        bootstrap(told, LADDER)


def test_blob_gas_before_deneb_is_refused() -> None:
    beacon = Beacon()
    told = beacon.bootstrap(3 * FORK)
    told["header"]["execution"] |= {"blob_gas_used": "0", "excess_blob_gas": "0"}
    bootstrap(told, LADDER)
    told["header"]["execution"]["excess_blob_gas"] = "1"
    with pytest.raises(VerificationFailed, match="without blobs"):
        bootstrap(told, LADDER)


@pytest.mark.parametrize(
    "changes",
    [
        {"validators_root": bytes(32)},
        {"forks": (*MINIMAL.forks[:-1], Fork("deneb", b"\4\0\0\2", 0))},
    ],
)
def test_a_signature_of_another_network_is_refused(changes: dict[str, Any]) -> None:
    beacon = Beacon(MINIMAL)
    network: Network = replace(MINIMAL, **changes)
    store = bootstrap(beacon.bootstrap(8), network)
    with pytest.raises(VerificationFailed, match="signature of 24 members"):
        advance(store, beacon.update(40, 24), LATE)
