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
# # Who speaks for whom?
#
# Delegation as a graph: what has no vote, what votes for itself, what the foundation handed out,
# and where the chains of delegation end.

# %% tags=["parameters"]
releases = None  # a folder of releases; None: the one that `psephos demo` or `release` made
block = None  # a block number; None: the newest final block of the release

# %%
import psephos as ps

r = ps.open(releases, block=block)
delegation = r.study("delegation")
delegation

# %%
r.chart.flows()

# %% [markdown]
# ## What moved
#
# Churn: what changed its delegate, of all that is delegated. Circles and dead ends have power that
# nobody who holds tokens can use.

# %%
moved = ("churn", "stranded", "circles", "ghost", "single_source", "foundation_share")
[delegation.figures[name] for name in moved]

# %% [markdown]
# ## As the token counts it, and all the way
#
# A token moves power one step. Influence goes further: who delegates to somebody who delegates on
# gives it to the last of them.

# %%
delegation.tables["delegates"].head(10)

# %%
[
    delegation.figures[name]
    for name in ("legal_half", "influence_half")
    if name in delegation.figures
]

# %% [markdown]
# ## One of them, explained

# %%
delegation.figures["undelegated"].explain()

# %% [markdown]
# ## What the foundation delegated
#
# Labels are declared, with their source; without them the same question has no answer.

# %%
r.entities.frame.filter(r.entities.frame["role"] == "foundation").head(5)

# %%
given = r.study("foundation")
given.tables["given"].head(10)

# %% [markdown]
# ## By owner
#
# The same figure with declared owners counted as one, and with labels of your own.

# %%
[r.figures.nakamoto_one_half, r.counted("on").figures.nakamoto_one_half]

# %%
import polars as pl

largest = r.positions.power.frame.head(2)
mine = pl.DataFrame({"address": largest["delegate"], "owner": ["one hand"] * 2})
r.with_entities(mine).figures.nakamoto_one_half

# %%
r.chart.pebbles()
