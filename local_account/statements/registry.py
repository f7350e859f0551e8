"""Which function answers which statement, by the statement's first keywords."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from local_account.parsing import Cursor
from local_account.tokens import head

if TYPE_CHECKING:
    from local_account.results import Result
    from local_account.session.session import Session

# Modules that register handlers when imported.
_MODULES = (
    "session_statements", "databases", "alter_relations", "comments", "account_objects", "access_control", "show",
    "show_none", "refused_kinds", "describe", "get_ddl", "tagging", "governance", "mail", "alerts",
    "semantic_views", "semantic_listing", "procedures", "functions", "calls", "tasks", "task_functions",
    "dbt_projects", "streamlits", "keys", "file_formats", "stages", "integrations", "copy_into", "classification",
    "cortex_requests", "metering", "object_views",
)  # fmt: skip

# Words between CREATE and the kind of object; handlers find them in `Statement.modifiers`.
_MODIFIERS = (("OR", "REPLACE"), ("OR", "ALTER"), ("TEMPORARY",), ("TEMP",), ("TRANSIENT",), ("SECURE",))
# Of these TERSE leaves no column out; live: frostlake ddl-show-modifier-matrix.
_NOT_SHORTENED = ("COLUMNS", "SEQUENCES", "STAGES", "FILE", "TAGS", "WAREHOUSES", "PIPES", "PRIMARY", "FUNCTIONS",
                  "PROCEDURES")  # fmt: skip
_HEAD_WORDS = 10


@dataclass
class Statement:
    """A control-plane statement: its cursor stands behind the keywords that chose the handler.

    modifiers: of CREATE, such as "OR REPLACE"; binds: values of ? (list) or :n placeholders, as the client sent them;
    phrase: the keywords that chose the handler.
    """

    sql: str
    cursor: Cursor
    modifiers: frozenset[str] = frozenset()
    binds: list[object] = field(default_factory=list)
    phrase: str = ""


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
    """Find the handler with the longest matching phrase, or None where the statement is for the data plane.

    Only the head of the statement is read before a handler is found, so that long queries cost nothing here.
    """
    first = [token.upper for token in head(sql, _HEAD_WORDS)]
    if not first:
        return None
    words, modifiers, skipped = _without_modifiers(first)
    if words == ["BEGIN"]:
        words = ["BEGIN", "TRANSACTION"]  # alone it opens a transaction; followed by statements it is a block
    if words[0] == "CALL" and "!" in words[: words.index("(") if "(" in words else None]:
        words = ["CALL", "!"]  # a method of a model: CALL m!METHOD(...)
    if words[:2] == ["SHOW", "TERSE"] and words[2] in _NOT_SHORTENED:
        words, skipped = ["SHOW", *words[2:]], skipped + 1
    for length in range(min(len(words), 6), 0, -1):
        handler = _HANDLERS.get(tuple(words[:length]))
        if handler is None:
            continue
        cursor = Cursor.over(sql)
        cursor.binds = binds or []
        cursor.index = min(length + skipped, len(cursor.tokens))
        return handler, Statement(sql, cursor, frozenset(modifiers), binds or [], " ".join(words[:length]))
    return None


def _without_modifiers(first: list[str]) -> tuple[list[str], set[str], int]:
    modifiers: set[str] = set()
    index = 1
    while first[0] == "CREATE":
        found = next((m for m in _MODIFIERS if tuple(first[index : index + len(m)]) == m), None)
        if found is None:
            break
        modifiers.add(" ".join(found))
        index += len(found)
    return [first[0], *first[index:]], modifiers, index - 1
