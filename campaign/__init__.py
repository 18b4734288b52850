"""Undersigned."""
