"""Who runs a statement: role, warehouse, database, schema and parameters of a session."""
