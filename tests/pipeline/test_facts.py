"""Segments, card types and sizes are declared once: whoever else names them means the same, and nobody else does."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline import cards, customers, personas, scale, segments, sql_files
from pipeline.categories import MERCHANT_CATEGORIES
from pipeline.procedures import PROCEDURES
from pipeline.python import churn_model
from pipeline.sql_files import SQL, query, render
from pipeline.tables import VIEWS

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "analyst_client", "benchmarks", "c360", "components", "dbt", "docs/data", "local_account", "pipeline", "policies",
    "semantic", "stacks", "streamlit_app",
)  # fmt: skip
KINDS = {".py", ".sql", ".yml", ".yaml"}
# Where the names may stand a second time: dbt and the page run inside Snowflake, the semantic model and questions are
# read by people. Each has all of them, which is what the tests below ask.
SEGMENTS_AGAIN = {
    "dbt/models/gold/customer_segment_evaluations.sql",
    "dbt/models/gold/customer_segment_evaluations.yml",
    "dbt/models/gold/dim_segment.sql",
    "dbt/tests/segments_follow_the_rules.sql",
    "docs/data/draw.py",
    "semantic/model/customers.yaml",
    "semantic/model/segment_history.yaml",
    "streamlit_app/customer_360/vocabulary.py",
}
CARD_TYPES_AGAIN = {
    "dbt/dbt_project.yml",
    "semantic/model/customers.yaml",
    "streamlit_app/customer_360/vocabulary.py",
}
# Questions about one or two segments, and what a test of few rows is made of.
EXAMPLES = {
    "streamlit_app/customer_360/assistant/suggestions.py",
    "semantic/model/verified_first.yaml",
    "benchmarks/sql/typical_questions.sql",
    "dbt/models/gold/customer_segment_history.yml",
    "dbt/models/gold/dim_customer.yml",
    "dbt/models/staging/changed_customers.yml",
    "docs/data/fidelity.sql",
}


def texts() -> dict[str, str]:
    files = (f for folder in FOLDERS for f in sorted((ROOT / folder).rglob("*")) if f.suffix in KINDS)
    # what dbt left, and questions of an evaluation, which are about one or two of each
    return {f.relative_to(ROOT).as_posix(): f.read_text() for f in files if not {"target", "evaluation"} & {*f.parts}}


def naming(names: tuple[str, ...]) -> set[str]:
    """Return the files that name two of these: one alone is a word like any other."""
    found = {path: [name for name in names if name in text] for path, text in texts().items()}
    return {path for path, named in found.items() if len(named) > 1} - EXAMPLES


def lacking(paths: set[str], names: tuple[str, ...]) -> dict[str, list[str]]:
    """Return what each of the files does not name: all of it at once, for whoever adds a name."""
    found = {path: [name for name in names if name not in (ROOT / path).read_text()] for path in sorted(paths)}
    return {path: missing for path, missing in found.items() if missing}


def test_segments_are_named_where_they_are_declared_and_where_all_are_held() -> None:
    assert naming(segments.SEGMENT_NAMES) == SEGMENTS_AGAIN | {"pipeline/segments.py"}
    assert lacking(SEGMENTS_AGAIN, segments.SEGMENT_NAMES) == {}


def test_card_types_are_named_where_they_are_declared_and_where_all_four_are_held() -> None:
    assert naming(cards.CARD_TYPE_NAMES) == CARD_TYPES_AGAIN | {"pipeline/cards.py"}
    assert lacking(CARD_TYPES_AGAIN, cards.CARD_TYPE_NAMES) == {}


def _columns_of_dbt(name: str) -> dict[str, list[dict[str, Any]]]:
    """Return the tests of every column of that name, by model."""
    found = {}
    for file in sorted((ROOT / "dbt" / "models").rglob("*.yml")):
        for model in yaml.safe_load(file.read_text()).get("models", []):
            for column in model.get("columns", []):
                if column["name"] == name:
                    tests = [test for test in column.get("data_tests", []) if isinstance(test, dict)]
                    found[model["name"]] = [{kind: t["arguments"] for kind, t in test.items()} for test in tests]
    return found


def test_dbt_declares_the_same_segments_in_the_order_in_which_their_rules_go() -> None:
    gold = ROOT / "dbt" / "models" / "gold"
    declared = re.findall(r"\((\d), '([^']+)', (\d+), '", (gold / "dim_segment.sql").read_text())
    assert declared == [(str(s.priority), s.name, str(s.expected_percent)) for s in segments.SEGMENTS_BY_PRIORITY]
    rules = (gold / "customer_segment_evaluations.sql").read_text()
    assert re.findall(r"when is_\w+ then '([^']+)'", rules) == [s.name for s in segments.SEGMENTS_BY_PRIORITY]


def test_dbt_holds_every_segment_to_its_dimension() -> None:
    tests = _columns_of_dbt("segment")
    assert {"customer_segment_evaluations", "customer_segment_history", "customer_segments"} <= set(tests)
    for model in ("customer_segment_evaluations", "customer_segment_history", "customer_segments"):
        assert {"foreign_key": {"to": "ref('dim_segment')", "field": "segment"}} in tests[model], model


def test_dbt_declares_the_same_card_types_and_holds_every_card_to_them() -> None:
    project = yaml.safe_load((ROOT / "dbt" / "dbt_project.yml").read_text())
    assert project["vars"]["card_types"] == list(cards.CARD_TYPE_NAMES)
    tests = _columns_of_dbt("card_type")
    assert {"dim_customer", "stg_customers", "stg_customer_changes"} <= set(tests)
    for model in ("dim_customer", "stg_customers", "stg_customer_changes"):
        assert {"accepted_values": {"values": "{{ var('card_types') }}"}} in tests[model], model


def test_the_segments_share_the_customers_and_each_has_its_persona() -> None:
    assert sum(s.expected_percent for s in segments.SEGMENTS) == 100
    assert [s.priority for s in segments.SEGMENTS_BY_PRIORITY] == list(range(1, len(segments.SEGMENTS) + 1))
    assert tuple(p.segment for p in personas.PERSONAS) == segments.SEGMENTS
    assert all(len(c.by_persona) == len(personas.PERSONAS) for c in MERCHANT_CATEGORIES)


def _macro(name: str) -> str:
    """Return what a macro of one relation's rows writes, without their prefix."""
    (text,) = [t for f in (ROOT / "dbt" / "macros").glob("*.sql") if f"macro {name}(" in (t := f.read_text())]
    body = text.partition(f"macro {name}(")[2].partition("endmacro")[0]
    return re.sub(r"\{%.*|\{\{ prefix \}\}", "", body.partition("-%}")[2].partition("-%}")[2])


