"""Tasks and task graphs: statements and table functions."""
