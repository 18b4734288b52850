"""Organizers: how they sign in, in which roles, and what a role may do."""
