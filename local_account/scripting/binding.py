"""Turns the variables in a fragment into bound values (`?`) and identifiers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import ProgrammingError

from local_account.errors import invalid_identifier, not_supported
from local_account.identifiers import Name
from local_account.scripting.values import Cell, Row, Rows, UserException
from local_account.tokens import Token, unquote
from local_account.types import Family

if TYPE_CHECKING:
    from local_account.scripting.tree import Fragment

Slot = Cell | Rows | Row | UserException
Lookup = Callable[[str], Slot | None]
_ADJACENT = {"word", "quoted", "number"}


def bind_sql(fragment: Fragment, lookup: Lookup) -> tuple[str, list[Any]]:
    """Return a statement with each `:variable` replaced by `?`, and the values in that order.

    `IDENTIFIER(:x)` and `TABLE(:x)` become the name that the variable holds. CREATE VIEW gets typed literals: what
    a view keeps must not need a value.

    Raises: ProgrammingError 2049 for a variable that is not declared.
    """
    return _Binder(fragment, lookup, bare=False).run()


def bind_expression(fragment: Fragment, lookup: Lookup) -> tuple[str, list[Any]]:
    """Do the same for a scripting expression, where variables need no colon outside subqueries."""
    return _Binder(fragment, lookup, bare=True).run()


def is_bind(tokens: list[Token], index: int) -> bool:
    """Tell whether a bound variable starts at a token: `:name`, as opposed to the path `column:key`."""
    if index + 1 >= len(tokens) or tokens[index].upper != ":":
        return False
    colon, name = tokens[index], tokens[index + 1]
    if name.kind not in ("word", "quoted") or name.start != colon.end:
        return False
    before = tokens[index - 1] if index else None
    touching = before is not None and before.end == colon.start
    return not (touching and before is not None and (before.kind in _ADJACENT or before.text in (")", "]")))


class _Binder:
    def __init__(self, fragment: Fragment, lookup: Lookup, *, bare: bool) -> None:
        self.text, self.tokens, self.lookup, self.bare = fragment.text, fragment.tokens, lookup, bare
        self.parts: list[str] = []
        self.binds: list[Any] = []
        self.copied = 0
        self.literals = not bare and {"CREATE", "VIEW"} <= {t.upper for t in self.tokens[:6]}

    def run(self) -> tuple[str, list[Any]]:
        index, depth, query_depth = 0, 0, None
        while index < len(self.tokens):
            upper = self.tokens[index].upper
            depth += (upper == "(") - (upper == ")")
            if query_depth is not None and depth < query_depth:
                query_depth = None
            if upper in ("SELECT", "WITH") and query_depth is None:
                query_depth = depth
            index += self._replace(index, bare=self.bare and query_depth is None) or 1
        self.parts.append(self.text[self.copied :])
        return "".join(self.parts), self.binds

    def _replace(self, index: int, *, bare: bool) -> int:
        """Replace what stands at the index, and return how many tokens that took (0 for none)."""
        token = self.tokens[index]
        if token.upper in ("IDENTIFIER", "TABLE") and self._upper(index + 1) == "(" and is_bind(self.tokens, index + 2):
            cell = self._cell(self.tokens[index + 3])
            self._emit(token, self.tokens[index + 4], _identifier(cell.value))
            return 5
        if is_bind(self.tokens, index):
            name = self.tokens[index + 1]
            if self._upper(index + 2) == "." and isinstance(self.lookup(unquote(name)), Row):
                raise not_supported(f":{name.text}.column in a statement (LET a variable first)")
            self._value(token, name, self._cell(name))
            return 2
        if bare and token.kind == "word" and self._upper(index - 1) not in (".", "::", ":") and token.upper:
            return self._bare(index)
        return 0

    def _bare(self, index: int) -> int:
        token = self.tokens[index]
        slot = self.lookup(unquote(token))
        if slot is None or self._upper(index + 1) in ("(", "=>"):
            return 0
        if isinstance(slot, Row):
            if self._upper(index + 1) != ".":
                raise not_supported(f"A whole row ({token.text}) in an expression")
            column = self.tokens[index + 2]
            if unquote(column) not in slot.cells:
                raise invalid_identifier(f"{token.text}.{column.text}")
            self._value(token, column, slot.cells[unquote(column)])
            return 3
        if isinstance(slot, Cell):
            self._value(token, token, slot)
            return 1
        raise not_supported(f"{token.text}, which holds no single value, in an expression")

    def _upper(self, index: int) -> str:
        return self.tokens[index].upper if 0 <= index < len(self.tokens) else ""

    def _cell(self, name: Token) -> Cell:
        slot = self.lookup(unquote(name))
        if isinstance(slot, Cell):
            return slot
        if slot is None:
            raise ProgrammingError(
                msg=f"SQL compilation error:\nBind variable :{unquote(name)} not set.", errno=2049, sqlstate="42601"
            )
        raise not_supported(f":{name.text}, which holds no single value, in a statement")

    def _value(self, first: Token, last: Token, cell: Cell) -> None:
        # The date's type must be visible to the translation, or DATEADD returns a timestamp.
        is_date = isinstance(cell.value, date) and not isinstance(cell.value, datetime)
        value = literal(cell.value) if self.literals else "?::date" if is_date else "?"
        is_json = cell.type is not None and cell.type.family is Family.SEMI_STRUCTURED
        self._emit(first, last, f"parse_json({value})" if is_json else value)
        if not self.literals:
            self.binds.append(cell.value)

    def _emit(self, first: Token, last: Token, replacement: str) -> None:
        self.parts += [self.text[self.copied : first.start], replacement]
        self.copied = last.end


def literal(value: Any) -> str:  # noqa: PLR0911 - one return a type
    """Write a value as a typed SQL literal."""
    match value:
        case None:
            return "null"
        case bool() | int() | Decimal():
            return str(value).lower()
        case float():
            return f"'{value!r}'::float"
        case datetime() if value.tzinfo:
            return f"'{value.isoformat(sep=' ')}'::timestamp_ltz"
        case datetime():
            return f"'{value.isoformat(sep=' ')}'::timestamp_ntz"
        case date():
            return f"'{value.isoformat()}'::date"
        case _:
            return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def _identifier(value: Any) -> str:
    Name.parse(str(value))  # raises where it is more than a name
    return str(value)
