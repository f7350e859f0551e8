"""Procedures, calls and anonymous blocks."""
