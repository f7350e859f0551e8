import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from c360 import doctor
from c360.check import Check
from c360.doctor_account import APP_ENVIRONMENT, check_account
from local_account.server.serve import ServedAccount
from stacks.config import load_config
from tests.support.accounts import connected


@pytest.mark.parametrize(
    ("running", "is_good"), [((3, 10, 9), False), ((3, 11, 0), True), ((3, 13, 5), True), ((3, 14, 0), False)]
)
def test_python_versions(running: tuple[int, ...], is_good: bool) -> None:
    assert doctor.check_python(running).is_good is is_good


def test_packages_are_compared_with_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"click=={version('click')} \\\n    --hash=sha256:00\n    # via customer-360\n")
    assert doctor.check_packages(lock).is_good
    lock.write_text("click==0.0.1 \\\n    --hash=sha256:00\nno-such-package==1.0 ; sys_platform == 'nowhere'\n")
    check = doctor.check_packages(lock)
    assert not check.is_good
    assert f"click {version('click')}" in check.found
    assert "no-such-package" not in check.found
    assert "make install" in check.as_text()


def test_little_memory_is_no_obstacle_and_says_what_to_do(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:        4000000 kB\nMemFree: 1 kB\n")
    check = doctor.check_memory(meminfo)
    assert not check.is_good
    assert not check.is_blocking
    assert "--customers" in check.as_text()


@pytest.mark.parametrize(("kilobytes", "is_good"), [(7_549_747, False), (7_549_748, True), (8_388_608, True)])
def test_a_tenth_of_8_gigabytes_is_the_kernel_s(tmp_path: Path, kilobytes: int, is_good: bool) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(f"MemTotal:        {kilobytes} kB\n")
    assert doctor.check_memory(meminfo).is_good is is_good


def test_memory_that_nobody_can_tell_is_no_obstacle(tmp_path: Path) -> None:
    check = doctor.check_memory(tmp_path / "nothing")
    assert (check.found, check.is_good, check.is_blocking) == ("unknown on this system", True, False)


def test_disk_is_looked_up_where_the_state_will_be(tmp_path: Path) -> None:
    assert "GB free" in doctor.check_disk(tmp_path / "not" / "yet").found


def test_every_missing_thing_of_a_real_account_says_how_to_get_it(tmp_path: Path) -> None:
    nothing = {"PATH": str(tmp_path), "PULUMI_HOME": str(tmp_path)}
    checks = [doctor.check_pulumi(nothing), *doctor.check_plugins(nothing), doctor.check_snowflake("dev", nothing)]
    assert [check.is_blocking for check in checks] == [True] * 5
    assert all(check.remedy for check in checks)
    assert "SNOWFLAKE_PRIVATE_KEY" in checks[-1].remedy
    assert any("pulumi plugin install resource snowflake" in check.remedy for check in checks)


def test_what_is_on_path_is_found(tmp_path: Path) -> None:
    for name in ("pulumi", *doctor.PLUGINS):
        program = tmp_path / name
        program.touch(mode=0o755)
    environment = {"PATH": str(tmp_path), "PULUMI_HOME": str(tmp_path)}
    assert doctor.check_pulumi(environment).is_good
    assert all(check.is_good for check in doctor.check_plugins(environment))


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_a_chromium_is_found_under_either_of_its_names(tmp_path: Path, name: str) -> None:
    environment = {"PATH": str(tmp_path)}
    missing = doctor.check_chromium(environment)
    assert not missing.is_good
    assert not missing.is_blocking
    (tmp_path / name).touch(mode=0o755)
    assert doctor.find_chromium(str(tmp_path)) == doctor.check_chromium(environment).found == str(tmp_path / name)


def test_a_plugin_in_the_pulumi_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "plugins" / "resource-aws-v7.51.1").mkdir(parents=True)
    aws = doctor.check_plugins({"PATH": str(tmp_path), "PULUMI_HOME": str(tmp_path)})[1]
    assert aws.is_good
    assert "resource-aws-v7.51.1" in aws.found


USERS = [
    {"name": "PULUMI", "email": "", "default_warehouse": "TRANSFORM_WH"},
    {"name": "ANNA", "email": "Anna@example.com", "default_warehouse": ""},
]


