"""What Starknet commits to: its field, its two hashes, its tries, and what is built of them."""
