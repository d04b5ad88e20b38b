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
# # Start here
#
# Who could decide alone, and how do we know? This notebook opens a release, verifies it, draws the
# first chart, asks one question in SQL and reads what stands under one figure. It needs no network.

# %% tags=["parameters"]
releases = None  # a folder of releases; None: the one that `psephos demo` or `release` made
block = None  # a block number; None: the newest final block of the release

# %%
import psephos as ps

r = ps.open(releases, block=block)
r

# %% [markdown]
# ## Verify it
#
# Every file of a release is named by its hash, and the release by the hash of that list. This reads
# every byte. *not possible* is said where something cannot be checked here, with the reason.

# %%
r.verify()

# %% [markdown]
# ## What there is
#
# A finding is a sentence; the figure under it has a block, a population and an evidence level.

# %%
for finding in r.findings:
    print(f"{finding.sentence}.\n    {finding.context}.")

# %% [markdown]
# ## The first chart
#
# A pebble is a delegate, its area the voting power. Filled: the smallest coalition with more than
# half. Point at a pebble to see whose it is.

# %%
r.chart.pebbles()

# %% [markdown]
# The same as a curve: how much the largest hold together. The lines are at a third, half and two
# thirds.

# %%
r.chart.concentration()

# %% [markdown]
# And over time, from the first block of the dataset to this one.

# %%
r.chart.history("nakamoto_one_half")

# %% [markdown]
# ## Positions
#
# Press tab after `r.positions.`: those there are. `.frame` is a polars frame; amounts are exact to
# the last digit, in the token that the column names. `.amounts` are integers of its smallest unit.

# %%
r.positions.power

# %%
r.positions.power.frame.head()

# %% [markdown]
# ## One question in SQL
#
# The release is a set of tables. `r.tables()` lists them; `r.sql` reads them and changes nothing.
# Sums of amounts are exact: a sum that does not fit is an error, never a rounded number.

# %%
r.tables()

# %%
r.sql("""
    SELECT kind, dataset, count(*) AS changes, count(DISTINCT holder) AS holders,
           max(block_number) AS newest
    FROM position WHERE block_number <= $block
    GROUP BY ALL ORDER BY ALL
""")

# %% [markdown]
# ## One figure, explained
#
# Press tab after `r.figures.`. Every figure explains itself: its formula, who is counted, and what
# stands under it. What is not proven says so.

# %%
r.figures.nakamoto_one_half

# %%
r.figures.nakamoto_one_half.explain()

# %% [markdown]
# Do not believe the published positions? Compute them again from the event rows, on this machine.
# If they differed this would be an error, not a figure.

# %%
r.figures("nakamoto_one_half", recompute=True)

# %% [markdown]
# ## Votes
#
# Proposals by the governor's own rules, as of the block; turnout stands on three bases.

# %%
import polars as pl

pl.DataFrame(
    {
        "title": [p.title for p in r.proposals],
        "state": [str(p.state) for p in r.proposals],
        "turnout_of_supply": [
            None if p.turnout.supply is None else float(p.turnout.supply) for p in r.proposals
        ],
        "turnout_of_delegated": [
            None if p.turnout.delegated is None else float(p.turnout.delegated) for p in r.proposals
        ],
        "turnout_of_delegates": [
            None if p.turnout.heads is None else float(p.turnout.heads) for p in r.proposals
        ],
        "provisional": [p.provisional for p in r.proposals],
    }
)

# %% [markdown]
# Reasons are the voters' own words, shown as text.

# %%
r.votes(r.proposals[0]).head() if r.proposals else "no proposal yet"
