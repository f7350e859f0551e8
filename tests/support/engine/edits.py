"""Single edits of the project, each of a kind that people make, for comparison of two previews of it."""
# ruff: noqa: E501 -- an edit is one line, so that the list can be read

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.engine.files import ProjectFiles

    Edit = Callable[[ProjectFiles], None]

ROLES, ENVIRONMENT, TABLES = "stacks/roles.py", "stacks/environment.py", "pipeline/tables.py"
FOUNDATION, APPS, JOBS = "stacks/foundation.py", "stacks/apps.py", "pipeline/jobs.py"
MODEL = "semantic/model/model.yaml"
CUSTOMERS = "semantic/model/customers.yaml"
METRICS = "semantic/model/customer_metrics.yaml"
REASON = """\
      - name: segment_reason
        expr: segment_reason
        data_type: VARCHAR
        description: How the customer was placed in the segment, in words and figures
        synonyms: [reason for the segment, reason of the segment, why in the segment]
"""
LABEL_CHURN = "pipeline/sql/procedures/churn/data/label_churn.sql"
CLOSE_RUN = "pipeline/sql/procedures/runs/close_run.sql"
VIEW = "pipeline/sql/views/model_metrics.sql"


def swap(path: str, *pairs: tuple[str, str]) -> Edit:
    """Return the edit that writes a text for another one, once for each pair, in a file of the project."""

    def edit(project: ProjectFiles) -> None:
        for old, new in pairs:
            project.edit(path, lambda text, old=old, new=new: text.replace(old, new, 1))

    return edit


def add(path: str, text: str) -> Edit:
    """Return the edit that adds a file to the project."""
    return lambda project: _write(project, path, text)


def remove(path: str) -> Edit:
    """Return the edit that takes a file out of the project."""
    return lambda project: (project.folder / path).unlink()


def configure(**values: Any) -> Edit:
    """Return the edit that sets configuration values of the stack."""
    return lambda project: project.configure(**values)


def both(*edits: Edit) -> Edit:
    """Return the edit that makes several at once."""

    def edit(project: ProjectFiles) -> None:
        for one in edits:
            one(project)

    return edit


def _write(project: ProjectFiles, path: str, text: str) -> None:
    (project.folder / path).parent.mkdir(parents=True, exist_ok=True)
    (project.folder / path).write_text(text)


_PHONE = 'Column("PHONE", TEXT, "US phone number", pii="PHONE"),\n'
_NOTE = 'Column("NOTE", TEXT, "A remark"),\n'
_STATUS = 'Column("STATUS", TEXT, "approved or declined"),\n'
_FEEDBACK_END = 'Column("COMMENT", TEXT, "The user\'s remark, which may name customers", pii="RECORD"),\n'
_ANALYST = 'ANALYST: RoleAccess(schemas=dict.fromkeys(SCHEMAS, "read"), warehouses={"app": "use"}'
_LABELS_NOTHING = "create or replace procedure platform.label_nothing()\nreturns varchar\nlanguage sql\n"
_PROCEDURE = (
    f"-- purpose: nothing\n-- grain: nothing\n{_LABELS_NOTHING}"
    "comment = 'Labels nothing'\nexecute as owner\nas\n$$\nbegin\n    return null;\nend\n$$\n"
)

