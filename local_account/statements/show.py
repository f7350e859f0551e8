"""Handlers of show."""
