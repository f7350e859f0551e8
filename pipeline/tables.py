"""The bronze and observability tables and the observability views, as typed data that the stack deploys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import cards, categories
from pipeline.sql_files import SQL, render

if TYPE_CHECKING:
    from pipeline.personal_data import PersonalKind

TEXT = "VARCHAR(16777216)"
COUNT = "NUMBER(38,0)"
MONEY = "NUMBER(12,2)"
MOMENT = "TIMESTAMP_NTZ(9)"
DAY = "DATE"
REAL = "FLOAT"
BOOLEAN = "BOOLEAN"


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    """In upper case, as the catalog has it."""

    type: str
    """Snowflake's type in full, with length or precision."""

    comment: str
    """What a value says, with its unit."""

    is_nullable: bool = True
    """Whether a row may lack a value."""

    pii: PersonalKind | None = None
    """The personal data that the column holds, if any."""


@dataclass(frozen=True)
class Table:
    """One table of the database."""

    schema: str
    """BRONZE or OBSERVABILITY."""

    name: str
    """In upper case, as the catalog has it."""

    columns: tuple[Column, ...]
    """In the order in which they are declared."""

    comment: str
    """What the table holds."""

    @property
    def qualified_name(self) -> str:
        """The name within the database, such as BRONZE.BRONZE_CUSTOMERS."""
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class View:
    """One view of the database; its query is the file sql/views/<name>.sql."""

    schema: str
    """OBSERVABILITY or GOLD."""

    name: str
    """In upper case, as the catalog has it."""

    comment: str
    """What the view shows."""

    @property
    def statement(self) -> str:
        """The query behind the view."""
        return render((SQL / "views" / f"{self.name.lower()}.sql").read_text())


def _load_metadata() -> tuple[Column, ...]:
    return (
        Column("_LOADED_AT", MOMENT, "When the row was loaded (UTC)"),
        Column("_SOURCE_FILE", TEXT, "Path of the file on the stage; NULL for generated rows"),
        Column("_FILE_ROW_NUMBER", COUNT, "Row number within the file; NULL for generated rows"),
        Column("_BATCH_ID", TEXT, "The load or generation batch that wrote the row"),
    )


_RUN_ID = Column("RUN_ID", TEXT, "Id of the task graph's run", is_nullable=False)
_CUSTOMER_ID = Column("CUSTOMER_ID", TEXT, "C000001 and up")

