"""Invariants of stored rows: what must hold whatever happened on the chain, as data.

Each is a SELECT of the rows that break it. None depends on what happened before a dataset's first
block, so collecting from the middle breaks nothing; where rows were lost, altered or doubled, one
does break. They run on what was just sealed, and on everything in `psephos check`.

What else must hold, and where it is checked:

    fees received = fees paid          `fees arrive`, `fees add up`
    rows = the header's event count    recomputed while collecting (`psephos.chain.verify`), and
                                       none too many in `conservation.counted`
    stakes = the contract's total      `conservation.staked`
    members = what is delegated        `pools add up`
    votes = the contract's own tally   `conservation.tallied`
    state updates name L2's blocks     `conservation.crossing`, in both chains' indexes
    supply = what was allotted, minted `mints are allowed`, `mints are told`, `conservation.token`,
                                       `conservation.issued`, which compares L2 with its escrow, too
    every handled message was sent     `conservation.crossing`, in both chains' indexes
"""

from dataclasses import dataclass

KEYS = "block_number, transaction_index, log_index"
# An amount goes into words as VARCHAR: `format` would make a double of it.
RANGE = "block_number BETWEEN {first} AND {last}"


@dataclass(frozen=True, slots=True)
class Invariant:
    """Rows of datasets that read one of `sources` and have all `tables`.

    broken: a SELECT of block, transaction, log and what is wrong; `{name}` is the dataset,
    `{first}` and `{last}` the blocks that are looked at, `{other}` a second dataset that reads
    `other` (of its own tables `others`), where one is needed
    """

    name: str
    words: str
    sources: tuple[str, ...]
    tables: tuple[str, ...]
    broken: str
    other: str = ""
    others: tuple[str, ...] = ()
    later: bool = False
    """Whether rows from before the other dataset's first block are passed over."""


def _chain(table: str, who: str, old: str, new: str) -> str:
    """Rows whose old value is not the new one of the row before it of the same holder."""
    return (
        f"SELECT {KEYS}, format('from {{{{}}}}, but it was {{{{}}}}', {old}::VARCHAR, "
        "before::VARCHAR) FROM ("
        f'SELECT *, lag({new}) OVER (PARTITION BY {who} ORDER BY {KEYS}) AS before FROM "{{name}}_'
        f'{table}" WHERE block_number <= {{last}}) WHERE before <> {old} AND {RANGE}'
    )


def _again(tables: tuple[str, ...], what: str, words: str) -> str:
    """Rows that tell of something a second time."""
    told = " UNION ALL ".join(
        f'SELECT {KEYS}, {what} FROM "{{name}}_{table}" WHERE block_number <= {{last}}'
        for table in tables
    )
    return (
        f"SELECT {KEYS}, '{words}' FROM (SELECT *, row_number() OVER (PARTITION BY {what} "
        f"ORDER BY {KEYS}) AS nth FROM ({told})) WHERE nth > 1 AND {RANGE}"
    )


def _after(table: str, ends: tuple[str, ...], words: str) -> str:
    """Rows of a proposal after it had ended."""
    ended = " UNION ALL ".join(f'SELECT {KEYS}, proposal_id FROM "{{name}}_{one}"' for one in ends)
    return (
        f"SELECT cast_.block_number, cast_.transaction_index, cast_.log_index, '{words}' "
        f'FROM "{{name}}_{table}" AS cast_ JOIN ({ended}) AS ended USING (proposal_id) '
        "WHERE (cast_.block_number, cast_.transaction_index, cast_.log_index) > "
        "(ended.block_number, ended.transaction_index, ended.log_index) "
        f"AND cast_.{RANGE}"
    )


_SUMS = """
    SELECT block_number, 0, 0,
        format('the block tells {{{{}}}} of {{{{}}}}, its transactions {{{{}}}}',
        told.amount::VARCHAR, told.what, coalesce(found.amount, 0)::VARCHAR)
    FROM (SELECT block_number, unnest([{told}]) AS amount, unnest([{words}]) AS what
        FROM "{{name}}_fee_block" WHERE {range}) AS told
    LEFT JOIN (SELECT block_number, unnest([{sums}]) AS amount, unnest([{words}]) AS what
        FROM "{{name}}_fee_transaction" WHERE {range} GROUP BY block_number) AS found
    USING (block_number, what) WHERE {wrong}"""  # fmt: skip


def _sums(told: str, sums: str, words: tuple[str, ...], wrong: str) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return _SUMS.format(told=told, sums=sums, words=listed, range=RANGE, wrong=wrong)


