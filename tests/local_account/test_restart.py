"""The account in a process of its own: its state survives SIGKILL, its ports are its own, it ends when told."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local_account.server.serve import ServedAccount
from tests.support.accounts import connected

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROCESSES: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def _no_process_stays() -> Iterator[None]:
    yield
    while _PROCESSES:
        process = _PROCESSES.pop()
        process.kill()
        process.wait()


def _start(home: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", "-m", "local_account", "--home", str(home), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _PROCESSES.append(process)
    return process


def _serve(home: Path, *options: str) -> tuple[subprocess.Popen[str], Any]:
    process = _start(home, "--port", "0", "--s3-port", "0", *options)
    assert process.stdout is not None
    line = process.stdout.readline()
    match = re.fullmatch(r"The local account is ready: Snowflake on 127.0.0.1:(\d+), S3 on 127.0.0.1:\d+.\n", line)
    assert match, line
    return process, connected(int(match[1])).cursor()


def test_state_survives_a_kill(tmp_path: Path) -> None:
    process, cursor = _serve(tmp_path)
    for sql in [
        "create database SHOP comment = 'kept'",
        "create warehouse WH",
        "use warehouse WH",
        "create schema SALES",
        "create table ORDERS (id int, note varchar(7) comment 'short') comment = 'of the shop'",
        "insert into ORDERS select 1, 'one'",
        "create view BIG as select id, current_role() as role from ORDERS",
        "create role CLERK",
        "grant select on table ORDERS to role CLERK",
        "create temporary table GONE as select 1 as a",
        "begin",
        "insert into ORDERS values (2, 'two')",
    ]:
        cursor.execute(sql)
    process.kill()
    process.wait()

    process, cursor = _serve(tmp_path)
    cursor.execute("use schema SHOP.SALES")
    cursor.execute("use warehouse WH")
    assert cursor.execute("select * from ORDERS").fetchall() == [(1, "one")]
    assert cursor.execute("select * from BIG").fetchall() == [(1, "ACCOUNTADMIN")]
    described = cursor.execute("describe table ORDERS").fetchall()
    assert [(r[0], r[1], r[9]) for r in described] == [("ID", "NUMBER(38,0)", None), ("NOTE", "VARCHAR(7)", "short")]
    assert [r[1] for r in cursor.execute("show tables").fetchall()] == ["ORDERS"]
    assert [(r[1], r[5]) for r in cursor.execute("show grants on table ORDERS").fetchall()] == [
        ("OWNERSHIP", "ACCOUNTADMIN"), ("SELECT", "CLERK")
    ]  # fmt: skip
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = _start(tmp_path, "--port", str(taken.getsockname()[1]), "--s3-port", "0")
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert re.fullmatch(r"The local account cannot start: port \d+ on 127.0.0.1 is taken. .*\n", errors)


def test_its_ports_are_free_when_it_is_closed(tmp_path: Path) -> None:
    with ServedAccount(tmp_path) as served:
        ports = served.port, served.s3_port
    with ServedAccount(tmp_path, *ports) as again:
        assert (again.port, again.s3_port) == ports


def test_a_statement_that_computes_ends_with_the_account(tmp_path: Path) -> None:
    endless = (
        "with recursive R (N) as (select 1 union all select N + 1 from R where N < 1000000000) select max(N) from R"
    )
    with ServedAccount(tmp_path) as served:
        connection = connected(served.port)
        cursor = connection.cursor()
        for sql in ("create warehouse W", "use warehouse W"):
            cursor.execute(sql)
        cursor.execute_async(endless)
        time.sleep(0.3)
        assert cursor.sfqid
        assert connection.is_still_running(connection.get_query_status(cursor.sfqid))


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_loaded_ahead_ends_with_the_account(tmp_path: Path, end: signal.Signals) -> None:
    process, _ = _serve(tmp_path, "--ahead")
    (dbt,) = [
        child
        for child in _children(process.pid)
        if "local_account.dbt.process" in child.joinpath("cmdline").read_text()
    ]
    process.send_signal(end)
    process.wait()
    deadline = time.monotonic() + 20
    while dbt.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not dbt.exists()


def _children(pid: int) -> list[Path]:
    stats = [(stat.parent, stat.read_text()) for stat in Path("/proc").glob("[0-9]*/stat")]
    return [folder for folder, stat in stats if int(stat.rpartition(")")[2].split()[1]) == pid]
