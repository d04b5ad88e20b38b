-- What the collector knows of one chain, beside the rows of its events.
-- Tables of events are made from the events' own schemas when a dataset is registered.

-- Which chain this file is about: one row.
CREATE TABLE identity (chain_id UBIGINT NOT NULL, genesis BLOB);

-- Every block of every span, once. `header` is the RLP whose Keccak-256 is `hash`.
CREATE TABLE block (
    number UBIGINT NOT NULL, hash BLOB NOT NULL, parent BLOB NOT NULL,
    timestamp UBIGINT NOT NULL, header BLOB NOT NULL
);

-- A dataset by its name; `id` is the hash of chain, contracts, event shapes and schema version.
CREATE TABLE dataset (name VARCHAR PRIMARY KEY, id BLOB NOT NULL, first UBIGINT NOT NULL);

-- Its tables, each with its Arrow schema (IPC bytes).
CREATE TABLE dataset_table (dataset VARCHAR NOT NULL, name VARCHAR NOT NULL, shape BLOB NOT NULL);

-- The cursor: closed ranges of blocks that were read, with the hash of the last one.
-- Written in the transaction that writes the rows it accounts for.
CREATE TABLE span (
    dataset VARCHAR NOT NULL, first UBIGINT NOT NULL, last UBIGINT NOT NULL,
    last_hash BLOB NOT NULL, level VARCHAR NOT NULL
);

-- A dataset that broke, and why.
CREATE TABLE quarantine (
    dataset VARCHAR PRIMARY KEY, error VARCHAR NOT NULL, message VARCHAR NOT NULL,
    noted TIMESTAMP NOT NULL
);

-- Logs that a node left out, added or altered, found by recomputing the block's receipts.
-- The rows stored are the receipts'.
CREATE TABLE contradiction (
    block_number UBIGINT NOT NULL, block_hash BLOB NOT NULL, missing UINTEGER[] NOT NULL,
    added UINTEGER[] NOT NULL, altered UINTEGER[] NOT NULL, noted TIMESTAMP NOT NULL
);

-- The newest final block, and who confirmed it: labels, and of how many registrable domains.
CREATE TABLE final (
    number UBIGINT NOT NULL, hash BLOB NOT NULL, endpoints VARCHAR[] NOT NULL,
    domains UINTEGER NOT NULL, noted TIMESTAMP NOT NULL
);

-- A reorganisation that was followed: the last common block, the old head, how deep, when, why.
CREATE TABLE reorganisation (
    id UBIGINT PRIMARY KEY, fork_number UBIGINT NOT NULL, fork_hash BLOB NOT NULL,
    head_number UBIGINT NOT NULL, head_hash BLOB NOT NULL, depth UBIGINT NOT NULL,
    reason VARCHAR NOT NULL, noted TIMESTAMP NOT NULL
);

-- What was abandoned, kept as testimony; nothing else reads it. `replaced_by` is the hash of
-- the block that took the place, where one was known. Rows go to `abandoned_<table>`.
CREATE TABLE abandoned_block (
    reorganisation UBIGINT NOT NULL, number UBIGINT NOT NULL, hash BLOB NOT NULL,
    parent BLOB NOT NULL, timestamp UBIGINT NOT NULL, header BLOB NOT NULL, replaced_by BLOB
);

-- A final block that a node later told otherwise. Nothing is deleted.
CREATE TABLE contested (
    number UBIGINT NOT NULL, hash BLOB NOT NULL, other_hash BLOB NOT NULL, noted TIMESTAMP NOT NULL
);

-- Size and root of the ledger after each sealing: an index older than its ledger is noticed.
CREATE TABLE sealed (ledger_size UBIGINT NOT NULL, ledger_root BLOB NOT NULL);

-- Batches of a dataset up to block `last` were compared with the rows the index has now.
CREATE TABLE sealed_to (dataset VARCHAR PRIMARY KEY, last BIGINT NOT NULL);