_WAITED = """
    SELECT done.block_number, done.transaction_index, done.log_index,
        format('executed {{}} s after it was scheduled, its delay is {{}} s', now.timestamp -
            began.timestamp, ('0x' || hex(said.delay))::UHUGEINT)
    FROM "{name}_call_executed" AS done
    JOIN "{name}_call_scheduled" AS said USING (contract, id, call_index)
    JOIN block AS now ON now.number = done.block_number
    JOIN block AS began ON began.number = said.block_number
    WHERE done.block_number BETWEEN {first} AND {last} AND said.block_number <= done.block_number
    QUALIFY row_number() OVER (PARTITION BY done.block_number, done.transaction_index,
            done.log_index ORDER BY said.block_number DESC) = 1
        AND now.timestamp - began.timestamp < ('0x' || hex(said.delay))::UHUGEINT"""

_MINTED = """
    SELECT minted.block_number, minted.transaction_index, minted.log_index,
        'the token tells of no such mint in this transaction'
    FROM "{name}_mint_processed" AS minted
    WHERE minted.block_number BETWEEN {first} AND {last}
        AND minted.token IN (SELECT DISTINCT contract FROM "{other}_transfer")
        AND NOT EXISTS (SELECT 1 FROM "{other}_transfer" AS moved
            WHERE moved.block_number = minted.block_number AND moved.contract = minted.token
                AND moved.transaction_index = minted.transaction_index
                AND moved.recipient = minted.account AND moved.amount = minted.amount
                AND moved.sender = repeat('\\x00'::BLOB, octet_length(moved.sender)))"""

_TOLD = """
    WITH minted AS (SELECT block_number, transaction_index, contract, recipient, amount,
            count(*) AS times, min(log_index) AS log_index
        FROM "{name}_transfer" WHERE block_number BETWEEN {first} AND {last}
            AND sender = repeat('\\x00'::BLOB, octet_length(sender)) AND sender <> recipient
            AND contract IN (SELECT token FROM "{other}_minting_allowance_set"
                UNION SELECT token FROM "{other}_token_minter_registered"
                UNION SELECT token FROM "{other}_mint_processed")
        GROUP BY ALL),
    told AS (SELECT block_number, transaction_index, token AS contract, account AS recipient,
            amount, count(*) AS times FROM "{other}_mint_processed" GROUP BY ALL)
    SELECT block_number, transaction_index, log_index, format('{{}} created {{}} times, the mint '
        'manager tells of {{}}', amount::VARCHAR, minted.times, coalesce(told.times, 0))
    FROM minted LEFT JOIN told USING (block_number, transaction_index, contract, recipient, amount)
    WHERE minted.times <> coalesce(told.times, 0)"""

_UPDATES = """
    SELECT block_number, transaction_index, log_index, 'it settles no later block than before'
    FROM (SELECT *, lag(settled) OVER (PARTITION BY contract ORDER BY block_number,
            transaction_index, log_index) AS before
        FROM (SELECT block_number, transaction_index, log_index, contract,
                l2_block_number AS settled FROM "{name}_state_update"
            UNION ALL SELECT block_number, transaction_index, log_index, contract, l2_block_number
            FROM "{name}_state_update_early") WHERE block_number <= {last})
    WHERE settled <= before AND block_number BETWEEN {first} AND {last}"""

_POOLS = """
    WITH told AS (
        SELECT staker, token, arg_max(new_delegated_stake, (block_number, transaction_index,
            log_index)) AS amount, max(block_number) AS block_number
        FROM "{name}_stake_delegated_balance_changed" WHERE block_number <= {last}
        GROUP BY staker, token),
    pools AS (
        SELECT pool, staker, token FROM "{name}_new_delegation_pool" WHERE block_number <= {last}
        QUALIFY count(*) OVER (PARTITION BY staker, token) = 1),
    held AS (
        SELECT contract AS pool, pool_member, arg_max(amount, (block_number, transaction_index,
            log_index)) AS amount
        FROM (SELECT contract, pool_member, amount, block_number, transaction_index, log_index
                FROM "{other}_new_pool_member"
            UNION ALL SELECT contract, pool_member, new_delegated_stake, block_number,
                transaction_index, log_index FROM "{other}_pool_member_balance_changed")
        WHERE block_number <= {last} GROUP BY contract, pool_member),
    sums AS (SELECT pool, sum(amount) AS amount FROM held GROUP BY pool)
    SELECT told.block_number, 0, 0, format('the members of pool 0x{{}} have {{}} together, the '
        'staker is delegated {{}}', lower(hex(pool)), sums.amount::VARCHAR,
        told.amount::VARCHAR)
    FROM told JOIN pools USING (staker, token) JOIN sums USING (pool)
    WHERE sums.amount <> told.amount
        AND staker NOT IN (SELECT staker FROM "{name}_staker_exit_intent"
            UNION ALL SELECT staker FROM "{name}_delete_staker")"""

