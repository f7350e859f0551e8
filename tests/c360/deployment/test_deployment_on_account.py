"""The local stack on a local account: deployed, deployed again, changed, destroyed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import snowflake.connector

from c360.deployment.deploy import deploy, destroy, outputs_path
from c360.deployment.model import Deployment, DeploymentError, Event
from c360.deployment.state import opened
from local_account.identifiers import Name
from local_account.server.serve import ServedAccount
from local_account.statements.dbt_projects import project_folder
from pipeline.procedures import Procedure
from stacks import questions
from stacks.config import ROOT
from tests.support.accounts import connected
from tests.support.rows import rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOTHING_LISTENS_ON = 9  # discard, which no machine serves


@dataclass
class Local:
    """An account of its own, and the deployments into it."""

    served: ServedAccount
    home: Path
    events: list[Event] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, Any]:
        return {"snowflake.port": self.served.port, "aws.endpoint": f"http://127.0.0.1:{self.served.s3_port}"}

    def up(self, **overrides: Any) -> Deployment:
        self.events.clear()
        changed = {key.replace("__", "."): value for key, value in overrides.items()}
        return deploy("local", self.home, self.settings | changed, self.events.append)

    def touched(self) -> list[tuple[str, str]]:
        return [(e.operation, e.name) for e in self.events if e.operation != "same"]

    def rows(self, sql: str, role: str = "ACCOUNTADMIN", warehouse: str | None = None) -> list[dict[str, Any]]:
        settings = {"role": role, "warehouse": warehouse, "database": "CUSTOMER_ANALYTICS"}
        with connected(self.served.port, **settings) as connection:
            return rows(connection.cursor(), sql)

    def names(self, what: str) -> set[str]:
        return {row["name"] for row in self.rows(f"SHOW {what}")}

    def aws(self, service: str) -> Any:
        return boto3.client(
            service, endpoint_url=self.settings["aws.endpoint"], region_name="us-east-1",
            aws_access_key_id="local", aws_secret_access_key="local",
        )  # fmt: skip


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    home = tmp_path_factory.mktemp("deployment")
    with ServedAccount(home / "account") as served:
        found = Local(served, home)
        found.up()
        yield found


def test_the_platform_is_there(local: Local) -> None:
    in_platform = "IN SCHEMA CUSTOMER_ANALYTICS.PLATFORM"
    assert {"BRONZE", "SILVER", "GOLD", "OBSERVABILITY", "PLATFORM"} <= local.names(
        "SCHEMAS IN DATABASE CUSTOMER_ANALYTICS"
    )
    assert {"LOAD_WH", "TRANSFORM_WH", "ML_WH", "APP_WH"} <= local.names("WAREHOUSES")
    warehouses = {row["name"]: row for row in local.rows("SHOW WAREHOUSES")}
    assert warehouses["LOAD_WH"]["resource_monitor"] == "CUSTOMER_ANALYTICS_MONITOR"
    (monitor,) = local.rows("SHOW RESOURCE MONITORS")
    assert (monitor["credit_quota"], monitor["notify_at"], monitor["suspend_at"]) == ("100.00", "50%,80%", None)
    assert {"DATA_ENGINEER", "MARKETING_MANAGER", "DATA_ANALYST"} <= local.names("ROLES")
    assert {"CUSTOMERS_STAGE", "TRANSACTIONS_STAGE", "APP_STAGE", "DBT_STAGE"} <= local.names(f"STAGES {in_platform}")
    assert {"RUN_PIPELINE", "BUILD_WAREHOUSE", "CLOSE_RUN"} <= local.names(f"TASKS {in_platform}")
    assert "CUSTOMER_360_APP" in local.names(f"STREAMLITS {in_platform}")
    owners = {row["owner"] for row in local.rows(f"SHOW TASKS {in_platform}")}
    assert owners == {"DATA_ENGINEER"}


def test_files_reach_their_stage(local: Local) -> None:
    listed = local.rows("LIST @PLATFORM.DBT_STAGE", role="DATA_ENGINEER", warehouse="LOAD_WH")
    assert "dbt_stage/customer_360/dbt_project.yml" in {row["name"] for row in listed}


def test_the_role_trusts_what_the_integration_says(local: Local) -> None:
    described = {r["property"]: r["property_value"] for r in local.rows("DESC INTEGRATION CUSTOMER_ANALYTICS_S3")}
    role = local.aws("iam").get_role(RoleName="customer-analytics-local-snowflake")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"]["AWS"] == described["STORAGE_AWS_IAM_USER_ARN"]
    assert statement["Condition"]["StringEquals"]["sts:ExternalId"] == described["STORAGE_AWS_EXTERNAL_ID"]
    assert described["STORAGE_AWS_ROLE_ARN"] == role["Arn"]


def test_the_bucket_is_guarded(local: Local) -> None:
    s3, bucket = local.aws("s3"), "customer-analytics-local-123456789012"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert len(s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]) == 2
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    assert tags == {"project": "customer-360", "environment": "local"}


def test_grants_hold(local: Local) -> None:
    tables = "select count(*) as n from {}.{}"
    bronze, runs = tables.format("BRONZE", "BRONZE_CUSTOMERS"), tables.format("OBSERVABILITY", "V_LATEST_PIPELINE_RUNS")
    assert local.rows(bronze, "DATA_ANALYST", "APP_WH") == [{"N": 0}]
    assert local.rows(runs, "DATA_ANALYST", "APP_WH") == [{"N": 0}]
    with pytest.raises(snowflake.connector.errors.ProgrammingError, match="not exist or not authorized"):
        local.rows(bronze, "MARKETING_MANAGER", "APP_WH")


def test_personal_data_in_bronze_is_hidden_from_who_lacks_the_right(local: Local) -> None:
    local.rows(
        "insert into BRONZE.BRONZE_CUSTOMERS (customer_id, name, email, phone, date_of_birth, zip_code, city) "
        "values ('C1', 'Ann Lee', 'ann@example.com', '(555) 010-1234', '1990-05-17', '90210', 'Reno')",
        "DATA_ENGINEER", "LOAD_WH",
    )  # fmt: skip
    read = "select name, email, phone, date_of_birth::varchar as born, zip_code, city from BRONZE.BRONZE_CUSTOMERS"
    (clear,) = local.rows(read, "DATA_ENGINEER", "LOAD_WH")
    assert list(clear.values()) == ["Ann Lee", "ann@example.com", "(555) 010-1234", "1990-05-17", "90210", "Reno"]
    (masked,) = local.rows(read, "DATA_ANALYST", "APP_WH")
    assert list(masked.values()) == ["***", "***@example.com", "***-***-1234", "1990-01-01", "902**", "Reno"]
    local.rows("delete from BRONZE.BRONZE_CUSTOMERS", "DATA_ENGINEER", "LOAD_WH")


def test_incidents_are_mailed_to_whom_the_configuration_names(local: Local) -> None:
    outbox = local.served.account.home / "outbox"
    mails = ["ops@example.com", "lead@example.com"]
    for name, address in zip(("OPS", "LEAD"), mails, strict=True):
        local.rows(f"create user {name} email = '{address}'")
    local.up(notifications__recipients=mails)
    assert {name for _, name in local.touched()} == {
        "mail-integration", "incidents-alert", "pipeline-run-pipeline",
    }  # fmt: skip
    (alert,) = local.rows("SHOW ALERTS IN SCHEMA CUSTOMER_ANALYTICS.PLATFORM")
    assert (alert["state"], alert["schedule"], alert["owner"]) == ("started", "60 MINUTE", "DATA_ENGINEER")
    local.rows("EXECUTE ALERT PLATFORM.INCIDENTS", "DATA_ENGINEER", "TRANSFORM_WH")
    assert not outbox.exists()
    local.rows(
        "insert into OBSERVABILITY.DATA_QUALITY_METRICS"
        " (run_id, table_name, check_name, check_type, status, observed_value, expected, measured_at)"
        " values ('r1', 'CHURN_SCORING_DATA', 'psi_of_age', 'drift', 'WARN', 0.4, '< 0.2', sysdate()),"
        " ('r1', 'BRONZE_CUSTOMERS', 'email_well_formed', 'validity', 'WARN', 1, '0', sysdate())",
        "DATA_ENGINEER", "TRANSFORM_WH",
    )  # fmt: skip
    local.rows("EXECUTE ALERT PLATFORM.INCIDENTS", "DATA_ENGINEER", "TRANSFORM_WH")
    (mail,) = (message_from_bytes(file.read_bytes(), policy=default) for file in outbox.iterdir())
    assert (mail["To"], mail["Subject"]) == ("ops@example.com, lead@example.com", "Customer 360: 1 incident(s)")
    text = mail.get_content().strip()
    assert text == "drift | CHURN_SCORING_DATA.psi_of_age | observed 0.4, expected < 0.2 | run r1"
    local.rows("delete from OBSERVABILITY.DATA_QUALITY_METRICS", "DATA_ENGINEER", "TRANSFORM_WH")
    local.up()
    assert local.rows("SHOW ALERTS IN SCHEMA CUSTOMER_ANALYTICS.PLATFORM")[0]["state"] == "suspended"


def test_the_semantic_view_stands_before_any_run_and_its_readers_see_it(local: Local) -> None:
    described = local.rows("DESCRIBE SEMANTIC VIEW GOLD.CUSTOMER_360", "MARKETING_MANAGER")
    metrics = {row["object_name"] for row in described if row["object_kind"] == "METRIC"}
    assert {"TOTAL_CUSTOMERS", "TOTAL_REVENUE", "HIGH_RISK_CUSTOMER_COUNT"} <= metrics
    empty = "select * from semantic_view(GOLD.CUSTOMER_360 metrics customers.total_customers)"
    assert local.rows(empty, "MARKETING_MANAGER", "APP_WH") == [{"TOTAL_CUSTOMERS": 0}]
    grants = local.rows("SHOW GRANTS ON SEMANTIC VIEW GOLD.CUSTOMER_360")
    held = {r["privilege"] for r in grants if r["grantee_name"] == "CUSTOMER_ANALYTICS_GOLD_READ"}
    assert held == {"SELECT", "REFERENCES"}


def test_outputs_are_written(local: Local) -> None:
    outputs = json.loads(outputs_path(local.home, "local").read_text())
    assert outputs["database"] == "CUSTOMER_ANALYTICS"
    assert outputs["connection"]["port"] == local.served.port


def test_a_second_run_changes_nothing(local: Local) -> None:
    again = local.up()
    assert local.touched() == []
    assert again.unchanged > 100


def test_one_changed_size_is_one_alteration(local: Local) -> None:
    local.up(warehouses__load__size="SMALL")
    assert local.touched() == [("update", "warehouses-load")]
    sizes = {row["name"]: row["size"] for row in local.rows("SHOW WAREHOUSES")}
    assert sizes["LOAD_WH"] == "Small"
    local.up()
    assert local.touched() == [("update", "warehouses-load")]


def test_a_quota_and_its_triggers_change_in_place(local: Local) -> None:
    local.up(monitor__credit_quota=7, monitor__suspend=True, monitor__notify_percent=[90])
    assert local.touched() == [("update", "warehouses-monitor")]
    (monitor,) = local.rows("SHOW RESOURCE MONITORS")
    found = [monitor[key] for key in ("credit_quota", "notify_at", "suspend_at", "suspend_immediately_at")]
    assert found == ["7.00", "90%", "100%", "110%"]
    local.up()
    (monitor,) = local.rows("SHOW RESOURCE MONITORS")
    assert (monitor["notify_at"], monitor["suspend_at"]) == ("50%,80%", None)


def test_a_schedule_starts_the_root_and_its_removal_suspends_it(local: Local) -> None:
    local.up(schedule="0 5 * * * UTC")
    assert local.touched() == [("update", "pipeline-run-pipeline")]
    tasks = {r["name"]: r for r in local.rows("SHOW TASKS IN SCHEMA CUSTOMER_ANALYTICS.PLATFORM")}
    assert tasks["RUN_PIPELINE"]["state"] == "started"
    assert tasks["RUN_PIPELINE"]["schedule"] == "USING CRON 0 5 * * * UTC"
    local.up()
    tasks = {r["name"]: r for r in local.rows("SHOW TASKS IN SCHEMA CUSTOMER_ANALYTICS.PLATFORM")}
    assert tasks["RUN_PIPELINE"]["state"] == "suspended"


def test_another_body_replaces_one_procedure_and_a_bad_one_is_named(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = Procedure.body.fget
    body = "BEGIN RETURN 'changed'; END"
    monkeypatch.setattr(Procedure, "body", property(lambda p: body if p.name == "COUNT_RECORDS" else genuine(p)))
    local.up()
    assert local.touched() == [
        ("delete", "procedures-count-records"),
        ("replace", "procedures-count-records"),
    ]
    body = "BEGIN RETURN 'unfinished"
    with pytest.raises(
        DeploymentError, match=r"ProcedureSql 'procedures-count-records' could not be deployed: \[CREATE"
    ):
        local.up()
    monkeypatch.undo()
    local.up()
    assert local.touched() == [("create", "procedures-count-records")]


@pytest.fixture
def models(local: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the models in a copy of the repository's files, of which the program then is."""
    for part in ("dbt", "semantic", "analyst_client", "streamlit_app"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("target", "logs", "__pycache__"))
    for module in ("components.stage_files", "stacks.files", "stacks.questions"):
        monkeypatch.setattr(f"{module}.ROOT", tmp_path)
    yield tmp_path / "dbt" / "models"
    monkeypatch.undo()
    local.up()


