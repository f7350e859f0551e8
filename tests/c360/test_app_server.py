"""The server of the page: which files it takes from the stage, its secrets, and when it is ready."""

from __future__ import annotations

import os
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from c360 import app_server, doctor
from c360.connection import Ports
from c360.errors import CommandError
from tests.support.platforms import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEALTH = {"answers": [b"ok"]}


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answers = HEALTH["answers"]
        body = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(503 if body == b"down" else 200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """Where something answers like Streamlit."""
    server = HTTPServer(("127.0.0.1", 0), Health)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def process(ended: int | None) -> Any:
    return SimpleNamespace(poll=lambda: ended)


@pytest.mark.parametrize("answers", [[b"ok"], [b"starting", b"down", b"ok"]])
def test_a_page_is_ready_when_it_says_so(port: int, tmp_path: Path, answers: list[bytes]) -> None:
    HEALTH["answers"] = list(answers)
    app_server._await_health(process(None), port, tmp_path / "log")
    assert HEALTH["answers"] == [b"ok"]


def test_a_page_that_is_never_ready_is_an_error(port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    HEALTH["answers"] = [b"starting"]
    monkeypatch.setattr(app_server, "_START_SECONDS", 0.3)
    with pytest.raises(CommandError, match="did not answer within"):
        app_server._await_health(process(None), port, tmp_path / "log")
    with pytest.raises(CommandError, match="Streamlit ended at once"):
        app_server._await_health(process(1), port, tmp_path / "log")


def test_secrets_are_read_back_and_are_nobody_else_s(tmp_path: Path) -> None:
    login = {"user": 'a"b', "port": 8084, "session_parameters": {"QUERY_TAG": "c360"}, "keep": True}
    path = app_server.write_secrets(tmp_path, login)
    assert tomllib.loads(path.read_text()) == {"connections": {"snowflake": login}}
    assert path.stat().st_mode & 0o777 == 0o600


class Stage:
    """A cursor over a stage with some files."""

    def __init__(self, *paths: str) -> None:
        self.paths, self.gets = paths, []

    def execute(self, sql: str) -> None:
        if sql.startswith("get"):
            self.gets.append(sql)

    def fetchall(self) -> list[tuple[str]]:
        return [(path,) for path in self.paths]


def test_files_are_fetched_into_their_folders_and_old_ones_go(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "old.py").touch()
    at_work = os.open(tmp_path / "app", os.O_RDONLY)  # as of a server that has it for its own folder
    stage: Any = Stage(
        "app_stage/customer_360_app/page.py", "app_stage/customer_360_app/lib/a.py", "app_stage/other/b.py"
    )
    found = app_server.fetch(stage, tmp_path / "app", "page.py")
    assert [path.as_posix() for path in found] == ["lib/a.py", "page.py"]
    assert not (tmp_path / "app" / "old.py").exists()
    assert os.fstat(at_work).st_ino == (tmp_path / "app").stat().st_ino
    os.close(at_work)
    assert stage.gets[0] == (
        f"get '@PLATFORM.APP_STAGE/customer_360_app/lib/a.py' 'file://{tmp_path / 'app' / 'lib'}/'"
    )
    with pytest.raises(CommandError, match="holds no app"):
        app_server.fetch(Stage("app_stage/customer_360_app/a.py"), tmp_path / "app", "page.py")  # type: ignore[arg-type]


def test_a_served_page_is_known_as_ours_as_long_as_it_is_served(tmp_path: Path) -> None:
    home, other, free = tmp_path / "home", tmp_path / "other", free_port()
    page = home / "app" / "page.py"
    page.parent.mkdir(parents=True)
    page.touch()

    def said_of_port(home: Path) -> str:
        return doctor.check_ports(home, Ports(1, 2), free)[-1].as_text()

    assert said_of_port(home).endswith(f"Port {free}: free")
    with app_server.serving(home, free, page):
        assert said_of_port(home).endswith(f"Port {free}: served by this platform")
        assert f"Port {free}: taken by another program" in said_of_port(other)
        with pytest.raises(CommandError, match=f"served already on http://127.0.0.1:{free}"):
            app_server.require_page_port(home, free)
        with pytest.raises(CommandError, match="taken by another program"):
            app_server.require_page_port(other, free)
    assert said_of_port(home).endswith(f"Port {free}: free")


def test_a_port_that_another_took_after_our_page_is_not_ours(port: int, tmp_path: Path) -> None:
    (tmp_path / f"app-{port}.lock").touch()
    assert "taken by another program" in doctor.check_ports(tmp_path, Ports(1, 2), port)[-1].as_text()
