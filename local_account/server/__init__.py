"""What clients talk to: the HTTP routes of the Snowflake protocol, and the process that serves them."""
