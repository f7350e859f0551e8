"""What becomes of a task graph when the account is killed, and when it is told to end, in the middle of a run."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.accounts import connected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[], tuple[subprocess.Popen[str], Any]]]:
    processes: list[subprocess.Popen[str]] = []

    def start() -> tuple[subprocess.Popen[str], Any]:
        command = [sys.executable, "-W", "ignore", "-m", "local_account", "--home", str(tmp_path), "--port", "0",
                   "--s3-port", "0"]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout
        port = re.search(r"127.0.0.1:(\d+)", process.stdout.readline())
        assert port
        return process, connected(int(port[1])).cursor()

    yield start
    for process in processes:
        process.kill()
        process.wait()


HISTORY = "select name, state, error_message from table(SHOP.information_schema.task_history()) order by name"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_cut_off_run_is_shown_as_failed_and_the_graph_runs_again(
    serve: Callable[[], tuple[subprocess.Popen[str], Any]], how: signal.Signals
) -> None:
    process, cursor = serve()
    for sql in (
        "create database SHOP",
        "use schema SHOP.PUBLIC",
        "create warehouse WH",
        "create table LOG (n number)",
        "create task R as select 1",
        """create task SLOW warehouse = WH after R as begin
             let seen := (select count(*) from log);
             insert into log values (1);
             if (seen = 0) then call system$wait(60); end if;
           end""",
        "create task LAST_ONE warehouse = WH finalize = R as insert into log values (100)",
        "select system$task_dependents_enable('R')",
        "execute task R",
    ):
        cursor.execute(sql)
    while ("SLOW", "EXECUTING", None) not in cursor.execute(HISTORY).fetchall():
        time.sleep(0.05)
    cursor.execute("use warehouse WH")
    while not cursor.execute("select * from log").fetchall():
        time.sleep(0.05)
    process.send_signal(how)
    process.wait(timeout=30)

    _, cursor = serve()
    cursor.execute("use warehouse WH")
    rows = {name: (state, error) for name, state, error in cursor.execute(HISTORY).fetchall()}
    assert set(rows) == {"R", "SLOW"}, "the finalizer of a cut-off run does not run"
    assert rows["R"] == ("SUCCEEDED", None)
    assert rows["SLOW"][0] in ("FAILED", "CANCELLED")
    assert "account was stopped" in rows["SLOW"][1]
    cursor.execute("use schema SHOP.PUBLIC")
    cursor.execute("use warehouse WH")
    assert cursor.execute("select * from table(information_schema.current_task_graphs())").fetchall() == []
    cursor.execute("execute task R")
    end = time.monotonic() + 30
    while (100,) not in cursor.execute("select n from log").fetchall() and time.monotonic() < end:
        time.sleep(0.1)
    assert sorted(cursor.execute("select n from log").fetchall()) == [(1,), (1,), (100,)]
