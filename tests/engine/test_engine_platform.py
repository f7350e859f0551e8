"""The whole platform by the real engine: deployed, unchanged, compared, broken by hand and mended, destroyed.

The tests are one story and run in this order on one account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from c360.deployment.deploy import deploy
from local_account.identifiers import Name
from local_account.server.serve import ServedAccount
from local_account.statements.dbt_projects import project_folder
from tests.support.engine.inventory import differences, inventory
from tests.support.engine.project import EngineError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Deployed


def test_up_creates_every_resource(deployed: Deployed) -> None:
    up = deployed.outcomes["up"]
    assert set(up.operations) == {"create"}
    assert up.operations["create"] == set(up.types)


def test_a_second_preview_changes_nothing(deployed: Deployed) -> None:
    preview = deployed.outcomes["preview"] = deployed.project.preview()
    assert preview.touched == {}
    assert preview.untouched == set(deployed.outcomes["up"].types)


def test_a_refresh_finds_no_drift(deployed: Deployed) -> None:
    drift = deployed.outcomes["drift"] = deployed.project.drift()
    assert drift.touched == {}
    assert drift.untouched == set(deployed.outcomes["up"].types)


def test_the_deployment_without_the_engine_leaves_the_same_account(deployed: Deployed, tmp_path: Path) -> None:
    with ServedAccount(tmp_path / "account") as account:
        s3 = f"http://127.0.0.1:{account.s3_port}"
        deploy("local", tmp_path, {"snowflake.port": account.port, "aws.endpoint": s3})
        assert differences(deployed.inventory, inventory(account)) == []


# What a hand changes in the account, each with the resource that it belongs to.
_BY_HAND = {
    "alter warehouse LOAD_WH set warehouse_size = LARGE": "warehouses-load",
    "alter warehouse ML_WH set auto_suspend = 1200": "warehouses-ml",
    "alter database CUSTOMER_ANALYTICS set data_retention_time_in_days = 5": "warehouse-database",
    "comment on schema CUSTOMER_ANALYTICS.GOLD is 'by hand'": "warehouse-gold",
    "comment on role DATA_ANALYST is 'by hand'": "access-data-analyst",
    "revoke monitor on warehouse ML_WH from role DATA_ENGINEER": "access-data-engineer-on-warehouse-ml",
    "alter storage integration CUSTOMER_ANALYTICS_S3 set enabled = false": "lake-access-integration",
    "comment on table CUSTOMER_ANALYTICS.BRONZE.BRONZE_CUSTOMERS is 'by hand'": "tables-bronze-bronze-customers",
    "alter task CUSTOMER_ANALYTICS.PLATFORM.PREDICT_CHURN suspend": "pipeline-predict-churn",
    "alter procedure CUSTOMER_ANALYTICS.PLATFORM.CLOSE_RUN() set comment = 'by hand'": "procedures-close-run",
    "alter stage CUSTOMER_ANALYTICS.PLATFORM.CUSTOMERS_STAGE set comment = 'by hand'": "stages-customers-stage",
    "alter file format CUSTOMER_ANALYTICS.PLATFORM.CSV_FORMAT set skip_blank_lines = true": "stages-csv-format",
    "alter streamlit CUSTOMER_ANALYTICS.PLATFORM.CUSTOMER_360_APP set title = 'by hand'": "app-app",
    "alter masking policy CUSTOMER_ANALYTICS.PLATFORM.MASK_PERSONAL_VARCHAR set body -> '*'": "governance-mask-varchar",
    "alter resource monitor CUSTOMER_ANALYTICS_MONITOR set credit_quota = 7": "warehouses-monitor",
    "alter notification integration CUSTOMER_ANALYTICS_MAIL set enabled = true": "mail-integration",
    "alter alert CUSTOMER_ANALYTICS.PLATFORM.INCIDENTS set schedule = '5 MINUTE'": "incidents-alert",
    "alter tag CUSTOMER_ANALYTICS.PLATFORM.PII set comment = 'by hand'": "governance-pii",
    "alter warehouse APP_WH unset tag CUSTOMER_ANALYTICS.PLATFORM.COST_CENTRE": "governance-cost-centre-of-warehouse",
    "alter table CUSTOMER_ANALYTICS.BRONZE.BRONZE_CUSTOMERS modify column EMAIL unset tag "
    "CUSTOMER_ANALYTICS.PLATFORM.PII": "personal-email",
}
_GONE_BY_HAND = {
    "drop semantic view CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360": "semantic-view",
    "drop view CUSTOMER_ANALYTICS.OBSERVABILITY.MODEL_METRICS": "tables-observability-model-metrics",
    "drop procedure CUSTOMER_ANALYTICS.PLATFORM.LABEL_CHURN()": "procedures-label-churn",
    "remove @CUSTOMER_ANALYTICS.PLATFORM.APP_STAGE/customer_360_app/marketing.py": "app-files/marketing.py",
    "revoke role DATA_ANALYST from role SYSADMIN": "access-data-analyst-to-sysadmin",
}


def test_what_a_hand_changed_is_seen_as_drift_and_repaired(deployed: Deployed) -> None:
    before = deployed.inventory
    with deployed.connection() as connection:
        for statement in (*_BY_HAND, *_GONE_BY_HAND):
            connection.cursor().execute(statement)
    assert differences(before, deployed.inventory)
    changed, gone = set(_BY_HAND.values()), set(_GONE_BY_HAND.values())
    drift = deployed.project.drift()
    assert drift.operations == {"update": changed, "delete": gone}
    repair = deployed.project.up()
    assert repair.operations["update"] >= changed
    assert repair.operations["create"] == gone
    assert differences(before, deployed.inventory) == []
    assert deployed.project.preview().touched == {}


def test_one_change_of_each_kind_touches_what_it_should(deployed: Deployed) -> None:
    project = deployed.project
    project.configure(warehouses={"app": {"size": "SMALL", "auto_suspend": 120}}, schedule="30 5 * * * UTC")
    project.edit("streamlit_app/marketing.py", lambda text: text + "\n# changed\n")
    project.edit(
        "pipeline/sql/procedures/runs/close_run.sql", lambda text: text.replace("\nend\n", "\n    return null;\nend\n")
    )
    (project.folder / "dbt" / "README.md").write_text("new")
    expected = {
        "create": ["dbt-files/README.md"],
        "replace": ["dbt-version", "procedures-close-run"],
        # The provider of the files is given the whole configuration of the stack, so it changes too.
        "update": [
            "app-files/marketing.py", "dbt-files-exclusive", "default", "pipeline-run-pipeline", "warehouses-app",
        ],
    }  # fmt: skip
    assert project.up().touched == expected
    assert project.preview().touched == {}


def test_a_file_that_leaves_the_repository_leaves_the_deployed_project_in_the_same_up(deployed: Deployed) -> None:
    name = Name.of("CUSTOMER_ANALYTICS", "PLATFORM", "CUSTOMER_360_DBT")
    copy = project_folder(deployed.account.account, name) / "live" / "README.md"
    assert copy.exists()
    (deployed.project.folder / "dbt" / "README.md").unlink()
    expected = {"delete": ["dbt-files/README.md"], "replace": ["dbt-version"], "update": ["dbt-files-exclusive"]}
    assert deployed.project.preview().touched == expected
    assert deployed.project.up().touched == expected
    assert not copy.exists()
    assert deployed.project.preview().touched == {}


def test_destroy_leaves_an_empty_account(deployed: Deployed) -> None:
    destroy = deployed.outcomes["destroy"] = deployed.project.destroy()
    assert set(destroy.operations) == {"delete"}
    assert destroy.operations["delete"] >= set(deployed.outcomes["up"].types)
    assert differences(deployed.inventory, deployed.empty) == []


def test_what_failed_in_the_middle_is_finished_by_the_next_up(deployed: Deployed) -> None:
    procedure = "pipeline/sql/procedures/churn/data/label_churn.sql"
    text = (deployed.project.folder / procedure).read_text()
    deployed.project.edit(procedure, lambda sql: sql.replace("\nend\n", "\nend\nnot a statement\n"))
    with pytest.raises(EngineError, match="syntax error") as failed:
        deployed.project.up()
    done = failed.value.outcome.operations["create"]
    assert len(done) > 100
    (deployed.project.folder / procedure).write_text(text)
    rest = deployed.project.up()
    assert set(rest.operations) == {"create"}
    assert rest.operations["create"] & done == {"procedures-label-churn"}  # what failed, and nothing else again
    assert rest.operations["create"] | rest.untouched >= set(deployed.outcomes["up"].types)
    assert deployed.project.preview().touched == {}
