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
# Validators and who delegates to them, how few could halt or rewrite, who attests, what staking
# pays to the fri, and whether rewards follow stake.

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
# ## Own stake and pools
#
# What validators staked themselves, what their pools delegate to them, and which of it acts
# already: stake counts some epochs after it came.

# %%
stakers = r.study("stakers").tables["stakers"]
stakers

# %%
r.chart.bars(stakers, "declared_owner", "weight_percent", "Weight by validator", unit="%")

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
# ## Who attests
#
# Epochs in which each validator attested, of those in which it could.

# %%
life = r.study("life")
life.tables["validators"]

# %% [markdown]
# ## What staking pays
#
# The minting curve: the more is staked, the more is minted, but less for each token. The rewards of
# an epoch are exact to the fri, and split between stakers of STRK and of Bitcoin.

# %%
rewards = r.study("rewards")
rewards

# %%
rewards.tables["epoch"]

# %%
import polars as pl

from analytics.minting import yearly_mint

cap = int(rewards.figures["inflation_cap"].value * 10_000)
supply = 10**10 * 10**18
shares = [1, 2, 4, 8, 16, 32, 64]
curve = pl.DataFrame(
    {
        "staked_percent": shares,
        "minted_percent": [
            100 * yearly_mint(supply * one // 100, supply, cap) / supply for one in shares
        ],
    }
)
title = "Minted a year in percent of the supply, by what is staked of it in percent"
r.chart.bars(curve, "staked_percent", "minted_percent", title, unit="%")

# %% [markdown]
# ## Do rewards follow stake?
#
# The share of rewarded blocks beside the share of the stake, from the epochs that both tell.

# %%
life.tables.get("election", "the blocks name nobody who was rewarded")

# %% [markdown]
# ## The rows under it
#
# Every event of the staking contract of every generation is a row.

# %%
r.tables().filter(r.tables()["table"].str.starts_with("staking"))
