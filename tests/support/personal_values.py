"""What nobody may see who is not meant to: every personal value of a platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.platforms import Platform

KINDS = ("NAME", "EMAIL", "PHONE", "ZIP_CODE", "DATE_OF_BIRTH")


def personal_values(platform: Platform) -> dict[str, set[str]]:
    """Return every value of each kind, as the engineer reads it.

    Years of birth alone are no secret: a first of January is what is left of a masked birthday.
    """
    found = {kind: platform.ask(f"select distinct {kind}::varchar from GOLD.DIM_CUSTOMER") for kind in KINDS}
    values = {kind: {str(row[0]) for row in rows if row[0] is not None} for kind, rows in found.items()}
    values["DATE_OF_BIRTH"] = {day for day in values["DATE_OF_BIRTH"] if not day.endswith("-01-01")}
    assert all(len(known) > 50 for known in values.values())
    return values
