"""Statements as the Snowflake provider must be handed them, so that every change of them arrives."""

from __future__ import annotations

import hashlib
import re

_PART = re.compile(
    r"""
    (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<text> '(?:[^'\\]|''|\\.)*' | "(?:[^"]|"")*" | \$\$.*?\$\$ )
    """,
    re.VERBOSE | re.DOTALL,
)


def marked(sql: str) -> str:
    """Return a statement that says in its first line which texts stand in it.

    The provider takes two statements for the same that differ in blanks or in upper and lower case only
    (DiffSuppressStatement in pkg/resources/common.go of terraform-provider-snowflake). Outside of quotes it is right;
    within them, 'Active' would never become 'ACTIVE' in the account.

    Args:
        sql: the statement.

    Returns:
        The statement below a comment with a digest of what is quoted in it; the same one where nothing is quoted.
    """
    texts = [part["text"] for part in _PART.finditer(sql) if part["text"]]
    return f"-- texts {_digest(*texts)}\n{sql}" if texts else sql


def marked_code(python: str) -> str:
    """Return Python, in which blanks and case matter everywhere, below a comment with a digest of all of it.

    Args:
        python: a procedure's code.
    """
    return f"# code {_digest(python)}\n{python}"


def same_statement(one: str, other: str) -> bool:
    """Whether the provider takes two statements for the same.

    Args:
        one: a statement.
        other: the statement that shall take its place.
    """
    return _folded(one) == _folded(other)


def _folded(sql: str) -> str:
    return " ".join(sql.split()).casefold()


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
