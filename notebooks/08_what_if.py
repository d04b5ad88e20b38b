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
# # What if votes were counted otherwise?
#
# A cap, the square root, quadratic votes, a foundation that abstains: the same measures and the
# same ballots, before and after. And what if we are wrong about who is who?

# %% tags=["parameters"]
releases = None  # a folder of releases; None: the one that `psephos demo` or `release` made
block = None  # a block number; None: the newest final block of the release

# %%
from fractions import Fraction

import psephos as ps
from psephos.results import supposed

r = ps.open(releases, block=block)
r.figures.nakamoto_one_half

# %% [markdown]
# ## Nobody votes with more than a fiftieth

# %%
capped = r.what_if(supposed.capped(Fraction(1, 50), "1/50"))
capped.measures

# %%
capped.votes

# %% [markdown]
# ## Other ways to count

# %%
changes = {
    "square root": supposed.rooted(),
    "quadratic": supposed.quadratically(),
    "delegates capped": supposed.delegate_capped(Fraction(1, 50), "1/50"),
    "without the foundation": supposed.without(
        "foundation", supposed.whom(r.release, r.block, "foundation")
    ),
}
compared = {name: r.what_if(change) for name, change in changes.items()}
list(compared.values())

# %%
import polars as pl

half = "Nakamoto coefficient, more than half"
rows = [
    (name, one.measures.filter(pl.col("measure") == half)["after"].item())
    for name, one in {"capped": capped, **compared}.items()
]
found = pl.DataFrame(rows, schema=["change", "delegates"], orient="row", strict=False)
r.chart.bars(found, "change", "delegates", "How many have more than half, counted otherwise")

# %% [markdown]
# ## A higher threshold
#
# The same ballots and the same holders, if more than two thirds were needed.

# %%
from analytics.threshold import Threshold
from psephos.results.basis import Change

words = ("more than two thirds are needed",)
higher = r.what_if(Change(words, threshold=Threshold.parse(">2/3")))
higher

# %%
higher.measures.filter(pl.col("before") != pl.col("after"))

# %% [markdown]
# ## What if we are wrong about who is who?
#
# Merging and splitting holders that nobody has labelled moves every measure. The interval is part
# of the figure; the study tells what it would be by other choices.

# %%
r.figures.hhi.explain()

# %%
r.study("sensitivity").tables["merged"]

# %% [markdown]
# Forty worlds drawn by chance (seed 1): in each, five pairs of the forty largest delegates are one
# hand. How few have more than half then?

# %%
from collections import Counter
from random import Random

draw, largest = Random(1), r.positions.power.frame["delegate"].head(40).to_list()
worlds = []
for _ in range(40):
    pairs = draw.sample(largest, 10)
    owners = pl.DataFrame({"address": pairs, "owner": [f"hand {n // 2}" for n in range(10)]})
    worlds.append(r.with_entities(owners).figures.nakamoto_one_half.value)
drawn = pl.DataFrame(sorted(Counter(worlds).items()), schema=["delegates", "worlds"], orient="row")
r.chart.bars(drawn, "delegates", "worlds", "Delegates with more than half, over forty worlds")
