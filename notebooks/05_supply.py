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
# # What is there, what will come, and who waits for it?
#
# Supply reconciles with the chain: minted − burned = held by everyone. Then the calendar of
# unlocks, and a simulation with bands.

# %% tags=["parameters"]
releases = None  # a folder of releases; None: the one that `psephos demo` or `release` made
block = None  # a block number; None: the newest final block of the release

# %%
import psephos as ps

r = ps.open(releases, block=block)
economy = r.study("economy")
economy

# %% [markdown]
# ## The books
#
# Minted, burned, and what is held by nobody: the last one must be zero, or rows are missing.

# %%
[economy.figures[name] for name in list(economy.figures)[:3]]

# %% [markdown]
# ## What unlocks

# %%
economy.tables["unlocks"]

# %%
r.chart.bars(economy.tables["unlocks"], "until", "unlocks_strk", "What unlocks until", unit="STRK")

# %% [markdown]
# ## What is really there
#
# Circulating is what nobody declared to hold back, and unlocks are told against it: as a share of
# it, and in days of what usually moves.

# %%
real = ("circulating", "unlock_pressure_90", "unlock_days_90", "velocity")
[economy.figures[name] for name in real if name in economy.figures]

# %% [markdown]
# Who holds it, by how much and for how long: each cell is a number of holders.

# %%
economy.tables["cohorts"]

# %% [markdown]
# ## Two years on
#
# Assumptions are a file (`data/scenarios/sample.toml`); what it calls *indexed* comes from this
# release. The band holds nine paths of ten; the same seed gives the same bytes.

# %%
paths = r.simulate("sample", seed=1, runs=100)
paths

# %%
paths.frame("supply").tail(3)

# %%
paths.chart("supply")

# %%
paths.chart("staked_share")

# %% [markdown]
# ## How equal is it?

# %%
r.chart.concentration("balance")

# %%
r.figures.balance.gini.explain()
