"""The columns that a CREATE declares: what the catalog keeps of them, and what DuckDB is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.errors import not_supported
from local_account.identifiers import identifier, written
from local_account.translation import declared
from local_account.types import DataType

if TYPE_CHECKING:
    from local_account.catalog.objects import Relation

NUMBERED = (exp.AutoIncrementColumnConstraint, exp.GeneratedAsIdentityColumnConstraint)
_KEYS = (exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint, exp.PrimaryKey, exp.ForeignKey,
         exp.Reference, exp.Constraint)  # fmt: skip
_KEPT = (exp.NotNullColumnConstraint, exp.DefaultColumnConstraint, *NUMBERED)


def strip(expression: Expr, made: Relation) -> None:
    """Take out of a CREATE what DuckDB does not know of columns and keys, and write it into the relation.

    Raises: ProgrammingError: 2023 for a default that its column does not take, 2 for other clauses.
    """
    schema = expression.this
    if not isinstance(schema, exp.Schema):
        return
    made.keys = [e.sql(dialect="snowflake") for e in schema.expressions if isinstance(e, _KEYS)]
    kept = [e for e in schema.expressions if not isinstance(e, _KEYS)]
    if sum(1 for _ in schema.find_all(exp.PrimaryKey, exp.PrimaryKeyColumnConstraint)) > 1:
        raise _taken(f"primary key already exists for table '{made.name.name}'")
    _require_key(schema)
    for column in kept:
        if isinstance(column, exp.ColumnDef):
            _strip_column(column, made)
    if expression.args.get("kind") == "VIEW":
        kept = [c.this if isinstance(c, exp.ColumnDef) else c for c in kept]
    schema.set("expressions", kept)


def _taken(sentence: str) -> ProgrammingError:
    return ProgrammingError(msg=f"SQL compilation error:\n{sentence}", errno=2009, sqlstate="42710")


def _require_key(schema: exp.Schema) -> None:
    """Have the columns of a primary key refuse NULL, which is all that Snowflake enforces of it."""
    parts = {identifier(name) for key in schema.find_all(exp.PrimaryKey) for name in key.find_all(exp.Identifier)}
    for column in schema.expressions:
        rules = column.args.get("constraints") or [] if isinstance(column, exp.ColumnDef) else []
        kinds = [rule.kind if isinstance(rule, exp.ColumnConstraint) else rule for rule in rules]
        if not isinstance(column, exp.ColumnDef) or not (
            identifier(column.this) in parts or any(isinstance(kind, exp.PrimaryKeyColumnConstraint) for kind in kinds)
        ):
            continue
        other = [r for r, kind in zip(rules, kinds, strict=True) if not isinstance(kind, exp.NotNullColumnConstraint)]
        column.set("constraints", [*other, exp.ColumnConstraint(kind=exp.NotNullColumnConstraint())])


def _strip_column(column: exp.ColumnDef, made: Relation) -> None:
    """Take a column's comment and keys out of its definition, and give it the type that DuckDB keeps."""
    name, kept = identifier(column.this), []
    if column.kind:
        made.column_types[name] = declare_type(column)
    rules = [c.kind if isinstance(c, exp.ColumnConstraint) else c for c in column.args.get("constraints") or ()]
    if sum(isinstance(rule, exp.UniqueColumnConstraint) for rule in rules) > 1:
        raise _taken(f"constraint with the same signature already exists on table '{made.name.name}'")
    if sum(isinstance(rule, exp.DefaultColumnConstraint | exp.AutoIncrementColumnConstraint
                      | exp.GeneratedAsIdentityColumnConstraint) for rule in rules) > 1:  # fmt: skip
        raise ProgrammingError(
            msg="SQL compilation error: \nMultiple DEFAULT or AUTOINCREMENT expressions declared for column "
            f"{written(name)}.",
            errno=2009,
            sqlstate="42710",
        )
    for constraint in column.args.get("constraints") or []:
        rule = constraint.kind if isinstance(constraint, exp.ColumnConstraint) else constraint
        if isinstance(rule, exp.CommentColumnConstraint):
            made.column_comments[name] = rule.this.name
        elif isinstance(rule, _KEYS):
            made.keys.append(f"{rule.sql(dialect='snowflake')} ({written(name)})")
        elif isinstance(rule, _KEPT):
            kept.append(constraint)
            if isinstance(rule, exp.DefaultColumnConstraint) and name in made.column_types:
                declared.check_default(name, DataType.parse(made.column_types[name]), rule.this)
        elif not (isinstance(rule, exp.CollateColumnConstraint) and rule.name == ""):  # the empty one is the default
            raise not_supported(f"{rule.sql(dialect='snowflake')} inside CREATE TABLE")
    column.set("constraints", kept)


def declare_type(column: exp.ColumnDef) -> str:
    """Give a column's definition the type that DuckDB keeps; return Snowflake's, as DESCRIBE TABLE writes it."""
    kind = DataType.of_node(column.args["kind"])
    column.set("kind", kind.node)
    return str(kind)
