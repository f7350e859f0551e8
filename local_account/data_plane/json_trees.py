"""All that a JSON value holds, at any depth and in its order, as FLATTEN with RECURSIVE shows it.

https://docs.snowflake.com/en/sql-reference/functions/flatten; DuckDB's json_tree is a join, which loses the order.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from local_account.data_plane.json_keys import Number, written
from local_account.errors import not_supported

if TYPE_CHECKING:
    from collections.abc import Iterator

# What DuckDB calls `all_parts`.
PARTS = "sf_json_parts"
_PLAIN = re.compile(r"[A-Za-z_]\w*")


def all_parts(texts: pa.Array, kinds: pa.Array) -> pa.Array:
    """Return of each JSON text a JSON array of its parts, NULL of NULL.

    Args:
        texts: any values.
        kinds: OBJECT, ARRAY, or BOTH: which of them are opened.

    A part has its key `k` or index `i`, its path `p`, its value `v`, and `t`, the JSON pointer of what holds it.
    Raises: ProgrammingError (2) for a text that nests deeper than Python follows.
    """
    rows = zip(texts.to_pylist(), kinds.to_pylist(), strict=True)
    try:
        return pa.array([None if text is None else _parts(text, kind) for text, kind in rows], pa.string())
    except RecursionError as error:
        raise not_supported("FLATTEN with RECURSIVE of a value that nests as deep") from error


def _parts(text: str, kind: str) -> str:
    value = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=Number)
    return "[" + ",".join(_below(value, kind, "", "")) + "]"


def _below(value: Any, kind: str, way: str, pointer: str) -> Iterator[str]:
    """Yield the parts of a value that stands at the end of a path, which is the pointer too."""
    if isinstance(value, dict) and kind != "ARRAY":
        for key, held in value.items():
            step = f"{way and '.'}{key}" if _PLAIN.fullmatch(key) else f"['{key}']"
            yield _part("k", json.dumps(key), way + step, held, pointer)
            escaped = key.replace("~", "~0").replace("/", "~1")
            yield from _below(held, kind, way + step, f"{pointer}/{escaped}")
    elif isinstance(value, list) and kind != "OBJECT":
        for index, held in enumerate(value):
            yield _part("i", str(index), f"{way}[{index}]", held, pointer)
            yield from _below(held, kind, f"{way}[{index}]", f"{pointer}/{index}")


def _part(place: str, named: str, way: str, held: Any, pointer: str) -> str:
    return f'{{"{place}":{named},"p":{json.dumps(way)},"v":{written(held)},"t":{json.dumps(pointer)}}}'
