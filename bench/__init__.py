"""Measures the product on this machine; `python -m bench` prints a table."""
