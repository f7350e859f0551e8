"""Aliases in SEMANTIC_VIEW(...), before which Snowflake lets AS be left out and sqlglot does not."""

from __future__ import annotations

from local_account.tokens import Token, tokenize

_CLAUSES = {"METRICS", "DIMENSIONS", "FACTS", "WHERE"}
# Behind these words a name is a part of the expression, and these words are no names.
_GOES_ON = _CLAUSES | {"AS", "AND", "OR", "NOT", "IS", "IN", "LIKE", "ILIKE", "RLIKE", "REGEXP", "ESCAPE", "BETWEEN",
                       "CASE", "WHEN", "THEN", "ELSE", "DISTINCT", "INTERVAL", "COLLATE", "FROM"}  # fmt: skip
_NO_NAMES = _GOES_ON | {"END", "NULL", "TRUE", "FALSE"}


def with_as(sql: str) -> str:
    """Return a statement with AS before each alias in the clauses of SEMANTIC_VIEW(...)."""
    if "SEMANTIC_VIEW" not in sql.upper():
        return sql
    tokens = tokenize(sql)
    pieces, copied = [], 0
    for before in _bare_aliases(tokens):
        pieces.append(sql[copied : before.start] + "AS ")
        copied = before.start
    return "".join(pieces) + sql[copied:]


def _bare_aliases(tokens: list[Token]) -> list[Token]:
    """Return the aliases without AS: names directly within such parentheses, behind a value and before a comma."""
    found = []
    clauses: list[bool] = []  # of each open parenthesis, whether DIMENSIONS, METRICS or FACTS are read in it
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.upper == "(":
            clauses.append(before is not None and before.upper == "SEMANTIC_VIEW")
        elif token.upper == ")" and clauses:
            clauses.pop()
        elif clauses and clauses[-1] and token.upper == "WHERE":
            clauses[-1] = False
        elif clauses and clauses[-1] and before and after and _is_bare_alias(before, token, after):
            found.append(token)
    return found


def _is_bare_alias(before: Token, token: Token, after: Token) -> bool:
    ends = before.upper == ")" or (before.kind != "punct" and before.upper not in _GOES_ON)
    is_name = token.kind in ("word", "quoted") and token.upper not in _NO_NAMES
    return ends and is_name and (after.upper in _CLAUSES or after.upper in (",", ")"))
