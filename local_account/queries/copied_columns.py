"""What CREATE TABLE ... LIKE and CLONE take over of columns beside their names and types: NOT NULL, defaults, counting.

https://docs.snowflake.com/en/sql-reference/sql/create-table; DuckDB copies none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from local_account.identifiers import joined, quoted, text_literal
from local_account.queries import columns, rewrite

if TYPE_CHECKING:
    from local_account.identifiers import Name
    from local_account.session.session import Session

_FURTHEST = (1 << 63) - 1


def changes(session: Session, source: Name, copy: Name, *, temporary: bool, counts_on: bool) -> list[str]:
    """Return DuckDB's statements that give the columns of a copy what those of its source have.

    Args:
        session: who copies.
        source: the name of the source.
        copy: the name of the copy.
        temporary: whether the copy is the session's.
        counts_on: whether AUTOINCREMENT goes on where the source's is, as a clone's does, or begins anew.
    """
    place = joined(columns.place(session, source))
    table = f"ALTER TABLE {rewrite.temporary_place(copy) if temporary else joined(copy.parts)} ALTER COLUMN"
    found: list[str] = []
    for _, column, _, not_null, given, _ in session.connection.sql("select * from pragma_table_info(?)", [place]):
        default = given
        if counted := columns.COUNTED.fullmatch(given or ""):
            sequence = joined((*(("temp", "main") if temporary else copy.parts[:2]), f"_fs_seq_{uuid4().hex}"))
            kind = "TEMPORARY SEQUENCE" if temporary else "SEQUENCE"
            found.append(f"CREATE {kind} {sequence} {_counting(session, counted[1], counts_on=counts_on)}")
            default = f"nextval({text_literal(sequence)})"
        if default is not None:
            found.append(f"{table} {quoted(column)} SET DEFAULT {default}")
        if not_null:
            found.append(f"{table} {quoted(column)} SET NOT NULL")
    return found


def _counting(session: Session, sequence: str, *, counts_on: bool) -> str:
    ((start, step, last),) = session.connection.sql(
        "select start_value, increment_by, last_value from duckdb_sequences() where lower(sequence_name) = lower(?)",
        [sequence],
    )
    begins = last + step if counts_on and last is not None else start
    return f"INCREMENT BY {step} MINVALUE {-_FURTHEST} MAXVALUE {_FURTHEST} START WITH {begins}"
