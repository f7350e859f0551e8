"""SNOWFLAKE.ML.CLASSIFICATION: training, PREDICT in queries, metrics, rights, and what survives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.support.rows import tuples

ROWS = 600
TABLE = """
create or replace table CUSTOMERS as
with numbers as (select row_number() over (order by seq4()) as i from table(generator(rowcount => 600)))
select
    'C' || i as customer_id,
    mod(i * 37, 100) / 10.0 as spend,
    iff(mod(i, 7) = 0, null, mod(i * 11, 50)) as visits,
    case mod(i, 3) when 0 then 'Gold' when 1 then 'Silver' else 'Platinum' end as card,
    mod(i, 2) = 0 as is_online,
    dateadd('day', mod(i, 365), '2023-01-01'::timestamp_ntz) as last_seen,
    iff(mod(i * 37, 100) < 30, 'CHURNED', 'ACTIVE') as label
from numbers
"""
TRAIN = """create or replace snowflake.ml.classification CHURN(
    INPUT_DATA => SYSTEM$QUERY_REFERENCE('select * exclude customer_id from CUSTOMERS'),
    TARGET_COLNAME => 'label', CONFIG_OBJECT => {'evaluate': TRUE, 'evaluation_config': {'test_fraction': 0.25}})"""


@pytest.fixture
def churn(cursor: Any) -> Any:
    """A cursor in a database with the table CUSTOMERS and the model CHURN."""
    cursor.execute(TABLE)
    cursor.execute(TRAIN)
    return cursor


def test_predictions_have_snowflakes_shape_and_find_the_rule(churn: Any) -> None:
    found = tuples(churn, "select label, CHURN!PREDICT(INPUT_DATA => {*}) as p from CUSTOMERS")
    objects = [(label, json.loads(p)) for label, p in found]
    assert len(objects) == ROWS
    assert all(list(o) == ["class", "logs", "probability"] and o["logs"] is None for _, o in objects)
    assert all(abs(sum(o["probability"].values()) - 1) < 1e-6 for _, o in objects)
    assert sum(label == o["class"] for label, o in objects) / ROWS > 0.95


@pytest.mark.parametrize("star", ["{* rename (visits as v)}", "{* replace (1 as visits)}"])
def test_a_star_that_changes_columns_is_refused(churn: Any, star: str) -> None:
    with pytest.raises(ProgrammingError, match=r"RENAME .* REPLACE .* is not supported"):
        churn.execute(f"select CHURN!PREDICT(INPUT_DATA => {star}) from CUSTOMERS")


def test_the_order_of_the_rows_does_not_matter(cursor: Any) -> None:
    noisy = TABLE.replace("iff(mod(i * 37, 100) < 30,", "iff(mod(i * 37, 100) + mod(i * i * 53, 41) < 45,")
    scores = "select customer_id, CHURN!PREDICT(INPUT_DATA => {*})::varchar from CUSTOMERS order by customer_id"
    found = []
    for order in ("customer_id", "reverse(customer_id) desc"):
        cursor.execute(noisy)
        cursor.execute(f"create or replace table CUSTOMERS as select * from CUSTOMERS order by {order}")
        cursor.execute(TRAIN)
        found.append((tuples(cursor, scores), tuples(cursor, "call CHURN!SHOW_GLOBAL_EVALUATION_METRICS()")))
    assert found[0] == found[1]


def test_paths_into_the_object_work_in_filters_joins_and_ctas(churn: Any) -> None:
    churn.execute(
        "create table SCORES as select customer_id, p:probability:CHURNED::float as chance, p:class::string as class "
        "from (select *, CHURN!PREDICT(INPUT_DATA => {*}) as p from CUSTOMERS)"
    )
    assert tuples(churn, "select count(*), count_if((chance >= 0.5) = (class = 'CHURNED')) from SCORES") == [
        (ROWS, ROWS)
    ]
    joined = tuples(
        churn,
        "select count(*) from CUSTOMERS c join SCORES s on s.customer_id = c.customer_id "
        "where abs(CHURN!PREDICT(INPUT_DATA => {c.*}):probability:CHURNED::float - s.chance) < 1e-9",
    )
    assert joined == [(ROWS,)]


@pytest.mark.parametrize(
    "written",
    [
        "OBJECT_CONSTRUCT_KEEP_NULL(*)",
        "{'SPEND': spend, 'VISITS': visits, 'CARD': card, 'IS_ONLINE': is_online, 'LAST_SEEN': last_seen}",
        "{* EXCLUDE customer_id}",
        "{CUSTOMERS.*}",
    ],
)
def test_every_way_to_write_the_input_gives_the_same(churn: Any, written: str) -> None:
    query = "select CHURN!PREDICT(INPUT_DATA => {}) from CUSTOMERS order by customer_id"
    assert tuples(churn, query.replace("{}", written)) == tuples(churn, query.replace("{}", "{*}"))


def test_a_left_out_feature_counts_as_missing(churn: Any) -> None:
    changed = tuples(
        churn,
        "select count_if(CHURN!PREDICT(INPUT_DATA => {*}):probability:CHURNED::float "
        "<> CHURN!PREDICT(INPUT_DATA => {* EXCLUDE (spend)}):probability:CHURNED::float) from CUSTOMERS",
    )
    assert changed == [(ROWS * 0.3,)]  # without the spend nobody looks like a churner


@pytest.mark.parametrize(
    ("method", "columns", "count"),
    [
        ("SHOW_EVALUATION_METRICS", "DATASET_TYPE CLASS ERROR_METRIC METRIC_VALUE LOGS", 8),
        ("SHOW_GLOBAL_EVALUATION_METRICS", "DATASET_TYPE AVERAGE_TYPE ERROR_METRIC METRIC_VALUE LOGS", 9),
        ("SHOW_CONFUSION_MATRIX", "DATASET_TYPE ACTUAL_CLASS PREDICTED_CLASS COUNT LOGS", 4),
        (
            "SHOW_THRESHOLD_METRICS",
            "DATASET_TYPE CLASS THRESHOLD PRECISION RECALL F1 TPR FPR TP FP TN FN ACCURACY SUPPORT LOGS",
            202,
        ),
        ("SHOW_FEATURE_IMPORTANCE", "RANK FEATURE SCORE FEATURE_TYPE", 8),
        ("SHOW_TRAINING_LOGS", "LOGS", 1),
    ],
)
def test_metrics_come_as_tables_with_the_documented_columns(churn: Any, method: str, columns: str, count: int) -> None:
    churn.execute(f"call CHURN!{method}()")
    assert [c.name for c in churn.description] == columns.split()
    assert tuples(churn, "select count(*) from table(result_scan(last_query_id()))") == [(count,)]


def test_metrics_belong_to_rows_that_were_held_out(churn: Any) -> None:
    churn.execute("call CHURN!SHOW_CONFUSION_MATRIX()")
    assert tuples(churn, "select sum(count) from table(result_scan(last_query_id()))") == [(ROWS // 4,)]
    churn.execute("call CHURN!SHOW_GLOBAL_EVALUATION_METRICS()")
    found = tuples(churn, "select metric_value from table(result_scan(last_query_id())) where error_metric = 'auc'")
    assert all(value > 0.95 for (value,) in found)
    churn.execute("call CHURN!SHOW_FEATURE_IMPORTANCE()")
    found = tuples(churn, "select rank, feature, score from table(result_scan(last_query_id())) order by rank")
    assert [rank for rank, _, _ in found] == list(range(1, 9))
    assert abs(sum(score for _, _, score in found) - 1) < 1e-9
    assert found[0][1] == "SPEND"  # the label depends on it alone


def test_training_twice_gives_the_same_model(churn: Any) -> None:
    query = "select CHURN!PREDICT(INPUT_DATA => {*}) from CUSTOMERS order by customer_id"
    before = tuples(churn, query)
    churn.execute(TRAIN)
    assert tuples(churn, query) == before


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("CUSTOMERS", "is not a reference"),
        ("SYSTEM$QUERY_REFERENCE('select spend, label, current_date() as d from CUSTOMERS')", "D has type DATE"),
        ("SYSTEM$QUERY_REFERENCE('select spend, ''x'' as label from CUSTOMERS')", "has 1 classes"),
        ("SYSTEM$QUERY_REFERENCE('select spend from CUSTOMERS')", "target column label is not in"),
        ("SYSTEM$REFERENCE('VIEW', 'CUSTOMERS')", "View .* does not exist"),
    ],
)
def test_a_retrain_that_fails_leaves_the_old_model(churn: Any, data: str, message: str) -> None:
    query = "select CHURN!PREDICT(INPUT_DATA => {*}) from CUSTOMERS order by customer_id"
    before = tuples(churn, query)
    with pytest.raises(ProgrammingError, match=message):
        churn.execute(
            f"create or replace snowflake.ml.classification CHURN(INPUT_DATA => {data}, TARGET_COLNAME => 'label')"
        )
    assert tuples(churn, query) == before


def test_references_to_tables_views_and_queries_train(churn: Any) -> None:
    churn.execute("create view INPUTS as select spend, card, label from CUSTOMERS")
    for data in ("SYSTEM$REFERENCE('VIEW', 'INPUTS')", "TABLE(INPUTS)", "TABLE(select spend, label from INPUTS)"):
        churn.execute(
            f"create or replace snowflake.ml.classification M(INPUT_DATA => {data}, TARGET_COLNAME => 'LABEL', "
            "CONFIG_OBJECT => {'evaluate': FALSE})"
        )
        with pytest.raises(ProgrammingError, match="no evaluation metrics"):
            churn.execute("call M!SHOW_EVALUATION_METRICS()")
    churn.execute("show snowflake.ml.classification")
    assert [row[1] for row in churn.fetchall()] == ["CHURN", "M"]
    churn.execute("drop snowflake.ml.classification M")
    with pytest.raises(ProgrammingError, match="does not exist"):
        churn.execute("select M!PREDICT(INPUT_DATA => {*}) from INPUTS")


def test_a_role_needs_mlconsumer_to_predict_and_mladmin_for_metrics(churn: Any, connect: Any, database: str) -> None:
    for statement in (
        "create role if not exists SCORER",
        "grant role SCORER to user LOCAL",
        f"grant usage on database {database} to role SCORER",
        f"grant usage on schema {database}.PUBLIC to role SCORER",
        "grant select on table CUSTOMERS to role SCORER",
    ):
        churn.execute(statement)
    scorer = connect(role="SCORER", database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    query = "select CHURN!PREDICT(INPUT_DATA => {*}) from CUSTOMERS limit 1"
    with pytest.raises(ProgrammingError, match="MLCONSUMER"):
        scorer.execute(query)
    churn.execute("grant snowflake.ml.classification role CHURN!mlconsumer to role SCORER")
    assert len(scorer.execute(query).fetchall()) == 1
    with pytest.raises(ProgrammingError, match="MLADMIN"):
        scorer.execute("call CHURN!SHOW_EVALUATION_METRICS()")
    churn.execute(TRAIN)
    with pytest.raises(ProgrammingError, match="MLCONSUMER"):
        scorer.execute(query)


def test_a_renamed_model_predicts_as_before_and_outlives_a_new_one_of_its_old_name(churn: Any) -> None:
    query = "select {}!PREDICT(INPUT_DATA => {{*}}) from CUSTOMERS order by customer_id"
    before = tuples(churn, query.format("CHURN"))
    churn.execute("alter snowflake.ml.classification CHURN set comment = 'first'")
    churn.execute("alter snowflake.ml.classification CHURN rename to 'KEPT'")
    with pytest.raises(ProgrammingError, match="does not exist"):
        churn.execute(query.format("CHURN"))
    churn.execute(
        "create or replace snowflake.ml.classification CHURN(INPUT_DATA => SYSTEM$QUERY_REFERENCE("
        "'select spend, label from CUSTOMERS'), TARGET_COLNAME => 'label')"
    )
    assert tuples(churn, query.format("KEPT")) == before
    churn.execute("show snowflake.ml.classification")
    assert [(row[1], row[5]) for row in churn.fetchall()] == [("CHURN", ""), ("KEPT", "first")]


def test_a_model_is_not_renamed_over_another(churn: Any) -> None:
    churn.execute(TRAIN.replace("CHURN(", "OTHER(", 1))
    with pytest.raises(ProgrammingError, match="already exists"):
        churn.execute("alter snowflake.ml.classification CHURN rename to OTHER")
    churn.execute("drop snowflake.ml.classification OTHER")
    churn.execute("alter snowflake.ml.classification CHURN rename to OTHER")
    churn.execute("alter snowflake.ml.classification OTHER unset comment")
    churn.execute("alter snowflake.ml.classification if exists CHURN rename to X")
    with pytest.raises(ProgrammingError, match="not supported"):
        churn.execute("alter snowflake.ml.classification OTHER set tag T = 'x'")
