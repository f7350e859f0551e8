"""Splits statements into tokens: sqlglot's tokenizer in its Snowflake dialect, with words left as words.

sqlglot's own table of keywords serves its grammar: GROUP BY is one token there, and what follows EXECUTE is text. The
statements that are read here (CREATE TASK, GRANT, a block of Snowflake Scripting, ...) have other keywords, so a word
stays a word and its reader decides what it means.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from snowflake.connector.errors import ProgrammingError
from sqlglot import tokens
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import TokenError

from local_account.errors import syntax_error
from local_account.identifiers import unquoted

if TYPE_CHECKING:
    from sqlglot import Expr

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b"}
_KINDS = {
    tokens.TokenType.VAR: "word",
    tokens.TokenType.STRING: "string",
    tokens.TokenType.IDENTIFIER: "quoted",
    tokens.TokenType.NUMBER: "number",
    tokens.TokenType.RAW_STRING: "dollar",
}


class _Tokenizer(Snowflake.Tokenizer):
    """Knows Snowflake's literals, comments and marks, and no word."""

    KEYWORDS: ClassVar = dict.fromkeys(
        ("=>", ":=", "::", "->>", "->", "<>", "!=", "<=", ">=", "||"), tokens.TokenType.OPERATOR
    )
    HEX_STRINGS: ClassVar = []
    COMMANDS: ClassVar = set()


class Token(NamedTuple):
    """One token.

    Attributes:
        kind: word, quoted, string, dollar, number or punct.
        text: the token as written, with its quotes.
        start: index of its first character in the statement's text.
        end: index behind its last character.
    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The token as a keyword: upper case for words, the text itself for punctuation, empty for literals."""
        return self.text.upper() if self.kind == "word" else self.text if self.kind == "punct" else ""


class _Here(threading.local):
    """A tokenizer for each thread: to make one takes as long as to read a short statement."""

    def __init__(self) -> None:
        self.tokenizer = _Tokenizer()


_here = _Here()
# Long enough for the words that choose a handler, behind the comment that dbt puts in front.
_HEAD_LENGTH = 300
_SHORT = 10_000


def tokenize(sql: str) -> list[Token]:
    """Split a statement into tokens, dropping white space and comments.

    Args:
        sql: one statement or a block, as the client sent it.

    Returns: the tokens in order; `sql[token.start:token.end] == token.text`.

    Raises: ProgrammingError (1003) for a literal, a quoted name or a comment that is not closed, and for a name of no
        characters.
    """
    return list(_kept(sql)) if len(sql) <= _SHORT else _ours(sql, _read(sql))


# Several steps of a statement's way read its tokens, and pages send the same texts again.
@lru_cache(maxsize=128)
def _kept(sql: str) -> tuple[Token, ...]:
    return tuple(_ours(sql, _read(sql)))


def without_positions(expression: Expr) -> Expr:
    """Take out of a parsed statement where its words stood in the text: copies take four times as long with them."""
    for node in expression.walk():
        node._meta = None  # noqa: SLF001 - `meta` would create what is to be removed
    return expression


def head(sql: str, count: int) -> list[Token]:
    """Read the first tokens of a statement; a long one is not read to its end for them.

    Args:
        sql: one statement.
        count: how many tokens at most.

    Raises: ProgrammingError (1003) as `tokenize`, where the statement has to be read to its end.
    """
    if len(sql) > _HEAD_LENGTH:
        try:
            found = _read(sql[:_HEAD_LENGTH])
        except ProgrammingError:  # it was cut within a literal
            found = []
        if len(found) > count:  # the last may be cut
            return _ours(sql, found[:count])
    return _ours(sql, _read(sql)[:count])


def _read(sql: str) -> list[tokens.Token]:
    try:
        return _here.tokenizer.tokenize(sql)
    except TokenError:
        raise syntax_error("the statement ends within a literal, a quoted name or a comment.") from None


def _ours(sql: str, found: list[tokens.Token]) -> list[Token]:
    ours = [Token(_KINDS.get(t.token_type, "punct"), sql[t.start : t.end + 1], t.start, t.end + 1) for t in found]
    if empty := next((t for t in ours if t.text == '""'), None):
        raise syntax_error(f"unexpected '\"\"' at position {empty.start}.")
    return ours


def unquote(token: Token) -> str:
    """Return the value of a string literal, $$ literal, quoted identifier, word (upper-cased) or number."""
    match token.kind:
        case "string":
            body = token.text[1:-1].replace("''", "'")
            return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), body, flags=re.DOTALL)
        case "dollar":
            return token.text[2:-2]
        case "quoted":
            return unquoted(token.text)
        case "word":
            return token.text.upper()
        case _:
            return token.text