def test_bronze_checks_the_load_of_a_transaction_that_silver_will_choose() -> None:
    """VALIDATE_BRONZE runs before dbt, and so writes the order of a macro by hand."""
    order = _macro("newest_load_first").replace("{{ file_date(rows) }}", _macro("file_date"))
    (checked,) = (p.body for p in PROCEDURES if p.name == "VALIDATE_BRONZE")
    by_hand = checked.partition("partition by t.transaction_id")[2].partition("order by")[2].partition(") = 1")[0]
    assert "_loaded_at desc" in order
    assert "".join(order.split()) == "".join(by_hand.replace("t._", "_").split())


def test_both_trainings_leave_out_the_keys_and_the_levels() -> None:
    (view,) = (v.statement for v in VIEWS if v.name == "CHURN_FEATURES")
    levels = {feature.lower() for feature in re.findall(r"\('(\w+)', '[^']+', 'level'", view)}
    (trained,) = (p.body for p in PROCEDURES if p.name == "FIT_CHURN_MODEL")
    for text in (trained, churn_model.TRAINING):
        left_out = re.findall(r"exclude \(([^)]+)\)", text)
        assert [set(re.findall(r"\w+", names)) for names in left_out] == [
            {"customer_id", "part", "label_date", "is_churned"} | levels
        ]
    assert len(levels) == 7


def test_every_stack_generates_the_full_scale() -> None:
    for file in sorted(ROOT.glob("Pulumi.*.yaml")):
        config = yaml.safe_load(file.read_text())["config"]
        assert (config["customer-360:customers"], config["customer-360:seed"]) == (scale.CUSTOMERS, scale.SEED), file
    page = (ROOT / "docs" / "data.md").read_text()
    assert f"exactly {scale.TRANSACTIONS_PER_CUSTOMER} a customer" in page
    assert f"{scale.CUSTOMERS * scale.TRANSACTIONS_PER_CUSTOMER:,} for {scale.CUSTOMERS:,} customers" in page


def test_no_statement_of_the_pipeline_repeats_a_size() -> None:
    sizes = re.compile(rf"\b({scale.TRANSACTIONS_PER_CUSTOMER}|(?<!Customer ){scale.SEED})\b")
    assert sizes.search("count(*) * 270")
    assert not sizes.search("'Customer 360: run '")
    assert {f.name for f in SQL.rglob("*.sql") if sizes.search(f.read_text())} == set()


def test_amounts_and_limits_stand_in_the_page_about_the_data() -> None:
    page = (ROOT / "docs" / "data.md").read_text()
    for persona in personas.PERSONAS:
        least, greatest = persona.amounts
        share = persona.segment.expected_percent
        assert f"| {persona.name} | {share} % | {least} to {greatest:,} |" in page


def test_cards_follow_the_limit() -> None:
    limits = [card.least_limit for card in cards.CARD_TYPES]
    assert limits == sorted(limits, reverse=True)
    assert {customers.card_type(limit) for limit in limits} == set(cards.CARD_TYPE_NAMES)
    assert cards.card_type(cards.LEAST_LIMIT - 1) == cards.CARD_TYPE_NAMES[-1]


def test_rows_of_another_generator_are_made_anew_and_a_comment_makes_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Batches are recognised by their name, so that it has to change with whatever decides their rows."""
    version = sql_files.facts()["generator_version"]
    (signing,) = (p.body for p in PROCEDURES if p.name == "GENERATE_TRANSACTIONS")
    assert f"'synthetic-{version}-'" in signing
    with monkeypatch.context() as patched:
        patched.setattr(personas, "PERSONAS", (replace(personas.PERSONAS[0], flatness=1), *personas.PERSONAS[1:]))
        assert sql_files.facts()["generator_version"] != version
    folder = shutil.copytree(SQL, tmp_path / "sql")
    monkeypatch.setattr(sql_files, "SQL", folder)
    plan = folder / "procedures" / "generate" / "plan_transactions.sql"
    plan.write_text(f"-- one comment more\n{plan.read_text()}")
    assert sql_files.facts()["generator_version"] == version
    plan.write_text(plan.read_text().replace("when 12 then 122", "when 12 then 123"))
    assert sql_files.facts()["generator_version"] != version


def test_nothing_stays_open_in_the_sql_and_no_unknown_fact_passes() -> None:
    rendered = [
        *(p.body for p in PROCEDURES),
        *(v.statement for v in VIEWS),
        *(query(f.stem) for f in SQL.glob("*.sql")),
    ]
    assert not any("{{" in text or "}}" in text for text in rendered)
    with pytest.raises(KeyError, match="no_such_fact"):
        render("select {{ no_such_fact }}")
