"""The verifier: standard library only, so that `python -S` can run it from a copied folder."""
