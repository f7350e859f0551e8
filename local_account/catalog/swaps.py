"""Two tables that change names: in the data plane by one transaction, behind which the catalog follows.

Both descriptions may be the same before and behind, so that transaction also leaves a mark on a table, by which an
account that starts again knows whether it was committed.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from local_account.catalog.objects import Table
from local_account.identifiers import Name, quoted, text_literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.catalog.rights import Access
    from local_account.catalog.store import Catalog
    from local_account.data_plane.plane import DataPlane

# The key of a note about tables that change names.
NOTED = "swapped"


@contextmanager
def swapping(catalog: Catalog, access: Access, data_plane: DataPlane, one: Name, other: Name) -> Iterator[list[str]]:
    """Change names in the data plane in the block, and in the catalog behind it, whatever becomes of this process.

    Args:
        catalog: of the account whose tables they are.
        access: that account's grants.
        data_plane: that account's data.
        one: a table.
        other: another one of the same schema.

    Yields: what the block has DuckDB do, in one transaction.
    """
    between, mark = quoted(f"swap {uuid.uuid4()}"), f"swapped {uuid.uuid4()}"
    place = f"{quoted(str(one.database))}.{quoted(str(one.schema))}"
    body = {NOTED: [one.parts, other.parts], "mark": mark}
    note = catalog.note(body)
    try:
        yield [
            f"ALTER TABLE {one.sql} RENAME TO {between}",
            f"ALTER TABLE {other.sql} RENAME TO {quoted(one.name)}",
            f"ALTER TABLE {place}.{between} RENAME TO {quoted(other.name)}",
            f"COMMENT ON TABLE {one.sql} IS {text_literal(mark)}",
        ]
    finally:
        settle(catalog, access, data_plane, note, body)


def settle(catalog: Catalog, access: Access, data_plane: DataPlane, note: int, body: dict[str, Any]) -> None:
    """Let the catalog follow where the data plane has changed the names, and forget the note."""
    one, other = (Name.of(*parts) for parts in body[NOTED])
    find = "select comment from duckdb_tables() where database_name = ? and schema_name = ? and table_name = ?"
    is_done = data_plane.query(find, list(one.parts)) == [(body["mark"],)]
    with catalog.together():
        if is_done:
            first, second = catalog.get(Table, one).copy(), catalog.get(Table, other).copy()
            first.name, second.name = other, one
            catalog.save(first)
            catalog.save(second)
            between = Name.of(one.database, one.schema, f"swap {note}")
            for old, new in ((one, between), (other, one), (between, other)):
                access.renamed(Table.KIND, old, new)
        catalog.discard(note)
