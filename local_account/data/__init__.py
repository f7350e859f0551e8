"""The data plane: queries, DML and the data side of DDL, by fakesnow over DuckDB."""
