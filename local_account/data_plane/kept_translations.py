"""Translations of queries, kept for when the same query comes again: a page of the app asks the same ones all day.

What reaches the translation has the rights checked, the session's functions answered and the masks put in, so that
whatever a statement may read is decided anew each time. A translation follows from three things alone, which are
compared whole: the query as it then is, the names that the connection completes, and the types of the columns that it
reads. The clock and chance are calls in DuckDB's SQL, and bound values are named there.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import Expr, exp

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from local_account.data_plane.column_types import Known

_KEPT = 500
Key = tuple["Hashable", ...]


@dataclass(frozen=True)
class Translation:
    """A query in DuckDB's terms.

    Attributes:
        sql: DuckDB's SQL.
        placeholders: names of the values that it needs.
        types: of its columns on Snowflake, None where they are unknown.
        read: what was known of the columns of each table that it reads, by the parts of the table's name.
    """

    sql: str
    placeholders: frozenset[str]
    types: Sequence[exp.DataType | None] | None
    read: Mapping[tuple[str, ...], Known]


class Translations:
    """Those of an account's connections, as many as fit; the one that was not asked for longest goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Translation] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Key | None, known: Callable[[Sequence[str]], Known]) -> Translation | None:
        """Return a translation, or None where there is none, or a table that it reads has other columns now.

        Args:
            key: as `key_of` returns.
            known: tells what is known of a table's columns, by the parts of its name.
        """
        if key is None:
            return None
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        return found if found and all(known(table) == then for table, then in found.read.items()) else None

    def keep(self, key: Key | None, translation: Translation) -> None:
        """Keep a translation, in place of an older one of its key."""
        if key is None:
            return
        with self._lock:
            self._kept[key] = translation
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def key_of(query: Expr, *more: Hashable) -> Key | None:
    """Return all that a query consists of, in one order, and more; None where a part of it cannot be compared.

    sqlglot's own comparison leaves out comments, and what else is noted at a node; and texts do not tell a function
    that it knows from one of the same name that it does not.
    """
    parts: list[Hashable] = [*more]
    waiting: list[Expr] = [query]
    while waiting:
        node = waiting.pop()
        parts += (type(node), len(node.args), *(node.comments or ()))
        if node._meta:  # noqa: SLF001 - `meta` would create what is looked for
            parts += ((name, type(value), value) for name, value in node._meta.items())  # noqa: SLF001
        for name, value in node.args.items():
            several = value if isinstance(value, list) else (value,)
            parts += (name, len(several) if isinstance(value, list) else -1)
            for each in several:
                if isinstance(each, Expr):
                    parts.append(Expr)
                    waiting.append(each)
                else:  # 1 equals true
                    parts += (type(each), each)
    key = tuple(parts)
    try:
        hash(key)
    except TypeError:
        return None
    return key
