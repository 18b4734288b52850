"""Freezes lists into editions and hands them over."""
