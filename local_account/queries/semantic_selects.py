"""SELECT from a semantic view by its name: written as one from SEMANTIC_VIEW(...), which it stands for.

What is grouped by becomes DIMENSIONS, AGG(metric) and other aggregates METRICS, and where nothing is aggregated the
columns are FACTS (https://docs.snowflake.com/en/user-guide/views-semantic/querying).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.catalog.objects import SemanticView, model_of
from local_account.errors import invalid_value, not_supported
from local_account.identifiers import Name, identifier
from local_account.queries import rewrite
from local_account.queries.rights import require_on_semantic_view
from local_account.semantic.aggregates import AGGREGATES
from local_account.semantic.compiler import vocabulary_of

if TYPE_CHECKING:
    from local_account.semantic.vocabulary import Vocabulary
    from local_account.session.session import Session

_READ = {"kind", "expressions", "from_", "where", "group", "having", "order", "limit", "offset", "distinct", "with_"}


def write_out(session: Session, expression: Expr, view: Name | None = None) -> None:
    """Rewrite each SELECT of a statement that reads a semantic view by its name.

    Args:
        session: who asks.
        expression: the statement.
        view: of a view's query, the view, from whose schema its names are completed.

    Raises: ProgrammingError for what such a SELECT cannot say, and where the role may not read the semantic view.
    """
    for select in list(expression.find_all(exp.Select)):
        source = select.args.get("from_")
        table = source.this if source else None
        if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier) or rewrite.is_cte(table):
            continue
        name = rewrite.full_name(session, table, view)
        item = None if session.find_relation(name) else session.account.catalog.find(SemanticView, name)
        if item is not None and str(name) not in session.temporaries:
            require_on_semantic_view(session, name)
            _Rewriting(select, table, vocabulary_of(model_of(item))).apply()


class _Rewriting:
    """One such SELECT on its way."""

    def __init__(self, select: exp.Select, table: exp.Table, vocabulary: Vocabulary) -> None:
        self._select = select
        self._table = table
        self._vocabulary = vocabulary
        self._called = {table.name.upper(), identifier(table.args["alias"].this) if table.alias else ""}
        self._asked: dict[str, list[Expr]] = {"dimensions": [], "metrics": [], "facts": []}
        self._aliases: dict[str, Expr] = {}

    def apply(self) -> None:
        """Change the SELECT in place."""
        self._require_plain()
        items = [self._item(item) for item in self._select.expressions]
        self._aliases = dict(items)
        self._asked["dimensions"] = self._groups([value for _, value in items])
        having, order = self._select.args.get("having"), self._select.args.get("order")
        sorts = [(ordered, self._known(ordered.this, aliases=True)) for ordered in (order.expressions if order else ())]
        condition = self._known(having.this) if having else None
        everything = [value for _, value in items] + [value for _, value in sorts] + ([condition] if condition else [])
        rows = not self._asked["dimensions"] and not any(value.find(exp.Agg, *AGGREGATES) for value in everything)
        written = [exp.Alias(this=self._over(value, rows), alias=_quoted(name)) for name, value in items]
        for ordered, value in sorts:
            ordered.set("this", self._over(value, rows))
        outer = self._over(condition, rows) if condition else None
        where = self._select.args.get("where")
        clauses = {clause: _aliased(clause, asked) for clause, asked in self._asked.items() if asked}
        node = exp.SemanticView(this=self._named(), **clauses, where=self._known(where.this) if where else None)
        self._select.set("expressions", written)
        self._select.set("from_", exp.From(this=exp.Table(this=node, alias=self._table.args.get("alias"))))
        self._select.set("where", exp.Where(this=outer) if outer else None)
        for key in ("group", "having"):
            self._select.set(key, None)

    def _require_plain(self) -> None:
        unknown = [key for key, value in self._select.args.items() if value and key not in _READ]
        unknown += [
            key for key, value in self._table.args.items() if value and key not in ("this", "db", "catalog", "alias")
        ]
        group = self._select.args.get("group")
        unknown += [
            key for key, value in (group.args.items() if group else ()) if value and key not in ("expressions", "all")
        ]
        if unknown:
            raise not_supported(f"{unknown[0].upper().rstrip('_')} in a SELECT from a semantic view by its name")

    def _named(self) -> exp.Table:
        named = self._table.copy()
        named.set("alias", None)
        return named

    def _item(self, item: Expr) -> tuple[str, Expr]:
        """Return a column's name in the result, and what it is."""
        value = item.this if isinstance(item, exp.Alias) else item
        if isinstance(value, exp.Star) or value.is_star:
            raise not_supported("An asterisk in a SELECT from a semantic view by its name")
        if isinstance(item, exp.Alias):
            name = identifier(item.args["alias"])
        else:
            name = identifier(value.this) if isinstance(value, exp.Column) else value.sql(dialect="snowflake").upper()
        return name, self._known(value)

    def _known(self, expression: Expr, *, aliases: bool = False) -> Expr:
        """Return an expression whose names have their tables; of ORDER BY, names of the result stay as they are."""

        def known(node: Expr) -> Expr:
            if isinstance(node, exp.Window | exp.Query):
                raise not_supported("A window function or subquery in a SELECT from a semantic view by its name")
            if not isinstance(node, exp.Column):
                return node
            parts = [identifier(part) for part in node.parts if isinstance(part, exp.Identifier)]
            of_view = parts[0] in self._called and parts[0] not in self._vocabulary.tables
            if parts[1:] and (of_view or parts[2:]):
                parts = parts[1:]
            if aliases and len(parts) == 1 and parts[0] in self._aliases:
                return exp.column(_quoted(parts[0]))
            found = self._vocabulary.find(exp.column(*(_quoted(part) for part in reversed(parts))))
            return exp.column(_quoted(found.name), table=_quoted(found.table) if found.table else None)

        return expression.transform(known)

    def _groups(self, items: list[Expr]) -> list[Expr]:
        """Return what is grouped by, be it named by its place, by its alias or by ALL."""
        group = self._select.args.get("group")
        if group is None:
            return []
        if group.args.get("all"):
            return [item for item in items if not item.find(exp.Agg, *AGGREGATES)]
        found: list[Expr] = []
        for one in group.expressions:
            if isinstance(one, exp.Literal) and not one.is_string:
                place = int(one.this)
                if not 1 <= place <= len(items):
                    raise invalid_value(f"GROUP BY position {place} is not in the select list.")
                value = items[place - 1]
            elif isinstance(one, exp.Column) and not one.table and self._is_alias(identifier(one.this)):
                value = self._aliases[identifier(one.this)]
            else:
                value = self._known(one)
            if value not in found:
                found.append(value)
        return found

    def _is_alias(self, name: str) -> bool:
        return name in self._aliases and not self._vocabulary.has(name)

    def _over(self, expression: Expr, rows: bool) -> Expr:
        """Return an expression over the columns of the SEMANTIC_VIEW(...) that is asked in its place."""

        def asked(node: Expr) -> Expr:
            if node in self._asked["dimensions"]:
                return _column("dimensions", self._asked["dimensions"].index(node))
            if isinstance(node, exp.Agg):
                return self._ask("metrics", node.this)
            if isinstance(node, AGGREGATES):
                return self._ask("metrics", node)
            if isinstance(node, exp.Column) and not (not node.table and node.name in self._aliases):
                if not rows:
                    shown = node.sql(dialect="snowflake").replace('"', "")
                    raise invalid_value(f"'{shown}' is neither aggregated nor in the GROUP BY clause.")
                return self._ask("facts", node)
            return node

        return expression.transform(asked)

    def _ask(self, clause: str, expression: Expr) -> exp.Column:
        if expression not in self._asked[clause]:
            self._asked[clause].append(expression.copy())
        return _column(clause, self._asked[clause].index(expression))


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def _column(clause: str, number: int) -> exp.Column:
    return exp.column(_quoted(f"_{clause}_{number}"))


def _aliased(clause: str, expressions: list[Expr]) -> list[Expr]:
    return [exp.Alias(this=one, alias=_quoted(f"_{clause}_{number}")) for number, one in enumerate(expressions)]
