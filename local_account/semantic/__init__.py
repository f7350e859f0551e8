"""Semantic views: what they declare, and the SQL that a question to them stands for."""
