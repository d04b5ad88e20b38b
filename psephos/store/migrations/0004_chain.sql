-- A chain id is a number of any size: Starknet's are short texts read as numbers, up to 31 bytes.
-- Kept as its decimal digits.
ALTER TABLE identity ALTER chain_id TYPE VARCHAR;
