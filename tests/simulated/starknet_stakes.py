"""Deeds around stakes, told as the staking contract of each generation and its pools tell them.

V1 and V2 tell both stakes of a staker at once; from BTC on the own stake and that of each pool
are told apart, keys name the token, and a pool's stake is in the token's own decimals. An intent to
exit tells zeros in the same transaction, while members keep what they have.
"""

from dataclasses import replace

from psephos.commit.starknet.felt import keccak_250
from tests.simulated.starknet_books import Books, Event, emitted
from tests.simulated.starknet_scene import (
    ATTESTATION,
    STAKING,
    SUPPLIER,
    TOKEN,
    WRAPPED,
    Done,
    Generation,
    Scene,
    Setting,
    transfer,
)


def upgraded(generation: Generation, setting: Setting) -> list[Event]:
    """What the staking contract says when it becomes another."""
    told = [emitted(STAKING, "ImplementationReplaced", (), keccak_250(generation.encode()), 1, 0)]
    if generation == "V2":
        told.append(emitted(STAKING, "EpochInfoChanged", (), *setting.epoch))
    if generation == "BTC":
        told += [emitted(STAKING, name, (WRAPPED,)) for name in ("TokenAdded", "TokenEnabled")]
    if generation == "V3":
        told.append(emitted(STAKING, "ConsensusRewardsFirstEpochSet", (), 7))
    return told


def _balance(scene: Scene, staker: int, token: int, own: int, delegated: int, new: Books) -> Event:
    """The staking contract's word on a changed stake, in the words of its generation."""
    after = new.own.get(staker, 0), new.delegated(staker, token)
    if not scene.paired:
        return emitted(STAKING, "StakeBalanceChanged", (staker,), own, delegated, *after)
    if own != after[0]:
        return emitted(STAKING, "StakeOwnBalanceChanged", (staker,), own, after[0])
    return emitted(STAKING, "StakeDelegatedBalanceChanged", (staker, token), delegated, after[1])


def stake(scene: Scene) -> Done:
    """A staker enters, or adds to what it has."""
    staker = scene.random.choice(scene.setting.stakers)
    return staked(scene, staker, scene.random.randrange(10**21, 10**22))


def staked(scene: Scene, staker: int, amount: int) -> Done:
    """The same by one who is named."""
    books = scene.books
    if staker in books.exiting:
        return None
    old, delegated = books.own.get(staker), books.delegated(staker, TOKEN)
    new = books.moved(TOKEN, staker, STAKING, amount).put("own", staker, (old or 0) + amount)
    events = [transfer(TOKEN, staker, STAKING, amount)]
    if old is None:
        events.append(emitted(STAKING, "NewStaker", (staker,), staker + 1, staker + 2, amount))
    events.append(_balance(scene, staker, TOKEN, old or 0, delegated, new))
    return events, new


def open_pool(scene: Scene) -> Done:
    token = WRAPPED if scene.paired and scene.random.random() < 0.4 else TOKEN
    free = [s for s, own in scene.books.own.items() if own and (s, token) not in scene.books.pool]
    if not free:
        return None
    return opened(scene, scene.random.choice(free), token)


def opened(scene: Scene, staker: int, token: int) -> Done:
    """A staker opens the pool of a token."""
    pool = keccak_250(b"pool %x %x" % (staker, token))
    keys = (staker, pool, token) if scene.paired else (staker, pool)
    return (
        [emitted(STAKING, "NewDelegationPool", keys, 500)],
        scene.books.put("pool", (staker, token), pool),
    )


