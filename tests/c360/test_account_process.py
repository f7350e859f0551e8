import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from c360 import account_process, state_folder
from c360.account_process import (
    RunningAccount,
    answers,
    find,
    is_alive,
    record,
    require_free,
    serving,
    serving_here,
    stop,
    using,
)  # fmt: skip
from c360.connection import Ports
from c360.errors import CommandError
from c360.measure import Meter, tree_memory
from tests.support.platforms import free_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def test_a_taken_port_is_one_sentence(taken_port: int) -> None:
    with pytest.raises(CommandError, match=f"Port {taken_port} is taken by another program.*--port"):
        require_free(taken_port, "--port")


def test_a_record_counts_only_while_its_process_serves(tmp_path: Path, taken_port: int) -> None:
    assert find(tmp_path) is None
    serving = RunningAccount(os.getpid(), Ports(taken_port, 1))
    record(tmp_path, serving)
    assert find(tmp_path) == serving
    record(tmp_path, RunningAccount(_dead_process(), Ports(taken_port, 1)))
    assert find(tmp_path) is None


def _dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_process_that_ignores_the_polite_signal_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("c360.account_process.STOP_SECONDS", 1)
    program = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        stop(process.pid)
        assert not is_alive(process.pid)


def test_nobody_answers_on_afree_port() -> None:
    assert not answers(1)


def test_a_folder_with_other_files_is_never_taken_for_the_state(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(CommandError, match="C360_HOME name a folder of its own"):
        state_folder.prepare(tmp_path)
    state_folder.remove(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_the_state_folder_is_removed_as_a_whole(tmp_path: Path) -> None:
    home = tmp_path / "home"
    state_folder.prepare(home)
    (home / "databases").mkdir()
    state_folder.prepare(home)
    state_folder.remove(home)
    assert not home.exists()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_of_children_is_counted() -> None:
    program = "block = bytearray(200_000_000); print('up', flush=True); import time; time.sleep(60)"
    *_, dbt_before = tree_memory(os.getpid())  # of the tests' own processes
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        as_child, *_ = tree_memory(os.getpid())
        total, account, dbt = tree_memory(os.getpid(), process.pid)
        process.kill()
    assert account > 150_000_000
    # The child is counted beside this process, and not twice where it is named as the account.
    assert as_child > account
    assert total < as_child + account
    assert dbt == pytest.approx(dbt_before, rel=0.2)


def test_phases_are_measured_in_the_order_of_their_beginning() -> None:
    meter = Meter()
    with meter.running(), meter.phase("outer"), meter.phase("inner"):
        pass
    assert [phase["name"] for phase in meter.report()] == ["outer", "inner", "whole"]
    assert all(phase["seconds"] >= 0 for phase in meter.report())


def test_the_reason_of_a_failed_start_is_not_an_earlier_account_s(tmp_path: Path) -> None:
    log = tmp_path / "account.log"
    log.write_bytes("ready äöü\nnanobind: leaked 84 functions!\n".encode())
    earlier = log.stat().st_size
    assert account_process._last_line(log, earlier) == "it ended without a word"
    with log.open("ab") as written:
        written.write(b"The port is taken.\nnanobind: leaked 1 function!\n")
    assert account_process._last_line(log, earlier) == "The port is taken."


LISTENING = (
    "import socket, time; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); "
    "print(s.getsockname()[1], flush=True); time.sleep(60)"
)


@pytest.fixture
def noted_account(tmp_path: Path) -> Iterator[tuple[Path, RunningAccount]]:
    """A state folder, and a process that answers on a port as an account does that a command started."""
    home = tmp_path / "home"
    state_folder.prepare(home)
    with subprocess.Popen([sys.executable, "-c", LISTENING], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        running = RunningAccount(process.pid, Ports(int(process.stdout.readline()), 1))
        record(home, running)
        yield home, running
        process.kill()


def test_the_last_command_that_uses_an_account_ends_it(noted_account: tuple[Path, RunningAccount]) -> None:
    home, running = noted_account
    with using(home):
        with serving(home, Ports(1, 2)) as found, using(home):
            assert found == running
        assert is_alive(running.pid)
        assert find(home) == running
    assert not is_alive(running.pid)
    assert find(home) is None
    assert not (home / "account.json").exists()


def test_an_account_that_serves_in_the_foreground_is_not_ended_by_others(tmp_path: Path, taken_port: int) -> None:
    home = tmp_path / "home"
    with serving_here(home, Ports(taken_port, 1)):
        with serving(home, Ports(2, 3)) as found:
            assert found == RunningAccount(os.getpid(), Ports(taken_port, 1))
        assert find(home) == found
    assert find(home) is None


def test_an_account_that_begins_or_ends_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path, RunningAccount(os.getpid(), Ports(1, 2)))
    looks = iter([False, False, True])
    monkeypatch.setattr(account_process, "answers", lambda _: next(looks))
    account_process.settle(tmp_path)
    assert list(looks) == []
    monkeypatch.setattr(account_process, "_SETTLE_SECONDS", 0)
    monkeypatch.setattr(account_process, "answers", lambda _: False)
    account_process.settle(tmp_path)  # a process that took over the number of one that was killed is not waited for
    record(tmp_path, RunningAccount(_dead_process(), Ports(1, 2)))
    monkeypatch.setattr(account_process, "_SETTLE_SECONDS", 600)
    account_process.settle(tmp_path)


def test_a_command_waits_for_an_account_that_begins_in_the_foreground(tmp_path: Path) -> None:
    """It would start one of its own meanwhile, of which one finds its port taken."""
    ports = Ports(free_port(), free_port())
    account_process.announce(tmp_path, ports)
    with ThreadPoolExecutor() as pool:
        looking = pool.submit(account_process._found_or_started, tmp_path, ports, ahead=False)
        with pytest.raises(TimeoutError):
            looking.result(0.3)
        with socket.create_server(("127.0.0.1", ports.account)):
            assert looking.result(5) == RunningAccount(os.getpid(), ports)
    account_process.forget(tmp_path)


def test_an_account_that_is_served_already_is_not_served_again(tmp_path: Path, taken_port: int) -> None:
    state_folder.prepare(tmp_path)
    record(tmp_path, RunningAccount(os.getpid(), Ports(taken_port, taken_port)))
    with pytest.raises(CommandError, match=f"is served already: port {taken_port}, process {os.getpid()}"):
        account_process.announce(tmp_path, Ports(free_port(), free_port()))
