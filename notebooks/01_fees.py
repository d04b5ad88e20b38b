# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Who pays, and what for?
#
# What using a chain costs: who pays most of it, what is burned and what block producers get, what
# an L2 hands on to its L1, how sure we are. A receipt commits neither payer nor price, so these
# figures are *seen* until transactions are verified, and say so.

# %% tags=["parameters"]
releases = None  # a folder of releases; None: the one that `psephos demo` or `release` made
block = None  # a block number; None: the newest final block of the release
l2 = "starknet"  # the chain beside this one that pays for its settling here; None: there is none

# %%
import psephos as ps

r = ps.open(releases, block=block)
fees = r.study("fees")
fees

# %% [markdown]
# ## Who pays
#
# The fewest accounts that paid more than half of everything: a service that pays for its users
# counts as one.

# %%
fees.figures["payers_fees_half"].explain()

# %%
fees.tables["payers"]

# %%
r.chart.bars(
    fees.tables["payers"].head(12),
    "payer",
    "share_percent",
    "Who pays, in percent of all fees",
    unit="%",
)

# %% [markdown]
# ## By day

# %%
r.chart.bars(fees.tables["days"], "day", "fees_eth", "What was paid a day", unit="ETH")

# %% [markdown]
# ## Burned, and what producers get
#
# Fees of every block are rows like any others. Amounts are exact integers of the smallest unit.
# Nobody gets what is burned; the tip is the block producer's.

# %%
fees.figures["burned_share"]

# %%
split = r.sql("""
    SELECT CAST(to_timestamp(timestamp) AS DATE) AS day, sum(base_fee_burned) AS burned_wei,
           sum(priority_fee) AS tips_wei, sum(gas_used) AS gas_used, count(*) AS blocks
    FROM fees_fee_block JOIN block ON number = block_number
    WHERE block_number <= $block GROUP BY ALL ORDER BY ALL
""")
split.tail(5)

# %%
import polars as pl

tips = split.select("day", tips_gwei=pl.col("tips_wei").cast(pl.Float64) / 1e9)
r.chart.bars(tips, "day", "tips_gwei", "What block producers got a day", unit="gwei")

# %% [markdown]
# ## What an L2 hands on
#
# What its users paid, what its sequencer's addresses sent on, and what its state updates cost on
# L1. Where fees and costs are in different tokens, a declared price is needed; without one the
# ratio is undefined, and says so. A cost that no row tells is null in the table of updates.

# %%
handed = ps.open(releases, chain=l2).study("fees", beside=r) if l2 else fees
told = ("paid", "passed_on_strk", "l1_cost_core", "l1_blobs_core", "cost_cover_fees")
[handed.figures[name] for name in told if name in handed.figures]

# %%
handed.tables["updates_core"].tail(5) if "updates_core" in handed.tables else "no L1 beside it"

# %% [markdown]
# ## Users against holders
#
# Would those who use the chain decide otherwise than those who hold its token? One vote per paying
# address, and votes by fees paid, on the same ballots.

# %%
users = r.study("users")
users

# %%
users.tables["votes"]
