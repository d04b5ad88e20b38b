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
# # Who secures Starknet, and what does it pay?
#
# Validators and who delegates to them, how few could halt or rewrite, what staking pays to the fri,
# and whether rewards follow stake.

# %% tags=["parameters"]
releases = None  # a folder of releases; None: the one that `psephos demo` or `release` made
chain = "starknet"  # of several chains side by side, this one; a folder of one chain: None
block = None  # a block number; None: the newest final block of the release

# %%
import psephos as ps

r = ps.open(releases, block=block, chain=chain)
r

# %%
r.positions.stake

# %% [markdown]
# ## How few
#
# More than a third can halt a chain of validators, more than two thirds decide for it.

# %%
[
    r.figures.stake.nakamoto_one_third,
    r.figures.stake.nakamoto_one_half,
    r.figures.stake.nakamoto_two_thirds,
]

# %%
r.figures.stake.nakamoto_one_third.explain()

# %%
r.chart.pebbles("stake")

# %%
r.chart.history("nakamoto_one_third", "stake")

# %% [markdown]
# ## One operator, several validators?
#
# Stakers who name one reward address may be one owner. That is a hypothesis, shown as one.

# %%
r.counted("same-reward").figures.stake.nakamoto_one_third

# %% [markdown]
# ## What staking pays
#
# The minting curve of the chain, exact to the fri, and its split between validators and delegators.

# %%
rewards = r.study("rewards")
rewards

# %%
{name: table.head(6) for name, table in rewards.tables.items()}

# %% [markdown]
# ## The rows under it
#
# Every event of the staking contract of every generation is a row.

# %%
r.tables().filter(r.tables()["table"].str.starts_with("staking"))
