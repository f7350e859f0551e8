"""What the analyst may know of the data: asked with the rights and masks of who asks, and kept until a change.

Every answer is a query over the semantic view itself, so that it needs no other right than asking does.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Container
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self

from snowflake.connector.errors import ProgrammingError
from sqlglot import exp, parse_one

from local_account.catalog.objects import MaskingPolicy
from local_account.identifiers import Name, identifier, joined
from local_account.queries.data_versions import version_of
from local_account.queries.masks import hidden_columns, masks_of
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local_account.catalog.objects import Relation
    from local_account.cortex.models import OfferedModel
    from local_account.semantic.model import Expression, LogicalTable, SemanticModel
    from local_account.session.session import Session

ColumnsOf = Callable[["Session", "Relation"], Container[str]]
MOST_VALUES = 2_000
_PROBE = "'2001-02-03'"  # a value of texts, dates and timestamps
_AS_OF_DATE = "AS_OF_DATE"
_INDEXES_KEPT = 32
_ASKS = re.compile(r"\bselect\b", re.IGNORECASE)


class NoDataError(Exception):
    """The tables behind a model hold no rows, so that nothing can be said about them."""


class DataIndexes:
    """The indexes of those who asked lately; a change of a model, its data, policies or grants makes one worthless."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._indexes: OrderedDict[tuple[object, ...], RoleDataIndex] = OrderedDict()

    def of(self, session: Session, offered: OfferedModel) -> RoleDataIndex:
        """Return the index of a session's user and role over a model, for the data as they are now."""
        account = session.account
        # An index holds its model, so that no other model gets its identity.
        key = (
            id(offered.model),
            offered.view,
            session.user,
            session.role,
            account.catalog.version,
            _version(session, offered.model),
        )
        with self._lock:
            found = self._indexes.setdefault(key, RoleDataIndex(offered))
            self._indexes.move_to_end(key)
            while len(self._indexes) > _INDEXES_KEPT:
                self._indexes.popitem(last=False)
        return found


