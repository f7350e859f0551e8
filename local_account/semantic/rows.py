"""The rows that one SELECT reads: a base table, and what else its expressions name, joined many-to-one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.errors import not_supported
from local_account.identifiers import identifier, written
from local_account.semantic.aggregates import AGGREGATES, or_of_no_rows
from local_account.semantic.keys import relying_on_key
from local_account.semantic.model import Expression, Kind
from local_account.semantic.refusals import invalid_query, unknown_name
from local_account.semantic.vocabulary import ROW_KINDS, full_name

if TYPE_CHECKING:
    from local_account.semantic.model import LogicalTable
    from local_account.semantic.relationships import Path, Relationships, Step
    from local_account.semantic.vocabulary import Vocabulary


@dataclass(frozen=True)
class Scope:
    """Where an expression stands, which decides what the names in it mean.

    Attributes:
        table: the logical table whose expression it is; None in a query, and in a metric of the whole view.
        path: the way from the base table to the row that the expression is of.
        within: the model's expressions that led here, the innermost last; none where a query says it itself.
    """

    table: str | None = None
    path: Path = ()
    within: tuple[Expression, ...] = ()


QUERY = Scope()


class Subqueries:
    """The subqueries of a query's condition, which are computed once and see nothing of what is around them."""

    def __init__(self) -> None:
        self._found: dict[Expr, str] = {}

    def instead_of(self, query: exp.Query) -> exp.Query:
        """Return what stands in place of a subquery: all rows of a common table expression that is it."""
        wrapped = isinstance(query, exp.Subquery)
        inner = query.unnest() if wrapped else query
        name = self._found.setdefault(inner, f"_subquery_{len(self._found) + 1}")
        rows = exp.select("*").from_(exp.to_identifier(name, quoted=True))
        return exp.Subquery(this=rows) if wrapped else rows

    def define(self, select: exp.Select) -> exp.Select:
        """Put the subqueries before the statement that uses them."""
        named = [
            exp.CTE(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
            for query, name in self._found.items()
        ]
        if named:
            select.set("with_", exp.With(expressions=named))
        return select


class Rows:
    """What a SELECT stands on. Each expression that is resolved may add joins; none of them multiplies a row."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        relationships: Relationships,
        base: str,
        subqueries: Subqueries,
        using: tuple[str, ...] = (),
    ) -> None:
        self.base = base
        self._vocabulary = vocabulary
        self._relationships = relationships
        self._subqueries = subqueries
        self._using = using
        self._aliases: dict[Path, str] = {(): base}
        self.joins: list[exp.Join] = []

    def row_level(self, expression: Expr, scope: Scope = QUERY) -> Expr:
        """Return an expression over the columns of the base table and of the tables that it is joined with.

        Raises: ProgrammingError for a name that means nothing here, or a table that would multiply rows.
        """

        def resolved(node: Expr) -> Expr:
            if isinstance(node, exp.Column):
                return self._column(node, scope)
            if isinstance(node, AGGREGATES):
                return self._gathered(node, scope)
            if isinstance(node, exp.Query):
                return self._subquery(node, scope)
            if isinstance(node, exp.Window):
                raise not_supported("A window function in a semantic view")
            return node

        return expression.transform(resolved)

    def aggregate(self, expression: Expr, scope: Scope = QUERY) -> Expr:
        """Resolve what an aggregate of these rows is over, as `row_level` does."""
        whole = expression.copy()
        inner = whole.this if isinstance(whole, exp.WithinGroup) else None
        children = [child for child in whole.iter_expressions() if child is not inner]
        for child in [*children, *(inner.iter_expressions() if inner else ())]:
            _ = child.replace(self.row_level(child, scope))
        return whole

    def select(self, *projections: Expr) -> exp.Select:
        """Return a SELECT from the base table and all that the resolved expressions need."""
        return self.over(self._base_table(), *projections)

    def bare(self, *projections: Expr) -> exp.Select:
        """Return a SELECT from the base table alone."""
        return exp.select(*projections).from_(self._base_table())

    def over(self, source: Expr, *projections: Expr) -> exp.Select:
        """Return a SELECT from what stands for the base table, joined with all that the resolved expressions need."""
        select = exp.select(*projections).from_(source)
        for join in self.joins:
            select = select.join(join, copy=False)
        return select

    def is_date(self, column: exp.Column) -> bool:
        """Tell whether the model says that a column of the base table is a DATE."""
        return any(
            isinstance(known := self._vocabulary.parsed(found), exp.Column)
            and identifier(known.this) == identifier(column.this)
            for found in self._vocabulary.tables[self.base].expressions
            if found.kind in ROW_KINDS and found.data_type == "DATE"
        )

    def _base_table(self) -> exp.Table:
        return _table(self._vocabulary.tables[self.base], self.base)

    def _column(self, column: exp.Column, scope: Scope) -> Expr:
        if isinstance(column.this, exp.Star):
            raise invalid_query(
                f"{column.sql(dialect='snowflake')} may stand only by itself, for all names of a table."
            )
        if scope.table is None:
            found = self._of_view(column, scope)
            if found is not None:
                return self._row(found, replace(scope, path=self._way(self.base, str(found.table))))
        owner = identifier(column.args["table"]) if column.table else str(scope.table)
        if column.args.get("db") or owner not in self._vocabulary.tables:
            raise unknown_name(column.sql(dialect="snowflake"), map(written, self._vocabulary.tables))
        path = (*scope.path, *self._way(scope.table or self.base, owner))
        found = self._vocabulary.get(owner, identifier(column.this))
        if found is not None and (not scope.within or found != scope.within[-1]):
            return self._row(found, replace(scope, path=path))
        return exp.column(column.this.copy(), table=exp.to_identifier(self._alias(path), quoted=True))

    def _of_view(self, column: exp.Column, scope: Scope) -> Expression | None:
        """Return what a query, or a metric of the whole view, means; None for a column of a table that it names."""
        if scope.within and column.table:
            found = self._vocabulary.get(identifier(column.args["table"]), identifier(column.this))
            if found is None:
                return None
        found = self._vocabulary.find(column)
        if not scope.within:
            require_public(found)
        return found

    def _row(self, found: Expression, scope: Scope) -> Expr:
        """Return the value of a dimension or fact of the row that a path leads to."""
        if found.kind not in ROW_KINDS:
            raise invalid_query(f"{full_name(found)} is a metric; only dimensions and facts may stand here.")
        if found in scope.within:
            raise invalid_query(f"The definition of {full_name(found)} leads back to itself.")
        inner = Scope(found.table, scope.path, (*scope.within, found))
        value = self.row_level(self._vocabulary.parsed(found), inner)
        return value if isinstance(value, exp.Column | exp.Literal | exp.Func | exp.Paren) else exp.paren(value)

    def _gathered(self, aggregate: Expr, scope: Scope) -> Expr:
        """Return what a fact aggregates of the rows that belong to its own: one row for each is joined, or none.

        The rows are all there are; a query's condition holds for the rows that the fact is of.
        """
        if scope.table is None or not scope.within:
            shown = aggregate.sql(dialect="snowflake")
            raise invalid_query(
                f"An aggregate function is not allowed here: {shown}. Ask for it in METRICS; a condition on it stands "
                "behind the parentheses of SEMANTIC_VIEW."
            )
        table = self._vocabulary.tables[scope.table]
        owners = dict.fromkeys(identifier(c.args["table"]) for c in aggregate.find_all(exp.Column) if c.table)
        base = self._relationships.finest([*(o for o in owners if o != table.name), table.name])
        if base == table.name or not table.primary_key:
            raise not_supported(
                f"{full_name(scope.within[-1])}, which aggregates no rows that belong to its own by key,"
            )
        rows = Rows(self._vocabulary, self._relationships, base, self._subqueries, self._using)
        inside = replace(scope, table=None, path=())
        of_table = exp.to_identifier(table.name, quoted=True)
        named = aggregate.transform(
            lambda n: (
                exp.column(n.this.copy(), table=of_table.copy()) if isinstance(n, exp.Column) and not n.table else n
            )
        )
        value = exp.Alias(this=rows.aggregate(named, inside), alias=exp.to_identifier("_value", quoted=True))
        keys = [
            rows.row_level(exp.column(exp.to_identifier(key, quoted=True), table=of_table.copy()), inside)
            for key in table.primary_key
        ]
        return or_of_no_rows(self._looked_up(table, scope.path, rows.select(value), keys), aggregate)

    def _looked_up(self, table: LogicalTable, path: Path, select: exp.Select, keys: list[Expr]) -> exp.Column:
        """Join a query that has one row for each key of a table; return its value."""
        alias = f"_gathered_{len(self.joins) + 1}"
        equal = []
        for number, (key, value) in enumerate(zip(table.primary_key, keys, strict=True), 1):
            name = exp.to_identifier(f"_key_{number}", quoted=True)
            select = select.select(exp.Alias(this=value, alias=name), copy=False)
            column = exp.column(name.copy(), table=exp.to_identifier(alias, quoted=True))
            equal.append(exp.EQ(this=self._key(table.name, path, key), expression=column))
        grouped = select.group_by(*(exp.Literal.number(n + 1) for n in range(1, len(keys) + 1)), copy=False)
        joined = exp.Subquery(this=grouped, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
        self.joins.append(exp.Join(this=joined, side="LEFT", on=exp.and_(*equal)))
        return exp.column(exp.to_identifier("_value", quoted=True), table=exp.to_identifier(alias, quoted=True))

    def _subquery(self, query: exp.Query, scope: Scope) -> exp.Query:
        if scope.within:
            raise not_supported(f"A subquery in {full_name(scope.within[-1])}")
        return self._subqueries.instead_of(query)

    def _way(self, start: str, end: str) -> Path:
        return self._relationships.path(start, end, self._using)

    def _alias(self, path: Path) -> str:
        """Return what the table at the end of a path is called, which is joined where it was not yet."""
        if path not in self._aliases:
            name = path[-1].end
            taken = set(self._aliases.values())
            alias = next(a for a in (name, *(f"{name}_{n}" for n in range(2, 99))) if a not in taken)
            self._alias(path[:-1])  # joined first
            self._aliases[path] = alias
            self.joins.append(self._join(path, alias))
        return self._aliases[path]

    def _join(self, path: Path, alias: str) -> exp.Join:
        step: Step = path[-1]
        equal = [
            exp.EQ(this=self._key(step.start, path[:-1], start), expression=self._key(step.end, path, end))
            for start, end in step.columns
        ]
        table = _table(self._vocabulary.tables[step.end], alias)
        return relying_on_key(exp.Join(this=table, side="LEFT", on=exp.and_(*equal)))

    def _key(self, table: str, path: Path, column: str) -> Expr:
        return self.row_level(exp.column(exp.to_identifier(column, quoted=True)), Scope(table, path))


def require_public(expression: Expression) -> None:
    """Refuse a query that names what only the model may use. Raises: ProgrammingError."""
    if expression.private:
        kind = "metric" if expression.kind is Kind.METRIC else "fact"
        raise invalid_query(f"{full_name(expression)} is a private {kind}, which no query may name.")


def _table(table: LogicalTable, alias: str) -> exp.Table:
    database, schema, name = (exp.to_identifier(part, quoted=True) for part in table.base)
    return exp.Table(
        this=name, db=schema, catalog=database, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True))
    )
