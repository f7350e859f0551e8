"""The query that the app's data access asks with, as a function of a plain connection."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

import snowflake.connector

from c360.connection import target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from customer_360.database import Query

    from tests.support.platforms import Platform


@contextmanager
def asking(platform: Platform, role: str) -> Iterator[Query]:
    """Return a query that asks a served platform as a role, with the types that the page's own query gives."""
    login = target("local", platform.ports, platform.home).login(role)
    with snowflake.connector.connect(**login, paramstyle="qmark") as connection, connection.cursor() as cursor:

        def ask(sql: str, params: Sequence[object] = ()) -> pd.DataFrame:
            frame = cursor.execute(sql, list(params) or None).fetch_pandas_all().rename(columns=str.lower)
            decimals = [name for name in frame.columns if any(isinstance(value, Decimal) for value in frame[name])]
            return frame.astype(dict.fromkeys(decimals, "float64"))

        yield ask
