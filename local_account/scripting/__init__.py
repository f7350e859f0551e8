"""Snowflake Scripting: parser and interpreter of the blocks in procedures, tasks and anonymous statements."""
