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
# What using a chain costs: what was paid, what was burned, who pays most of it, how sure we are.
# A receipt commits neither payer nor price, so these figures are *seen* until transactions are
# verified, and say so.

# %% tags=["parameters"]
releases = None  # a folder of releases; None: the one that `psephos demo` or `release` made
block = None  # a block number; None: the newest final block of the release

# %%
import psephos as ps

r = ps.open(releases, block=block)
fees = r.study("fees")
fees

# %% [markdown]
# ## Who pays
#
# Few payers pay most of it: a service that pays for its users counts as one.

# %%
fees.figures["payers_fees_half"].explain()

# %%
fees.tables["payers"]

# %%
r.chart.bars(
    fees.tables["payers"].head(12), "payer", "share", "Who pays, in percent of all fees", unit="%"
)

# %% [markdown]
# ## By day

# %%
r.chart.bars(fees.tables["days"], "day", "transactions", "Transactions a day")

# %% [markdown]
# ## One question in SQL
#
# Fees of every block are rows like any others. Amounts are exact integers of the smallest unit.

# %%
r.sql("""
    SELECT sum(base_fee_burned) AS burned_wei, sum(priority_fee) AS priority_wei,
           sum(gas_used) AS gas_used, count(*) AS blocks
    FROM fees_fee_block WHERE block_number <= $block
""")

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
