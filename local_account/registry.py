"""Which function answers which statement, by the statement's first keywords."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from local_account.parsing import Cursor

if TYPE_CHECKING:
    from local_account.results import Result
    from local_account.session import Session

# Modules that register handlers when imported.
_MODULES = (
    "session_statements", "databases", "account_objects", "access_control", "show", "governance",
    "procedures", "tasks", "dbt_projects", "streamlits",
    "stages", "integrations", "copy_into", "classification",
)  # fmt: skip

# Words between CREATE and the kind of object; handlers find them in `Statement.modifiers`.
_MODIFIERS = (("OR", "REPLACE"), ("OR", "ALTER"), ("TEMPORARY",), ("TEMP",), ("TRANSIENT",), ("SECURE",))


@dataclass
class Statement:
    """A control-plane statement: its cursor stands behind the keywords that chose the handler.

    modifiers: of CREATE, such as "OR REPLACE"; binds: values of ? (list) or :n placeholders, as the client sent them.
    """

    sql: str
    cursor: Cursor
    modifiers: frozenset[str] = frozenset()
    binds: list[object] = field(default_factory=list)


Handler = Callable[["Session", Statement], "Result"]
_HANDLERS: dict[tuple[str, ...], Handler] = {}


def handles(*phrases: str) -> Callable[[Handler], Handler]:
    """Register a function for statements that begin with one of the phrases, such as "CREATE TASK"."""

    def register(function: Handler) -> Handler:
        for phrase in phrases:
            _HANDLERS[tuple(phrase.split())] = function
        return function

    return register


def load_handlers() -> None:
    """Import every module that registers handlers."""
    for module in _MODULES:
        import_module(f"local_account.statements.{module}")


def phrases() -> list[str]:
    """Return every registered phrase, for the README's table and its test."""
    return sorted(" ".join(p) for p in _HANDLERS)


def find_handler(sql: str, binds: list[object] | None = None) -> tuple[Handler, Statement] | None:
    """Find the handler with the longest matching phrase, or None where the statement is for the data plane."""
    cursor = Cursor.over(sql)
    first = cursor.peek()
    if first is None or first.kind != "word":
        return None
    modifiers = set()
    words = [first.upper]
    cursor.index = 1
    if first.upper == "CREATE":
        while modifier := next((m for m in _MODIFIERS if cursor.accept(*m)), None):
            modifiers.add(" ".join(modifier))
    start = cursor.index
    words += [t.upper for t in cursor.tokens[start : start + 4]]
    if (method := _method(cursor)) and (handler := _HANDLERS.get(("CALL", f"!{method}"))):
        return handler, Statement(sql, cursor, frozenset(), binds or [])
    for length in range(len(words), 0, -1):
        if handler := _HANDLERS.get(tuple(words[:length])):
            cursor.index = start + length - 1
            return handler, Statement(sql, cursor, frozenset(modifiers), binds or [])
    return None


def _method(cursor: Cursor) -> str:
    """Return M of `CALL a.b.c!M(...)`, whose handler registers for the phrase `CALL !M`; empty for anything else."""
    if cursor.tokens[0].upper != "CALL":
        return ""
    for index, token in enumerate(cursor.tokens[1:8], start=1):
        if token.text == "!" and (following := cursor.peek(index + 1 - cursor.index)):
            return following.upper
        if token.text == "(":
            break
    return ""