ACCESS: dict[str, Edit] = {
    "a role may use another warehouse": swap(ROLES, (_ANALYST, _ANALYST.replace('"use"}', '"use", "ml": "use"}'))),
    "a role reads one schema only": swap(ROLES, (_ANALYST, _ANALYST.replace("dict.fromkeys(SCHEMAS,", '{"GOLD":').replace('"read")', '"read"}'))),
    "a role owns what it read": swap(ROLES, ('{"GOLD": "read", PLATFORM', '{"GOLD": "full", PLATFORM')),
    "a privilege on the database goes": swap(ROLES, ('("MONITOR", "CREATE SCHEMA")', '("CREATE SCHEMA",)')),
    "a privilege on the account goes": swap(ROLES, ('("EXECUTE TASK", "EXECUTE ALERT")', '("EXECUTE TASK",)')),
    "readers may do more with future objects": swap(
        "components/access_plan.py", ('"read": {"TABLES": ("SELECT",)', '"read": {"TABLES": ("SELECT", "REFERENCES")')
    ),
    "a role no longer sees personal data": swap(ROLES, (", sees=(PII_CONTACT,)", "")),
    "a role has another comment": swap(ROLES, ("Reads every schema", "Reads all of it")),
    "a role is called otherwise": swap(ENVIRONMENT, ('return f"{base}{self.suffix}"', 'return f"{base.replace(ANALYST, \'READER\')}{self.suffix}"')),
    "a role is another one": swap(ENVIRONMENT, ('"DATA_ANALYST"', '"DATA_READER"')),
    "access roles are called otherwise": swap(ENVIRONMENT, ('f"CUSTOMER_ANALYTICS_{base}', 'f"C360_{base}')),
    "a role is new": both(
        swap(ENVIRONMENT, ('ANALYST = "DATA_ANALYST"', 'ANALYST = "DATA_ANALYST"\nAUDITOR = "AUDITOR"')),
        swap(
            ROLES,
            ("    ANALYST,\n", "    ANALYST,\n    AUDITOR,\n"),
            ("    ANALYST: RoleAccess", '    AUDITOR: RoleAccess({"OBSERVABILITY": "read"}, {"app": "use"}),\n    ANALYST: RoleAccess'),
            ('    ANALYST: "Reads', '    AUDITOR: "Reads runs",\n    ANALYST: "Reads'),
        ),
    ),
    "masks show less": swap("pipeline/personal_data.py", ("RECORD\": PersonalData(\"VARCHAR\", \"'***'", "RECORD\": PersonalData(\"VARCHAR\", \"'-'")),
}  # fmt: skip

GROUND: dict[str, Edit] = {
    "a warehouse is larger": configure(warehouses={"app": {"size": "SMALL", "auto_suspend": 60}}),
    "a warehouse suspends later": configure(warehouses={"ml": {"auto_suspend": 300, "statement_timeout": 7200}}),
    "a warehouse is called otherwise": swap(ENVIRONMENT, ('"ml": "ML_WH"', '"ml": "MODEL_WH"')),
    "the engineer's warehouse is called otherwise": swap(ENVIRONMENT, ('"TRANSFORM_WH"', '"DBT_WH"')),
    "the quota is lower": configure(monitor={"credit_quota": 50, "notify_percent": [60], "suspend": True}),
    "the monitor is called otherwise": swap(ENVIRONMENT, ("CUSTOMER_ANALYTICS_MONITOR", "C360_MONITOR")),
    "time travel is longer": configure(retention_days=3),
    "a schema has another comment": swap(FOUNDATION, ("Cleaned and typed", "Cleaned, typed")),
    "a schema is new": both(
        swap(ENVIRONMENT, ('"OBSERVABILITY", "PLATFORM")', '"OBSERVABILITY", "PLATFORM", "SANDBOX")')),
        swap(FOUNDATION, ('    "PLATFORM": "Stages', '    "SANDBOX": "Anything",\n    "PLATFORM": "Stages')),
    ),
    "the database is called otherwise": swap(ENVIRONMENT, ('f"CUSTOMER_ANALYTICS{self', 'f"CUSTOMER_DATA{self')),
    "another cost centre pays": configure(cost_centre="SALES"),
    "old versions are kept for less time": swap(FOUNDATION, ("KEPT_VERSIONS_DAYS = 30", "KEPT_VERSIONS_DAYS = 20")),
    "a feed lies in another folder": swap(ENVIRONMENT, ('TRANSACTIONS_PREFIX = "transactions/"', 'TRANSACTIONS_PREFIX = "cards/"')),
    "the bucket is called otherwise": swap(ENVIRONMENT, ('f"customer-analytics-{self.name}-{self.aws', 'f"c360-{self.name}-{self.aws')),
    "the IAM role is called otherwise": swap(ENVIRONMENT, ("-snowflake", "-reader")),
    "the integration has another external id": configure(external_id="another-id"),
    "the integration is called otherwise": swap(ENVIRONMENT, ("CUSTOMER_ANALYTICS_S3", "C360_S3")),
    "somebody gets mail": configure(notifications={"recipients": ["data-team@example.com"], "alert_minutes": 90}),
    "everything is protected": configure(protect=True),
}  # fmt: skip

