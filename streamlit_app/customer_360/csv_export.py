"""Writes a table as CSV for spreadsheets: the one way of every tab."""

from __future__ import annotations

import pandas as pd


def to_csv(rows: pd.DataFrame) -> bytes:
    """Write rows as CSV, with their column names as the first line.

    It begins with a byte order mark, without which Excel takes UTF-8 for the system's code page. A text that a
    spreadsheet would take for a formula gets an apostrophe in front
    (https://owasp.org/www-community/attacks/CSV_Injection).

    Args:
        rows: the table, with exactly the columns and in the order in which they are to be written.
    """
    written = rows.copy()
    for column in written.columns:
        if written[column].dtype == object or isinstance(written[column].dtype, pd.StringDtype):
            written[column] = written[column].map(_guarded)
    return written.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _guarded(value: object) -> object:
    """Put an apostrophe before a text that a spreadsheet would calculate; numbers and dates stay what they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
