"""What the tests of the pages share: a plain connection to ask with, as pages ask, and a page without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import snowflake.connector

from tests.support.asking import asking
from tests.support.opened_pages import opening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from customer_360.database import Query

    from tests.support.opened_pages import Open
    from tests.support.platforms import Platform


@pytest.fixture(autouse=True)
def paramstyle_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the connector's paramstyle back after each test: Streamlit's connection sets it for the whole process."""
    monkeypatch.setattr(snowflake.connector, "paramstyle", snowflake.connector.paramstyle)


@pytest.fixture(scope="session")
def ask(platform: Platform) -> Iterator[Query]:
    """A query of the marketing team's app, without a page and without memory."""
    with asking(platform, "APP_MARKETING") as query:
        yield query


@pytest.fixture
def open_page(tmp_path: Path) -> Iterator[Open]:
    """Open pages, with the connection that `c360 app` writes."""
    with opening(tmp_path) as open_at:
        yield open_at
