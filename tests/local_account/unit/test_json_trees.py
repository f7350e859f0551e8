"""What a JSON value holds at any depth."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.data_plane.json_trees import all_parts


def _ways(text: str, kind: str) -> list[tuple[str, str]]:
    (made,) = all_parts(pa.array([text]), pa.array([kind])).to_pylist()
    return [(part["p"], part["t"]) for part in json.loads(made)]


@pytest.mark.parametrize(
    ("kind", "ways"),
    [
        ("BOTH", [("a", ""), ("a['/~']", "/a"), ("a['/~'][0]", "/a/~1~0"), ("b", "")]),
        ("OBJECT", [("a", ""), ("a['/~']", "/a"), ("b", "")]),
        ("ARRAY", []),
    ],
)
def test_parts_come_in_their_order_below_what_holds_them(kind: str, ways: list[tuple[str, str]]) -> None:
    assert _ways('{"a": {"/~": [1]}, "b": 2}', kind) == ways


def test_numbers_stay_as_they_are_written_and_null_is_none() -> None:
    made = all_parts(pa.array(["[1.50, 12345678901234567890123]", None]), pa.array(["BOTH", "BOTH"])).to_pylist()
    assert '"v":1.50' in made[0]
    assert '"v":12345678901234567890123' in made[0]
    assert made[1] is None


def test_what_nests_too_deep_is_refused() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    with pytest.raises(ProgrammingError, match="FLATTEN with RECURSIVE of a value that nests as deep is not supported"):
        all_parts(pa.array([deep]), pa.array(["BOTH"]))
