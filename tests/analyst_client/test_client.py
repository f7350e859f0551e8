"""Asking Cortex Analyst over REST: what is sent, what of the answers is read, and what is done where there is none."""

from __future__ import annotations

import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

import pytest

from analyst_client.client import AnalystClient, AnalystError, analyst_message, read_answer, user_message
from analyst_client.connection import HttpTransport
from analyst_client.transport import runtime_transport

if TYPE_CHECKING:
    from collections.abc import Iterator

SHAPES = Path(__file__).parents[1] / "golden" / "cortex_analyst"
VIEW = "D.GOLD.V"


class Service:
    """A service that gives one prepared response after the other, and the connection that reaches it."""

    def __init__(self) -> None:
        self.responses: list[tuple[int, bytes, dict[str, str]]] = []
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.pauses: list[float] = []
        self.renewals = 0
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.requests.append((self.path, dict(self.headers), body))
                status, answer, headers = service.responses.pop(0)
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        address = f"http://127.0.0.1:{self.server.server_port}"
        self.rest = SimpleNamespace(token="first", server_url=address)
        self.client = AnalystClient(HttpTransport(self), VIEW, timeout=5, pause=self.pauses.append)  # pyrefly: ignore

    def cursor(self) -> Any:
        service = self

        class Cursor:
            def __enter__(self) -> Self:
                return self

            def __exit__(self, *_: object) -> None:
                pass

            def execute(self, _sql: str) -> None:
                service.renewals += 1
                service.rest.token = "second"  # noqa: S105 - no secret

        return Cursor()

    def will_answer(self, status: int, body: Any = None, **headers: str) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.responses.append((status, raw, {key.replace("_", "-"): value for key, value in headers.items()}))


@pytest.fixture
def service() -> Iterator[Service]:
    found = Service()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    thread.join()


def shape(name: str) -> dict[str, Any]:
    return json.loads((SHAPES / f"{name}.json").read_text())


def test_a_question_is_sent_with_the_history_and_the_session(service: Service) -> None:
    service.will_answer(200, shape("answer_clear_sql"))
    first = service.client.ask("How many customers by segment?")
    service.will_answer(200, shape("answer_onboarding"))
    service.client.ask("And by state?", [user_message("How many customers by segment?"), analyst_message(first)])
    (path, headers, body), (_, _, follow_up) = service.requests
    assert path == "/api/v2/cortex/analyst/message"
    assert headers["Authorization"] == 'Snowflake Token="first"'
    assert headers["Content-Type"] == "application/json"
    assert body == {"messages": [user_message("How many customers by segment?")], "semantic_view": VIEW}
    assert [message["role"] for message in follow_up["messages"]] == ["user", "analyst", "user"]
    assert follow_up["messages"][1]["content"][1] == {"type": "sql", "statement": first.sql}


@pytest.mark.parametrize(
    ("name", "category", "has_sql", "counts", "verified"),
    [
        ("answer_clear_sql", "CLEAR_SQL", True, (0, 0), None),
        ("answer_verified", "CLEAR_SQL", True, (0, 1), "customers_at_high_risk"),
        ("answer_onboarding", "ONBOARDING", False, (3, 0), None),
    ],
)
def test_answers_are_read(
    name: str, category: str, has_sql: bool, counts: tuple[int, int], verified: str | None
) -> None:
    stored = shape(name)
    found = read_answer(json.dumps(stored).encode())
    assert (found.category, found.sql is not None) == (category, has_sql)
    assert (len(found.suggestions), len(found.warnings), found.verified_query) == (*counts, verified)
    assert found.text == stored["message"]["content"][0]["text"].strip()
    assert found.request_id == stored["request_id"]


def test_suggestions_in_the_singular_and_blocks_of_unknown_types_are_read() -> None:
    stored = shape("answer_onboarding")
    stored["message"]["content"][1]["type"] = "suggestion"
    stored["message"]["content"].append({"type": "chart", "chart": {}})
    del stored["response_metadata"], stored["warnings"]
    assert len(read_answer(json.dumps(stored).encode()).suggestions) == 3


@pytest.mark.parametrize("raw", [b"", b"<html>", b"[]", b'{"message": {}}', b'{"message": {"content": ["x"]}}'])
def test_what_is_no_answer_is_refused(raw: bytes) -> None:
    with pytest.raises(AnalystError, match="sent something that is no answer"):
        read_answer(raw)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_asked_again(service: Service, status: int) -> None:
    service.will_answer(status, {"message": "slow down"})
    service.will_answer(status, b"", Retry_After="3")
    service.will_answer(200, shape("answer_onboarding"))
    assert service.client.ask("x").category == "ONBOARDING"
    assert service.pauses == [0.5, 3]


