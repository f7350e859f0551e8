"""The server's routes without a socket: what each answers, to whom, and how a statement is stopped or found again."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from local_account.server import app
from local_account.server.app import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.account import Account
    from local_account.session.session import Session

DAY = 24 * 60 * 60


class Client:
    """Sends requests to a server as a driver does."""

    def __init__(self, server: Server) -> None:
        self.server, self.token, self.master = server, "", ""

    def ask(self, path: str, body: Any = None, token: str | None = None, *, get: bool = False, **query: str) -> Any:
        """Return the answer to a request, by the session's token unless another is given."""
        sent, answered = [{"type": "http.request", "body": gzip.compress(json.dumps(body or {}).encode())}], bytearray()

        async def receive() -> dict[str, Any]:
            return sent.pop()

        async def send(message: Any) -> None:
            answered.extend(message.get("body", b""))

        token = self.token if token is None else token
        headers = [(b"authorization", f'Snowflake Token="{token}"'.encode()), (b"content-encoding", b"gzip")]
        scope = {
            "type": "http", "method": "GET" if get else "POST", "path": path, "headers": headers,
            "query_string": urlencode(query).encode(),
        }  # fmt: skip
        asyncio.run(self.server.app(scope, receive, send))
        return json.loads(answered)

    def log_in(self, user: str = "local", password: str = "local", **query: str) -> Any:  # noqa: S107
        data = {"LOGIN_NAME": user, "PASSWORD": password, "CLIENT_APP_ID": "Test", "CLIENT_APP_VERSION": "1.0"}
        found = self.ask("/session/v1/login-request", {"data": data}, **query)
        if found["success"]:
            self.token, self.master = found["data"]["token"], found["data"]["masterToken"]
        return found

    def run(self, sql: str, request: str = "", **body: Any) -> Any:
        query = {"requestId": request} if request else {}
        return self.ask("/queries/v1/query-request", {"sqlText": sql, **body}, **query)


@pytest.fixture
def server(bare_account: Account) -> Iterator[Server]:
    served = Server(bare_account)
    yield served
    served.close()


@pytest.fixture
def client(server: Server, session: Session) -> Iterator[Client]:
    """A client that is logged in, in the module's database."""
    found = Client(server)
    assert found.log_in(roleName="ACCOUNTADMIN", databaseName=str(session.database), warehouse="w")["success"]
    yield found
    found.ask("/session", delete="true")


def test_a_login_opens_a_session_where_it_says(client: Client, session: Session) -> None:
    found = client.log_in(roleName="sysadmin")["data"]
    assert (found["displayUserName"], found["sessionInfo"]["roleName"]) == ("LOCAL", "SYSADMIN")
    assert (found["validityInSeconds"], found["masterValidityInSeconds"]) == (DAY, 7 * DAY)
    assert client.run("select current_client()")["success"]
    place = client.log_in(roleName='"ACCOUNTADMIN"', databaseName=str(session.database), warehouse="w")["data"]
    assert place["sessionInfo"] == {
        "databaseName": session.database, "schemaName": "PUBLIC", "warehouseName": "W", "roleName": "ACCOUNTADMIN",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("login", "code"),
    [({"password": "wrong"}, "390100"), ({"user": "nobody"}, "390100"), ({"roleName": "NOTHING"}, "390189")],
)
def test_a_login_that_is_refused_opens_none(server: Server, login: dict[str, str], code: str) -> None:
    before = len(server.account.sessions)
    found = Client(server).log_in(**login)
    assert (found["success"], found["code"]) == (False, code)
    assert len(server.account.sessions) == before


def test_what_waits_for_somebody_begins_once(bare_account: Account) -> None:
    begun: list[str] = []
    served = Server(bare_account, lambda: begun.append("begun"))
    client = Client(served)
    client.log_in(password="wrong")
    assert begun == []
    client.log_in()
    client.log_in()
    assert begun == ["begun"]
    served.close()


@pytest.mark.parametrize(
    ("path", "get"),
    [
        ("/session/heartbeat", False), ("/session", False), ("/queries/v1/query-request", False),
        ("/queries/v1/abort-request", False), ("/queries/x/result", True), ("/monitoring/queries/x", True),
        ("/session/token-request", False),
    ],
)  # fmt: skip
def test_without_a_session_one_is_told_to_log_in(server: Server, path: str, get: bool) -> None:
    found = Client(server).ask(path, token="no such token", get=get)
    assert (found["success"], found["code"]) == (False, "390114")


def test_a_session_lives_until_it_is_deleted(client: Client) -> None:
    assert client.ask("/session/heartbeat")["success"]
    assert client.ask("/session")["success"], "only one that says so is deleted"
    assert client.ask("/session/heartbeat")["success"]
    assert client.ask("/session", delete="true")["success"]
    assert not client.ask("/session/heartbeat")["success"]
    assert not client.ask("/session/token-request", token=client.master)["success"]


def test_a_token_is_renewed_by_the_master_token_alone(client: Client) -> None:
    old = client.token
    assert not client.ask("/session/token-request")["success"]
    found = client.ask("/session/token-request", token=client.master)["data"]
    assert (found["validityInSecondsST"], found["validityInSecondsMT"]) == (DAY, 7 * DAY)
    assert not client.ask("/session/heartbeat", token=old)["success"]
    client.token = found["sessionToken"]
    assert client.run("select current_session()")["success"]
    assert client.ask("/session/token-request", token=client.master)["success"], "again and again"


