"""Deploys from a process of its own: one JSON event a line, so that the caller need not load the SDK."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from local_account.loading import hide_warnings, leave_out_pandas, loading

hide_warnings()
leave_out_pandas()
with loading():
    from c360.deployment.deploy import configuration, deploy, destroy, outputs_path
    from c360.deployment.model import DeploymentError, Event

_PATIENCE_SECONDS = 60


def main() -> int:
    """Run one command.

    Returns:
        The exit status: 0, or 1 behind an event of type "error".
    """
    parser = argparse.ArgumentParser(prog="python -m c360.deployment", description=__doc__)
    parser.add_argument("command", choices=("up", "destroy", "outputs"))
    parser.add_argument("--stack", default="local")
    parser.add_argument("--home", type=Path, default=Path(".c360"))
    parser.add_argument("--wait-for-port", type=int, help="begin when this port of loopback answers, at most a minute")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when the starting program is gone")
    parser.add_argument("--adopt", action="store_true", help="take over what bears the platform's names")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", type=_assignment)
    arguments = parser.parse_args()
    if arguments.until_stdin_closes:
        _end_with_starter()
    home: Path = arguments.home
    if arguments.command == "outputs":
        path = outputs_path(home, arguments.stack)
        if not path.exists():
            return _fail(f"Stack '{arguments.stack}' has no outputs in {home}: deploy it first.")
        _emit("outputs", outputs=json.loads(path.read_text()))
        return 0
    home.mkdir(parents=True, exist_ok=True)
    overrides = dict(arguments.set)
    try:
        configuration(arguments.stack, overrides)  # a wrong value is told before the SDK is loaded
        if arguments.command == "up":
            _load_program()
        if arguments.wait_for_port and not _answers_in_time(arguments.wait_for_port):
            return _fail(f"The account did not answer on port {arguments.wait_for_port} within {_PATIENCE_SECONDS} s.")
        if arguments.command == "up":
            result = deploy(arguments.stack, home, overrides, _resource_event, adopts=arguments.adopt)
        else:
            result = destroy(arguments.stack, home, overrides, _resource_event)
    except DeploymentError as error:
        return _fail(str(error))
    _emit("done", **result.as_dict())
    return 0


def _end_with_starter() -> None:
    """Have this process sent SIGTERM when its standard input closes.

    The starting program holds the other end of the pipe; the system closes it even when that program is killed.
    """
    threading.Thread(target=_end_with_stdin, name="stdin", daemon=True).start()


def _end_with_stdin() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _load_program() -> None:
    """Load what `deploy` imports late, while the account starts."""
    with loading():
        import c360.deployment.monitor  # noqa: F401, PLC0415 - `destroy` and a wrong value do without
        import stacks.program  # noqa: F401, PLC0415


def _answers_in_time(port: int) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


def _assignment(argument: str) -> tuple[str, Any]:
    key, equals, value = argument.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"'{argument}' is not KEY=VALUE")
    return key, yaml.safe_load(value)


def _resource_event(event: Event) -> None:
    _emit("resource", **asdict(event))


def _fail(message: str) -> int:
    _emit("error", message=message)
    return 1


def _emit(event: str, **fields: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