def delegate_stake(scene: Scene) -> Done:
    """A member enters a pool, or adds to what it has there."""
    if not scene.books.pool:
        return None
    (staker, token), _ = scene.random.choice(list(scene.books.pool.items()))
    member, books = scene.random.choice(scene.setting.members), scene.books
    if not books.own.get(staker) or (books.pool[staker, token], member) in books.leaving:
        return None
    amount = scene.random.randrange(1, books.held(token, member) // 4 + 2)
    return delegated(scene, staker, token, member, amount)


def delegated(scene: Scene, staker: int, token: int, member: int, amount: int) -> Done:
    """A member delegates to the pool of a staker that is named."""
    books = scene.books
    pool = books.pool[staker, token]
    if amount > books.held(token, member):
        return None
    old = books.member.get((pool, member))
    own, before = books.own[staker], books.delegated(staker, token)
    new = books.moved(token, member, STAKING, amount)
    new = new.put("member", (pool, member), (old or 0) + amount)
    events = [
        transfer(token, member, STAKING, amount),
        _balance(scene, staker, token, own, before, new),
    ]
    if old is None:
        events.append(emitted(pool, "NewPoolMember", (member, staker), member + 1, amount))
    had = old or 0
    events.append(emitted(pool, "PoolMemberBalanceChanged", (member,), had, had + amount))
    return events, new


def leave_pool(scene: Scene) -> Done:
    """A member's intent to take some out: it leaves the total at once."""
    staying = [k for k, v in scene.books.member.items() if v and k not in scene.books.leaving]
    if not staying:
        return None
    pool, member = scene.random.choice(staying)
    staker, token = next(key for key, value in scene.books.pool.items() if value == pool)
    books = scene.books
    old = books.member[pool, member]
    amount = scene.random.randrange(1, old + 1)
    own, delegated = books.own.get(staker, 0), books.delegated(staker, token)
    new = books.put("member", (pool, member), old - amount).put("leaving", (pool, member), amount)
    tokens, until = (token,) if scene.paired else (), scene.time + scene.setting.exit_window
    events = [
        _balance(scene, staker, token, own, delegated, new),
        emitted(
            STAKING, "RemoveFromDelegationPoolIntent", (staker, pool, *tokens, member), 0, amount
        ),
        emitted(pool, "PoolMemberExitIntent", (member,), until, amount),
        emitted(pool, "PoolMemberBalanceChanged", (member,), old, old - amount),
    ]
    return events if own else events[1:], new


def take_out(scene: Scene) -> Done:
    """What a member wished to take out is paid."""
    if not scene.books.leaving:
        return None
    (pool, member), amount = next(iter(scene.books.leaving.items()))
    _, token = next(key for key, value in scene.books.pool.items() if value == pool)
    tokens = (token,) if scene.paired else ()
    left = {k: v for k, v in scene.books.leaving.items() if k != (pool, member)}
    new = replace(scene.books.moved(token, STAKING, member, amount), leaving=left)
    return [
        emitted(STAKING, "RemoveFromDelegationPoolAction", (pool, *tokens, member), amount),
        emitted(pool, "PoolMemberExitAction", (member,), amount),
        transfer(token, STAKING, member, amount),
    ], new


def exit_intent(scene: Scene) -> Done:
    """A staker's intent to go: its stake leaves the total at once."""
    staying = [s for s, own in scene.books.own.items() if own]
    if len(staying) < 4:
        return None
    return announced(scene, scene.random.choice(staying))


def announced(scene: Scene, staker: int) -> Done:
    """The intent of a staker that is named."""
    amount = scene.books.own[staker]
    new = scene.books.put("own", staker, 0).put("exiting", staker, amount)
    had = {t: scene.books.delegated(staker, t) for of, t in scene.books.pool if of == staker}
    when, who = scene.time + scene.setting.exit_window, (staker,)
    if not scene.paired:
        pooled = had.get(TOKEN, 0)
        return [
            emitted(STAKING, "StakerExitIntent", who, when, amount + pooled),
            emitted(STAKING, "StakeBalanceChanged", who, amount, pooled, 0, 0),
        ], new
    return [
        *(
            emitted(STAKING, "StakeDelegatedBalanceChanged", (staker, token), told, 0)
            for token, told in had.items()
        ),
        emitted(STAKING, "StakerExitIntent", who, when),
        emitted(STAKING, "StakeOwnBalanceChanged", who, amount, 0),
    ], new


def leave(scene: Scene) -> Done:
    """A staker is gone, once the members of its pools are."""
    if not scene.books.exiting:
        return None
    staker, amount = next(iter(scene.books.exiting.items()))
    pools = [pool for (of, _), pool in scene.books.pool.items() if of == staker]
    left = {k: v for k, v in scene.books.exiting.items() if k != staker}
    own = {k: v for k, v in scene.books.own.items() if k != staker}
    kept = {k: v for k, v in scene.books.pool.items() if k[0] != staker}
    held = (*scene.books.member.items(), *scene.books.leaving.items())
    if any(amount for (pool, _), amount in held if pool in pools):
        return None
    new = scene.books.moved(TOKEN, STAKING, staker, amount)
    told = (len(pools), *pools) if scene.paired else (0, *pools[:1]) if pools else (1,)
    return [
        transfer(TOKEN, STAKING, staker, amount),
        emitted(STAKING, "DeleteStaker", (staker,), staker + 1, staker + 2, *told),
    ], replace(new, exiting=left, own=own, pool=kept)


def reward(scene: Scene) -> Done:
    """What a staker and its pools earned is minted to the supplier, and claimed."""
    staying = [s for s, own in scene.books.own.items() if own]
    if not staying:
        return None
    return rewarded(scene, scene.random.choice(staying), scene.random.randrange(1, 10**19))


def rewarded(scene: Scene, staker: int, amount: int) -> Done:
    """What a staker that is named earned in an epoch."""
    pools = [pool for (of, _), pool in scene.books.pool.items() if of == staker]
    events = [emitted(SUPPLIER, "MintRequest", (), amount, 1), transfer(TOKEN, 0, SUPPLIER, amount)]
    new = scene.books.moved(TOKEN, 0, SUPPLIER, amount).moved(TOKEN, SUPPLIER, staker, amount)
    if scene.generation != "V1":
        epoch = scene.number // scene.setting.epoch[1]
        shares = [word for pool in pools for word in (pool, amount // 10)]
        told = (len(pools), *shares) if scene.paired else (amount // 10 if pools else 0,)
        events.append(emitted(ATTESTATION, "StakerAttestationSuccessful", (staker,), epoch))
        events.append(emitted(STAKING, "StakerRewardsUpdated", (staker,), amount, *told))
    events.append(emitted(STAKING, "StakerRewardClaimed", (staker,), staker + 1, amount))
    return [*events, transfer(TOKEN, SUPPLIER, staker, amount)], new
