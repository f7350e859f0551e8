"""Commands that serve, as far as they answer without serving: real accounts, and the documented ports."""

from __future__ import annotations

import fcntl
import re
import signal
import socket
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from c360 import cli
from c360.account_process import RunningAccount
from c360.commands import context, runs, serving
from c360.commands.context import Context
from c360.connection import Ports, ServedApp
from c360.errors import CommandError
from components.repository import ROOT
from tests.support.accounts import connected
from tests.support.platforms import Platform, free_port

if TYPE_CHECKING:
    from pathlib import Path


AUDIENCES = ("marketing", "analyst", "operations")


def stack(name: str, home: Path) -> Context:
    return Context(name, home, Ports(1, 2), console=None)  # type: ignore[arg-type]


def test_the_page_of_a_real_account_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    apps = {audience: ServedApp(f"APP_{audience.upper()}", "", "") for audience in AUDIENCES}
    names = SimpleNamespace(database="DB", apps=apps)
    dev = SimpleNamespace(snowflake={"account": "ORG-ACCOUNT"}, names=names, command="c360 {} --stack dev".format)
    monkeypatch.setattr(serving, "target", lambda *_: dev)
    done = CliRunner().invoke(serving.app, ["--stack", "dev"])
    begins = "https://app.snowflake.com/org/account/#/streamlit-apps/DB.PLATFORM.APP_"
    assert done.output.splitlines() == [f"{name}: {begins}{name.upper()}" for name in AUDIENCES]
    apps.clear()
    done = CliRunner().invoke(serving.app, ["--stack", "dev"])
    assert str(done.exception) == "What is deployed has no app for marketing: run 'c360 up --stack dev' first."


def test_a_real_account_needs_no_serving(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = CliRunner().invoke(serving.account, ["--stack", "prod"])
    assert isinstance(done.exception, CommandError)
    assert "needs no serving" in str(done.exception)
    monkeypatch.setenv("C360_HOME", str(tmp_path))
    monkeypatch.setattr(serving.account_process, "find", lambda _: RunningAccount(7, Ports(11, 12)))
    done = CliRunner().invoke(serving.account)
    assert f"The account of {tmp_path} is served already: port 11, process 7." in str(done.exception)


def test_ports_are_those_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    defaults = {option.name: option.default for option in serving.app.params}
    assert f"http://127.0.0.1:{defaults['app_port']}" in readme
    assert re.findall(r"port=(\d+)", readme) == [str(defaults["port"])] == [str(Ports().account)]
    account = (ROOT / "local_account" / "README.md").read_text()
    assert f"--port {defaults['port']} --s3-port {defaults['s3_port']}" in account


@pytest.mark.parametrize("port", ["0", "65536", "x"])
def test_a_port_is_one(port: str) -> None:
    assert CliRunner().invoke(serving.app, ["--app-port", port]).exit_code == 2


def test_a_running_account_keeps_its_ports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[int, str]] = []
    monkeypatch.setattr(context.account_process, "require_free", lambda *port: asked.append(port))
    monkeypatch.setattr(context.account_process, "find", lambda _: RunningAccount(7, Ports(11, 12)))
    assert stack("dev", tmp_path).serving_ports() == Ports(1, 2)
    assert stack("local", tmp_path).serving_ports() == Ports(11, 12)
    assert asked == []
    monkeypatch.setattr(context.account_process, "find", lambda _: None)
    assert stack("local", tmp_path).serving_ports() == Ports(1, 2)
    assert asked == [(1, "--port"), (2, "--s3-port")]


def test_a_real_account_serves_by_itself(tmp_path: Path) -> None:
    with stack("dev", tmp_path).account() as running:
        assert running == RunningAccount(0, Ports(1, 2))


@pytest.mark.parametrize("program", [["c360"], ["local_account", "--home"]], ids=lambda words: words[0])
def test_no_warning_of_a_library_reaches_who_serves_the_account(tmp_path: Path, program: list[str]) -> None:
    platform = Platform(tmp_path / "home")
    command = platform.arguments("account")
    if program[0] != "c360":
        command = [sys.executable, "-m", *program, str(platform.home), *command[2:]]
    environment = {key: value for key, value in platform.environment.items() if key != "PYTHONWARNINGS"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        assert server.stderr
        assert "ready" in server.stdout.readline()
        with connected(platform.ports.account) as connection, connection.cursor() as cursor:
            cursor.execute("select 1 as n")
        server.send_signal(signal.SIGTERM)
        assert server.stderr.read() == ""


@pytest.mark.parametrize("is_taken", [False, True])
def test_up_keeps_its_account_for_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, is_taken: bool) -> None:
    """Between the two an account that nobody uses would end, and start again in half a minute on a busy machine."""
    seen: list[tuple[str, bool]] = []

    def note(step: str) -> None:
        with (tmp_path / "account.users").open("a") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                seen.append((step, True))
            else:
                seen.append((step, False))

    monkeypatch.setenv("C360_HOME", str(tmp_path))
    monkeypatch.setattr(runs, "_up", lambda *_, **__: note("up"))
    monkeypatch.setattr(runs, "serve_page", lambda *_, **__: note("page"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1] if is_taken else free_port()
        status = cli.run_command(["up", "--app", "--app-port", str(port)])
    assert (status, seen) == ((1, []) if is_taken else (0, [("up", True), ("page", True)]))
