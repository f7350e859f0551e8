"""What a query asks of a semantic view: dimensions, metrics or facts, and a condition on rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.identifiers import identifier
from local_account.semantic.refusals import invalid_query

if TYPE_CHECKING:
    from sqlglot import Expr

CLAUSES = ("dimensions", "metrics", "facts")


@dataclass(frozen=True)
class Asked:
    """One column that a query asks for.

    Attributes:
        clause: the clause that names it, one of `CLAUSES`.
        expression: a name of the model, with its table or without, or an expression over such names.
        alias: what the column is to be called; None for the name itself.
    """

    clause: str
    expression: Expr
    alias: str | None = None

    @property
    def title(self) -> str:
        """The column's name in the result, without its table; of an expression its text in capitals."""
        if self.alias:
            return self.alias
        if isinstance(self.expression, exp.Column):
            return identifier(self.expression.this)
        return self.expression.sql(dialect="snowflake").upper()


@dataclass(frozen=True)
class SemanticQuery:
    """What stands between the parentheses of SEMANTIC_VIEW.

    Attributes:
        columns: what is asked for, in the order of the result.
        where: a condition on dimensions and facts, which holds before anything is aggregated.
    """

    columns: tuple[Asked, ...]
    where: Expr | None = None

    @classmethod
    def of(cls, node: exp.SemanticView) -> SemanticQuery:
        """Read the clauses of a parsed SEMANTIC_VIEW, in the order in which they are written."""
        columns = [
            _asked(clause, expression)
            for clause in node.args
            if clause in CLAUSES
            for expression in node.args[clause] or ()
        ]
        return cls(tuple(columns), node.args.get("where"))

    def named(self, clause: str) -> list[Asked]:
        """Return what one clause asks for."""
        return [column for column in self.columns if column.clause == clause]

    def checked(self) -> SemanticQuery:
        """Return the query itself. Raises: ProgrammingError where its clauses do not go together."""
        if not self.columns:
            raise invalid_query("SEMANTIC_VIEW needs at least one of the clauses DIMENSIONS, METRICS and FACTS.")
        if self.named("metrics") and self.named("facts"):
            raise invalid_query("SEMANTIC_VIEW takes METRICS or FACTS, not both.")
        titles = [column.title for column in self.columns]
        if twice := next((title for title in titles if titles.count(title) > 1), None):
            raise invalid_query(f"The result has two columns of the name '{twice}'; give one of them an alias.")
        return self


def _asked(clause: str, expression: Expr) -> Asked:
    if isinstance(expression, exp.Alias):
        return Asked(clause, expression.this, identifier(expression.args["alias"]))
    return Asked(clause, expression)
