"""What the columns of a query are called that have no alias: by the text of their expressions, as Snowflake does.

A column, be it in parentheses, keeps its own name; every other expression is named by its text in upper case.
"""

from __future__ import annotations

from sqlglot import Expr, exp

from local_account.tokens import Token, tokenize

_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
# What ends a list of expressions, where it is no name.
_ENDS = frozenset(
    ("FROM", "WHERE", "GROUP", "HAVING", "QUALIFY", "ORDER", "LIMIT", "UNION", "INTERSECT", "EXCEPT", "MINUS", "FETCH",
     "OFFSET", "INTO", "START", "CONNECT")
)  # fmt: skip
_GOES_ON = ("DISTINCT", ".", "WITHIN")  # behind these it does not


def name(expression: Expr, text: str) -> None:
    """Give the expressions of the outermost query their names.

    Args:
        expression: a statement; of anything but a query nothing changes.
        text: as the client wrote it, with its variables and placeholders; empty where nobody wrote one.
    """
    query = expression
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    if not isinstance(query, exp.Select):
        return
    written = expressions_of(text) if text else []
    texts = written if len(written) == len(query.expressions) else []
    for index, projection in enumerate(list(query.expressions)):
        if projection.is_star or isinstance(projection, exp.Alias | exp.Column):
            continue
        inner = projection.unnest()
        if isinstance(inner, exp.Column) and not inner.is_star:
            called = inner.this.copy()
        else:
            called = exp.to_identifier(_called(projection, texts[index] if texts else None), quoted=True)
        projection.replace(exp.alias_(projection.copy(), called))


def _called(projection: Expr, text: str | None) -> str:
    if isinstance(projection, exp.Placeholder):
        return "?"
    return (text or projection.sql(dialect="snowflake")).upper()


def expressions_of(sql: str) -> list[str]:
    """Return the texts of what the first SELECT of a query's own level gives, such as `a + 1` or `b as c`."""
    tokens = tokenize(sql)
    level = next((n for n, token in enumerate(tokens) if token.text != "("), 0)
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.text in _OPENING and token.kind == "punct") - (token.text in _CLOSING and token.kind == "punct")
        if depth == level and token.upper == "SELECT":
            return [sql[part[0].start : part[-1].end] for part in _parts(tokens[index + 1 :]) if part]
    return []


def _parts(tokens: list[Token]) -> list[list[Token]]:
    """Split the tokens behind SELECT at the commas between its expressions, up to where they end."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "punct":
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            if depth < 0:
                break
            if token.text == "," and not depth:
                parts.append([])
                continue
        last = parts[-1][-1].upper if parts[-1] else ""
        if not depth and parts[-1] and token.upper in _ENDS and last not in _GOES_ON:
            break
        if index == 0 and token.upper in ("DISTINCT", "ALL"):
            continue
        parts[-1].append(token)
    return parts
