"""The statements that can be proven, one file each, with its rules, its witness and its cheats.

The tape of each stands in `tapes/`, as bytes: that is what its id is the hash of. After a change
`python -m psephos.stark.statements` writes them; a test holds them equal to the rules.
"""
