"""The whole platform by the real engine: deployed, unchanged, compared, broken by hand and mended, destroyed.

The tests are one story and run in this order on one account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory import differences, inventory

from local_account.deployment.engine import deploy
from local_account.serve import ServedAccount

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


def test_destroy_leaves_an_empty_account(deployed: Deployed) -> None:
    destroy = deployed.outcomes["destroy"] = deployed.project.destroy()
    assert set(destroy.operations) == {"delete"}
    assert destroy.operations["delete"] == set(deployed.outcomes["up"].types)
    assert differences(deployed.inventory, deployed.empty) == []
