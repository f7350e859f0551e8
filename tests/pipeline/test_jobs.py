"""The job graph: what is built from settings, and which graphs are refused."""

from __future__ import annotations

import json
from datetime import date

import pytest

from pipeline.jobs import Job, JobGraphError, RunSettings, build_jobs, root_config, validate_jobs


def job(name: str, *after: str, is_finalizer: bool = False) -> Job:
    return Job(name, f"CALL {name}()", "load", "", after, is_finalizer)


def test_every_job_follows_its_predecessors_and_the_finalizer_is_last() -> None:
    jobs = build_jobs(RunSettings())
    names = [j.name for j in jobs]
    assert names[0] == "RUN_PIPELINE"
    assert names[-1] == "CLOSE_RUN"
    assert jobs[-1].is_finalizer
    assert all(names.index(predecessor) < names.index(j.name) for j in jobs for predecessor in j.after)
    assert len(names) == len(set(names)) == 11


def test_dbt_builds_with_the_stack_s_target() -> None:
    (build,) = [j for j in build_jobs(RunSettings(dbt_target="prod")) if j.name == "BUILD_WAREHOUSE"]
    assert build.statement == "execute dbt project platform.customer_360_dbt args='build --target prod'"
    assert build.warehouse == "transform"


def test_the_root_s_configuration_is_json_of_the_settings() -> None:
    settings = RunSettings(as_of_date=date(2024, 6, 30), seed=7, refund_percent=1.5, reject_limit_percent=2.5)
    assert json.loads(root_config(settings)) == {
        "as_of_date": "2024-06-30",
        "seed": 7,
        "refund_percent": 1.5,
        "reject_limit_percent": 2.5,
        "source": "synthetic",
        "mail_integration": "",
        "mail_recipients": "",
    }


def test_files_are_loaded_where_others_are_generated() -> None:
    generated = [j.name for j in build_jobs(RunSettings())]
    loaded = [j.name for j in build_jobs(RunSettings(source="files", as_of_date=None))]
    assert loaded == ["LOAD_TRANSACTIONS" if name == "GENERATE_TRANSACTIONS" else name for name in generated]


def test_the_day_of_files_is_not_configured_but_that_of_generated_data_is() -> None:
    assert json.loads(root_config(RunSettings(source="files", as_of_date=None)))["as_of_date"] == ""
    with pytest.raises(JobGraphError, match=r"^generated transactions need an as_of_date: set one\.$"):
        build_jobs(RunSettings(as_of_date=None))


def test_jobs_are_ordered_whatever_the_order_of_declaration() -> None:
    jobs = validate_jobs([job("END", is_finalizer=True), job("C", "A", "B"), job("B", "A"), job("A")])
    assert [j.name for j in jobs] == ["A", "B", "C", "END"]


@pytest.mark.parametrize(
    ("jobs", "message"),
    [
        ([job("A"), job("A")], "job A is declared twice"),
        ([job("A"), job("B", "X")], "job B runs after X, which is not declared"),
        ([job("A"), job("B", "A", "C"), job("C", "B")], "jobs wait for each other: "),
        ([job("A"), job("B")], "a graph has one root, this one has 2: A, B"),
        ([job("A"), job("F", is_finalizer=True), job("G", is_finalizer=True)], "F, G are all finalizers"),
        ([job("A"), job("F", "A", is_finalizer=True)], "finalizer F cannot run after A"),
        ([job("A"), job("F", is_finalizer=True), job("B", "F")], "job B cannot run after the finalizer F"),
    ],
)
def test_a_graph_that_snowflake_would_refuse_is_refused(jobs: list[Job], message: str) -> None:
    with pytest.raises(JobGraphError, match=message):
        validate_jobs(jobs)