DATA: dict[str, Edit] = {
    "a column is added at the end": swap(TABLES, (_FEEDBACK_END, _FEEDBACK_END + _NOTE)),
    "a column is added in front of others": swap(TABLES, (_STATUS, _NOTE + _STATUS)),
    "a column goes": swap(TABLES, (_PHONE, "")),
    "a column is wider": swap(TABLES, ('Column("CREDIT_LIMIT", MONEY, "Credit limit at', 'Column("CREDIT_LIMIT", "NUMBER(14,2)", "Credit limit at')),
    "a column is called otherwise": swap(TABLES, ('"CITY", TEXT, "City at', '"TOWN", TEXT, "City at')),
    "a column has another comment": swap(TABLES, ("Full name", "Name in full")),
    "a column must have a value": swap(TABLES, ('"MODEL_NAME", TEXT, "Name of the model"', '"MODEL_NAME", TEXT, "Name of the model", is_nullable=False')),
    "two columns change places": swap(TABLES, (_STATUS, ""), ('Column("AMOUNT"', f'{_STATUS}Column("AMOUNT"')),
    "a column is personal": swap(TABLES, ('"US phone number", pii="PHONE"', '"US phone number"')),
    "a table is new": swap(TABLES, ("VIEWS: tuple", 'TABLES += (Table("OBSERVABILITY", "NOTES", (_RUN_ID,), "Notes"),)\n\nVIEWS: tuple')),
    "a table goes": swap(TABLES, ("VIEWS: tuple", "TABLES = TABLES[:-1]\n\nVIEWS: tuple")),
    "a table is called otherwise": swap(TABLES, ('"ANALYST_FEEDBACK"', '"FEEDBACK"')),
    "a table has another comment": swap(TABLES, ("Rows that a load skipped", "Rows that loads skipped")),
    "a view shows more": swap(VIEW, ("    executed_at\n", "    executed_at,\n    status\n")),
    "a view has other blanks": swap(VIEW, ("    run_id,", "    run_id ,")),
    "a view has another line break": swap(VIEW, ("    run_id,\n    model_name,", "    run_id, model_name,")),
    "a view asks for another text": swap(VIEW, ("'SUCCEEDED'", "'succeeded'")),
    "a view has another comment": swap(TABLES, ("Metrics of trained models", "Metrics of models")),
    "a view goes": swap(TABLES, ('    View("OBSERVABILITY", "MODEL_METRICS", "Metrics of trained models"),\n', "")),
    "a file format skips blank lines": swap("components/ingestion.py", ('null_ifs=[""],', 'null_ifs=[""], skip_blank_lines="true",')),
    "a stage has another comment": swap("stacks/files.py", ("Files of the app", "The app's files")),
    "a stage is called otherwise": swap(APPS, ('= "APP_STAGE"', '= "PAGES_STAGE"')),
    "the churn model is another one's": both(
        swap("stacks/config.py", ('if self.environment == "local" and self.churn_model', "if False and self.churn_model")),
        configure(churn_model="procedure"),
    ),
}  # fmt: skip

WORK: dict[str, Edit] = {
    "a procedure does something else": swap(CLOSE_RUN, ("\nend\n", "\n    return null;\nend\n")),
    "a procedure has other blanks": swap(CLOSE_RUN, ("    run_id varchar;", "    run_id   varchar;")),
    "a procedure has an empty line": swap(CLOSE_RUN, ("\nbegin\n", "\nbegin\n\n")),
    "a procedure is written in capitals": swap(CLOSE_RUN, ("\nbegin\n", "\nBEGIN\n")),
    "a procedure has other blanks in a text": swap(CLOSE_RUN, ("': '", "':  '")),
    "a procedure has another remark": swap(CLOSE_RUN, ("the last attempt of every", "each last attempt of a")),
    "a procedure has another comment": swap(CLOSE_RUN, ("also after a failure'\n", "after a failure too'\n")),
    "a procedure runs with other rights": swap(CLOSE_RUN, ("execute as caller", "execute as owner")),
    "a procedure takes an argument": swap(LABEL_CHURN, ("label_churn()", "label_churn(a_day date)")),
    "a procedure returns another type": swap(LABEL_CHURN, ("returns varchar", "returns number")),
    "a procedure is new": add("pipeline/sql/procedures/runs/label_nothing.sql", _PROCEDURE),
    "a procedure goes": remove(LABEL_CHURN),
    "a run is due": configure(schedule="30 5 * * * UTC", tasks={"retries": 2, "suspend_after_failures": 3}),
    "a training is due": configure(retrain_schedule="0 12 1 1,4,7,10 * UTC"),
    "the alert looks seldom": configure(notifications={"alert_minutes": 120}),
    "runs have another seed": configure(seed=7, reject_limit_percent=2.5),
    "files are loaded": configure(source="files"),
    "a task has another comment": swap(JOBS, ("Scores every customer", "Scores customers")),
    "a task may take longer": swap(JOBS, ("timeout_minutes=120", "timeout_minutes=240")),
    "a task runs elsewhere": swap(JOBS, ('"UPDATE_PROFILE", "transform"', '"UPDATE_PROFILE", "ml"')),
    "a task is new": swap(JOBS, ('        _calling("UPDATE_PROFILE"', '        _calling("CHECK_SCORES", "ml", "Checks scores"),\n        _calling("UPDATE_PROFILE"')),
    "a task goes": swap(JOBS, ('        _calling("VALIDATE_BRONZE", "load", "Checks the bronze tables"),\n', "")),
    "the root task is called otherwise": swap(JOBS, ('ROOT_TASK = "RUN_PIPELINE"', 'ROOT_TASK = "RUN_ALL"')),
}  # fmt: skip

