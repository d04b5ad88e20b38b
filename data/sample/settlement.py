"""How the sample's Starknet settles on its L1: state updates, messages; and a StarkEx before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rlp

from data.sample.allocation import DAY, FINAL, GENESIS, HOUR
from data.sample.stage import Stage, Transaction
from data.sample.starknet import cast, messages
from data.sample.starknet.chain import Chain
from psephos.commit.keccak import keccak
from psephos.commit.l1.fact import calldata_fact, sharp_fact
from psephos.commit.l1.output import BEFORE_GENESIS, read_output
from psephos.commit.starknet.felt import keccak_250
from tests.anvil.artifact import kind, packed
from tests.simulated.settlement import diff_words
from tests.simulated.starknet_books import selector

PROGRAM, LATER, CONFIG = (keccak_250(b"sample " + w) for w in (b"os 1", b"os 2", b"config"))
"""The operating system's program, its successor, and the configuration."""
CHANGED = 1_783
"""The block in which the program is replaced."""
EVERY, LAG = 6, 3
"""Hours between two updates, and hours that a proof takes."""
STILL = range(1_650, 1_672)
"""Hours in which nobody settled."""
OPEN = 940
EXCHANGE = 40


@dataclass(frozen=True, slots=True)
class Update:
    """A state update: the L1 block, and the L2 blocks it covers."""

    block: int
    first: int
    last: int


def updates(chain: Chain) -> list[Update]:
    """Every few hours, what is old enough and was not settled yet; none after the last final block
    of L1."""
    times = [b.told["timestamp"] for b in chain.blocks]
    found, settled = [], -1
    for block in range(OPEN + 2 * LAG, FINAL + 1, EVERY):
        ripe = GENESIS + (block - LAG) * HOUR
        last = max((n for n, time in enumerate(times) if time <= ripe), default=-1)
        if last > settled and block not in STILL:
            found.append(Update(block, settled + 1, last))
            settled = last
    return found


