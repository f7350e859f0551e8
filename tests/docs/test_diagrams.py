"""The diagrams show what the code is, and leave out only what follows."""

from __future__ import annotations

import re

from docs.pages.diagrams import PAGE, components, diagrams_page, reduced, star, tasks
from pipeline.jobs import RunSettings, build_jobs
from tests.support.recorded import recorded


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text() == diagrams_page(recorded("prod")), (
        "the code changed: 'make reference' writes the page anew"
    )


def test_every_kind_of_resource_is_drawn_where_it_is_made() -> None:
    drawn = components(recorded("prod"))
    assert re.search(r'lake\["lake<br>Bucket<br>', drawn)
    kinds = {one.kind for one in recorded("prod").resources if one.is_custom and not one.is_provider}
    assert {kind for kind in kinds if kind not in drawn} == set()


def test_every_task_and_the_fact_table_are_drawn() -> None:
    assert all(job.name in tasks() for job in build_jobs(RunSettings()))
    assert 'dim_customer ||--o{ fact_transaction : "customer_sk"' in star()


def test_what_follows_from_other_arrows_is_left_out() -> None:
    assert reduced({"a": [], "b": ["a"], "c": ["a", "b"], "d": ["a"]}) == {
        "a": set(),
        "b": {"a"},
        "c": {"b"},
        "d": {"a"},
    }
