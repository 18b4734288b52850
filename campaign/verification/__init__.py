"""Ways to prove a signature, one file per method, listed in one table."""
