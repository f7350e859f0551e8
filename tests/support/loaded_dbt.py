"""dbt without its start: to load it and to parse a project takes longer than most of the commands that tests run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROOT = Path(__file__).parents[2]
_QUIET = {"PYTHONWARNINGS": "ignore", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}


class LoadedDbt:
    """A process that has loaded dbt and runs commands in forks of itself, one at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local_account.dbt.process"],
            cwd=_ROOT, env=os.environ | _QUIET, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._parsed: set[Path] = set()

    def run(
        self, *arguments: str, project: Path, profiles: Path, parsed: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end.

        Args:
            arguments: dbt's, from the name of the command on.
            project: the project's folder.
            profiles: the folder of profiles.yml; `target/` and `logs/` are left below it.
            parsed: whether to parse the project once, for the first such command. A file that changes later is not
                read again, and variables count where a command runs, not where it parses.

        Returns:
            The status, and as stdout all that was printed.
        """
        output = profiles / "output.txt"
        assert self._process.stdout
        if parsed and project not in self._parsed:
            self._tell(project, profiles, parse=True)
            self._parsed.add(project)
        self._tell(project, profiles, arguments=arguments, is_parsed=parsed, output=str(output))
        status = int(self._process.stdout.readline())
        return subprocess.CompletedProcess(["dbt", *arguments], status, output.read_text(), "")

    def _tell(self, project: Path, profiles: Path, **what: object) -> None:
        assert self._process.stdin
        told = {"folder": str(project), "environment": _places(profiles)} | what
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def _places(profiles: Path) -> Mapping[str, str]:
    return {
        "DBT_PROFILES_DIR": str(profiles),
        "DBT_TARGET_PATH": str(profiles / "target"),
        "DBT_LOG_PATH": str(profiles / "logs"),
    }