TABLES: tuple[Table, ...] = (
    Table(
        "BRONZE",
        "BRONZE_CUSTOMERS",
        (
            _CUSTOMER_ID,
            Column("NAME", TEXT, "Full name", pii="NAME"),
            Column("EMAIL", TEXT, "E-mail address", pii="EMAIL"),
            Column("PHONE", TEXT, "US phone number", pii="PHONE"),
            Column("DATE_OF_BIRTH", DAY, "Date of birth", pii="DATE_OF_BIRTH"),
            Column("ACCOUNT_OPEN_DATE", DAY, "First day of the account"),
            Column("CREDIT_LIMIT", MONEY, "Credit limit at account opening, USD"),
            Column("CARD_TYPE", TEXT, f"{cards.in_words()} at account opening"),
            Column("SEGMENT", TEXT, "Persona that generated the customer; for the generator and scoring only"),
            Column("CITY", TEXT, "City at account opening"),
            Column("STATE", TEXT, "Two-letter state at account opening"),
            Column("ZIP_CODE", TEXT, "Five-digit ZIP code at account opening", pii="ZIP_CODE"),
            *_load_metadata(),
        ),
        "Customers as the issuer's files gave them, as of account opening or of an extract's day",
    ),
    Table(
        "BRONZE",
        "BRONZE_CUSTOMER_CHANGES",
        (
            _CUSTOMER_ID,
            Column("CHANGE_DATE", DAY, "First day on which the new values hold"),
            Column("CREDIT_LIMIT", MONEY, "Credit limit after the change, USD"),
            Column("CARD_TYPE", TEXT, "Card type after the change"),
            Column("CITY", TEXT, "City after the change"),
            Column("STATE", TEXT, "State after the change"),
            Column("ZIP_CODE", TEXT, "ZIP code after the change", pii="ZIP_CODE"),
            *_load_metadata(),
        ),
        "Dated changes of customers, each with all changeable values after it",
    ),
    Table(
        "BRONZE",
        "BRONZE_TRANSACTIONS",
        (
            Column("TRANSACTION_ID", TEXT, "T00000000001 and up, in order of month"),
            _CUSTOMER_ID,
            Column("TRANSACTION_TIMESTAMP", MOMENT, "When the card was used (UTC)"),
            Column("TRANSACTION_DATE", DAY, "Day of the transaction"),
            Column("AMOUNT", MONEY, "Amount, USD"),
            Column("MERCHANT_CATEGORY", TEXT, f"One of the {len(categories.MERCHANT_CATEGORIES)} merchant categories"),
            Column("STATUS", TEXT, "approved or declined"),
            *_load_metadata(),
        ),
        "Card transactions, approved and declined",
    ),
    Table(
        "OBSERVABILITY",
        "REJECTED_ROWS",
        (
            _RUN_ID,
            Column("TABLE_NAME", TEXT, "Table that refused the row"),
            Column("SOURCE_FILE", TEXT, "Path of the file on the stage"),
            Column("FILE_ROW_NUMBER", COUNT, "Row number within the file"),
            Column("ERROR_MESSAGE", TEXT, "Why the row was refused; names the value", pii="RECORD"),
            Column("REJECTED_RECORD", TEXT, "The row as it stands in the file", pii="RECORD"),
            Column("REJECTED_AT", MOMENT, "When the row was refused (UTC)"),
        ),
        "Rows that a load skipped",
    ),
    Table(
        "OBSERVABILITY",
        "PIPELINE_RUN_METADATA",
        (
            _RUN_ID,
            Column("PIPELINE_NAME", TEXT, "Name of the pipeline"),
            Column("TASK_NAME", TEXT, "Task; RUN_PIPELINE is the row of the run itself", is_nullable=False),
            Column("STATUS", TEXT, "RUNNING, SUCCEEDED or FAILED"),
            Column("AS_OF_DATE", DAY, "Day on which every rolling window ends"),
            Column("STARTED_AT", MOMENT, "Start (UTC)"),
            Column("ENDED_AT", MOMENT, "End (UTC); NULL while running"),
            Column("ROWS_EXPECTED", COUNT, "Rows that the task will process; NULL where unknown"),
            Column("ROWS_PROCESSED", COUNT, "Rows processed so far"),
            Column("ERROR_MESSAGE", TEXT, "Error of a failed task or run; may name values", pii="MESSAGE"),
            Column("DETAILS", TEXT, "Further facts, JSON"),
        ),
        "One row per run and one per task of it",
    ),
    Table(
        "OBSERVABILITY",
        "DATA_QUALITY_METRICS",
        (
            _RUN_ID,
            Column("LAYER", TEXT, "BRONZE, SILVER or GOLD"),
            Column("TABLE_NAME", TEXT, "Checked table"),
            Column("CHECK_NAME", TEXT, "Name of the check"),
            Column("CHECK_TYPE", TEXT, "Kind of the check, such as uniqueness"),
            Column("STATUS", TEXT, "PASS, FAIL or WARN"),
            Column("OBSERVED_VALUE", REAL, "What was measured"),
            Column("EXPECTED", TEXT, "What was expected"),
            Column("FAILED_ROWS", COUNT, "Rows that break the expectation"),
            Column("DETAILS", TEXT, "Further facts"),
            Column("MEASURED_AT", MOMENT, "When it was measured (UTC)"),
        ),
        "Results of quality checks and dbt tests",
    ),
    Table(
        "OBSERVABILITY",
        "LAYER_RECORD_COUNTS",
        (
            _RUN_ID,
            Column("LAYER", TEXT, "BRONZE, SILVER or GOLD"),
            Column("TABLE_NAME", TEXT, "Counted table"),
            Column("RECORD_COUNT", COUNT, "Rows in the table"),
            Column("COUNTED_AT", MOMENT, "When it was counted (UTC)"),
        ),
        "Rows of every table after each run",
    ),
    Table(
        "OBSERVABILITY",
        "MODEL_EXECUTION_LOG",
        (
            Column("EXECUTION_ID", TEXT, "Id of this execution", is_nullable=False),
            _RUN_ID,
            Column("MODEL_NAME", TEXT, "Name of the model"),
            Column("MODEL_VERSION", TEXT, "Version of the model"),
            Column("OPERATION", TEXT, "TRAIN, EVALUATE, PREDICT or RETRAIN"),
            Column("STATUS", TEXT, "RUNNING, SUCCEEDED or FAILED"),
            Column("AS_OF_DATE", DAY, "Day up to which the data was known"),
            Column("ROW_COUNT", COUNT, "Rows that were used"),
            Column("F1_SCORE", REAL, "F1 of the churned class"),
            Column("PRECISION_SCORE", REAL, "Precision of the churned class"),
            Column("RECALL_SCORE", REAL, "Recall of the churned class"),
            Column("ROC_AUC", REAL, "Area under the ROC curve"),
            Column("SECONDS", REAL, "Duration, seconds"),
            Column("DATA_CHECKSUM", TEXT, "Checksum of the input"),
            Column("DETAILS", TEXT, "Further metrics, JSON"),
            Column("ERROR_MESSAGE", TEXT, "Error of a failed execution; may name values", pii="MESSAGE"),
            Column("EXECUTED_AT", MOMENT, "When it ran (UTC)"),
        ),
        "Trainings, evaluations and predictions of models",
    ),
    Table(
        "OBSERVABILITY",
        "MODEL_BASELINES",
        (
            Column("MODEL_VERSION", TEXT, "Version of the model", is_nullable=False),
            Column("FEATURE", TEXT, "Feature, or CHURN_PROBABILITY for the scores"),
            Column("BIN", COUNT, "Number of the bin, from 1"),
            Column("LOWER_BOUND", REAL, "Values of the bin are greater; NULL for the first"),
            Column("UPPER_BOUND", REAL, "Values of the bin are at most this; NULL for the last"),
            Column("EXPECTED_SHARE", REAL, "Share of the values in the bin at the training, 0-1"),
        ),
        "Distributions of features and scores when a model was trained; drift is measured against them",
    ),
    Table(
        "OBSERVABILITY",
        "ANALYST_FEEDBACK",
        (
            Column("FEEDBACK_ID", TEXT, "Id of the request that was answered", is_nullable=False),
            Column("ASKED_AT", MOMENT, "When the question was asked (UTC)"),
            Column("USER_NAME", TEXT, "Who asked", pii="NAME"),
            Column("QUESTION", TEXT, "The question in plain words, which may name customers", pii="RECORD"),
            Column("GENERATED_SQL", TEXT, "The statement that answered it", pii="MESSAGE"),
            Column("IS_POSITIVE", BOOLEAN, "Whether the answer helped"),
            Column("COMMENT", TEXT, "The user's remark, which may name customers", pii="RECORD"),
        ),
        "Users' verdicts on the assistant's answers",
    ),
    Table(
        "OBSERVABILITY",
        "ANALYST_QUESTIONS",
        (
            Column("ASKED_AT", MOMENT, "When the question was asked (UTC)", is_nullable=False),
            Column("AUDIENCE", TEXT, "App in which it was asked"),
            Column("REQUEST_ID", TEXT, "Id of the request, by which the service knows its words; NULL without a reply"),
            Column("OUTCOME", TEXT, "answered, asked back, refused or failed"),
            Column("IS_VERIFIED", BOOLEAN, "Whether a verified query answered it"),
            Column("SECONDS", REAL, "From the question to the rows, seconds"),
        ),
        "Questions to the assistant and what came of them, without their words",
    ),
    Table(
        "OBSERVABILITY",
        "CAMPAIGN_LIST_ENTRIES",
        (
            Column("LIST_NAME", TEXT, "Name of the campaign list", is_nullable=False),
            Column("CUSTOMER_ID", TEXT, "Customer on the list", is_nullable=False),
            Column("ADDED_BY", TEXT, "Who put the customer on it", pii="NAME"),
            Column("ADDED_AT", MOMENT, "When (UTC)"),
        ),
        "Customers whom users of the app chose for campaigns",
    ),
    Table(
        "OBSERVABILITY",
        "EXPORT_LOG",
        (
            Column("EXPORTED_AT", MOMENT, "When (UTC)", is_nullable=False),
            Column("USER_NAME", TEXT, "Who took the data", pii="NAME"),
            Column("AUDIENCE", TEXT, "App that they were taken out of"),
            Column("CONTENT", TEXT, "What they are, such as the target list of a campaign"),
            Column("ROW_COUNT", COUNT, "Rows that were taken"),
            Column("HAS_CONTACT_DATA", BOOLEAN, "Whether names or e-mail addresses are among them"),
        ),
        "Data that users took out of the app",
    ),
)

VIEWS: tuple[View, ...] = (
    View("OBSERVABILITY", "V_LATEST_PIPELINE_RUNS", "Newest execution of every task"),
    View("OBSERVABILITY", "V_RECENT_DQ_FAILURES", "Quality checks that did not pass lately"),
    View("OBSERVABILITY", "V_RECORD_COUNT_TRENDS", "Record counts beside those of the run before"),
    View("OBSERVABILITY", "V_INCIDENTS", "What somebody should look at"),
    View("OBSERVABILITY", "PIPELINE_RUNS", "Whole runs of the pipeline"),
    View("OBSERVABILITY", "DATA_QUALITY_CHECKS", "Every quality check"),
    View("OBSERVABILITY", "MODEL_METRICS", "Metrics of trained models"),
    View("GOLD", "CHURN_FEATURES", "Features of churn, the risk factors they belong to, and their labels"),
)
