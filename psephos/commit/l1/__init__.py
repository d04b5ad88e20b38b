"""What Starknet and StarkEx settle on Ethereum: program output, blobs, facts, and their logs."""