def test_a_service_that_stays_busy_is_given_up(service: Service) -> None:
    for _ in range(9):
        service.will_answer(429, {"message": "slow down"}, Retry_After="9999")
    with pytest.raises(AnalystError, match=r"refused the question \(429\): slow down\.") as raised:
        service.client.ask("x")
    assert raised.value.status == 429
    assert service.pauses == [10.0] * 4


def test_an_expired_session_is_renewed_once(service: Service) -> None:
    service.will_answer(401, {"message": "expired"})
    service.will_answer(200, shape("answer_onboarding"))
    service.client.ask("x")
    assert [headers["Authorization"] for _, headers, _ in service.requests] == [
        'Snowflake Token="first"', 'Snowflake Token="second"',
    ]  # fmt: skip
    for _ in range(2):
        service.will_answer(401, {"message": "expired"})
    with pytest.raises(AnalystError, match=r"\(401\): expired"):
        service.client.ask("x")
    assert service.renewals == 2


@pytest.mark.parametrize(
    ("status", "body", "sentence", "request_id"),
    [
        (400, shape("error_400"), r"\(400\): Exactly one of semantic_model", shape("error_400")["request_id"]),
        (403, b"<html>no</html>", r"\(403\): Forbidden\.", None),
        (404, b"null", r"\(404\): Not Found\.", None),
        (500, {"message": "a\n b."}, r"\(500\): a b\.$", None),
    ],
)
def test_a_refusal_is_one_sentence(service: Service, status: int, body: Any, sentence: str, request_id: Any) -> None:
    service.will_answer(status, body)
    with pytest.raises(AnalystError, match=sentence) as raised:
        service.client.ask("x")
    assert (raised.value.status, raised.value.request_id) == (status, request_id)
    assert service.pauses == []


def test_nobody_answers(service: Service) -> None:
    service.rest.server_url = "http://127.0.0.1:1"
    with pytest.raises(AnalystError, match="cannot be reached"):
        service.client.ask("x")
    service.rest.token = None
    with pytest.raises(AnalystError, match="connection is closed"):
        service.client.ask("x")


def test_a_silent_service_is_not_waited_for(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        service.rest.server_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = AnalystClient(HttpTransport(service), VIEW, timeout=0.1)  # pyrefly: ignore
        with pytest.raises(AnalystError, match="did not answer within"):
            client.ask("x")


def test_feedback_is_sent(service: Service) -> None:
    service.will_answer(200, b"")
    service.client.give_feedback("id", positive=False, message="wrong")
    assert service.requests[0][0] == "/api/v2/cortex/analyst/feedback"
    assert service.requests[0][2] == {"request_id": "id", "positive": False, "feedback_message": "wrong"}


def test_an_app_inside_of_snowflake_asks_through_its_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no token and no network there: the runtime sends the request, and says what came back."""
    assert runtime_transport() is None, "here is no such runtime"
    sent: list[tuple[Any, ...]] = []
    replies: list[Any] = [{"status": 200, "content": json.dumps(shape("answer_clear_sql"))}]

    def post(*arguments: Any) -> dict[str, Any]:
        sent.append(arguments)
        if isinstance(replies[0], Exception):
            raise replies.pop(0)
        return replies.pop(0)

    runtime = ModuleType("_snowflake")
    runtime.__spec__ = ModuleSpec("_snowflake", None)
    runtime.send_snow_api_request = post  # pyrefly: ignore
    monkeypatch.setitem(sys.modules, "_snowflake", runtime)
    client = AnalystClient(runtime_transport() or pytest.fail("no runtime was found"), VIEW, timeout=7)
    assert client.ask("How many?").sql is not None
    body = {"messages": [user_message("How many?")], "semantic_view": VIEW}
    assert sent == [("POST", "/api/v2/cortex/analyst/message", {}, {}, body, None, 7000)]
    replies.append({"status": 400, "content": json.dumps(shape("error_400")), "reason": "Bad Request"})
    with pytest.raises(AnalystError, match=r"\(400\): Exactly one of semantic_model"):
        client.ask("x")
    replies.append(RuntimeError("Request timed out."))
    with pytest.raises(AnalystError, match="did not answer within 7 s"):
        client.ask("x")
    replies.append(RuntimeError("no route."))
    with pytest.raises(AnalystError, match=r"cannot be reached: no route\.$"):
        client.ask("x")