def deployed_models(local: Local) -> set[str]:
    """Name the files beside the folders of models in the deployed dbt project."""
    project = Name.of("CUSTOMER_ANALYTICS", "PLATFORM", "CUSTOMER_360_DBT")
    folder = project_folder(local.served.account, project) / "live" / "models"
    return {path.name for path in folder.iterdir() if path.is_file()} - {"exposures.yml"}


def test_a_model_that_leaves_the_repository_leaves_the_deployed_project_in_the_same_run(
    local: Local, models: Path
) -> None:
    (models / "passing.sql").write_text("select 1 as one\n")
    local.up()
    assert deployed_models(local) == {"passing.sql"}
    (models / "passing.sql").unlink()
    # Its name begins with the model's, as does whatever REMOVE takes.
    (models / "passing.sql.md").write_text("Notes.\n")
    local.up()
    assert deployed_models(local) == {"passing.sql.md"}
    assert set(local.touched()) == {
        ("create", "dbt-files/models/passing.sql.md"),
        ("update", "dbt-files-exclusive"),
        ("delete", "dbt-version"),
        ("replace", "dbt-version"),
        ("delete", "dbt-files/models/passing.sql"),
    }
    listed = local.rows("LIST @PLATFORM.DBT_STAGE/customer_360/models/passing")
    assert [row["name"] for row in listed] == ["dbt_stage/customer_360/models/passing.sql.md"]


