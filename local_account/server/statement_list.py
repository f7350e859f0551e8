"""Several statements in one request: run one after the other, each with a query id and a result of its own.

https://docs.snowflake.com/en/developer-guide/sql-api/submitting-multiple-statements
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError

from local_account.errors import not_supported
from local_account.scripting.parser import TRANSACTION_WORDS
from local_account.tokens import tokenize

if TYPE_CHECKING:
    from typing import Any

    from local_account.results import Result
    from local_account.session.session import Session
    from local_account.tokens import Token

PARAMETER = "MULTI_STATEMENT_COUNT"


def wanted_count(body: dict[str, Any]) -> int:
    """Return how many statements a request says that it holds; 0 stands for any number."""
    given = (body.get("parameters") or {}).get(PARAMETER, 1)
    try:
        return int(given)
    except (TypeError, ValueError):
        raise ProgrammingError(
            msg=f"invalid value [{given}] for parameter '{PARAMETER}'", errno=1008, sqlstate="22023"
        ) from None


def split(sql: str, wanted: int) -> list[str]:
    """Cut a request's text at its semicolons.

    Args:
        sql: the text.
        wanted: how many statements the client says there are; 0 for any number.

    Raises: ProgrammingError (8) where there are more or fewer, 2 for blocks of scripting, whose own semicolons are
        not told from those between statements, and for PUT and GET, which Snowflake does not take here either.
    """
    pieces: list[list[Token]] = [[]]
    for token in tokenize(sql):
        if token.text == ";":
            pieces.append([])
        else:
            pieces[-1].append(token)
    found = [piece for piece in pieces if piece]
    if any(_is_block(piece) for piece in found):
        raise not_supported("A block of Snowflake Scripting among several statements of one request")
    if any(piece[0].upper in ("PUT", "GET") for piece in found):
        raise not_supported("PUT or GET among several statements of one request")
    if not found or wanted not in (0, len(found)):
        raise ProgrammingError(
            msg=f"Actual statement count {len(found)} did not match the desired statement count {wanted}.",
            errno=8,
            sqlstate="0A000",
        )
    return [sql[piece[0].start : piece[-1].end] for piece in found]


def _is_block(piece: list[Token]) -> bool:
    words = [token.upper for token in piece]
    if words[0] == "DECLARE":
        return True
    following = [words[index + 1 : index + 2] for index, word in enumerate(words) if word == "BEGIN"]
    return any(after and after[0] not in TRANSACTION_WORDS for after in following)


def run(session: Session, body: dict[str, Any], wanted: int) -> list[Result]:
    """Run the statements of a request in order; one that fails ends it, and what ran before it stays.

    Args:
        session: who runs them.
        body: the request.
        wanted: as in `split`.

    Returns: their results, which the account keeps under their query ids.
    Raises: ProgrammingError as `split`, 2 for bound values, and what a statement runs into.
    """
    if body.get("bindings") or body.get("describeOnly"):
        raise not_supported("Several statements in one request with bound values, or described only,")
    statements = split(body.get("sqlText", ""), wanted)
    with session.lock:
        return [session.execute(statement, query_id=str(uuid.uuid4())) for statement in statements]