FACES: dict[str, Edit] = {
    "a page of the app": swap("streamlit_app/marketing.py", ("\nfrom", "\n# A remark.\nfrom")),
    "a file of the app is new": add("streamlit_app/customer_360/help.py", '"""Help."""\n'),
    "a file of the app goes": remove("streamlit_app/environment.yml"),
    "a file of the app is called otherwise": both(
        remove("streamlit_app/environment.yml"), add("streamlit_app/environment.yaml", "name: app\n")
    ),
    "a dbt model": swap("dbt/dbt_project.yml", ("name:", "# a remark\nname:")),
    "a dbt file is new": add("dbt/models/README.md", "new"),
    "dbt is newer": swap("stacks/work.py", ('"1.11.11"', '"1.11.12"')),
    "the dbt project is called otherwise": swap("stacks/work.py", ('qualified("CUSTOMER_360_DBT")', 'qualified("C360_DBT")')),
    "the app has another title": swap(APPS, ('"Customer 360"', '"Customers"')),
    "the app is called otherwise": swap(APPS, ('"CUSTOMER_360_APP"', '"C360_APP"')),
    "an app begins with another page": swap(APPS, ('"operations.py"', '"analysts.py"')),
    "an app is another audience's": swap(APPS, ("APP_OPERATIONS, ENGINEER", "APP_OPERATIONS, ANALYST")),
    "an app has another owner": swap(APPS, ("APP_OPERATIONS, ENGINEER", "APP_ANALYST, ENGINEER")),
    "an app's owner may write less": swap(ROLES, ('APP_ANALYST: _app_owner({"GOLD": "read"}, *_WRITTEN_BY_PAGES)', 'APP_ANALYST: _app_owner({"GOLD": "read"}, *_WRITTEN_BY_PAGES[1:])')),
    "an app goes": swap(APPS, ('    App("analyst", "CUSTOMER_360_APP_ANALYST", "Customer 360 for analysts", "analysts.py", APP_ANALYST, ANALYST),\n', "")),
    "the app computes elsewhere": swap("stacks/dashboards.py", ('names["app"]', 'names["ml"]')),
    "the semantic model is described otherwise": swap(MODEL, ("Card customers with", "Customers with")),
    "the semantic model has a remark": swap(MODEL, ("# The semantic model", "# A semantic model")),
    "a dimension is described otherwise": swap(CUSTOMERS, ("Two-letter code of the state", "Code of the state")),
    "a dimension has a synonym": swap(CUSTOMERS, ("synonyms: [card, cards,", "synonyms: [plastic, card, cards,")),
    "a dimension is computed": swap(CUSTOMERS, ("expr: city", "expr: upper(city)")),
    "a dimension goes": swap(CUSTOMERS, (REASON, "")),
    "a metric is new": swap(METRICS, (
        "    metrics:\n",
        "    metrics:\n      - {name: places, expr: COUNT(DISTINCT customers.city), unit: places, description: Places}\n",
    )),
    "a metric has other blanks": swap(METRICS, ("COUNT(customers.customer_id)\n", "COUNT( customers.customer_id )\n")),
    "the semantic view is called otherwise": swap(MODEL, ("name: customer_360", "name: customers_360")),
}  # fmt: skip

EDITS: dict[str, Edit] = ACCESS | GROUND | DATA | WORK | FACES
