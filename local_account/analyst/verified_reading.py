"""How a verified query is read: which figures of the model its SQL computes, of whom, and over which days."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.analyst.conditional import conjuncts
from local_account.analyst.elements import parsed
from local_account.analyst.numbers import literal
from local_account.analyst.wording import capital, spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import Expr

    from local_account.analyst.elements import Element, Shape
    from local_account.semantic.model import VerifiedQuery

_UNITS = {exp.AddMonths: "month"}


def verified_reading(query: VerifiedQuery, shape: Shape) -> str:
    """Return how a verified query answers its question: with the definitions that its SQL holds, as a reading has them.

    Args:
        query: a verified query of the model.
        shape: the model.
    """
    sentences = [f'This is the verified query "{query.question}".']
    tree = parsed(query.sql)
    if tree is not None:
        metrics = _metrics(tree, shape)
        inside = {c.name.upper() for m in metrics for c in _tree(m).find_all(exp.Column)}
        facts = [f for f in _facts(tree, shape) if f.name not in inside]
        sentences += [_defined(e) for e in (*metrics, *facts) if e.expression.description]
        own = {_plain(part) for m in metrics for part in _conditions(_tree(m))}
        filters = [f for f in _filters(tree, shape) if not _parts(f) <= own]
        sentences += [f"Filter {spoken(f.name)}: {f.expression.description.rstrip('.')}." for f in filters]
        sentences += _days(tree, shape)
    return " ".join(dict.fromkeys(sentences))


def _defined(element: Element) -> str:
    return f"{capital(spoken(element.name))}: {element.expression.description.strip().rstrip('.')}."


def _metrics(tree: Expr, shape: Shape) -> list[Element]:
    """Return the metrics of the model that a statement computes, each by the very expression of the model."""
    known = {_plain(one): e for e in shape.elements if e.kind is Kind.METRIC and (one := parsed(e.expression.expr))}
    found = [known.get(_plain(part.unalias())) for select in tree.find_all(exp.Select) for part in select.expressions]
    return list(dict.fromkeys(e for e in found if e is not None))


def _facts(tree: Expr, shape: Shape) -> list[Element]:
    """Return the facts of single rows that a statement reads, in the order of the model."""
    tables = {table.name.upper() for table in tree.find_all(exp.Table)}
    names = {column.name.upper() for column in tree.find_all(exp.Column)}
    return [e for e in shape.elements if e.kind is Kind.FACT and e.table.upper() in tables and e.name.upper() in names]


def _filters(tree: Expr, shape: Shape) -> list[Element]:
    """Return the filters of the model all of whose conditions stand in a statement, without those that others imply."""
    tables = {table.name.upper() for table in tree.find_all(exp.Table)}
    asked = {_plain(part) for part in _conditions(tree)}
    held = [e for e in shape.elements if e.kind is Kind.FILTER and e.table.upper() in tables and _parts(e) <= asked]
    return [e for e in held if not any(_parts(e) < _parts(other) for other in held)]


def _parts(element: Element) -> set[str]:
    return {_plain(part) for part in conjuncts(_tree(element))}


def _tree(element: Element) -> Expr:
    """Return the tree of an element's expression; of one that cannot be read its name alone."""
    return parsed(element.expression.expr) or exp.column(element.name)


def _conditions(tree: Expr) -> Iterator[Expr]:
    """Yield every condition of a statement or of a figure: of WHERE, of COUNT_IF and of CASE."""
    for node in tree.find_all(exp.Where, exp.CountIf, exp.If):
        yield from conjuncts(node.this)


def _days(tree: Expr, shape: Shape) -> list[str]:
    """Return a sentence for the days up to the present one that a statement is limited to."""
    found = []
    for one in (part for where in tree.find_all(exp.Where) for part in conjuncts(where.this)):
        back = one.expression.find(exp.AddMonths, exp.DateAdd) if isinstance(one, exp.GT | exp.GTE) else None
        day = next((e for e in shape.elements if isinstance(one, exp.GT) and e.name == one.this.name.upper()), None)
        number = re.search(r"-\s*(\d+)", back.expression.sql()) if back is not None else None
        if back is None or day is None or number is None:
            continue
        unit = _UNITS.get(type(back)) or str(back.args["unit"]).lower()
        found.append(f"Days: the last {literal(float(number[1]))} {unit}s by {spoken(day.name)}.")
    return found


def _plain(tree: Expr) -> str:
    """Return an expression without the names of tables, in one spelling."""
    text = tree.sql(dialect="snowflake", comments=False)
    return re.sub(r"\b\w+\.(?=[A-Za-z_])|\s", "", text).upper()