class RoleDataIndex:
    """The values behind a model as one role of one user sees them; it asks within `asked_by`.

    Args:
        offered: the model whose tables and dimensions are named.
    """

    def __init__(self, offered: OfferedModel) -> None:
        self._offered = offered
        self._model = offered.model
        self._asking = threading.local()
        self._values: dict[tuple[str, str], tuple[str, ...]] = {}
        self._present: dict[tuple[str, str, str], bool] = {}
        self._ranges: dict[tuple[str, str], tuple[date, date] | None] = {}
        self._personal: dict[tuple[str, str], bool] = {}
        self._hidden: list[Expression] | None = None
        self._as_of: date | None = None

    @contextmanager
    def asked_by(self, session: Session) -> Iterator[Self]:
        """Let a session of the index's user and role answer for this thread while the block runs."""
        self._asking.session = session
        try:
            yield self
        finally:
            del self._asking.session

    def as_of(self) -> date:
        """Return the newest as-of date of the model; without one the newest day of what is counted, or else today.

        Raises: NoDataError before there are any rows.
        """
        if self._as_of is None:
            dimensions = self._time_dimensions()
            named = [(table, name) for table, name in dimensions if name == _AS_OF_DATE]
            ranges = [self.range(table, name) for table, name in named or dimensions]
            days = [found[1] for found in ranges if found]
            if dimensions and not days:
                raise NoDataError
            self._as_of = max(days, default=datetime.now(UTC).date())
        return self._as_of

    def _time_dimensions(self) -> list[tuple[str, str]]:
        """Return table and name of those of tables that something is counted of: a calendar goes beyond the data.

        A semantic view that SQL made has no other sign of them than their type.
        """
        counted = [t for t in self._model.tables if any(e.kind in (Kind.METRIC, Kind.FACT) for e in t.expressions)]
        return [
            (table.name, e.name) for table in counted or self._model.tables for e in table.expressions
            if e.kind is Kind.TIME_DIMENSION
            or (e.kind is Kind.DIMENSION and str(e.data_type).startswith(("DATE", "TIMESTAMP")))
        ]  # fmt: skip

    def values(self, table: str, dimension: str) -> Sequence[str]:
        """Return a dimension's distinct values in order; none of a key, of what is personal, or of more than 2,000."""
        key = table, dimension
        if key not in self._values:
            self._values[key] = self._distinct(table, dimension)
        return self._values[key]

    def _distinct(self, table: str, dimension: str) -> tuple[str, ...]:
        if self._is_key(table, dimension) or self.personal(table, dimension):
            return ()
        rows = self._ask(f"select * from {self._dimension(table, dimension)} limit {MOST_VALUES + 1}")
        if len(rows) > MOST_VALUES:
            return ()
        return tuple(sorted(str(value) for (value,) in rows if value is not None))

    def _is_key(self, table: str, dimension: str) -> bool:
        """Tell whether a dimension identifies something, here or in another table: it is looked up, and not listed."""
        logical, expression = self._logical(table), self._expression(table, dimension)
        names = {expression.name, *(identifier(c.this) for c in _columns(expression.expr))}
        keys = [logical.primary_key, *logical.unique_keys]
        keys += [one.left_columns for one in self._model.relationships if one.left == table]
        return any(name in key for key in keys for name in names)

    def has_value(self, table: str, dimension: str, value: str) -> bool:
        """Tell whether a dimension holds a value, spelled exactly so."""
        key = table, dimension, value
        if key not in self._present:
            # Bound, so that the query is translated once for all values.
            condition = f"to_varchar({joined((table, dimension))}) = ?"
            found = self._ask(f"select 1 as found from {self._dimension(table, dimension, condition)} limit 1", value)
            self._present[key] = bool(found)
        return self._present[key]

    def range(self, table: str, time_dimension: str) -> tuple[date, date] | None:
        """Return the first and the last day of a time dimension, or None where it has no values."""
        key = table, time_dimension
        if key not in self._ranges:
            name = joined((time_dimension,))
            ((first, last),) = self._ask(
                f"select min({name}) as first, max({name}) as last from {self._dimension(table, time_dimension)}"
            )
            self._ranges[key] = None if first is None else (_day(first), _day(last))
        return self._ranges[key]

    def personal(self, table: str, dimension: str) -> bool:
        """Tell whether a column behind a dimension has a masking policy, set there or by a tag."""
        key = table, dimension
        if key not in self._personal:
            self._personal[key] = self._reads(table, dimension, masks_of)
        return self._personal[key]

    def hidden(self) -> list[Expression]:
        """Return the dimensions whose values the asking role sees otherwise than they are."""
        if self._hidden is None:
            self._hidden = [
                e for table in self._model.tables for e in table.expressions
                if e.kind is Kind.DIMENSION and self._reads(table.name, e.name, _unseen_columns)
            ]  # fmt: skip
        return self._hidden

    def _reads(self, table: str, dimension: str, columns_of: ColumnsOf, seen: frozenset[str] = frozenset()) -> bool:
        """Tell whether a dimension reads one of certain columns of its base table, itself or by another dimension."""
        logical = self._logical(table)
        item = self._asking.session.account.catalog.find_relation(Name.of(*logical.base))
        meant = columns_of(self._asking.session, item) if item else ()
        own = {e.name for e in logical.expressions} - seen - {dimension}
        for column in _columns(self._expression(table, dimension).expr):
            name = identifier(column.this)
            if name in meant or (name in own and self._reads(table, name, columns_of, seen | {dimension})):
                return True
        return False

    def _dimension(self, table: str, dimension: str, condition: str = "") -> str:
        where = f" where {condition}" if condition else ""
        return f"SEMANTIC_VIEW({self._offered.view} DIMENSIONS {joined((table, dimension))}{where})"

    def _ask(self, sql: str, *binds: str) -> list[tuple[Any, ...]]:
        return self._asking.session.execute(self._offered.runnable(sql), binds).rows()

    def _logical(self, table: str) -> LogicalTable:
        return next(t for t in self._model.tables if t.name == table)

    def _expression(self, table: str, name: str) -> Expression:
        return next(e for e in self._logical(table).expressions if e.name == name)


def _version(session: Session, model: SemanticModel) -> int:
    """Return the version of the data behind a model; a mask that asks a table may be of any."""
    account = session.account
    if any(_ASKS.search(policy.body) for policy in account.catalog.list(MaskingPolicy)):
        return account.data_plane.version
    return version_of(account, (Name.of(*table.base) for table in model.tables))


def _columns(expression: str) -> list[exp.Column]:
    return list(parse_one(expression, dialect="snowflake").find_all(exp.Column))


def _unseen_columns(session: Session, item: Relation) -> set[str]:
    """Return the columns of which the asking role reads something else than their values: each mask is tried on one."""
    found = set()
    masks = masks_of(session, item)
    for column, mask in hidden_columns(session, item).items():
        probe = f"{_PROBE}::{masks[column].policy.type}"
        tried = exp.select(mask.copy()).from_(f"(select {probe} as {joined([column])})", dialect="snowflake")
        try:
            seen = session.execute(f"select ({tried.sql(dialect='snowflake')}) is not distinct from {probe}").scalar()
        except ProgrammingError:  # a type of which the text is no value
            seen = False
        if not seen:
            found.add(column)
    return found


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
