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
# # Four principles, and no single score
#
# Liveness, censorship resistance, transparency, creativity: components side by side, each with its
# definition. A sum would hide which one fell, so there is none; how far weights could move one is
# shown.

# %% tags=["parameters"]
releases = None  # a folder of releases; None: the one that `psephos demo` or `release` made
block = None  # a block number; None: the newest final block of the release

# %%
import psephos as ps

r = ps.open(releases, block=block)
card = r.study("scorecard")
card

# %%
card.tables["components"]

# %% [markdown]
# ## How much hangs on the weights
#
# The same components under equal weights, under all weights, and with one left out.

# %%
card.tables["sensitivity"]

# %% [markdown]
# ## How much hangs on what was chosen
#
# Labels, thresholds, windows, dust: the same measure over every choice that somebody could defend.

# %%
r.study("sensitivity").tables["labels"]

# %% [markdown]
# ## A measure of your own
#
# Any function of amounts becomes a figure with the same definition, interval and evidence. The hash
# of its code is part of the figure's id.

# %%
from fractions import Fraction


def ninetieth(amounts):
    """The fewest holders with nine tenths."""
    need, have = Fraction(9, 10) * sum(amounts), 0
    for rank, amount in enumerate(amounts, start=1):
        have += amount
        if have >= need:
            return rank
    return None


mine = ps.figure(ninetieth, r.positions.power, title="Delegates with nine tenths", unit="delegates")
mine

# %%
mine.explain()

# %%
r.chart.history("nakamoto_one_half")
