"""The customer segments: how they are spelled, which rule goes first, and how many customers each is to hold.

Every other place that names them (SQL, dbt, semantic model, page, charts) is rendered from here or held to it by
tests/pipeline/test_facts.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Segment:
    """One segment of customers."""

    name: str
    """As every table, page and question spells it."""

    priority: int
    """From 1: of several rules that place a customer, the one with the lowest priority number holds."""

    expected_percent: int
    """Share of the customers that the business expects, percent."""


TRAVELERS = Segment("High-Value Travelers", priority=2, expected_percent=15)
STABLE = Segment("Stable Mid-Spenders", priority=5, expected_percent=35)
BUDGET = Segment("Budget-Conscious", priority=4, expected_percent=25)
DECLINING = Segment("Declining", priority=1, expected_percent=15)
GROWING = Segment("New & Growing", priority=3, expected_percent=10)

# In the order in which they are shown; the generator numbers its personas the same way.
SEGMENTS = (TRAVELERS, STABLE, BUDGET, DECLINING, GROWING)
SEGMENTS_BY_PRIORITY = tuple(sorted(SEGMENTS, key=lambda segment: segment.priority))
SEGMENT_NAMES = tuple(segment.name for segment in SEGMENTS)


def sql_names() -> str:
    """Return the names as SQL literals, separated by commas."""
    return ", ".join(f"'{name}'" for name in SEGMENT_NAMES)


def sql_expected_percents() -> str:
    """Return rows of VALUES: name, expected percent."""
    return ",\n".join(f"('{segment.name}', {segment.expected_percent})" for segment in SEGMENTS)
