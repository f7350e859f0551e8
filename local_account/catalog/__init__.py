"""What DuckDB cannot keep: objects, owners, grants, tags, and their recovery after a kill."""