def test_a_removal_that_failed_can_be_taken_back(local: Local, models: Path) -> None:
    (models / "passing.sql").write_text("select 1 as one\n")
    local.up()
    project = models.parent / "dbt_project.yml"
    settings = project.read_text()
    for path in (models / "passing.sql", project):
        path.unlink()
    with pytest.raises(DeploymentError, match=r"Execute 'dbt-version' could not be deployed: .*no dbt_project.yml"):
        local.up()
    (models / "passing.sql").write_text("select 1 as one\n")
    project.write_text(settings)
    local.up()
    assert deployed_models(local) == {"passing.sql"}


def test_an_account_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match=r"account at 127\.0\.0\.1:9 cannot be reached"):
        destroy_nothing(tmp_path)


def destroy_nothing(home: Path) -> None:
    deploy("local", home, {"snowflake.port": NOTHING_LISTENS_ON})


def test_a_semantic_model_with_faults_is_refused_before_anything_is_done(
    local: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = shutil.copytree(ROOT / "semantic" / "model", tmp_path / "model")
    dates = model / "dates.yaml"
    dates.write_text(dates.read_text().replace("expr: is_holiday\n", "expr: is_holliday\n"))
    monkeypatch.setattr(questions, "_MODEL", model)
    with pytest.raises(DeploymentError, match=r"dates\.yaml:\d+: E07 .* reads is_holliday.* There is 1 more"):
        local.up()
    assert local.events == []
    monkeypatch.undo()
    assert local.up().changed == 0


def test_two_deployments_from_one_folder_do_not_meet(local: Local) -> None:
    with opened(local.home / "deployment.json"), pytest.raises(DeploymentError, match="Another deployment from"):
        local.up()
    assert local.up().changed == 0


def test_only_the_local_stack_is_deployed_here(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match="deployed by `pulumi up -s dev`"):
        deploy("dev", tmp_path)


def test_the_command_says_a_wrong_value_in_one_event(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "c360.deployment", "up", "--home", str(tmp_path)]
    done = subprocess.run(
        [*command, "--set", "warehouses.load.size=HUGE"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    (event,) = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 1
    assert event["event"] == "error"
    assert "warehouses.load.size = 'HUGE'" in event["message"]
    assert "Traceback" not in done.stderr


def test_destroy_leaves_nothing(local: Local) -> None:
    local.aws("s3").put_object(Bucket="customer-analytics-local-123456789012", Key="customers/a.csv", Body=b"x")
    removed = destroy("local", local.home, local.settings)
    assert removed.deleted > 100
    assert "CUSTOMER_ANALYTICS" not in local.names("DATABASES")
    assert not {n for n in local.names("WAREHOUSES") if n.endswith("_WH")}
    assert local.names("RESOURCE MONITORS") == set()
    assert not {"DATA_ENGINEER", "MARKETING_MANAGER", "DATA_ANALYST"} & local.names("ROLES")
    assert local.names("INTEGRATIONS") == set()
    assert local.aws("s3").list_buckets()["Buckets"] == []
    assert "customer-analytics-local-snowflake" not in {r["RoleName"] for r in local.aws("iam").list_roles()["Roles"]}
    assert [p.name for p in local.home.iterdir() if p.is_file()] == []
    assert destroy("local", local.home, local.settings).deleted == 0
