-- Of a watched token at a sealed block: whether supply and largest balances, replayed from rows,
-- equal what the token holds; `level` is complete where its storage was proven, else seen.
CREATE TABLE conservation (
    dataset VARCHAR NOT NULL, token BLOB NOT NULL, block_number UBIGINT NOT NULL,
    block_hash BLOB NOT NULL, level VARCHAR NOT NULL, holders UINTEGER NOT NULL,
    status VARCHAR NOT NULL, why VARCHAR NOT NULL, noted TIMESTAMP NOT NULL
);
