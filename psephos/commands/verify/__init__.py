"""`psephos verify SUBJECT`: one file a subject, each with its own options.

Exit 0 if the subject is verified; 3 if a check failed; 4 if none failed and it is not verified.
"""

SUBJECTS = {
    "batch": "a sealed day: rows, blocks and ledger",
    "release": "a whole release, down to positions and figures made again",
    "figure": "a published figure, made again from verified rows",
    "proof": "a proof about a table: its numbers follow from the table it commits to",
    "row": "that a row is in a sealed table or a roll, or that nobody is there",
    "period": "totals of a month, from the proofs of its days",
    "ledger": "the history of batch headers",
    "block": "a Starknet block, from its file",
    "ethereum-block": "an Ethereum block, from its file",
    "state-update": "a settlement of Starknet on Ethereum: program output and blobs",
    "storage-proof": "values in a chain's state, against a block's state root",
    "votes": "votes of a Snapshot hub, from its export: who signed what, and the outcome",
    "light-client": "finalized headers of Ethereum's beacon chain",
}
