"""DBT PROJECT objects and their execution by dbt-core."""
