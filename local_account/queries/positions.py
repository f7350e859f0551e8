"""Columns that a statement does not name: `$1`, and an asterisk inside of a function.

The tables of a statement have their full names here, so that their columns are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.errors import not_supported
from local_account.identifiers import identifier
from local_account.queries import forms

if TYPE_CHECKING:
    from local_account.session.session import Session


def write(session: Session, expression: Expr) -> None:
    """Put columns in place of `$1`, COUNT(t.*) and HASH(*), in a statement whose tables have their full names.

    Where it is not known which column is meant, the data plane refuses it.
    """
    for call in list(expression.find_all(exp.Count, exp.Anonymous)):
        if stars := [part for part in (call.this, *call.expressions) if _is_all(part, call)]:
            _write_all(session, call, stars[0])
    for node in list(expression.find_all(exp.Parameter)):
        select = node.find_ancestor(exp.Select)
        position = int(node.name) if node.name.isdigit() else 0
        if not position or select is None or not (from_ := select.args.get("from_")):
            continue
        sources = [from_.this, *(join.this for join in select.args.get("joins") or ())]
        column = node.parent if isinstance(node.parent, exp.Column) else None
        if column is not None:
            sources = [source for source in sources if source.alias_or_name.upper() == column.table.upper()]
        names = _names_of(session, sources[0]) if len(sources) == 1 else []
        if len(names) >= position:
            found = exp.to_identifier(names[position - 1], quoted=True)
            _ = node.replace(found if column is not None else exp.column(found))


def _is_all(part: object, call: Expr) -> bool:
    """Tell whether an argument stands for all columns: t.* of COUNT, which leaves rows with a NULL out, * of HASH."""
    of_table = isinstance(part, exp.Column) and isinstance(part.this, exp.Star)
    return of_table or (isinstance(part, exp.Star) and str(call.this).upper() == "HASH")


def _write_all(session: Session, call: Expr, star: Expr) -> None:
    """Put columns in place of an asterisk in a call. Raises: ProgrammingError (2) where they are not known."""
    select = call.find_ancestor(exp.Select)
    from_ = select.args.get("from_") if select else None
    sources = [from_.this, *(join.this for join in select.args.get("joins") or ())] if select and from_ else []
    table = star.text("table").upper()
    columns = [
        exp.column(exp.to_identifier(name, quoted=True), exp.to_identifier(source.alias_or_name or None))
        for source in sources
        if not table or source.alias_or_name.upper() == table
        for name in _names_of(session, source) or [""]
    ]
    if not columns or not all(column.name for column in columns):
        raise not_supported(f"{star.sql(dialect='snowflake')} in a function, of a source whose columns are not known,")
    if isinstance(call, exp.Count):
        call.set("this", columns[0])
        call.set("expressions", columns[1:])
        forms.count(call)
    else:
        call.set("expressions", columns)


def _names_of(session: Session, source: Expr) -> list[str]:
    """Return the names of what a FROM clause gives, or nothing where they are not known."""
    alias = source.args.get("alias")
    if isinstance(alias, exp.TableAlias) and alias.columns:
        return [identifier(column) for column in alias.columns]
    inner = source.this if isinstance(source, exp.Subquery) else source
    if isinstance(inner, exp.Values):
        row = inner.expressions[0]
        width = len(row.expressions) if isinstance(row, exp.Tuple) else 1
        return [f"COLUMN{n}" for n in range(1, width + 1)]
    if isinstance(inner, exp.Select) and [type(part) for part in inner.expressions] == [exp.Star]:
        alone = inner.args["from_"].this if inner.args.get("from_") and not inner.args.get("joins") else None
        return _names_of(session, alone) if alone is not None and not inner.expressions[0].args.get("except_") else []
    if isinstance(inner, exp.Query):
        selects = [] if inner.is_star else inner.selects
        return [name if part.args.get("alias") and part.args["alias"].args.get("quoted") else name.upper()
                for part in selects if (name := part.alias_or_name)]  # fmt: skip
    if isinstance(inner, exp.Table):
        return list(session.connection.column_types.of(inner))
    return []
