"""What Snowflake and AWS charge: each rate with where it is written, and when it was read there.

Prices are list prices of AWS us-east-1 without a contract; an account's own contract stands above them.
"""

from __future__ import annotations

from datetime import date

# The day on which the pages below were last read; a test fails when it is half a year old.
READ_ON = date(2026, 11, 30)
CONSUMPTION_TABLE = "https://www.snowflake.com/legal-files/CreditConsumptionTable.pdf"

# Credits an hour of one cluster of a standard warehouse, first generation.
# https://docs.snowflake.com/en/user-guide/warehouses-overview
CREDITS_PER_HOUR = {
    "XSMALL": 1, "SMALL": 2, "MEDIUM": 4, "LARGE": 8, "XLARGE": 16, "XXLARGE": 32, "XXXLARGE": 64, "X4LARGE": 128,
    "X5LARGE": 256, "X6LARGE": 512,
}  # fmt: skip
# Each start of a warehouse is billed for a minute at least, then by the second.
# https://docs.snowflake.com/en/user-guide/cost-understanding-compute
LEAST_SECONDS = 60

# Dollars a credit, by edition: CONSUMPTION_TABLE, table 2. Masking policies need Enterprise.
DOLLARS_PER_CREDIT = {"standard": 2.0, "enterprise": 3.0, "business-critical": 4.0}
# Dollars a terabyte (2**40 bytes) and month of tables, Time Travel, Fail-safe and internal stages: table 3.
DOLLARS_PER_TERABYTE_MONTH = 23.0
# Days of Fail-safe behind Time Travel of permanent tables.
# https://docs.snowflake.com/en/user-guide/data-failsafe
FAIL_SAFE_DAYS = 7

# AI credits that one answered message of Cortex Analyst costs when it is called directly: table 6, 67 for 1,000.
AI_CREDITS_PER_MESSAGE = 0.067
# Dollars an AI credit, the same in every edition: requests that stay in the account's region, and global routing.
# https://docs.snowflake.com/en/user-guide/snowflake-cortex/pricing
DOLLARS_PER_AI_CREDIT = {"regional": 2.2, "global": 2.0}

# Dollars a gibibyte and month of the bucket. https://aws.amazon.com/s3/pricing/
DOLLARS_PER_BUCKET_GIBIBYTE_MONTH = 0.023

DAYS_PER_MONTH = 365 / 12
