"""What the tests of the pages share: a plain connection to ask with, as pages ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.asking import asking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from customer_360.database import Query

    from tests.support.platforms import Platform


@pytest.fixture(scope="session")
def ask(platform: Platform) -> Iterator[Query]:
    """A query of the marketing team's app, without a page and without memory."""
    with asking(platform, "APP_MARKETING") as query:
        yield query
