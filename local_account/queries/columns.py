"""The columns of tables and views, with types as Snowflake writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_account.catalog.objects import Table, View
from local_account.identifiers import joined
from local_account.types import DataType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_account.identifiers import Name
    from local_account.session.session import Session

# The default of a column that counts: fakesnow makes a sequence for it.
COUNTED = re.compile(r"""nextval\('(?:.*\.)?"?(_fs_seq_\w+)"?'\)""", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """One column of a table or view; identity: how AUTOINCREMENT counts, where that is its default."""

    name: str
    type: DataType
    nullable: bool
    default: str | None
    identity: str | None = None
    comment: str | None = None
    policy: str | None = None


def columns(session: Session, name: Name) -> list[Column]:
    """Return the columns of a table or view (or of this session's temporary table), in order.

    Raises: ProgrammingError where the data plane cannot bind it, such as a view on a dropped table.
    """
    parts = place(session, name)
    found = session.connection.sql("select * from pragma_table_info(?)", [joined(parts)])
    item = None if parts[0] == "temp" else session.account.catalog.find_relation(name)
    kept = item or Table(name, "", column_types=dict(session.connection.column_types.temporary(str(name))))
    types, comments, policies = kept.column_types, kept.column_comments, kept.masking
    lengths = _lengths(session, name)
    never_null = item.never_null if isinstance(item, View) and len(item.never_null) == len(found) else []
    return [
        Column(
            column,
            DataType.parse(types[column]) if column in types else DataType.of_duckdb(duck_type, lengths.get(column)),
            not (not_null or (never_null and never_null[position])),
            None if (identity := _identity(session, default)) else default,
            identity,
            comments.get(column),
            policies.get(column),
        )
        for position, (_, column, duck_type, not_null, default, _) in enumerate(found)
    ]


def _identity(session: Session, default: str | None) -> str | None:
    """Return how a column counts whose default is a sequence that fakesnow made for it."""
    made = COUNTED.fullmatch(default or "")
    if made is None:
        return None
    find = "select start_value, increment_by from duckdb_sequences() where lower(sequence_name) = lower(?)"
    ((start, step),) = session.connection.sql(find, [made[1]])
    return f"IDENTITY START {start} INCREMENT {step} NOORDER"


def _lengths(session: Session, name: Name) -> dict[str, int]:
    rows = session.connection.sql(
        "select ext_column_name, ext_character_maximum_length from _fs_global._fs_information_schema._fs_columns_ext"
        " where ext_table_catalog = ? and ext_table_schema = ? and ext_table_name = ?",
        list(name.parts),
    )
    return dict(rows)


def place(session: Session, name: Name) -> tuple[str, ...]:
    """Return where DuckDB keeps a table or view: this session's temporary ones apart."""
    return ("temp", "main", str(name)) if str(name) in session.temporaries else name.parts


def row_counts(session: Session, tables: Iterable[Name]) -> dict[Name, int]:
    """Return the number of rows of each of these tables; DuckDB's own estimate counts deleted ones too."""
    names = list(tables)
    if not names:
        return {}
    counted = [f"select count(*) from {joined(place(session, name))}" for name in names]
    counts = session.connection.sql(" union all ".join(f"select {n}, ({q})" for n, q in enumerate(counted)))
    return {names[n]: count for n, count in counts}
