"""What happens on the sample's Starknet: stakes, pools, users, builders, relayers, upgrades."""

from data.sample.starknet import cast
from data.sample.starknet.chain import Chain, said
from psephos.commit.starknet.felt import keccak_250
from tests.simulated.starknet_books import Event, emitted, selector, u256
from tests.simulated.starknet_scene import (
    ATTESTATION,
    CURVE,
    ETHER,
    SEQUENCER,
    STAKING,
    SUPPLIER,
    TOKEN,
    WRAPPED,
    Deed,
    Generation,
    Scene,
    transfer,
)
from tests.simulated.starknet_scene import Done as Outcome
from tests.simulated.starknet_stakes import (
    announced,
    delegated,
    leave,
    opened,
    rewarded,
    staked,
    take_out,
)

STRK = cast.STRK


def plan(chain: Chain) -> None:
    """Everything but the votes, on the agenda."""
    plan_stakes(chain)
    plan_attestations(chain)
    plan_pools(chain)
    plan_upgrades(chain)
    plan_users(chain)
    plan_builders(chain)
    chain.before.append(plan_take_outs)


def plan_stakes(chain: Chain) -> None:
    """Twelve enter, ten with a pool; members delegate; one leaves, one enters late."""
    for i, (who, own) in enumerate(zip(cast.VALIDATORS, cast.OWN, strict=True)):
        block = 2 + i // 2 if i < 11 else 260
        chain.at(block, who, lambda s, w=who, a=own: staked(s, w, a), "stake")
        if i < 10:
            open_pool(chain, block + 7, i, TOKEN)
    for i, (who, amount) in enumerate(zip(cast.DELEGATORS, cast.DELEGATED, strict=True)):
        staker = cast.VALIDATORS[i % 4 if i < 12 else i % 10]
        chain.at(
            16 + i,
            who,
            lambda s, w=who, v=staker, a=amount: delegated(s, v, TOKEN, w, a),
            "enter_delegation_pool",
        )
    first, last = cast.VALIDATORS[0], cast.VALIDATORS[10]
    liquid = 30 * cast.MILLION
    chain.at(60, cast.LIQUID, lambda s: delegated(s, first, TOKEN, cast.LIQUID, liquid))
    chain.at(300, last, lambda s: announced(s, last), "unstake_intent")
    chain.at(300 + 7 * cast.A_DAY + 1, last, leave, "unstake_action")
    for i in range(3):
        open_pool(chain, cast.BTC + 4 + i, i, WRAPPED)
    for i in range(9):
        who, staker = cast.DELEGATORS[i], cast.VALIDATORS[i % 3]
        amount = 4 * 10**9 // (i + 1)
        chain.at(
            cast.BTC + 12 + 3 * i,
            who,
            lambda s, w=who, v=staker, a=amount: delegated(s, v, WRAPPED, w, a),
            "enter_delegation_pool",
        )
    chain.at(430, cast.VALIDATORS[2], said(commission(2, 700, 300, paired=True)), "set_commission")
    chain.at(100, cast.VALIDATORS[8], said(commission(8, 2000, 900, paired=False)))


def pool_of(staker: int, token: int) -> int:
    """The address of a pool: a contract of its own."""
    return keccak_250(b"pool %x %x" % (staker, token))


def open_pool(chain: Chain, block: int, number: int, token: int) -> None:
    who = cast.VALIDATORS[number]
    made = ((pool_of(who, token), keccak_250(b"class of a pool")),)
    chain.at(block, who, lambda s: pool(s, who, token, number), "open_pool", made=made)


def pool(scene: Scene, staker: int, token: int, number: int) -> Outcome:
    """A pool, with the commission of its staker."""
    found = opened(scene, staker, token)
    assert found is not None
    (told, *rest), books = found
    told = told[0], told[1], (cast.COMMISSIONS[number],)
    first: list[Event] = []
    if scene.paired:
        first = [emitted(STAKING, "CommissionInitialized", (staker,), cast.COMMISSIONS[number])]
    return [*first, told, *rest], books


def commission(number: int, old: int, new: int, *, paired: bool) -> Event:
    """A commission that changed; until BTC with the pool."""
    staker = cast.VALIDATORS[number]
    keys = (staker,) if paired else (staker, pool_of(staker, TOKEN))
    return emitted(STAKING, "CommissionChanged", keys, new, old)


