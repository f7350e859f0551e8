"""Handlers of governance."""
