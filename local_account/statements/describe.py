"""Handlers of describe."""
