"""Asks the analyst and gets rows: the one client of the command line and of the app, staged beside the app's files.

client: Cortex Analyst's messages over REST: what is sent, and what of an answer is read.
transport: How a request gets there: what is replied, and the way inside of Snowflake's warehouse runtime.
connection: The same over HTTP with a connection's session, and queries with its rights.
sql_check: What an answer's SQL may be.
desk: Asked, checked, run within limits, explained.
emptiness: Which condition left no rows.
wording: An answer in one line, names and values as people write them.
"""
