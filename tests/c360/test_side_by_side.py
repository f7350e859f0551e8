"""Commands at once, and cut short: the account lives as long as any of them uses it, and a record says what became."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from c360.account_process import find
from tests.support.platforms import wait_until

if TYPE_CHECKING:
    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(420)


def begun(platform: Platform, *command: str) -> subprocess.Popen[str]:
    # Tests that run in the background of a shell are deaf to Ctrl-C, and so would be what they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(
        platform.arguments(*command),
        env=platform.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_any_number_of_questions_at_once(platform_copy: Platform) -> None:
    asked = [begun(platform_copy, "sql", f"select {n} as n, system$wait({w})") for n, w in ((1, 0), (2, 3), (3, 1))]
    for number, process in enumerate(asked, start=1):
        printed, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
        assert printed.splitlines()[2].startswith(str(number))
        # Whoever started it may have gone: while another asks, it serves.
        assert (find(platform_copy.home) is not None) == any(p.poll() is None for p in asked)


@pytest.mark.parametrize("others", [False, True])
def test_a_run_that_is_interrupted_says_so(platform_copy: Platform, others: bool) -> None:
    """Alone, the account ends with it; beside others, which go on, its tasks are cancelled."""
    beside = [begun(platform_copy, "sql", "select system$wait(20)")] if others else []
    if others:
        wait_until(lambda: find(platform_copy.home) is not None)
    process = begun(platform_copy, "run")
    assert process.stdout
    assert "RUN_PIPELINE" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=120)
    assert (process.returncode, error.strip()) == (130, "Ended.")
    assert platform_copy.record["status"] == "INTERRUPTED"
    if others:
        assert find(platform_copy.home) is not None
    told = platform_copy.c360("status")
    newest = told.stdout.splitlines()[3]
    assert "INTERRUPTED" in newest, told.stdout
    assert told.returncode == 1
    for one in beside:
        assert one.communicate(timeout=120)[1] == ""
        assert one.returncode == 0
    assert find(platform_copy.home) is None