def plan(stage: Stage, chain: Chain) -> None:
    """Put the contracts, the updates and the messages on the agenda."""
    operator, prover, governor, bridge = stage.cast["settler"]
    assert bridge == cast.BRIDGE, "0x" + bridge.hex()
    stage.settle(EXCHANGE, lambda: [made(stage, operator, "Exchange", 0)])
    stage.settle(OPEN, lambda: [made(stage, governor, "Core", 0, PROGRAM, CONFIG, operator)])
    stage.settle(CHANGED, lambda: [core(stage).tx("setProgramHash", LATER, sender=governor)])
    for i in range(2 * (FINAL // DAY)):
        block = EXCHANGE + 1 + 12 * i if i < 80 else EXCHANGE + 1 + 12 * 80 + 48 * (i - 80)
        if block <= FINAL:
            stage.settle(block, lambda n=i: [exchange(stage, operator, n)])
    for update in updates(chain):
        stage.settle(update.block, lambda u=update: settle(stage, chain, u, operator, prover))
    plan_messages(stage, chain, bridge)


def made(stage: Stage, sender: bytes, name: str, nonce: int, *args: Any) -> Transaction:
    """The transaction that deploys a contract, whose address follows from sender and nonce."""
    artifact = stage.anvil.contracts[name]
    makers = [item for item in artifact.abi if item["type"] == "constructor"]
    types = [kind(i) for i in makers[0]["inputs"]] if makers else []
    address = keccak(rlp.encode([sender, nonce]))[12:]
    stage.contracts[name.lower()] = stage.anvil.at(name, address, stage.now)
    code = artifact.bytecode + packed(types, args)
    return stage.anvil.tx(None, code, sender=sender, gas=6_000_000)


def core(stage: Stage) -> Any:
    return stage.contracts["core"]


def exchange(stage: Stage, operator: bytes, number: int) -> Transaction:
    """One update of the exchange: batch ids leave gaps, as operators' do."""
    roots = [keccak_250(b"root %d %d" % (number, i)) for i in range(3)]
    fact = keccak(b"exchange %d" % number)
    return stage.contracts["exchange"].tx(
        "updateState", 100 + 3 * number, *roots, fact, sender=operator, gas=400_000
    )


def settle(
    stage: Stage, chain: Chain, update: Update, operator: bytes, prover: bytes
) -> list[Transaction]:
    """A fact is registered by who proved it, and the operator brings the output it stands for."""
    words, data = output(chain, update), data_of(chain, update)
    hash_ = int.from_bytes(keccak(b"".join(word.to_bytes(32, "big") for word in data)), "big")
    fact = calldata_fact(read_output(words), hash_, len(data))
    program = PROGRAM if update.block <= CHANGED else LATER
    return [
        core(stage).tx("registerFact", sharp_fact(program, fact), sender=prover, gas=100_000),
        core(stage).tx("updateState", words, hash_, len(data), sender=operator, gas=1_500_000),
    ]


def output(chain: Chain, update: Update) -> list[int]:
    """The program output in today's layout, data as calldata, messages of the blocks covered."""
    last = chain.blocks[update.last]
    roots = [int(last.update["new_root"], 16)]
    if update.first:
        before = chain.blocks[update.first - 1]
        head = [int(before.update["new_root"], 16), *roots, update.first - 1, update.last]
        head += [before.hash, last.hash]
    else:
        head = [0, *roots, BEFORE_GENESIS, update.last, 0, last.hash]
    to_l1, to_l2 = [], []
    for out in messages.withdrawals():
        if update.first <= out.block <= update.last:
            to = int.from_bytes(cast.BRIDGE, "big")
            to_l1 += [cast.L2_BRIDGE, to, len(out.payload), *out.payload]
    for one in messages.deposits():
        if one.handled is not None and update.first <= one.handled <= update.last:
            sender = int.from_bytes(cast.BRIDGE, "big")
            to_l2 += [sender, cast.L2_BRIDGE, one.nonce, messages.HANDLER]
            to_l2 += [len(one.payload), *one.payload]
    return [*head, 0, CONFIG, 0, 0, len(to_l1), *to_l1, len(to_l2), *to_l2]


def data_of(chain: Chain, update: Update) -> list[int]:
    """The words of the state diff of the blocks covered: the newest value of each slot."""
    storage: dict[int, dict[int, int]] = {}
    nonces: dict[int, int] = {}
    made_of: dict[int, int] = {}
    classes: dict[int, int] = {}
    for block in chain.blocks[update.first : update.last + 1]:
        diff = block.update["state_diff"]
        for entry in diff["storage_diffs"]:
            into = storage.setdefault(int(entry["address"], 16), {})
            into |= {int(e["key"], 16): int(e["value"], 16) for e in entry["storage_entries"]}
        nonces |= _pairs(diff["nonces"], "contract_address", "nonce")
        made_of |= _pairs(diff["deployed_contracts"], "address", "class_hash")
        made_of |= _pairs(diff["replaced_classes"], "contract_address", "class_hash")
        classes |= _pairs(diff["declared_classes"], "class_hash", "compiled_class_hash")
    contracts = [
        (at, nonces.get(at, 0), made_of.get(at), sorted(storage.get(at, {}).items()))
        for at in sorted(storage.keys() | nonces.keys() | made_of.keys())
    ]
    return diff_words(contracts, sorted(classes.items()))


def _pairs(entries: Sequence[dict[str, str]], one: str, other: str) -> dict[int, int]:
    return {int(entry[one], 16): int(entry[other], 16) for entry in entries}


def plan_messages(stage: Stage, chain: Chain, bridge: bytes) -> None:
    """Deposits begin here, some hours before they arrive; withdrawals end here."""
    entry = (cast.L2_BRIDGE, selector("handle_deposit"))
    for one in messages.deposits():
        stage.settle(
            one.sent,
            lambda d=one: [
                core(stage).tx(
                    "sendMessageToL2", *entry, d.payload, sender=bridge, value=10**14 + d.nonce
                )
            ],
        )
        if one.cancelled:
            rest = (*entry, one.payload, one.nonce)
            for later, function in (
                (10, "startL1ToL2MessageCancellation"),
                (10 + 5 * DAY, "cancelL1ToL2Message"),
            ):
                stage.settle(
                    one.sent + later,
                    lambda f=function, r=rest: [core(stage).tx(f, *r, sender=bridge)],
                )
    covered = {n: u.block for u in updates(chain) for n in range(u.first, u.last + 1)}
    for out in messages.withdrawals():
        if (block := covered.get(out.block)) is not None and block + 2 <= FINAL:
            call = ("consumeMessageFromL2", cast.L2_BRIDGE, out.payload)
            stage.settle(block + 2, lambda c=call: [core(stage).tx(*c, sender=bridge)])
