"""Who takes data out of the app is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer_360.access.exports import Export, record_export

if TYPE_CHECKING:
    from customer_360.database import Query

    from tests.support.platforms import Platform


def test_an_export_is_on_record(platform: Platform, ask: Query) -> None:
    record_export(ask, Export("ANN", "marketing", "Campaign list: Active", 35, has_contact_data=True))
    rows = platform.ask(
        "select audience, content, row_count, has_contact_data from OBSERVABILITY.EXPORT_LOG where user_name = 'ANN'",
        role="ACCOUNTADMIN",
    )
    assert rows == [("marketing", "Campaign list: Active", 35, True)]
