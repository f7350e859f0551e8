"""The data plane: fakesnow over DuckDB, and the one door to it."""