def test_a_statement_is_answered_with_rows_or_its_error(client: Client, session: Session) -> None:
    found = client.run("insert into T values (1), (2)")["data"]
    assert (found["rowset"], found["stats"]["numRowsInserted"], found["queryResultFormat"]) == ([["2"]], 2, "json")
    found = client.run("select A from T order by A")["data"]
    assert (found["total"], found["returned"], found["queryResultFormat"]) == (2, 2, "arrow")
    assert (found["finalDatabaseName"], found["finalSchemaName"]) == (session.database, "PUBLIC")
    found = client.run("select A from T", describeOnly=True)["data"]
    assert (found["total"], [c["name"] for c in found["rowtype"]]) == (0, ["A"])
    found = client.run("select NOTHING from T")
    assert (found["success"], found["code"], found["data"]["sqlState"]) == (False, "000904", "42000")
    client.run("delete from T")


@pytest.mark.parametrize(
    ("sql", "columns", "affected"),
    [
        ("insert into T values (?)", [["7", "8", None]], 3),
        ("update T set A = ? where A = ?", [["1", "2"], ["7", "99"]], 1),
        ("update T set A = ? where A = ?", [["1"], ["99"]], 0),
        ("delete from T where A = ?", [["7", "8"]], 2),
    ],
)
def test_what_the_rows_of_an_array_change_is_added(
    client: Client, session: Session, sql: str, columns: list[list[str | None]], affected: int
) -> None:
    session.execute("delete from T")
    if not sql.startswith("insert"):
        session.execute("insert into T values (7), (8)")
    sent = {str(n): {"type": "FIXED", "value": values} for n, values in enumerate(columns, 1)}
    assert client.run(sql, bindings=sent)["data"]["rowset"] == [[str(affected)]]
    session.execute("delete from T")


def test_no_rows_change_nothing(client: Client) -> None:
    found = client.run("insert into T values (?)", bindings={"1": {"type": "FIXED", "value": []}})["data"]
    assert (found["total"], found["rowtype"][0]["name"]) == (1, "number of rows inserted")


def test_a_request_that_comes_again_is_executed_once(client: Client, session: Session) -> None:
    first, second = (client.run("insert into T values (1)", request="once")["data"] for _ in range(2))
    assert first["queryId"] == second["queryId"]
    assert first["rowset"] == second["rowset"] == [["1"]]
    assert session.execute("select count(*) from T").scalar() == 1
    session.execute("delete from T")


def test_a_statement_is_asked_for_by_its_id(client: Client, server: Server) -> None:
    found = client.run("select 7", asyncExec=True)
    assert found["code"] == "333334"
    query_id = found["data"]["queryId"]
    assert client.ask(f"/queries/{query_id}/result", get=True)["data"]["total"] == 1
    assert client.ask(f"/queries/{query_id}/result", get=True)["data"]["total"] == 1, "from what is kept"
    assert client.ask(f"/monitoring/queries/{query_id}", get=True)["data"]["queries"] == [
        {"id": query_id, "status": "SUCCESS", "state": "SUCCESS"}
    ]
    assert client.ask("/monitoring/queries/nothing", get=True)["code"] == "000709"
    assert client.ask("/queries/nothing/result", get=True)["code"] == "000709"
    client.run("create user GUSTAV password = 'x'")
    other = Client(server)
    other.log_in("gustav", "x")
    assert other.ask(f"/queries/{query_id}/result", get=True)["message"] == f"Statement {query_id} not found"
    failed = client.run("select NOTHING from T")["data"]["queryId"]
    assert "NOTHING" in client.ask(f"/queries/{failed}/result", get=True)["message"]
    client.run("drop user GUSTAV")


@pytest.fixture
def slow(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Statements that wait until they are let go or interrupted."""
    gone = threading.Event()
    (session,) = [s for s in client.server.account.sessions.values() if s.token == client.token]
    execute = session.execute

    def wait(*given: Any) -> Any:
        gone.wait(20)
        return execute(*given)

    monkeypatch.setattr(session, "execute", wait)
    monkeypatch.setattr(session, "interrupt", gone.set)
    monkeypatch.setattr(app, "_PATIENCE_SECONDS", 0.05)
    yield gone
    gone.set()


def test_a_statement_that_takes_long_is_asked_for_again(client: Client, slow: threading.Event) -> None:
    found = client.run("select 7", request="long")
    assert (found["success"], found["code"]) == (True, "333333")
    query_id = found["data"]["queryId"]
    assert client.ask(f"/queries/{query_id}/result", get=True)["code"] == "333333"
    assert not slow.is_set()
    slow.set()
    app._PATIENCE_SECONDS = 20.0
    assert client.ask(f"/queries/{query_id}/result", get=True)["data"]["total"] == 1


def test_a_statement_is_stopped_by_its_request(client: Client, slow: threading.Event) -> None:
    client.run("select 7", request="running")
    for request in ("another", ""):
        assert client.ask("/queries/v1/abort-request", {"requestId": request})["success"]
        assert not slow.is_set()
    assert client.ask("/queries/v1/abort-request", {"requestId": "running"})["success"]
    assert slow.is_set()
    client.server.close()
    for _, future in client.server._running.values():
        future.result(20)


def test_what_has_ended_is_not_stopped(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    (session,) = [s for s in client.server.account.sessions.values() if s.token == client.token]
    stopped: list[str] = []
    monkeypatch.setattr(session, "interrupt", lambda: stopped.append("stopped"))
    client.run("select NOTHING", request="failed")
    assert client.ask("/queries/v1/abort-request", {"requestId": "failed"})["success"]
    assert stopped == []


def test_statements_of_old_are_forgotten(client: Client, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_RUNNING_KEPT", 3)
    for number in range(6):
        client.run("select NOTHING", request=f"r{number}")
    assert list(server._requests) == ["r3", "r4", "r5"]
    assert len(server._running) == 3
