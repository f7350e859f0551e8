"""The commands as a user types them: what they print, and one sentence for each mistake."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from c360 import cli, state_folder
from c360.connection import Ports
from tests.support.platforms import Platform, free_port

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(420)


def run_in_process(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = cli.run_command(list(arguments))
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def assert_one_sentence(done: subprocess.CompletedProcess[str], *expected: str) -> None:
    assert done.returncode == 1, done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("Error: ")
    assert line[-1] in ".)"
    for text in expected:
        assert text in line, line


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    without_account = {"preview", "cost"}
    assert set(cli.c360.commands) == without_account | {
        "up", "app", "account", "run", "status", "sql", "ask", "files", "drift", "doctor", "rollback",
        "destroy",
    }  # fmt: skip
    for name in {*cli.c360.commands, "files list", "files remove"} - {"files"}:
        status, printed, _ = run_in_process(capsys, *name.split(), "--help")
        assert status == 0
        assert "--stack [local|dev|prod]" in printed
        assert ("--s3-port" in printed) == (name not in without_account)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["up", "--stack", "test"], "'test' is not one of 'local', 'dev', 'prod'"),
        (["up", "--customers", "3"], "3 is not in the range"),
        (["up", "--customers", "many"], "'many' is not a valid integer"),
        (["sql"], "Missing argument 'STATEMENT'"),
        (["tell"], "No such command 'tell'"),
        (["status", "--port", "99999"], "99999 is not in the range"),
    ],
)
def test_a_wrong_option_is_named(capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str) -> None:
    status, _, error = run_in_process(capsys, *arguments)
    assert status == 2
    assert expected in error


def test_sql_prints_a_table(platform: Platform) -> None:
    done = platform.c360("sql", "select 'O''Brien' as name, 1.50::number(12,2) as amount, null as nothing")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "NAME     AMOUNT  NOTHING",
        "-------  ------  -------",
        "O'Brien    1.50  NULL",
        "(1 row)",
    ]


def test_sql_stops_without_a_word_when_nobody_reads_on(platform: Platform) -> None:
    many = "select seq4() as n from table(generator(rowcount => 300000))"
    with subprocess.Popen(
        platform.arguments("sql", many), env=platform.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        assert [process.stdout.readline() for _ in range(3)] == [b"N\n", b"---\n", b"  0\n"]
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


def test_sql_in_another_role_obeys_its_rights(platform: Platform) -> None:
    allowed = platform.c360_here("sql", "select count(*) from GOLD.CUSTOMER_360_PROFILE", "--role", "MARKETING_MANAGER")
    assert "1000" in allowed.stdout
    refused = platform.c360_here("sql", "select count(*) from BRONZE.BRONZE_CUSTOMERS", "--role", "MARKETING_MANAGER")
    assert_one_sentence(refused, "not authorized")


def test_a_role_that_is_not_there(platform: Platform) -> None:
    assert_one_sentence(platform.c360_here("sql", "select 1", "--role", "NOBODY"), "NOBODY")


def test_a_statement_that_is_unknown(platform: Platform) -> None:
    assert_one_sentence(platform.c360_here("sql", "create stream S on table BRONZE.BRONZE_CUSTOMERS"), "not supported")


def test_a_table_that_is_not_there(platform: Platform) -> None:
    assert_one_sentence(platform.c360_here("sql", "select * from GOLD.NOTHING"), "NOTHING", "does not exist")


def test_status_of_a_good_platform(platform: Platform) -> None:
    done = platform.c360_here("status")
    assert done.returncode == 0, done.stdout + done.stderr
    nothing_used = "No warehouse used credits in the last 7 whole days."
    for expected in ("SUCCEEDED", "data quality checks", "BRONZE_TRANSACTIONS", "roc_auc", nothing_used):
        assert expected in done.stdout


@pytest.mark.parametrize(
    "command",
    [["status"], ["run"], ["app"], ["sql", "select 1"], ["drift"], ["files", "list"], ["files", "remove", "a/b.csv"]],
)
def test_a_command_before_anything_is_deployed(tmp_path: Path, command: list[str]) -> None:
    empty = Platform(tmp_path / "home")
    assert_one_sentence(empty.c360_here(*command), "Nothing is deployed here: run 'c360 up' first.")
    assert not empty.home.exists()


@pytest.mark.parametrize("statement", ["", "  ", "\n"])
def test_an_empty_statement(tmp_path: Path, statement: str) -> None:
    assert_one_sentence(Platform(tmp_path / "home").c360_here("sql", statement), "The statement is empty")


def test_one_port_for_both(tmp_path: Path) -> None:
    done = Platform(tmp_path / "home", Ports(8084, 8084)).c360_here("up")
    assert_one_sentence(done, "cannot share port 8084", "--s3-port")


@pytest.mark.parametrize("command", [["run"], ["up"], ["destroy"]])
def test_what_changes_a_stack_waits_for_nobody(made_platform: Platform, command: list[str]) -> None:
    with state_folder.alone(made_platform.home, "run"):
        assert_one_sentence(made_platform.c360_here(*command), "'c360 run' is at work on this stack")
    assert (made_platform.home / "outputs-local.json").exists()


@pytest.mark.parametrize("option", ["--port", "--s3-port"])
def test_a_taken_port(tmp_path: Path, option: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        ports = Ports(taken, free_port()) if option == "--port" else Ports(free_port(), taken)
        done = Platform(tmp_path / "home", ports).c360_here("up")
    assert_one_sentence(done, f"Port {taken} is taken by another program", option)


def test_a_taken_page_port(platform: Platform) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])
        assert_one_sentence(platform.c360_here("app", "--app-port", taken), f"Port {taken} is taken", "--app-port")


def test_the_account_is_served_once(platform: Platform) -> None:
    assert_one_sentence(platform.c360_here("account"), "is served already", str(platform.ports.account))


def test_a_real_stack_without_its_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    nothing = Platform(tmp_path / "home")
    assert_one_sentence(nothing.c360_here("status", "--stack", "dev"), "Pulumi CLI is not on PATH")
    assert_one_sentence(nothing.c360_here("up", "--stack", "dev"), "Pulumi CLI is not on PATH", "doctor --stack dev")
    assert_one_sentence(nothing.c360_here("account", "--stack", "prod"), "real account")


def test_doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy = Platform(tmp_path / "home").c360("doctor", "--app-port", str(free_port()))
    assert (healthy.returncode == 0) == ("Ready for stack local." in healthy.stdout)
    assert "ok       Python" in healthy.stdout
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    lacking = Platform(tmp_path / "home").c360("doctor", "--stack", "dev")
    assert_one_sentence(lacking, "Pulumi CLI", "Snowflake")
    assert "pulumi plugin install resource snowflake" in lacking.stdout


def test_doctor_sees_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])
        done = Platform(tmp_path / "home").c360("doctor", "--app-port", taken)
    assert done.returncode == 1
    assert f"Port {taken}: taken by another program" in done.stdout


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    assert_one_sentence(Platform(tmp_path).c360_here("up"), "C360_HOME")
    assert Platform(tmp_path).c360_here("destroy").returncode == 0
    assert (tmp_path / "letter.txt").exists()


def test_a_wrong_configuration_value(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "c360.deployment", "up", "--home", str(tmp_path), "--set", "customers=3"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["event"] == "error"
    assert "customer-360:customers" in last["message"]
    assert "10" in last["message"]
    assert "Traceback" not in done.stderr


def test_a_preview_is_printed_and_an_unknown_base_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    status, printed, _ = run_in_process(capsys, "preview", "--base", "HEAD", "--head", "HEAD", "--stack", "dev")
    assert status == 0
    assert printed.startswith("## Preview: `HEAD` against `HEAD`")
    assert "No stack changes." in printed
    status, printed, error = run_in_process(capsys, "preview", "--base", "nowhere")
    assert (status, printed) == (1, "")
    assert error.startswith("Error: git knows no revision 'nowhere' here")
