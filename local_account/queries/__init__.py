"""What queries, DML and DDL of relations pass on their way to the data plane: names, functions, rights, masks."""
