"""The process that deploys: it never outlives the command that started it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from c360.account_process import is_alive
from components.repository import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Nothing listens there, so that the deployment waits for its account.
_STARTER = """
import sys, time
from pathlib import Path
from c360.connection import Ports
from c360.deployment.process import LocalDeployment
with LocalDeployment("up", Path(sys.argv[1]), Ports(1, 1)) as deploying:
    print(deploying._process.pid, flush=True)
    time.sleep(60)
"""


def test_a_deployment_whose_command_was_killed_does_not_wait_for_the_next_account(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _STARTER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        deploying = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while is_alive(deploying):
        assert time.monotonic() < deadline
        time.sleep(0.1)
