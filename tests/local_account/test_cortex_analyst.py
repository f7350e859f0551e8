"""Cortex Analyst over REST, with an analyst whose answers are known: form, rights, statuses, log, feedback, restart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from snowflake.connector.errors import ProgrammingError

from local_account.analyst import answer
from local_account.analyst.answers import Answered, Category, Clarify, Refused
from local_account.cortex import service
from local_account.cortex.request_log import RequestLog
from local_account.semantic.model import VerifiedQuery
from local_account.server.serve import ServedAccount
from tests.support.accounts import connected
from tests.support.rows import rows

if TYPE_CHECKING:
    from snowflake.connector import SnowflakeConnection

    from local_account.analyst.answers import Answer

SHAPES = Path(__file__).parents[1] / "golden" / "cortex_analyst"
VERIFIED = VerifiedQuery("counted", "How many?", "SELECT COUNT(*) FROM people", 1764374400, "data team")
MODEL = """
name: PEOPLE_MODEL
tables:
  - name: people
    base_table: {{database: {0}, schema: PUBLIC, table: PROFILES}}
    primary_key: {{columns: [id]}}
    dimensions:
      - {{name: id, expr: id, data_type: NUMBER}}
      - {{name: segment, expr: segment, data_type: VARCHAR}}
    metrics:
      - {{name: spent, expr: SUM(spend)}}
