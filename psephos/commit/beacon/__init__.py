"""What the beacon chain commits to, as far as its light client asks: headers and committees."""
