"""Cortex Analyst of this account: requests and answers in Snowflake's form, the models they name, and their log."""
