"""The churn model for accounts without SNOWFLAKE.ML.CLASSIFICATION: its handlers on real tables, its results' shapes.

The local account runs no Python procedures. The handlers run here, in the test's process, on a session that offers the
calls of Snowpark which they use and sends their SQL to the local account.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from c360.recorder import RecordingMonitor
from c360.review.snapshot import Snapshot, snapshot_from
from pipeline.procedures import PROCEDURES, procedures_for
from pipeline.python import churn_model
from stacks.config import ConfigError, load_config
from stacks.program import evaluate

if TYPE_CHECKING:
    from snowflake.connector.cursor import SnowflakeCursor

    from tests.support.platforms import Platform

STAND_INS = ("FIT_CHURN_MODEL", "SCORE_CHURN", "CHURN_MODEL_IN_USE", "PROMOTE_CHURN_MODEL")
HELD_OUT = "(select * from GOLD.ML_TRAINING_DATA where part <> 'TRAIN')"

pytestmark = pytest.mark.timeout(600)


class Session:
    """What the handlers use of a Snowpark session, on a connector's cursor."""

    def __init__(self, cursor: SnowflakeCursor) -> None:
        self.cursor = cursor
        self.frame = pd.DataFrame()

    def sql(self, query: str, params: list[Any] | None = None) -> Session:
        """Run at once what Snowpark would run when its result is asked for."""
        self.cursor.execute(query.replace("?", "%s") if params else query, tuple(params) if params else None)
        return self

    def collect(self) -> list[Any]:
        """Return the rows."""
        return list(self.cursor.fetchall())

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a data frame."""
        return pd.DataFrame(self.cursor.fetchall(), columns=[column.name for column in self.cursor.description])

    def create_dataframe(self, frame: pd.DataFrame) -> Session:
        """Take a data frame to write."""
        self.frame = frame
        return self

    @property
    def write(self) -> Session:
        """The writer."""
        return self

    def mode(self, how: str) -> Session:
        """Only overwriting is used."""
        assert how == "overwrite"
        return self

    def save_as_table(self, name: str) -> None:
        """Write the data frame into a table."""
        types = [f"{c} {'varchar' if self.frame[c].dtype == object else 'float'}" for c in self.frame.columns]
        self.cursor.execute(f"create or replace table {name} ({', '.join(types)})")
        marks = ", ".join(["%s"] * len(types))
        self.cursor.executemany(
            f"insert into {name} values ({marks})", [tuple(row) for row in self.frame.astype(object).to_numpy()]
        )


def deploy(cursor: SnowflakeCursor) -> None:
    """Deploy the stand-ins that are written in SQL."""
    for procedure in procedures_for("procedure"):
        if procedure.name in STAND_INS and not procedure.python:
            cursor.execute(procedure.declaration)


def test_it_trains_promotes_and_scores_like_the_class(platform_copy: Platform) -> None:
    with platform_copy.served() as platform, platform.cursor() as cursor:
        deploy(cursor)
        session = Session(cursor)
        assert cursor.execute("call PLATFORM.CHURN_MODEL_IN_USE()").fetchone() == (None,)
        report = json.loads(churn_model.fit(session))
        assert cursor.execute("call PLATFORM.CHURN_MODEL_IN_USE()").fetchone() == (None,)
        for version in ("first", "second"):
            cursor.execute("call PLATFORM.PROMOTE_CHURN_MODEL(%s)", (json.dumps({"version": version}),))
            assert cursor.execute("call PLATFORM.CHURN_MODEL_IN_USE()").fetchone() == (
                '{"version": "' + version + '"}',
            )
            churn_model.fit(session)
        names = cursor.execute("select name from PLATFORM.CHURN_MODELS order by name").fetchall()
        assert [name for (name,) in names] == ["CHURN_MODEL", "CHURN_MODEL_CANDIDATE", "CHURN_MODEL_PREVIOUS"]
        churn_model.score(session, "GOLD.CHURN_MODEL", HELD_OUT, "customer_id", "GOLD.OF_PROCEDURE")
        cursor.execute("call PLATFORM.SCORE_CHURN('GOLD.CHURN_MODEL', %s, 'customer_id', 'GOLD.OF_CLASS')", (HELD_OUT,))
        columns = {}
        for table in ("OF_PROCEDURE", "OF_CLASS"):
            cursor.execute(f"describe table GOLD.{table}")
            columns[table] = [(row[0], row[1].partition("(")[0]) for row in cursor.fetchall()]
        assert columns["OF_PROCEDURE"] == columns["OF_CLASS"]
        rows = platform.ask(
            "select d.is_churned, p.churn_probability, c.churn_probability from GOLD.OF_PROCEDURE p"
            " join GOLD.OF_CLASS c on p.customer_id = c.customer_id"
            " join GOLD.ML_TRAINING_DATA d on p.customer_id = d.customer_id"
        )
        churned, of_procedure, of_class = zip(*rows, strict=True)
        assert roc_auc_score(churned, of_procedure) > roc_auc_score(churned, of_class) - 0.05
        logged = platform.ask("select details from OBSERVABILITY.MODEL_EXECUTION_LOG where operation = 'TRAIN'")
        of_the_class = json.loads(logged[0][0])
        assert report["model_reports"].keys() == of_the_class["model_reports"].keys()
        assert {line["feature"] for line in report["feature_importance"]} == {
            line["feature"] for line in of_the_class["feature_importance"]
        }


def test_a_model_that_is_not_there_is_one_sentence(platform_copy: Platform) -> None:
    with platform_copy.served() as platform, platform.cursor() as cursor:
        deploy(cursor)
        cursor.execute("call PLATFORM.CHURN_MODEL_IN_USE()")
        with pytest.raises(ValueError, match=r"There is no model X in PLATFORM.CHURN_MODELS"):
            churn_model.score(Session(cursor), "GOLD.X", HELD_OUT, "customer_id", "GOLD.Y")


def test_a_stack_deploys_one_or_the_other_under_the_same_names() -> None:
    with_class, without = (_program(kind) for kind in ("class", "procedure"))
    signatures = [
        {
            (r.inputs["schema"], r.inputs["name"], str(r.inputs.get("arguments")), r.inputs["returnType"])
            for r in snapshot.resources
            if r.type.endswith((":ProcedureSql", ":ProcedurePython"))
        }
        for snapshot in (with_class, without)
    ]
    assert {name for _, name, *_ in signatures[0] - signatures[1]} == {"RENAME_CHURN_MODEL"}
    assert not signatures[1] - signatures[0]
    python = {r.inputs["name"]: r.inputs for r in without.resources if r.type.endswith(":ProcedurePython")}
    assert python.keys() == {"FIT_CHURN_MODEL", "SCORE_CHURN"}
    for inputs in python.values():
        assert inputs["runtimeVersion"] == "3.11"
        assert f"def {inputs['handler']}(session" in inputs["procedureDefinition"]
        assert inputs["executeAs"] == "CALLER"
    assert not any("ml.classification " in p.body and p.name in STAND_INS for p in procedures_for("procedure"))
    assert procedures_for("class") == PROCEDURES


def _program(kind: str) -> Snapshot:
    monitor = RecordingMonitor(knows_outputs=True)
    outputs = evaluate("prod", load_config("prod", {"churn_model": kind}), monitor, preview=False)
    return snapshot_from("prod", {"resources": monitor.recorded, "outputs": outputs})


def test_the_local_account_has_the_class_and_no_python_procedures() -> None:
    with pytest.raises(ConfigError, match="churn_model must be class in the local environment"):
        load_config("local", {"churn_model": "procedure"})
