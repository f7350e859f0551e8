"""Real dbt behind EXECUTE DBT PROJECT, in a process of its own."""
