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
# # Who decided, and who could have?
#
# Turnout on three bases, who was pivotal, who votes alike, and what power a delegate really has.

# %% tags=["parameters"]
releases = None  # a folder of releases; None: the one that `psephos demo` or `release` made
block = None  # a block number; None: the newest final block of the release

# %%
import psephos as ps

r = ps.open(releases, block=block)
{p.title: f"{p.state} at block {p.block}" for p in r.proposals[:3]}

# %% [markdown]
# ## Turnout has three bases
#
# Of the supply, of the delegated power, of the delegates. Publishing one of them is a choice.

# %%
proposal = next(p for p in r.proposals if str(p.state) in ("Executed", "Defeated", "Succeeded"))
{
    name: r.figures.proposal(name, proposal)
    for name in ("turnout_supply", "turnout_delegated", "turnout_heads")
}

# %%
r.figures.proposal("flip_set", proposal).explain()

# %%
r.votes(proposal).head(8)

# %% [markdown]
# ## Pivotal voters
#
# For every decided vote: how many could have turned it by leaving, or by changing sides.

# %%
alike = r.study("alignment")
alike.tables["votes"]

# %% [markdown]
# ## Who votes alike
#
# At which agreement do voters fall into one bloc? The inactive count as a bloc of their own.

# %%
alike.tables["grid"]

# %%
r.chart.bars(alike.tables["grid"], "agreement", "blocs", "Blocs of voters, by how much they agree")

# %% [markdown]
# ## Power is not weight
#
# Banzhaf and Shapley-Shubik: how often a voter's word decides, over all coalitions and over all
# orders. The declared rules are a file in `data/rules`.

# %%
control = r.control()
control

# %%
body, powers = next(iter(control.powers.items()))
powers.head(10)
