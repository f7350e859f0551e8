"""The stored procedures as typed data: names, arguments, and the files that hold their bodies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pipeline.sql_files import SQL, render

FOLDER = SQL / "procedures"
HANDLERS = Path(__file__).parent / "python"

ChurnModel = Literal["class", "procedure"]


@dataclass(frozen=True)
class Argument:
    """One argument: upper-case name and Snowflake type."""

    name: str
    type: str


@dataclass(frozen=True)
class Python:
    """What makes a procedure one in Python: the module in pipeline/python that holds it, and the function to call."""

    module: str
    handler: str
    packages: tuple[str, ...] = ("pandas", "scikit-learn")
    runtime_version: str = "3.11"
    snowpark_package: str = "1.*"


@dataclass(frozen=True)
class Procedure:
    """One procedure in Snowflake Scripting; its body is the file sql/procedures/<name>.sql, without the $$ marks.

    What several procedures must agree on stands in {{ }} in their files and comes from Python.
    schema: where it lives; helpers of the jobs are in PLATFORM, what people call by name is in GOLD; folder: within
    sql/procedures; python: set where the body is Python instead.
    """

    name: str
    comment: str
    arguments: tuple[Argument, ...] = ()
    returns: str = "VARCHAR"
    execute_as: Literal["CALLER", "OWNER"] = "CALLER"
    schema: str = "PLATFORM"
    folder: str = ""
    python: Python | None = None

    @property
    def file(self) -> Path:
        """The file of the body."""
        if self.python:
            return HANDLERS / f"{self.python.module}.py"
        return FOLDER / self.folder / f"{self.name.lower()}.sql"

    @property
    def body(self) -> str:
        """What stands between AS $$ and $$."""
        return render(self.file.read_text())


PROCEDURES: tuple[Procedure, ...] = (
    Procedure("START_RUN", "Opens the record of a run"),
    Procedure(
        "START_STEP",
        "Opens the record of a task",
        (Argument("TASK_NAME", "VARCHAR"), Argument("ROWS_EXPECTED", "NUMBER")),
    ),
    Procedure(
        "FINISH_STEP",
        "Closes the record of a task",
        (Argument("TASK_NAME", "VARCHAR"), Argument("ROWS_PROCESSED", "NUMBER")),
    ),
    Procedure("REFUSE_LOAD", "Fails with a sentence", (Argument("PROBLEM", "VARCHAR"),)),
    Procedure(
        "LIST_REFUSALS",
        "Returns a query of the rows that a COPY refused",
        (Argument("TABLE_NAME", "VARCHAR"), Argument("COPY_ID", "VARCHAR")),
    ),
    Procedure(
        "RECORD_REFUSALS",
        "Keeps the rows that a load refused, and fails where there are too many",
        (
            Argument("REFUSALS", "VARCHAR"),
            Argument("SUBJECT", "VARCHAR"),
            Argument("LOADED", "NUMBER"),
            Argument("REJECTED", "NUMBER"),
            Argument("IS_REFUSED", "BOOLEAN"),
        ),
        "NUMBER",
    ),
    Procedure("LOAD_CUSTOMERS", "Loads customers and their changes from the bucket"),
    Procedure("LOAD_TRANSACTIONS", "Loads card transactions from the bucket"),
    Procedure("GENERATE_TRANSACTIONS", "Generates card transactions"),
    Procedure("DRAW_CUSTOMER_BEHAVIOUR", "Draws the hidden behaviour of every customer", (Argument("SEED", "NUMBER"),)),
    Procedure("PLAN_TRANSACTIONS", "Decides how many transactions each customer makes in each period"),
    Procedure("SPREAD_CATEGORIES", "Spreads the merchant categories over slots"),
    Procedure("EXPAND_PLAN", "Defines how the plan expands into transactions"),
    Procedure("VALIDATE_BRONZE", "Checks the bronze tables"),
    Procedure("LABEL_CHURN", "Labels who churned as of the label date"),
    Procedure(
        "WRITE_CHURN_LABELS",
        "Writes who churned as of a day into a table",
        (Argument("LABEL_DATE", "DATE"), Argument("TARGET_TABLE", "VARCHAR")),
        "NUMBER",
    ),
    Procedure("BUILD_CHURN_FEATURES", "Builds training and scoring features"),
    Procedure(
        "WRITE_CHURN_FEATURES",
        "Writes what was known about each customer on a day into a table",
        (Argument("FEATURE_DATE", "DATE"), Argument("TARGET_TABLE", "VARCHAR")),
        "NUMBER",
    ),
    Procedure("TRAIN_CHURN_MODEL", "Trains the first churn model, and measures the one in use"),
    Procedure("CHECKSUM_CHURN_TRAINING", "Returns a checksum of the training data"),
    Procedure(
        "RENEW_CHURN_MODEL",
        "Trains a candidate and puts it to use unless the model in use is better",
        (Argument("RUN_ID", "VARCHAR"), Argument("DATA_CHECKSUM", "VARCHAR")),
    ),
    Procedure("FIT_CHURN_MODEL", "Trains the candidate"),
    Procedure(
        "SCORE_CHURN",
        "Writes a model's probabilities for a table or query into a table",
        (
            Argument("MODEL_NAME", "VARCHAR"),
            Argument("SOURCE", "VARCHAR"),
            Argument("KEY_COLUMNS", "VARCHAR"),
            Argument("TARGET_TABLE", "VARCHAR"),
        ),
    ),
    Procedure("CHURN_MODEL_IN_USE", "Returns what describes the model in use"),
    Procedure("PROMOTE_CHURN_MODEL", "Puts the candidate to use", (Argument("DESCRIPTION", "VARCHAR"),)),
    Procedure(
        "RENAME_CHURN_MODEL",
        "Renames a model",
        (Argument("OLD_NAME", "VARCHAR"), Argument("NEW_NAME", "VARCHAR")),
    ),
    Procedure(
        "EVALUATE_CHURN_MODEL",
        "Measures a model on held-out customers",
        (Argument("MODEL_NAME", "VARCHAR"), Argument("THRESHOLD", "FLOAT"), Argument("TARGET_TABLE", "VARCHAR")),
    ),
    Procedure(
        "LOG_CHURN_METRICS",
        "Keeps what was measured of a model",
        (
            Argument("RUN_ID", "VARCHAR"),
            Argument("OPERATION", "VARCHAR"),
            Argument("MODEL_VERSION", "VARCHAR"),
            Argument("AS_OF", "DATE"),
            Argument("STARTED", "TIMESTAMP_NTZ"),
            Argument("DATA_CHECKSUM", "VARCHAR"),
            Argument("METRICS", "VARCHAR"),
            Argument("FURTHER", "VARCHAR"),
        ),
    ),
    Procedure(
        "WRITE_CHURN_VALUES",
        "Turns features from columns into rows",
        (Argument("SOURCE", "VARCHAR"), Argument("SCORES", "VARCHAR"), Argument("WHICH", "VARCHAR")),
    ),
    Procedure("BIN_CHURN_VALUES", "Divides the values of every feature into bins"),
    Procedure(
        "WRITE_CHURN_BASELINE",
        "Keeps the distributions that drift is measured against",
        (Argument("MODEL_VERSION", "VARCHAR"),),
    ),
    Procedure("PREDICT_CHURN", "Scores every customer"),
    Procedure("EXPLAIN_CHURN", "Says what raises or lowers each customer's probability"),
    Procedure(
        "MEASURE_CHURN_DRIFT",
        "Measures how far features and scores have moved",
        (Argument("RUN_ID", "VARCHAR"), Argument("MODEL_VERSION", "VARCHAR")),
        "NUMBER",
    ),
    Procedure("UPDATE_PROFILE", "Writes churn columns into the profile"),
    Procedure("RETRAIN_CHURN_MODEL", "Learns churn anew and keeps the better model", schema="GOLD"),
    Procedure("COUNT_RECORDS", "Counts the rows of every layer", (Argument("RUN_ID", "VARCHAR"),)),
    Procedure(
        "REPORT_INCIDENTS",
        "Mails what somebody should look at",
        (Argument("MAIL_INTEGRATION", "VARCHAR"), Argument("RECIPIENTS", "VARCHAR"), Argument("MINUTES", "NUMBER")),
        # An alert calls it, whose session need not have this database as its own.
        execute_as="OWNER",
    ),
    Procedure("CLOSE_RUN", "Closes the record of a run, also after a failure"),
)

# What stands in for the procedures that use SNOWFLAKE.ML.CLASSIFICATION, on accounts where that class is not active.
_IN_PYTHON = {"FIT_CHURN_MODEL": Python("churn_model", "fit"), "SCORE_CHURN": Python("churn_model", "score")}
_WITHOUT_CLASS = {"CHURN_MODEL_IN_USE", "PROMOTE_CHURN_MODEL"}
_OF_THE_CLASS = {"RENAME_CHURN_MODEL"}


def procedures_for(churn_model: ChurnModel) -> tuple[Procedure, ...]:
    """List the procedures of a stack.

    Args:
        churn_model: whether SNOWFLAKE.ML.CLASSIFICATION trains and scores, or procedures in Python with the same
            results.
    """
    if churn_model == "class":
        return PROCEDURES
    return tuple(
        replace(p, python=_IN_PYTHON.get(p.name), folder="without_class" if p.name in _WITHOUT_CLASS else p.folder)
        for p in PROCEDURES
        if p.name not in _OF_THE_CLASS
    )
