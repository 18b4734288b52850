"""Signatory lists as files: one snapshot, and an encoder for each format."""