# A channel that has what the pages import, in the newest version that they accept.
PACKAGES = {
    name: version.replace("*", "9") or "1.0"
    for name, _, version in (
        line.partition("=") for line in yaml.safe_load(APP_ENVIRONMENT.read_text())["dependencies"]
    )
    if name != "python"
}


def asked(
    users: list[dict[str, str]] = USERS,
    roles: tuple[str, ...] = ("ACCOUNTADMIN",),
    bundle: str = "ENABLED",
    packages: dict[str, str] = PACKAGES,
) -> dict[str, Check]:
    """Examine an account of these users, the deploying one's roles and the bundle's state; checks by name."""
    answers = {
        "SHOW USERS": users,
        "SHOW GRANTS": [{"role": role} for role in roles],
        "SELECT SYSTEM$": [{"status": bundle}],
        "SELECT package_name": [{"package_name": name, "version": version} for name, version in packages.items()],
    }

    def query(statement: str) -> list[dict[str, str]]:
        return next(rows for beginning, rows in answers.items() if statement.startswith(beginning))

    config = load_config("prod", {"notifications.recipients": ["anna@example.com"]})
    return {check.name: check for check in check_account(config, query)}


def test_an_account_that_has_everything_passes() -> None:
    assert [check.as_text() for check in asked().values() if not check.is_good] == []
    assert len(asked()) == 5 + len(PACKAGES)


@pytest.mark.parametrize(
    ("name", "account", "remedy"),
    [
        ("Snowflake user", {"users": USERS[1:]}, "docs/deploy.md, step 1"),
        ("Role of the user", {"roles": ("SYSADMIN",)}, "GRANT ROLE ACCOUNTADMIN TO USER PULUMI"),
        ("Mail to anna@example.com", {"users": USERS[:1]}, "CREATE USER ... TYPE = PERSON EMAIL = 'anna@example.com'"),
        ("Behaviour bundle 2026_06", {"bundle": "DISABLED"}, "SYSTEM$ENABLE_BEHAVIOR_CHANGE_BUNDLE('2026_06')"),
        ("Package streamlit for the app", {"packages": PACKAGES | {"streamlit": "1.50.0"}}, "environment.yml"),
        ("Package altair for the app", {"packages": {}}, "accept Anaconda's terms"),
    ],
)
def test_what_an_account_lacks_stops_the_deployment_and_says_what_to_do(
    name: str, account: dict[str, Any], remedy: str
) -> None:
    check = asked(**account)[name]
    assert check.is_blocking
    assert remedy in check.remedy


def test_a_missing_default_warehouse_is_told_and_stops_nothing() -> None:
    check = asked(users=[USERS[0] | {"default_warehouse": ""}, USERS[1]])["Default warehouse"]
    assert (check.is_good, check.is_blocking) == (False, False)
    assert "SET DEFAULT_WAREHOUSE = TRANSFORM_WH" in check.remedy


def test_another_python_in_front_is_no_active_environment(tmp_path: Path) -> None:
    (tmp_path / "python").touch(mode=0o755)
    ours = str(Path(sys.executable).parent)
    assert doctor.check_active({"PATH": ours}).is_good
    assert doctor.check_active({"PATH": f"{tmp_path}:{ours}"}).is_blocking


def test_a_real_account_is_asked_by_the_login_of_the_environment(tmp_path: Path) -> None:
    """The account on this computer stands for a real one; it has a user of the deploying one's name."""
    with ServedAccount(tmp_path / "account") as account:
        there = {
            "SNOWFLAKE_HOST": "127.0.0.1",
            "SNOWFLAKE_PORT": str(account.port),
            "SNOWFLAKE_PROTOCOL": "http",
            "SNOWFLAKE_PASSWORD": "any",
        }
        with connected(account.port) as connection:
            connection.cursor().execute("create user PULUMI password = 'any'")
            refused = {check.name: check for check in doctor.ask_account("dev", there)}
            connection.cursor().execute("grant role ACCOUNTADMIN to user PULUMI")
        checks = {check.name: check for check in doctor.ask_account("dev", there)}
    assert checks["Snowflake user"].is_good
    assert checks["Role of the user"].is_good
    assert not checks["Default warehouse"].is_good
    assert checks["Behaviour bundle 2026_06"].found == "enabled"
    assert "Snowflake account" not in checks
    assert refused["Snowflake login"].is_blocking
    assert "steps 1 and 4" in refused["Snowflake login"].remedy