"""
asked: list[dict[str, Any]] = []


def known_answer(question: str, **given: Any) -> Answer:
    """Answer by the first word of a question; what else was given is kept in `asked`."""
    data, view = given["data"], given["view"]
    values, found = data.values("PEOPLE", "SEGMENT"), data.has_value("PEOPLE", "SEGMENT", "a")
    asked.append(given | {"question": question, "values": values, "found": found})
    match question.split(maxsplit=1)[0]:
        case "Elsewhere" if "." not in view:
            return Refused("That is of another model.")
        case "How" | "And" | "Elsewhere":
            sql = f"SELECT * FROM SEMANTIC_VIEW({view} DIMENSIONS PEOPLE.SEGMENT METRICS PEOPLE.SPENT)"
            return Answered(sql, "Spend by segment.", None, ("A typing error was mended.",))
        case "Verified":
            return Answered(f"SELECT * FROM SEMANTIC_VIEW({view} METRICS PEOPLE.SPENT)", "Spend.", VERIFIED)
        case "Best":
            return Clarify("Best by what?", ("How much?",), ("SPENT",), Category.AMBIGUOUS_CRITERION)
        case "What":
            return Clarify("Ask about people.", ("How much?", "How many?", "How old?"), (), Category.ONBOARDING)
        case "Crash":
            raise RuntimeError("secret detail")
        case _:
            return Refused("That is not in the model.", (), Category.UNKNOWN_WORD)


@pytest.fixture(autouse=True)
def analyst(monkeypatch: pytest.MonkeyPatch) -> None:
    asked.clear()
    monkeypatch.setattr(service, "answer", known_answer)


@pytest.fixture
def view(cursor: Any, database: str) -> str:
    """A semantic view in a fresh database; two roles may reach its schema, READER may use it, OTHER may not."""
    cursor.execute("create table PROFILES (id integer, segment varchar, spend number(12,2))")
    cursor.execute("insert into PROFILES values (1, 'a', 2.5), (2, 'b', 3.5)")
    cursor.execute(
        "create semantic view MODEL tables (PEOPLE as PUBLIC.PROFILES primary key (ID))"
        " dimensions (PEOPLE.ID as id, PEOPLE.SEGMENT as segment) metrics (PEOPLE.SPENT as sum(spend))"
    )
    for role in ("READER", "OTHER"):
        cursor.execute(f"create or replace role {role}")
        cursor.execute(f"grant role {role} to user LOCAL")
        cursor.execute(f"grant usage on database {database} to role {role}")
        cursor.execute(f"grant usage on schema PUBLIC to role {role}")
    cursor.execute("grant references, select on semantic view MODEL to role READER")
    return f"{database}.PUBLIC.MODEL"


Post = "Callable[..., requests.Response]"


def post(session: SnowflakeConnection, body: Any, path: str = "message", **headers: str) -> requests.Response:
    rest = session.rest
    assert rest
    sent = {"Authorization": f'Snowflake Token="{rest.token}"'} | headers
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return requests.post(f"{rest.server_url}/api/v2/cortex/analyst/{path}", data=data, headers=sent, timeout=20)


def question(text: str, **models: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]} | models


def form(value: Any) -> Any:
    """Return the names and types of a JSON value; of a list the forms of its items, each once."""
    match value:
        case dict():
            return {key: form(item) for key, item in value.items()}
        case list():
            return [found for i, found in enumerate(map(form, value)) if found not in list(map(form, value))[:i]]
        case int() | float():
            return "number"
        case _:
            return type(value).__name__


def shape(name: str, view: str = "") -> Any:
    return json.loads((SHAPES / f"{name}.json").read_text().replace("$VIEW", view))


@pytest.mark.parametrize("name", ["request_view", "request_follow_up", "request_after_suggestions"])
def test_requests_as_clients_send_them_are_answered_in_snowflakes_form(connect: Any, view: str, name: str) -> None:
    response = post(connect(warehouse="COMPUTE_WH"), shape(name, view))
    answer = response.json()
    assert response.status_code == 200, answer
    assert response.headers["X-Snowflake-Request-Id"] == answer["request_id"]
    expected = form(shape("answer_clear_sql")) | {"warnings": [{"message": "str"}]}
    if "semantic_models" in shape(name):
        expected["semantic_model_selection"] = form({"index": 0, "identifier": {"semantic_view": view}})
    assert form(answer) == expected
    text, sql = answer["message"]["content"]
    assert text["text"] == "This is our interpretation of your question:\n\nSpend by segment."
    assert view in sql["statement"]
    metadata = answer["response_metadata"]
    assert (metadata["model_names"], metadata["question_category"]) == (["local-analyst"], "CLEAR_SQL")
    history = [(turn.question, turn.sql) for turn in asked[0]["history"]]
    assert (
        history
        == {
            "request_view": [],
            "request_follow_up": [("How many customers are there by segment?", "SELECT 1")],
            "request_after_suggestions": [("What can I ask?", None)],
        }[name]
    )
    assert asked[0]["values"] == ("a", "b")


def test_a_verified_query_and_suggestions_come_in_snowflakes_form(connect: Any, view: str) -> None:
    session = connect(warehouse="COMPUTE_WH")
    verified = post(session, question("Verified", semantic_view=view)).json()
    stored = form(shape("answer_verified")) | {"semantic_model_selection": "NoneType", "warnings": []}
    assert form(verified) == stored
    assert verified["message"]["content"][1]["confidence"]["verified_query_used"]["name"] == "counted"
    assert verified["response_metadata"]["analyst_orchestration_path"] == "vqr_fast_path"
    assert form(post(session, question("What can I ask?", semantic_view=view)).json()) == form(
        shape("answer_onboarding")
    )


@pytest.mark.parametrize(
    ("text", "named", "kinds"),
    [
        ("Best people", ("clarification", "AMBIGUOUS_CRITERION"), ["text", "suggestions"]),
        ("Weather", ("rejection", "UNKNOWN_WORD"), ["text"]),
    ],
)
def test_questions_back_and_refusals_say_which_they_are(
    connect: Any, view: str, text: str, named: tuple[str, str], kinds: list[str]
) -> None:
    answer = post(connect(warehouse="COMPUTE_WH"), question(text, semantic_view=view)).json()
    assert [block["type"] for block in answer["message"]["content"]] == kinds
    metadata = answer["response_metadata"]
    assert (metadata["analyst_orchestration_path"], metadata["question_category"]) == named


def test_of_several_models_the_first_that_answers_is_taken(connect: Any, cursor: Any, view: str, database: str) -> None:
    session = connect(warehouse="COMPUTE_WH")
    models = [{"semantic_model": MODEL.format(database)}, {"semantic_view": view}]
    answer = post(session, question("How much?", semantic_models=models)).json()
    assert answer["semantic_model_selection"]["index"] == 0
    elsewhere = post(session, question("Elsewhere too", semantic_models=models)).json()
    assert elsewhere["semantic_model_selection"] == {"index": 1, "identifier": {"semantic_view": view}}
    assert form(answer["semantic_model_selection"]["identifier"]) == {"inline_semantic_model": "str"}
    (run,) = [cursor.execute(answer["message"]["content"][1]["statement"]).fetchall()]
    assert sorted(run) == [("a", 2.5), ("b", 3.5)]


def test_a_model_may_lie_on_a_stage(connect: Any, cursor: Any, view: str, database: str, tmp_path: Path) -> None:  # noqa: ARG001
    file = tmp_path / "people.yaml"
    file.write_text(MODEL.format(database))
    cursor.execute("create stage MODELS")
    cursor.execute(f"put file://{file} @MODELS auto_compress = false")
    name = f"@{database}.PUBLIC.MODELS/people.yaml"
    session = connect(warehouse="COMPUTE_WH")
    answer = post(session, question("How much?", semantic_model_file=name)).json()
    found = cursor.execute(answer["message"]["content"][1]["statement"]).fetchall()
    assert sorted(found) == [("a", 2.5), ("b", 3.5)]
    missing = post(session, question("How much?", semantic_model_file=name.replace("people", "nothing")))
    assert (missing.status_code, missing.json()["message"]) == (403, "The stage has no file 'nothing.yaml'.")
    other = post(connect(role="READER", warehouse="COMPUTE_WH"), question("How much?", semantic_model_file=name))
    assert other.status_code == 403
    logged = rows(cursor, f"select * from table(snowflake.local.cortex_analyst_requests('FILE_ON_STAGE', '{name}'))")
    assert [(row["RESPONSE_STATUS_CODE"], row["SEMANTIC_MODEL_NAME"]) for row in logged] == [(403, name), (200, name)]


def test_a_bearers_token_is_a_session_too(connect: Any, view: str) -> None:
    session = connect(warehouse="COMPUTE_WH")
    found = post(session, question("How much?", semantic_view=view), Authorization=f"Bearer {session.rest.token}")
    assert found.status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [({"Authorization": 'Snowflake Token="x"'}, "390114"), ({"Authorization": "Bearer x"}, "390114"), ({}, "390101")],
)
def test_nobody_asks_without_a_session(account: ServedAccount, headers: dict[str, str], code: str) -> None:
    for path in ("message", "feedback"):
        url = f"http://127.0.0.1:{account.port}/api/v2/cortex/analyst/{path}"
        response = requests.post(url, json=question("How much?"), headers=headers, timeout=5)
        assert (response.status_code, response.json()["code"]) == (401, code)
        assert form(response.json()) == form(shape("error_400"))


def test_other_methods_and_paths_are_refused(account: ServedAccount) -> None:
    base = f"http://127.0.0.1:{account.port}/api/v2"
    assert requests.get(f"{base}/cortex/analyst/message", timeout=5).status_code == 405
    assert requests.put(f"{base}/cortex/analyst/feedback", timeout=5).status_code == 405
    missing = requests.post(f"{base}/cortex/agent:run", timeout=5)
    assert (missing.status_code, form(missing.json())) == (404, form(shape("error_400")))


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (b"{", 400, "not valid JSON"),
        (question("How?"), 400, shape("error_400")["message"]),
        (question("How?", semantic_view="NO.SUCH.VIEW"), 403, "'NO' does not exist or not authorized"),
        (question("How?", semantic_view="$VIEW_2"), 403, "does not exist or not authorized"),
        (question("How?", semantic_view="a.b.c.d"), 403, "more than three parts"),
        (question("How?", semantic_model="tables: ["), 400, "YAML"),
        (question("Crash", semantic_view="$VIEW"), 500, "internal error"),
    ],
)
def test_what_cannot_be_answered_is_refused(connect: Any, view: str, body: Any, status: int, sentence: str) -> None:
    if isinstance(body, dict):
        body = json.loads(json.dumps(body).replace("$VIEW", view))
    response = post(connect(warehouse="COMPUTE_WH"), body)
    assert (response.status_code, form(response.json())) == (status, form(shape("error_400"))), response.json()
    assert sentence in response.json()["message"]
    assert "secret detail" not in response.text
    assert response.headers["X-Snowflake-Request-Id"] == response.json()["request_id"]


def test_the_current_role_must_hold_a_right_on_the_view(connect: Any, cursor: Any, view: str) -> None:
    session = connect(role="OTHER", warehouse="COMPUTE_WH")
    hidden = post(session, question("How much?", semantic_view=view))
    missing = post(session, question("How much?", semantic_view=f"{view}_2"))
    assert (hidden.status_code, missing.status_code) == (403, 403)
    assert hidden.json()["message"] == missing.json()["message"].replace(f"{view}_2", view)
    session.cursor().execute("use role READER")
    assert post(session, question("How much?", semantic_view=view)).status_code == 200
    cursor.execute("revoke select, references on semantic view MODEL from role READER")
    assert post(session, question("How much?", semantic_view=view)).status_code == 403


def test_an_answer_needs_a_warehouse_to_look_values_up(connect: Any, view: str) -> None:
    refused = post(connect(), question("How much?", semantic_view=view))
    assert (refused.status_code, refused.json()["code"]) == (400, "606")


def test_values_are_those_of_now_and_of_the_asking_role(connect: Any, cursor: Any, view: str) -> None:
    cursor.execute("create masking policy HIDE as (v varchar) returns varchar ->"
                   " case when current_role() = 'READER' then '***' else v end")  # fmt: skip
    ask = question("How much?", semantic_view=view)
    post(connect(warehouse="COMPUTE_WH"), ask)
    cursor.execute("insert into PROFILES values (3, 'c', 1)")
    post(connect(warehouse="COMPUTE_WH"), ask)
    assert [given["values"] for given in asked] == [("a", "b"), ("a", "b", "c")]
    assert not asked[0]["data"].personal("PEOPLE", "SEGMENT")
    cursor.execute("alter table PROFILES modify column SEGMENT set masking policy HIDE")
    post(connect(role="READER", warehouse="COMPUTE_WH"), ask)
    post(connect(warehouse="COMPUTE_WH"), ask)
    assert [given["values"] for given in asked[2:]] == [(), ()], "what has a policy is personal, and not listed"
    assert [given["found"] for given in asked] == [True, True, False, True], "each role finds what it may see"
    said = [
        post(connect(role=role, warehouse="COMPUTE_WH"), question(text, semantic_view=view)).json()
        for role, text in (("READER", "Spend of Ann"), ("READER", "Weather"), ("ACCOUNTADMIN", "Spend of Ann"))
    ]
    assert [answer["message"]["content"][0]["text"].partition("model.")[2] for answer in said] == [
        " Role READER does not see these as they are, so that no value of them is found: segment.", "", "",
    ]  # fmt: skip


HOSTILE = ("'; drop table PROFILES; --", "\\", "\\'; select 1; --", '"', "$$", "' or '1'='1", "%", "{{ x }}", "é\n'")


def test_hostile_values_are_values(
    connect: Any, cursor: Any, view: str, monkeypatch: pytest.MonkeyPatch, account: ServedAccount
) -> None:
    """What the data hold is found as it is, and the analyst itself writes it into its SQL as a literal."""
    for number, value in enumerate(HOSTILE, 10):
        cursor.execute("insert into PROFILES values (%s, %s, 1)", (number, value))
    session = connect(warehouse="COMPUTE_WH")
    post(session, question("How much?", semantic_view=view))
    assert set(asked[0]["values"]) == {"a", "b", *HOSTILE}
    with (
        account.account.open_session("LOCAL", "ACCOUNTADMIN", warehouse="COMPUTE_WH") as own,
        asked[0]["data"].asked_by(own) as data,
    ):
        assert all(data.has_value("PEOPLE", "SEGMENT", value) for value in HOSTILE)
        assert not any(data.has_value("PEOPLE", "SEGMENT", f"{value}x") for value in HOSTILE)
    monkeypatch.setattr(service, "answer", answer)
    for value in HOSTILE:
        found = post(session, question(f'spent of segment "{value}"', semantic_view=view)).json()
        for block in found["message"]["content"]:
            if block["type"] == "sql":
                rows(cursor, block["statement"])
    assert rows(cursor, "select count(*) as N from PROFILES")[0]["N"] == 2 + len(HOSTILE)


def test_an_answer_comes_as_events(connect: Any, view: str) -> None:
    session = connect(warehouse="COMPUTE_WH")
    response = post(session, question("How much?", semantic_view=view, stream=True))
    assert response.headers["Content-Type"].startswith("text/event-stream")
    events = [part.split("\n", 1) for part in response.text.strip().split("\n\n")]
    told = [(name.removeprefix("event: "), data.removeprefix("data: ")) for name, data in events]
    assert [name for name, _ in told] == [
        "status", "message.content.delta", "status", "message.content.delta", "warnings", "response_metadata",
        "status", "done",
    ]  # fmt: skip
    assert json.loads(told[1][1])["text_delta"].startswith("This is our interpretation")
    assert json.loads(told[3][1])["statement_delta"].startswith("SELECT")
    assert json.loads(told[6][1]) == {"status": "done", "status_message": "Done"}
    offered = post(session, question("What can I ask?", semantic_view=view, stream=True)).text
    assert offered.count("suggestion_delta") == 3
    refused = post(session, question("How much?", stream=True))
    assert (refused.status_code, refused.headers["Content-Type"]) == (400, "application/json")


def test_requests_are_written_down_with_what_people_thought(connect: Any, cursor: Any, view: str) -> None:
    session = connect(role="READER", warehouse="COMPUTE_WH")
    answer = post(session, question("How much?", semantic_view=view)).json()
    post(session, question("Weather", semantic_view=view))
    said = {"request_id": answer["request_id"], "positive": False, "feedback_message": "wrong segment"}
    given = post(session, said, "feedback")
    assert (given.status_code, given.content) == (200, b"")
    asking = f"select * from table(snowflake.local.cortex_analyst_requests('SEMANTIC_VIEW', '{view}'))"
    refused, logged = rows(cursor, asking)
    assert (logged["LATEST_QUESTION"], refused["LATEST_QUESTION"]) == ("How much?", "Weather")
    assert logged["REQUEST_ID"] == answer["request_id"]
    assert (logged["SEMANTIC_MODEL_TYPE"], logged["SEMANTIC_MODEL_NAME"]) == ("SEMANTIC_VIEW", view)
    assert (logged["USER_NAME"], logged["PRIMARY_ROLE_NAME"]) == ("LOCAL", "READER")
    assert logged["GENERATED_SQL"] == answer["message"]["content"][1]["statement"]
    assert refused["GENERATED_SQL"] is None
    assert json.loads(logged["TABLES_REFERENCED"]) == [view.replace("MODEL", "PROFILES")]
    assert json.loads(logged["FEEDBACK"]) == [said]
    assert json.loads(logged["RESPONSE_BODY"]) == answer
    assert json.loads(logged["REQUEST_BODY"])["semantic_view"] == view
    assert json.loads(logged["RESPONSE_METADATA"]) == answer["response_metadata"]
    assert (logged["RESPONSE_STATUS_CODE"], json.loads(logged["WARNINGS"])) == (200, answer["warnings"])
    with pytest.raises(ProgrammingError, match="Insufficient privileges"):
        session.cursor().execute(asking)
    cursor.execute("grant monitor on semantic view MODEL to role READER")
    with pytest.raises(ProgrammingError, match="PROFILES"):
        session.cursor().execute(asking)
    cursor.execute("grant select on table PROFILES to role READER")
    assert len(rows(session.cursor(), asking)) == 2
    with pytest.raises(ProgrammingError, match="is not a type of semantic model"):
        cursor.execute(asking.replace("SEMANTIC_VIEW", "VIEW"))


def test_feedback_is_for_answers_of_ones_own(connect: Any, cursor: Any, view: str) -> None:
    answer = post(connect(warehouse="COMPUTE_WH"), question("How much?", semantic_view=view)).json()
    cursor.execute("create or replace user SOMEBODY password = 'x'")
    stranger = connect(user="SOMEBODY", password="x", role="PUBLIC")
    for session, request_id in ((stranger, answer["request_id"]), (connect(), "no-such-request")):
        refused = post(session, {"request_id": request_id, "positive": True}, "feedback")
        assert refused.status_code == 400
        assert refused.json()["message"] == f"There is no request '{request_id}' of this user."


def test_the_log_outlives_the_account(tmp_path: Path) -> None:
    with ServedAccount(tmp_path) as served, connected(served.port) as session, session.cursor() as cursor:
        cursor.execute("create warehouse W")
        cursor.execute("create database D")
        cursor.execute("create table PROFILES (id integer, segment varchar, spend number(12,2))")
        cursor.execute(
            "create semantic view MODEL tables (PEOPLE as PROFILES primary key (ID))"
            " dimensions (PEOPLE.SEGMENT as segment) metrics (PEOPLE.SPENT as sum(spend))"
        )
        post(session, question("How much?", semantic_view="MODEL"))
    with ServedAccount(tmp_path) as served:
        (kept,) = served.account.service(RequestLog).about("SEMANTIC_VIEW", "D.PUBLIC.MODEL")
        assert kept.question == "How much?"
