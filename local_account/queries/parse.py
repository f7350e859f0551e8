"""From a statement's text to what sqlglot makes of it: placeholders named, one statement."""

from __future__ import annotations

import re

from fakesnow.dialect import parse
from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import ParseError
from sqlglot.tokens import TokenType

from local_account.errors import not_supported, syntax_error
from local_account.identifiers import checked, folded
from local_account.queries.semantic_clauses import written_out
from local_account.tokens import tokenize, without_positions

_MISSING = re.compile(r"Required (?:argument|keyword): '\w+' missing for <class '[\w.]*\.(\w+)'>")
# Forms of CREATE that Snowflake takes from its own libraries, without documenting them.
_SCOPED = re.compile(r"(\s*create\s+(?:or\s+replace\s+)?)scoped\s+(?=temp(?:orary)?\s)", re.IGNORECASE)
_TEMPORARY = re.compile(
    r"(\s*create\s+(?:or\s+replace\s+)?(?:secure\s+)?)(?:(?:local|global)\s+)?(?:volatile|temp(?:orary)?)\s+"
    r"(?=(?:table|view)\b)",
    re.IGNORECASE,
)
_TEMPORARY_SECURE = re.compile(r"\s*create\s+(?:or\s+replace\s+)?temp(?:orary)?\s+secure\s+view\b", re.IGNORECASE)
_PART = r'(?:"(?:[^"]|"")+"|[\w$]+)'
_IF_BEHIND_NAME = re.compile(
    rf"(\s*create\s+(?:\w+\s+)?table\s+)({_PART}(?:\.{_PART})*)\s+(if\s+not\s+exists)(?=[\s(])", re.IGNORECASE
)
# Behind GROUP BY ALL, sqlglot takes MINUS and EXCEPT for a column, which other set operations it does not.
Snowflake.Parser.QUERY_MODIFIER_TOKENS = {*Snowflake.Parser.QUERY_MODIFIER_TOKENS, TokenType.EXCEPT}


def parsed(sql: str) -> Expr:
    """Parse exactly one statement. Raises: ProgrammingError (1003, or 8 for several statements)."""
    statements = [s for s in _all(sql) if s is not None and not isinstance(s, exp.Semicolon)]
    if not statements:
        raise syntax_error("Empty SQL statement.")
    if len(statements) > 1:
        raise ProgrammingError(
            msg=f"Actual statement count {len(statements)} did not match the desired statement count 1.",
            errno=8,
            sqlstate="0A000",
        )
    for identifier in statements[0].find_all(exp.Identifier):
        _ = checked(identifier.this) if identifier.quoted else folded(identifier.this)
    return without_positions(statements[0])


def _all(sql: str) -> list[Expr | None]:
    """Parse a text of statements; say of a syntax error where it is, in words of SQL and not of the parser."""
    try:
        return list(parse(written_out(_as_documented(sql))))
    except IndexError as error:  # sqlglot pairs keys with values that are not there
        raise _uncounted() from error
    except (AttributeError, TypeError) as error:  # sqlglot looks into an argument that is not there, or another
        raise syntax_error("syntax error: a function lacks an argument.") from error
    except ProgrammingError as error:
        reason = error.__cause__ or error.__context__
        if not isinstance(reason, ParseError) or not reason.errors:
            raise
        at = reason.errors[0]
        position = max(0, int(at["col"]) - len(at["highlight"]))
        if wrong := _miscounted(str(at["description"]), str(at["start_context"]), at["line"], position):
            raise wrong from None
        raise syntax_error(f"syntax error line {at['line']} at position {position} near '{at['highlight']}'.") from None


def _as_documented(sql: str) -> str:
    """Write what Snowpark sends as Snowflake's pages do: SCOPED TEMPORARY is a session's, IF NOT EXISTS comes first.

    LOCAL TEMPORARY, GLOBAL TEMPORARY and VOLATILE mean TEMPORARY. Live: frostlake ddl-temporary-spellings.
    """
    if _TEMPORARY_SECURE.match(sql):
        raise syntax_error("syntax error: unexpected 'SECURE', which stands before TEMPORARY.")
    plain = _TEMPORARY.sub(r"\1temporary ", _SCOPED.sub(r"\1", sql, count=1), count=1)
    return _IF_BEHIND_NAME.sub(r"\1\3 \2", plain, count=1)


def _uncounted() -> ProgrammingError:
    """Build the error of arguments that come in pairs, of which one lacks its second."""
    return ProgrammingError(
        msg="SQL compilation error:\nnot enough arguments for a function whose arguments come in pairs.",
        errno=938,
        sqlstate="22023",
    )


def _miscounted(description: str, before: str, line: object, position: int) -> ProgrammingError | None:
    """Build the error of a function that is called with too few or too many arguments; None of other errors."""
    missing = _MISSING.search(description)
    of = getattr(exp, missing[1], None) if missing else None
    few = isinstance(of, type) and issubclass(of, exp.Func)
    if not few and not description.startswith("The number of provided arguments"):
        return None
    called = re.findall(r"(\w+)\s*\([^()]*$", before)
    words, errno = ("not enough", 938) if few else ("too many", 939)
    return ProgrammingError(
        msg=f"SQL compilation error: error line {line} at position {position}\n{words} arguments for function "
        f"[{called[-1].upper() if called else '...'}]",
        errno=errno,
        sqlstate="22023",
    )


def unknown(sql: str) -> ProgrammingError:
    """Build the refusal of a statement that nothing here answers.

    Raises: ProgrammingError (1003) where it is no statement at all.
    """
    parsed(sql)
    return not_supported(f"The statement {' '.join(sql.split()[:4]).upper()[:60]}")


def name_placeholders(sql: str) -> str:
    """Name the placeholders ? and :n by their position, `:p1`, `:p2`, ...

    Translation reorders and repeats arguments (DATEADD, ARRAY_SIZE), so a value must be found by name, not by place.
    """
    pieces, copied, count = [], 0, 0
    tokens = tokenize(sql)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.kind != "punct":
            continue
        if token.text == "?":
            count += 1
            pieces += [sql[copied : token.start], f":p{count}"]
            copied = token.end
        elif token.text == ":" and following and following.kind == "number" and following.start == token.end:
            pieces += [sql[copied : token.start], f":p{following.text}"]
            copied = following.end
    return "".join(pieces) + sql[copied:]
