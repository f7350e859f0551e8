"""The clauses of SEMANTIC_VIEW(...) where sqlglot reads them otherwise than Snowflake.

sqlglot wants AS before an alias, and takes a clause that is empty, or that comes twice, for none, or for the last.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from local_account.errors import syntax_error
from local_account.tokens import Token, tokenize

_CLAUSES = {"METRICS", "DIMENSIONS", "FACTS", "WHERE"}
# Behind these words a name is a part of the expression, and these words are no names.
_GOES_ON = _CLAUSES | {"AS", "AND", "OR", "NOT", "IS", "IN", "LIKE", "ILIKE", "RLIKE", "REGEXP", "ESCAPE", "BETWEEN",
                       "CASE", "WHEN", "THEN", "ELSE", "DISTINCT", "INTERVAL", "COLLATE", "FROM"}  # fmt: skip
_NO_NAMES = _GOES_ON | {"END", "NULL", "TRUE", "FALSE"}


@dataclass
class _Parentheses:
    """Open parentheses: whether they are those of SEMANTIC_VIEW, and which of its clauses have begun."""

    of_view: bool
    clauses: list[str] = field(default_factory=list)


def written_out(sql: str) -> str:
    """Return a statement with AS before each alias in the clauses of SEMANTIC_VIEW(...).

    Raises: ProgrammingError (1003) for a clause that is empty, comes twice, or stands behind WHERE.
    """
    if "SEMANTIC_VIEW" not in sql.upper():
        return sql
    pieces, copied = [], 0
    for alias in _bare_aliases(tokenize(sql)):
        pieces.append(sql[copied : alias.start] + "AS ")
        copied = alias.start
    return "".join(pieces) + sql[copied:]


def _bare_aliases(tokens: list[Token]) -> list[Token]:
    """Return the aliases without AS: names directly within such parentheses, behind a value and before a comma."""
    found = []
    opened: list[_Parentheses] = []
    nothing = Token("punct", "", 0, 0)
    for before, token, after in zip([nothing, *tokens], tokens, [*tokens[1:], nothing], strict=False):
        inside = opened[-1] if opened and opened[-1].of_view else None
        if token.upper == "(":
            opened.append(_Parentheses(before.upper == "SEMANTIC_VIEW"))
        elif token.upper == ")" and opened:
            opened.pop()
        elif inside and token.upper in _CLAUSES and before.upper not in (".", "AS"):
            _begin(inside, token, after)
        elif inside and "WHERE" not in inside.clauses and _is_bare_alias(before, token, after):
            found.append(token)
    return found


def _begin(inside: _Parentheses, token: Token, after: Token) -> None:
    """Note that a clause begins, where it may."""
    if token.upper in inside.clauses or "WHERE" in inside.clauses:
        raise syntax_error(f"unexpected '{token.text}': each clause of SEMANTIC_VIEW comes once, and WHERE last.")
    if after.upper in _CLAUSES or after.upper == ")":
        raise syntax_error(f"unexpected '{after.text}' behind {token.upper} in SEMANTIC_VIEW.")
    inside.clauses.append(token.upper)


def _is_bare_alias(before: Token, token: Token, after: Token) -> bool:
    ends = before.upper == ")" or (before.kind != "punct" and before.upper not in _GOES_ON)
    is_name = token.kind in ("word", "quoted") and token.upper not in _NO_NAMES
    return ends and is_name and (after.upper in _CLAUSES or after.upper in (",", ")"))
