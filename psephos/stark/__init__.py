"""The prover and its verifiers. `verify` is standard library only."""
