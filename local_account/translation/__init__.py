"""From a statement of Snowflake to one that DuckDB answers alike: types of its expressions, and rules by type."""
