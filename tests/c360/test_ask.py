"""`c360 ask` as a person types it: once, as a follow-up, in a conversation; and one sentence for mistakes."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(420)
SHARE = "What percentage of customers are at high risk of churn?"


def asked(platform: Platform, question: str, *options: str) -> dict[str, Any]:
    done = platform.c360_here("ask", question, "--json", *options)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == ["status", "sql", "columns", "rows", "reading", "suggestions"]
    return found


def test_the_share_of_customers_at_high_risk(platform: Platform) -> None:
    found = asked(platform, SHARE)
    assert (found["status"], found["suggestions"]) == ("answer", [])
    ((share,),) = found["rows"]
    ((expected,),) = platform.ask(
        "select 100 * count_if(churn_risk_category = 'High' and customer_status <> 'Lapsed') / count(*)"
        " from GOLD.CUSTOMER_360_PROFILE"
    )
    assert share == pytest.approx(float(expected))
    written = platform.c360_here("ask", SHARE).stdout
    assert f"{share:,.2f}" in written
    assert "How the question was read" in written
    assert found["sql"].splitlines()[0] in written


def test_a_follow_up_in_another_command(platform: Platform) -> None:
    first = asked(platform, "How many customers are there by segment?")
    second = asked(platform, "and by card type?", "--previous")
    assert len(first["rows"]) == 5
    assert second["status"] == "answer"
    assert sum(row[-1] for row in second["rows"]) == sum(row[-1] for row in first["rows"]) == 1_000
    assert "CARD_TYPE" in second["columns"]


def test_a_conversation_that_is_piped_in(platform: Platform) -> None:
    lines = "How many customers are there by segment?\n\nand by card type?\nWhat is the weather in Paris?\n"
    done = subprocess.run(
        platform.arguments("ask", "--json"), env=platform.environment, input=lines, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    first, second, third = (json.loads(line) for line in done.stdout.splitlines() if line)
    assert [first["status"], second["status"]] == ["answer", "answer"]
    assert "CARD_TYPE" in second["columns"]
    assert third["status"] != "answer"
    assert third["rows"] == []


def test_a_conversation_on_a_terminal(platform: Platform) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        platform.arguments("ask"), env=platform.environment | {"TERM": "dumb"}, stdin=theirs, stdout=theirs,
        stderr=subprocess.STDOUT, close_fds=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        assert "Ctrl-D ends" in read_until(ours, "> ")
        os.write(ours, b"How many customers?\n")
        answer = read_until(ours, "\n> ")
        assert "1,000" in answer
        assert "SEMANTIC_VIEW" in answer
        os.write(ours, b"What can I ask?\n")
        offered = read_until(ours, "\n> ")
        assert "You could ask:" in offered
        os.write(ours, b"1\n")
        assert "How the question was read" in read_until(ours, "\n> "), "a number asks the suggestion"
        os.write(ours, b"\x04")
        assert process.wait(30) == 0
    os.close(ours)


def read_until(terminal: int, text: str) -> str:
    """Read what a terminal shows until it ends with a text."""
    shown = ""
    deadline = time.monotonic() + 60
    while not shown.replace("\r", "").endswith(text):
        assert time.monotonic() < deadline, shown
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 65_536).decode()
    return shown.replace("\r", "")


def test_the_asking_role_decides(platform: Platform) -> None:
    refused = platform.c360_here("ask", "How many customers?", "--role", "PUBLIC")
    assert refused.returncode == 1
    assert "not authorized" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert asked(platform, "How many customers?", "--role", "DATA_ANALYST")["rows"] == [[1_000]]


@pytest.mark.parametrize(
    "question",
    [
        "Delete all customers",
        "How many customers'; drop table GOLD.CUSTOMER_360_PROFILE; --",
        'customers named "\'; delete from GOLD.CUSTOMER_360_PROFILE; --"',
    ],
)
def test_nothing_is_changed(platform: Platform, question: str) -> None:
    found = asked(platform, question)
    assert found["status"] != "answer" or "drop" not in found["sql"].lower()
    assert platform.ask("select count(*) from GOLD.CUSTOMER_360_PROFILE") == [(1_000,)]


def test_an_empty_answer_names_the_condition(platform: Platform) -> None:
    found = asked(platform, "How many customers in segment Declining have a credit limit over 900000?")
    assert found["rows"] in ([[0]], [])
    assert "because of the condition credit limit > 900000" in found["reading"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((" ",), "The question is empty"),
        (("and by state?", "--previous"), "no earlier conversation"),
    ],
)
def test_mistakes_are_one_sentence(platform_copy: Platform, arguments: tuple[str, ...], sentence: str) -> None:
    done = platform_copy.c360_here("ask", *arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
