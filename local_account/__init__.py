"""The embedded default: a Snowflake account and an S3 bucket on this computer."""
