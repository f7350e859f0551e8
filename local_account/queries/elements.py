"""Elements of semi-structured values in brackets, written as the same element behind a colon, or of GET.

https://docs.snowflake.com/en/user-guide/querying-semistructured#traversing-semi-structured-data
"""

from __future__ import annotations

from sqlglot import Expr, exp


def write(expression: Expr) -> None:
    """Write v['a'][0], v[i] and v['a'].b as paths, or as GET where what is asked for is no constant."""
    for node in reversed(list(expression.find_all(exp.Bracket, exp.Dot))):  # parts first
        if isinstance(node, exp.Bracket) and len(node.expressions) == 1:
            (asked,) = node.expressions
            if not isinstance(asked, exp.Literal):
                _ = node.replace(exp.GetExtract(this=_whole(node), expression=asked))
            elif asked.is_string:
                _ = node.replace(_element(node, exp.JSONPathKey(this=asked.name, quoted=True)))
            elif asked.name.isdigit():
                _ = node.replace(_element(node, exp.JSONPathSubscript(this=int(asked.name))))
        elif isinstance(node.this, exp.JSONExtract | exp.GetExtract) and isinstance(node.expression, exp.Identifier):
            _ = node.replace(_element(node, exp.JSONPathKey(this=node.expression.name, quoted=True)))


def _element(node: Expr, part: exp.JSONPathPart) -> exp.JSONExtract:
    path = exp.JSONPath(expressions=[exp.JSONPathRoot(), part])
    return exp.JSONExtract(this=_whole(node), expression=path, variant_extract=True, requires_json=True)


def _whole(node: Expr) -> Expr:
    """Return what an element is taken of; behind a cast or an operator it stands in parentheses."""
    return node.this if isinstance(node.this, exp.Column | exp.Func | exp.Paren) else exp.Paren(this=node.this)
