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
# # Can a figure convince somebody who does not have the rows?
#
# This notebook goes the way from L1 down to one number, then proves how few delegates hold more
# than half of the voting power, verifies the proof in milliseconds, and cheats three times and
# watches it fail. How it works: docs/method/prover.md.

# %% tags=["parameters"]
releases = None  # a folder of releases; None: the one that `psephos demo` or `release` made
l2 = "starknet"  # the chain beside this one that settles on it; None: there is none
measure = "nakamoto_one_half"  # or hhi, effective_number, total, holders, nakamoto_two_thirds …

# %%
import tempfile
from pathlib import Path

import psephos as ps

r = ps.open(releases)
figure = getattr(r.figures, measure)
figure

# %%
figure.explain()

# %% [markdown]
# ## From L1 down to the number
#
# A state update on L1 names a block of the L2 and its hash. The L2's own rows have that block with
# that hash; each block's rows recompute to the commitments in its header, each sealed day's rows to
# its row root, and the figure to its rows. Every step but the first is computed again by `verify`.

# %%
update = r.sql("""
    SELECT block_number AS l1_block, l2_block_number, l2_block_hash FROM core_state_update
    WHERE block_number <= $block ORDER BY block_number DESC LIMIT 1
""")
update

# %%
above = ps.open(releases, chain=l2) if l2 else None
if above:
    number = int(update["l2_block_number"][0], 16)
    own = above.sql(f"SELECT number, hash FROM block WHERE number = {number}")
    assert own["hash"][0] == update["l2_block_hash"][0]
own if above else "no L2 beside it"

# %%
checked = (above or r).verify()
checked.filter(checked["check"].is_in(["manifest", "ledger", "headers", "sealed", "blocks"]))

# %%
(above or r).figures.nakamoto_one_half.explain()

# %% [markdown]
# ## Prove it
#
# The positions are made again from the rows, then proven about. The first proof of a machine takes
# some seconds more: its code is compiled.

# %%
proof = ps.prove(figure, releases=r.release.folder)
proof

# %% [markdown]
# ## Verify it
#
# Standard library only, without the rows. *data link: not checked* is said because of that: which
# rows the proof's table holds is known only to who compares.

# %%
ps.verify(proof)

# %% [markdown]
# ## Change one byte

# %%
ps.verify(proof.bent(len(proof.data) // 2))

# %% [markdown]
# ## Take a vote table, prove it, then change one row
#
# The proof still holds: it is about the table that it was made of. What it does not hold of is the
# changed one, and comparing says so.

# %%
folder = Path(tempfile.mkdtemp())
held = r.positions.power
lines = [f"0x{who.hex()},{much}" for who, much in zip(held.holders, held.amounts, strict=True)]
table, changed = folder / "table.csv", folder / "changed.csv"
table.write_text("\n".join(["who,power", *lines]) + "\n")
changed.write_text("\n".join(["who,power", *lines[:-1], lines[-1] + "0"]) + "\n")

columns = {"weight": "power", "id": "who"}
proof = ps.prove(table, statements=["coalition"], threshold=">1/2", **columns)
ps.verify(proof, table=table, **columns)

# %%
ps.verify(proof, table=changed, **columns)

# %% [markdown]
# ## Claim another number
#
# The public numbers stand in the proof's first bytes. Raising one by itself contradicts the others,
# or the rules no longer hold at the random point.

# %%
ps.verify(proof.bent(46 + 32 * len(["rows", "total", "coalition"])))

# %% [markdown]
# ## What was proven about
#
# The filled pebbles are the smallest coalition with more than half.

# %%
r.chart.pebbles()
