"""What the tests of the pages share: a plain connection to ask with, as pages ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import snowflake.connector

from c360.connection import target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

    from tests.support.platforms import Platform

    Ask = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def ask(platform: Platform) -> Iterator[Ask]:
    """A query of the marketing team's, without a page and without memory."""
    login = target("local", platform.ports, platform.home, environment={}).login("MARKETING_MANAGER")
    with snowflake.connector.connect(**login, paramstyle="qmark") as connection:

        def asked(sql: str, params: Sequence[object] = ()) -> pd.DataFrame:
            with connection.cursor() as cursor:
                cursor.execute(sql, list(params) or None)
                return cursor.fetch_pandas_all().rename(columns=str.lower)

        yield asked
