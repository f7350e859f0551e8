"""The feeds of an issuer's own files: where each lies in the bucket, and how its files must be named.

The jobs that load them and the command that uploads them go by the same patterns, which Snowflake and Python read
alike.
"""

from __future__ import annotations

import re
from datetime import date

CUSTOMERS, TRANSACTIONS = "customers", "transactions"
FEEDS = (CUSTOMERS, TRANSACTIONS)
SUFFIXES = (".csv", ".csv.gz", ".parquet")
KNOWN_FORMAT = ".*[.](csv|csv[.]gz|parquet)"
CUSTOMER_FILE = ".*(customers|customer_changes)[^/]*[.](csv|csv[.]gz|parquet)"
LAST_DATE = ".*([0-9]{4}-[0-9]{2}-[0-9]{2})"


def problem_of(key: str) -> str | None:
    """Say why no job would load a file, or None.

    Args:
        key: of its object in the bucket, such as transactions/2025/2025-01-31.csv.
    """
    feed, _, name = key.partition("/")
    if feed not in FEEDS or not name:
        return f"belongs to no feed: put files below {' or '.join(FEEDS)}"
    if not re.fullmatch(KNOWN_FORMAT, key):
        return f"has no known format: deliver {', '.join(SUFFIXES)}"
    if feed == CUSTOMERS and not re.fullmatch(CUSTOMER_FILE, key):
        return "holds neither customers nor changes by its name: name it customers*.csv or customer_changes*.csv"
    if feed == TRANSACTIONS and not _has_date(key):
        return "has no date in its name: name it by the last day that it completes, such as transactions_2025-01-31.csv"
    return None


def _has_date(key: str) -> bool:
    found = re.match(LAST_DATE, key)
    try:
        return bool(found and date.fromisoformat(found[1]))
    except ValueError:
        return False
