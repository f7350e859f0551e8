"""Files for spreadsheets: complete, in order, and without formulas."""

from __future__ import annotations

import io
from datetime import date

import pandas as pd
import pytest
from customer_360.csv_export import to_csv


def rows(names: list[object]) -> pd.DataFrame:
    count = len(names)
    return pd.DataFrame({
        "customer_id": [f"C{n}" for n in range(count)],
        "name": names,
        "change": [-100.0] * count,
        "day": [date(2024, 12, 31)] * count,
    })  # fmt: skip


def test_the_file_has_every_row_in_its_order_and_excel_reads_its_letters() -> None:
    written = to_csv(rows(["Bob, Jr.", "José", None]))
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig").splitlines() == [
        "customer_id,name,change,day",
        'C0,"Bob, Jr.",-100.0,2024-12-31',
        "C1,José,-100.0,2024-12-31",
        "C2,,-100.0,2024-12-31",
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("x")'])
def test_no_text_is_a_formula_in_a_spreadsheet(name: str) -> None:
    given = rows([name, "A=B"])
    read = pd.read_csv(io.BytesIO(to_csv(given)), encoding="utf-8-sig")
    assert read["name"].to_list() == [f"'{name}", "A=B"]
    assert read["change"].to_list() == [-100, -100]
    assert given["name"].to_list() == [name, "A=B"]


def test_texts_of_pandas_own_kind_are_guarded_too() -> None:
    given = rows(["=1+1"]).astype({"name": "string"})
    assert b"'=1+1" in to_csv(given)
