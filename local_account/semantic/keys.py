"""The keys on which the joins of a compiled query rely: no row may be met twice on the way to another table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.errors import execution_error
from local_account.identifiers import Name, identifier, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snowflake.connector.errors import ProgrammingError

_MARK = "relies_on_key"


@dataclass(frozen=True)
class Key:
    """Columns of a table whose values are to tell its rows apart; neither Snowflake nor we enforce what is declared."""

    table: Name
    columns: tuple[str, ...]

    @property
    def duplicates(self) -> str:
        """A query of DuckDB that has one row where a value occurs twice; NULL leads nowhere, so it may."""
        columns = [quoted(name) for name in self.columns]
        present = " and ".join(f"{column} is not null" for column in columns)
        grouped = f"group by {', '.join(columns)} having count(*) > 1 limit 1"
        return f"select 1 from {self.table.sql} where {present} {grouped}"

    def violated(self) -> ProgrammingError:
        """Build the error of a query that would count rows several times."""
        return execution_error(
            f"Several rows of {self.table} have the same {', '.join(self.columns)}, which the semantic view declares "
            "as a key: a join would count what belongs to them more than once."
        )


def relying_on_key(join: exp.Join) -> exp.Join:
    """Mark a join whose right side has one row at most for each row of the left, if its key is one."""
    join.meta[_MARK] = True
    return join


def keys_of(select: exp.Select) -> Iterator[Key]:
    """Yield the keys that the marked joins of a compiled query rely on, where they are columns of the table itself."""
    for join in select.find_all(exp.Join):
        table = join.this
        if not join.meta.get(_MARK) or not isinstance(table, exp.Table):
            continue
        columns = {
            identifier(column.this)
            for column in join.args["on"].find_all(exp.Column)
            if identifier(column.args["table"]) == identifier(table.args["alias"].this)
        }
        parts = [identifier(part) for part in table.parts if isinstance(part, exp.Identifier)]
        yield Key(Name.of(*parts), tuple(sorted(columns)))
