-- Blocks of a dataset that were drawn from `first` to `last` by the hash of a later block, to be
-- recomputed to every root: how many, and how many of them were as the node had told them.
CREATE TABLE sample (
    dataset VARCHAR NOT NULL, first UBIGINT NOT NULL, last UBIGINT NOT NULL,
    drawn UINTEGER NOT NULL, clean UINTEGER NOT NULL,
    seed_number UBIGINT NOT NULL, seed_hash BLOB NOT NULL, noted TIMESTAMP NOT NULL
);