def plan_attestations(chain: Chain) -> None:
    """From V2 on every staker attests once an epoch, most of them; each is rewarded for it.

    Before it, rewards are claimed once a week.
    """
    for epoch in range(2, (cast.HEAD + 1) // cast.A_DAY):
        for i, who in enumerate(cast.VALIDATORS):
            block = epoch * cast.A_DAY + i
            attests = chain.random.randrange(100) < cast.RELIABLE[i]
            claims = block < cast.V2 and epoch % 7 == 0
            if attests if block >= cast.V2 else claims:
                chain.at(block, who, reward_of(who, 1 if block >= cast.V2 else 7), "attest")


def reward_of(who: int, days: int) -> Deed:
    def deed(scene: Scene) -> Outcome:
        own = scene.books.own.get(who, 0)
        return rewarded(scene, who, own * days // 4_000) if own else None

    return deed


def plan_pools(chain: Chain) -> None:
    """Once a week a pool gets its rewards, and a few of its members claim some; one moves."""
    for week in range(1, 60 // 7):
        for i in range(10):
            staker, block = cast.VALIDATORS[i], week * 7 * cast.A_DAY + 20 + i
            chain.at(block, staker, supplied(staker), "update_rewards")
        for i in range(0, 20, 3):
            member = cast.DELEGATORS[i]
            staker = cast.VALIDATORS[i % 4 if i < 12 else i % 10]
            block = week * 7 * cast.A_DAY + 34 + i
            chain.at(block, member, claimed(staker, member), "claim_rewards")
    first = said(emitted(STAKING, "GlobalIndexUpdated", (), 0, 10**9, cast.START, cast.START + 1))
    chain.at(90, cast.USERS[3], first, "update_global_index")
    promised = emitted(STAKING, "CommissionCommitmentSet", (cast.VALIDATORS[0],), 1500, 90)
    chain.at(300, cast.VALIDATORS[0], said(promised), "set_commission_commitment")
    raised = emitted(CURVE, "MintingCapChanged", (), 160, 213)
    chain.at(cast.BTC + 1, cast.FOUNDATION, said(raised), "set_c_num")
    moved = emitted(STAKING, "StakerRewardAddressChanged", (cast.VALIDATORS[4],), 17, 18)
    chain.at(222, cast.VALIDATORS[4], said(moved), "change_reward_address")


def supplied(staker: int) -> Deed:
    """Rewards of a week, minted and brought to a staker's pool of STRK."""
    pool = pool_of(staker, TOKEN)

    def deed(scene: Scene) -> Outcome:
        amount = scene.books.delegated(staker, TOKEN) // 1_000
        if not amount:
            return None
        new = scene.books.moved(TOKEN, 0, SUPPLIER, amount).moved(TOKEN, SUPPLIER, pool, amount)
        return [
            emitted(SUPPLIER, "MintRequest", (), amount, 1),
            transfer(TOKEN, 0, SUPPLIER, amount),
            transfer(TOKEN, SUPPLIER, pool, amount),
            emitted(STAKING, "RewardsSuppliedToDelegationPool", (staker, pool), amount),
        ], new

    return deed


def claimed(staker: int, member: int) -> Deed:
    """A member's part of what its pool got."""
    pool = pool_of(staker, TOKEN)

    def deed(scene: Scene) -> Outcome:
        own = scene.books.member.get((pool, member), 0)
        amount = min(own // 1_200, scene.books.held(TOKEN, pool))
        if not amount:
            return None
        return [
            emitted(pool, "PoolMemberRewardClaimed", (member, member + 1), amount),
            transfer(TOKEN, pool, member, amount),
        ], scene.books.moved(TOKEN, pool, member, amount)

    return deed


def plan_upgrades(chain: Chain) -> None:
    """Each generation is announced; two of three after a vote (`votes`), the third without.

    And who may do so: a governor, who hands over once.
    """
    role = selector("UPGRADE_GOVERNOR")
    first, other = cast.FOUNDATION, cast.TREASURY
    granted = said(emitted(STAKING, "RoleGranted", (), role, first, first))
    chain.at(1, first, granted, "register_upgrade_governor")
    hands = said(
        emitted(STAKING, "RoleGranted", (), role, other, first),
        emitted(STAKING, "RoleRevoked", (), role, first, first),
    )
    chain.at(500, first, hands, "register_upgrade_governor")
    announced_at: dict[Generation, int] = {"V2": 150, "BTC": 330, "V3": cast.V3 - 6}
    for generation, block in announced_at.items():
        told = emitted(STAKING, "ImplementationAdded", (), keccak_250(generation.encode()), 1, 0)
        chain.at(block, other if block > 500 else first, said(told), "add_new_implementation")
    window = emitted(ATTESTATION, "AttestationWindowChanged", (), 30, 50)
    chain.at(cast.BTC + 2, first, said(window))
    for i, who in enumerate(cast.VALIDATORS[:10]):
        keys = (
            emitted(STAKING, "PublicKeySet", (who,), keccak_250(b"key %d" % i)),
            emitted(STAKING, "PeerIdSet", (who,), *u256(keccak_250(b"peer %d" % i))),
        )
        chain.at(cast.V3 + 3 + i, who, said(*keys), "set_public_key")


def plan_users(chain: Chain) -> None:
    """The pools that hold for many, relayed payments, failures, and where fees go."""
    for block in range(30, cast.HEAD, 9):
        user = cast.USERS[chain.random.randrange(len(cast.USERS))]
        chain.at(block, user, into(cast.LIQUID if block % 2 else cast.PRIVACY), "deposit")
    for block in range(40, cast.HEAD, 5):
        user = cast.USERS[block % len(cast.USERS)]
        relay(chain, block, cast.RELAYERS[block % 7 == 0], user)
    for block in range(25, cast.HEAD, 37):
        chain.at(block, cast.USERS[block % 24], said(), "swap", failed=True)
    for block in range(84, cast.HEAD, 84):  # once a week
        chain.at(block, SEQUENCER, fees_out, "transfer")


def into(holder: int) -> Deed:
    """A user's deposit with who holds for many."""

    def deed(scene: Scene) -> Outcome:
        user = scene.random.choice(cast.USERS)
        amount = scene.books.held(TOKEN, user) // 20
        events = [transfer(TOKEN, user, holder, amount)]
        return events, scene.books.moved(TOKEN, user, holder, amount)

    return deed


def relay(chain: Chain, block: int, relayer: int, user: int) -> None:
    """A relayer pays the fee; the user pays the forwarder in ether or bitcoin."""
    token, amount = (ETHER, 3 * 10**12) if block % 3 else (WRAPPED, 200)
    inner = [TOKEN, selector("approve"), 3, cast.LIQUID, 10**18, 0]
    call = [user, selector("execute_from_outside_v2"), len(inner), *inner, token, amount, 0]
    calldata = [1, cast.FORWARDER, selector("execute"), len(call), *call]

    def deed(scene: Scene) -> Outcome:
        if scene.books.held(token, user) < amount:
            return None
        moved = scene.books.moved(token, user, cast.FORWARDER, amount)
        return [transfer(token, user, cast.FORWARDER, amount)], moved

    chain.at(block, relayer, deed, "execute", calldata=calldata)


def fees_out(scene: Scene) -> Outcome:
    """What the sequencer earned goes to its operator."""
    amount = scene.books.held(TOKEN, SEQUENCER) * 9 // 10
    moved = scene.books.moved(TOKEN, SEQUENCER, cast.TREASURY, amount)
    return [transfer(TOKEN, SEQUENCER, cast.TREASURY, amount)], moved


def plan_builders(chain: Chain) -> None:
    """Classes declared and contracts deployed, most by two of five builders."""
    for i, block in enumerate(range(20, cast.HEAD, 23)):
        builder = cast.BUILDERS[(0, 0, 1, 0, 2, 1, 3, 0, 4)[i % 9]]
        class_hash = keccak_250(b"class %d" % (i // 2))
        if i % 2 == 0:
            compiled = keccak_250(b"compiled %d" % i)
            chain.at(block, builder, said(), "declare", declares=(class_hash, compiled))
            continue
        address = keccak_250(b"contract %d" % i)
        told = emitted(cast.DEPLOYER, "ContractDeployed", (), address, builder, 0, class_hash, 0, i)
        chain.at(block, builder, said(told), "deployContract", made=((address, class_hash),))


def plan_take_outs(chain: Chain) -> None:
    """What members asked for a week ago is paid, block by block."""
    while chain.leaving and chain.leaving[0] + 7 * cast.A_DAY < len(chain.blocks):
        chain.leaving.pop(0)
        chain.at(len(chain.blocks), cast.DELEGATORS[0], take_out, "exit_delegation_pool_action")