ENDS = ("proposal_executed", "proposal_canceled")
INVARIANTS = (
    Invariant(
        "votes follow", "a delegate's votes change from what they were",
        ("votes", "starknet_votes"), ("delegate_votes_changed",),
        _chain("delegate_votes_changed", "contract, delegate", "old_votes", "new_votes"),
    ),
    Invariant(
        "own stakes follow", "a staker's own stake changes from what it was",
        ("starknet_staking",), ("stake_own_balance_changed",),
        _chain("stake_own_balance_changed", "staker", "old_self_stake", "new_self_stake"),
    ),
    Invariant(
        "delegated stakes follow", "what a staker is delegated changes from what it was",
        ("starknet_staking",), ("stake_delegated_balance_changed",),
        _chain("stake_delegated_balance_changed", "staker, token", "old_delegated_stake",
               "new_delegated_stake"),
    ),
    Invariant(
        "members follow", "a pool member's stake changes from what it was",
        ("starknet_pool",), ("pool_member_balance_changed",),
        _chain("pool_member_balance_changed", "contract, pool_member", "old_delegated_stake",
               "new_delegated_stake"),
    ),
    Invariant(
        "pools add up", "a pool's members have together what its staker is delegated",
        ("starknet_staking",),
        ("stake_delegated_balance_changed", "new_delegation_pool", "staker_exit_intent",
         "delete_staker"),
        _POOLS, "starknet_pool", ("new_pool_member", "pool_member_balance_changed"),
    ),
    Invariant(
        "one vote each", "nobody votes twice on a proposal",
        ("governor", "governor_bravo", "governor_alpha", "snapshot_x_space"), ("vote_cast",),
        _again(("vote_cast",), "contract, proposal_id, voter", "the voter had voted on it before"),
    ),
    Invariant(
        "no vote after the end", "nobody votes on a proposal that was executed or cancelled",
        ("governor", "governor_bravo", "governor_alpha"), ("vote_cast", *ENDS),
        _after("vote_cast", ENDS, "the proposal had ended"),
    ),
    Invariant(
        "executed once", "no proposal is executed twice",
        ("governor", "governor_bravo", "governor_alpha", "snapshot_x_space"),
        ("proposal_executed",),
        _again(("proposal_executed",), "contract, proposal_id", "it was executed before"),
    ),
    Invariant(
        "delays pass", "a timelock executes nothing before its delay has passed", ("timelock",),
        ("call_scheduled", "call_executed"), _WAITED,
    ),
    Invariant(
        "fees arrive", "the sequencer receives what the receipt says was paid",
        ("starknet_fees",), ("fee_transaction",),
        f"SELECT {KEYS}, format('paid {{{{}}}}, received {{{{}}}}', amount::VARCHAR, "
        "transferred::VARCHAR) "
        f'FROM "{{name}}_fee_transaction" WHERE transferred <> amount '
        # fees moved without an event before 0.10, version 3 came with 0.13
        f"AND (transferred <> 0 OR version >= 3) AND {RANGE}",
    ),
    Invariant(
        "fees add up", "a block's fees are those of its transactions, by unit",
        ("starknet_fees",), ("fee_block", "fee_transaction"),
        _sums("transactions::DECIMAL(38, 0), fees_in_wei, fees_in_fri",
              "count(*)::DECIMAL(38, 0), coalesce(sum(amount) FILTER (NOT in_fri), 0), "
              "coalesce(sum(amount) FILTER (in_fri), 0)",
              ("transactions", "wei", "fri"), "told.amount <> coalesce(found.amount, 0)"),
    ),
    Invariant(
        "fees are within", "watched transactions pay no more than their block in all", ("fees",),
        ("fee_block", "fee_transaction"),
        _sums("base_fee_burned, priority_fee, blob_fee",
              "sum(base_fee_burned), sum(priority_fee), sum(blob_fee)",
              ("base fee", "priority fee", "blob fee"), "told.amount < found.amount"),
    ),
    Invariant(
        "mints are allowed", "every mint of the mint manager is one of the token's own",
        ("mint_manager",), ("mint_processed",), _MINTED, "erc20", ("transfer",),
    ),
    Invariant(
        "mints are told", "every mint since there is a mint manager is one that it tells of",
        ("erc20",), ("transfer",), _TOLD, "mint_manager",
        ("mint_processed", "minting_allowance_set", "token_minter_registered"), later=True,
    ),
    Invariant(
        "updates go on", "every state update settles later blocks than the one before",
        ("starknet_core",), ("state_update", "state_update_early"), _UPDATES,
    ),
    Invariant(
        "messages arrive once", "a message to L2 is consumed or cancelled once at most",
        ("starknet_core",), ("message_to_l2_consumed", "message_canceled"),
        _again(("message_to_l2_consumed", "message_canceled"), "contract, nonce",
               "a message with this nonce had arrived or been cancelled before"),
    ),
)  # fmt: skip
"""Every invariant. One that is added is one entry here, and one case kept and one broken."""
