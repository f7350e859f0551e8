"""The stored procedures as typed data: names, arguments, and the files that hold their bodies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent / "sql" / "procedures"


@dataclass(frozen=True)
class Argument:
    """One argument: upper-case name and Snowflake type."""

    name: str
    type: str


@dataclass(frozen=True)
class Procedure:
    """One procedure in Snowflake Scripting; its body is the file sql/procedures/<name>.sql, without the $$ marks."""

    name: str
    comment: str
    arguments: tuple[Argument, ...] = ()
    returns: str = "VARCHAR"
    execute_as: Literal["CALLER", "OWNER"] = "CALLER"

    @property
    def file(self) -> Path:
        """The file of the body."""
        return FOLDER / f"{self.name.lower()}.sql"

    @property
    def body(self) -> str:
        """What stands between AS $$ and $$."""
        return self.file.read_text()


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
    Procedure("LOAD_CUSTOMERS", "Loads customers and their changes from the bucket"),
    Procedure("LOAD_TRANSACTIONS", "Loads card transactions from the bucket"),
    Procedure("GENERATE_TRANSACTIONS", "Generates card transactions"),
    Procedure("DRAW_CUSTOMER_BEHAVIOUR", "Draws the hidden behaviour of every customer", (Argument("SEED", "NUMBER"),)),
    Procedure("PLAN_TRANSACTIONS", "Decides how many transactions each customer makes in each period"),
    Procedure("SPREAD_CATEGORIES", "Spreads the merchant categories over slots"),
    Procedure("EXPAND_PLAN", "Defines how the plan expands into transactions"),
    Procedure("VALIDATE_BRONZE", "Checks the bronze tables"),
    Procedure("LABEL_CHURN", "Labels who churned as of the label date"),
    Procedure("BUILD_CHURN_FEATURES", "Builds training and scoring features"),
    Procedure(
        "WRITE_CHURN_FEATURES",
        "Writes what was known about each customer on a day into a table",
        (Argument("FEATURE_DATE", "DATE"), Argument("TARGET_TABLE", "VARCHAR")),
    ),
    Procedure("TRAIN_CHURN_MODEL", "Trains and evaluates the churn model"),
    Procedure("PREDICT_CHURN", "Scores every customer"),
    Procedure("UPDATE_PROFILE", "Writes churn columns into the profile"),
    Procedure("RETRAIN_CHURN_MODEL", "Labels, trains, scores and updates the profile anew"),
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
