"""The personas: the numbers behind the published checksum, and what must hold between them."""

from __future__ import annotations

import hashlib

from pipeline.cards import GREATEST_LIMIT, LEAST_LIMIT
from pipeline.personas import PERSONAS, sql_amounts, sql_rows
from pipeline.scale import AS_OF_DATE, CUSTOMERS, FIRST_DAY, LEAST_CUSTOMERS, MOST_CUSTOMERS, SEED
from pipeline.segments import BUDGET, DECLINING, GROWING, SEGMENTS

# Changing them means that every database built from the generator changes.
SHA256 = "8c25bb1cfd813dd1d14e75a810b9dc47684c31c26fa41df15d60a85d03621a46"
SCALE = (360, 50_000, "2020-01-01", "2024-12-31")


def test_the_numbers_are_those_of_the_published_checksum() -> None:
    assert hashlib.sha256(sql_rows().encode()).hexdigest() == SHA256
    assert (SEED, CUSTOMERS, FIRST_DAY.isoformat(), AS_OF_DATE.isoformat()) == SCALE


def test_amounts_are_those_of_the_specification() -> None:
    assert sql_amounts().split(",\n") == [
        "('High-Value Travelers', 75, 2500)", "('Stable Mid-Spenders', 15, 300)", "('Budget-Conscious', 5, 100)",
        "('Declining', 10, 600)", "('New & Growing', 5, 600)",
    ]  # fmt: skip


def test_limits_are_those_that_a_card_can_have() -> None:
    assert [p.segment for p in PERSONAS] == list(SEGMENTS)
    limits = {p.segment: p.opening_limits for p in PERSONAS}
    assert [segment for segment, found in limits.items() if found is None] == [DECLINING]
    for found in filter(None, limits.values()):
        assert LEAST_LIMIT <= found[0] < found[1] < found[2] <= GREATEST_LIMIT
    assert (limits[BUDGET], limits[GROWING]) == ((500, 1_800, 9_000), (500, 3_000, 12_000))


def test_ids_have_six_digits() -> None:
    assert (LEAST_CUSTOMERS, len(str(MOST_CUSTOMERS)), len(str(MOST_CUSTOMERS + 1))) == (10, 6, 7)
