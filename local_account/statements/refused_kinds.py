"""CREATE of kinds of objects that the account has not: refused by their names, whatever stands behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from local_account.errors import not_supported
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.session.session import Session

_KINDS = (
    "ROW ACCESS POLICY", "AGGREGATION POLICY", "PROJECTION POLICY", "PASSWORD POLICY", "SESSION POLICY",
    "NETWORK POLICY", "NETWORK RULE", "SECRET", "SHARE", "STREAM", "PIPE", "DYNAMIC TABLE", "EXTERNAL TABLE",
    "MATERIALIZED VIEW", "DATABASE ROLE", "EXTERNAL FUNCTION",
)  # fmt: skip


@handles(*(f"CREATE {kind}" for kind in _KINDS))
def create(_session: Session, statement: Statement) -> NoReturn:
    """CREATE [OR REPLACE] kind name ..."""
    raise not_supported(statement.phrase)
