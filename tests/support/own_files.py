"""Writes rows as an issuer would deliver them: files of customers, changes and transactions, CSV or Parquet."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

CUSTOMERS = {
    "customer_id": "VARCHAR", "name": "VARCHAR", "email": "VARCHAR", "phone": "VARCHAR", "date_of_birth": "DATE",
    "account_open_date": "DATE", "credit_limit": "DECIMAL(12, 2)", "card_type": "VARCHAR", "city": "VARCHAR",
    "state": "VARCHAR", "zip_code": "VARCHAR",
}  # fmt: skip
CHANGES = {
    "customer_id": "VARCHAR", "change_date": "DATE", "credit_limit": "DECIMAL(12, 2)", "card_type": "VARCHAR",
    "city": "VARCHAR", "state": "VARCHAR", "zip_code": "VARCHAR",
}  # fmt: skip
TRANSACTIONS = {
    "transaction_id": "VARCHAR", "customer_id": "VARCHAR", "transaction_timestamp": "TIMESTAMP",
    "amount": "DECIMAL(12, 2)", "merchant_category": "VARCHAR", "status": "VARCHAR",
}  # fmt: skip


def write(path: Path, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> Path:
    """Write one file; its suffix says the format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = path.with_suffix(".csv")
    with table.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])
    if path.suffix == ".parquet":
        types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        duckdb.sql(f"copy (select * from read_csv('{table}', header = true, columns = {{{types}}})) to '{path}'")
        table.unlink()
    return path


def export(ask: Callable[[str], list[tuple[Any, ...]]], folder: Path, formats: Sequence[str]) -> list[Path]:
    """Write what bronze holds, the transactions in a file a year, the formats in turn.

    Args:
        ask: runs a query and returns its rows.
        folder: gets the folders customers/ and transactions/.
        formats: such as ("csv", "parquet").

    Returns: the files of the transactions.
    """

    def rows(table: str, columns: dict[str, str], more: str) -> list[tuple[Any, ...]]:
        return ask(f"select {', '.join(columns)} from BRONZE.{table} {more}")

    by_file = "order by _file_row_number"
    write(folder / f"customers/customers.{formats[0]}", CUSTOMERS, rows("BRONZE_CUSTOMERS", CUSTOMERS, by_file))
    write(
        folder / f"customers/customer_changes.{formats[-1]}", CHANGES, rows("BRONZE_CUSTOMER_CHANGES", CHANGES, by_file)
    )
    return [
        write(
            folder / f"transactions/transactions_{year}-12-31.{formats[number % len(formats)]}",
            TRANSACTIONS,
            rows("BRONZE_TRANSACTIONS", TRANSACTIONS, f"where year(transaction_date) = {year} order by transaction_id"),
        )
        for number, year in enumerate(range(2020, 2025))
    ]
