"""Waiting until jobs have ended."""
