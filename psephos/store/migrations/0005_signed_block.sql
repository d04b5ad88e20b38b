-- Blocks that are not final, signed by the sequencer, as its gateways told: two hashes of one
-- number are two blocks of one height. A row goes when its block is final and has no other.
CREATE TABLE signed_block (
    number UBIGINT NOT NULL, hash BLOB NOT NULL, r BLOB NOT NULL, s BLOB NOT NULL,
    state_diff BLOB, gateway VARCHAR NOT NULL, noted TIMESTAMP NOT NULL
);
