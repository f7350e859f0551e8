"""Runs dbt-core in a process of its own against this account, with the rights of the calling role."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
import zipfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from snowflake.connector.errors import Error

from local_account.dbt.arguments import is_read_after_parsing, split_target
from local_account.dbt.users import connection_of, login, require_role, user_name
from local_account.errors import execution_error, invalid_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import AccountState, Session
    from local_account.session.task_run import TaskRun

SUPPORTED_VERSION = "1.11"
_PROFILES = ("dbt_projects_profiles.yml", "profiles.yml")
_CONNECTION = {
    "account", "user", "password", "host", "port", "protocol", "authenticator", "private_key", "private_key_path"
}  # fmt: skip
_ARTIFACTS = (
    *(f"target/{name}.json" for name in ("manifest", "run_results", "catalog", "sources")),
    "target/index.html", "logs/dbt.log",
)  # fmt: skip
_PARSED = "partial_parse.msgpack"
_PARSING_PORT = 443  # nobody connects while dbt parses
_PRINTED = "printed.txt"
_CHANGING = ("clean", "deps")  # the process that ran them has other files than the next expects
_ARCHIVES_KEPT = 5
_ERRORS_SHOWN = 5
_TAIL_LINES = 25
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


class DbtProcess:
    """dbt in a process of its own, on a copy of a project's files; it runs one command after the other.

    It loads dbt and parses the project once, at its start. Each command logs in as a user that is made for it.
    """

    def __init__(
        self, session: Session, project: Path, target: str | None, loaded: subprocess.Popen[str] | None
    ) -> None:
        account = session.account
        if not account.port:
            raise execution_error("EXECUTE DBT PROJECT needs the account to be served: dbt connects to it.")
        self._project, self._session_role = project, session.role
        self._folder = account.home / "temporary" / f"dbt-{uuid.uuid4()}"
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._version = _version(project)
            shutil.copytree(project / "live", self._folder)
            self._reuse_parsed()
            self._profile, profile = _profile(self._folder)
            self._target = chosen_target(profile, target)
            output = (profile.get("outputs") or {}).get(self._target)
            if output is None:
                raise invalid_value(f"The profile '{self._profile}' has no target '{self._target}'.")
            self._role = str(output.get("role") or session.role).upper()
            require_role(session, self._role)
            self._output = {k: v for k, v in output.items() if k not in _CONNECTION}
            # What dbt parsed, it uses again for a profile that says the same only: it parses for a user of the same
            # name, and for a port that does not change with the account's.
            parsing = connection_of(account, user_name(project, self._role), "", self._role) | {"port": _PARSING_PORT}
            self._write_profile(parsing)
            self._process = loaded if loaded is not None and loaded.poll() is None else _start_process()
            stack.callback(_end_process, self._process)
            self._tell(parse=True)
            self._cleanup = stack.pop_all()

    def fits(self, session: Session, target: str | None) -> bool:
        """Tell whether an execution by this session, for this target, may use the process."""
        if self._process.poll() is not None or self._version != _version(self._project):
            return False
        _, profile = _profile(self._project / "live")
        return (session.role, chosen_target(profile, target)) == (self._session_role, self._target)

    def execute(self, session: Session, arguments: list[str]) -> tuple[str, str]:
        """Run one command.

        Args:
            session: that of the statement; where it belongs to a task, cancelling the task ends dbt.
            arguments: of dbt, without --target.

        Returns: what dbt printed, and the id under which its artifacts are kept.
        Raises: ProgrammingError with dbt's own messages where dbt reports a failure.
        """
        run = str(uuid.uuid4())
        self._clear()
        with login(session, self._project, self._role) as connection, self._ended_with(session.task):
            self._write_profile(connection)
            status, output = self._ask(arguments)
        self._archive(run)
        failure = None if status == 0 else f"dbt {arguments[0]} failed: {_reasons(self._folder, output)}"
        if arguments[0] in _CHANGING:
            self.close()
        if failure:
            raise execution_error(failure, errno=91100)
        return output, run

    def close(self) -> None:
        """End the process, and remove its files."""
        self._cleanup.close()

    @contextmanager
    def _ended_with(self, task: TaskRun | None) -> Iterator[None]:
        """Have the process end where the task is cancelled within the block."""
        if task is None:
            yield
            return
        end = self._terminate
        task.on_cancel.append(end)
        try:
            yield
        finally:
            task.on_cancel.remove(end)

    def _terminate(self) -> None:
        with suppress(ProcessLookupError):  # over already
            os.killpg(self._process.pid, signal.SIGTERM)

    def _ask(self, arguments: list[str]) -> tuple[int | None, str]:
        """Have the process run a command; returns dbt's exit status, None where the process has ended, and the output."""
        printed = self._folder / _PRINTED
        self._tell(arguments=arguments, is_parsed=is_read_after_parsing(arguments), output=str(printed))
        if self._process.stdout is None:
            raise RuntimeError("dbt's process was started without an open output.")
        answer = self._process.stdout.readline()
        output = printed.read_text() if printed.exists() else ""
        try:
            return int(answer), output
        except ValueError:  # it could not even load dbt, or was ended
            return None, answer + self._process.communicate()[0] + output

    def _tell(self, **told: Any) -> None:
        if self._process.stdin is None:
            raise RuntimeError("dbt's process was started without an open input.")
        told |= {"folder": str(self._folder), "environment": {"DBT_PROFILES_DIR": str(self._folder)}}
        with suppress(BrokenPipeError):  # it has ended: nothing answers
            self._process.stdin.write(json.dumps(told) + "\n")
            self._process.stdin.flush()

    def _clear(self) -> None:
        """Remove what the command before left: the next finds its folder as the first did."""
        (self._folder / _PRINTED).unlink(missing_ok=True)
        shutil.rmtree(self._folder / "logs", ignore_errors=True)
        for left in (self._folder / "target").glob("*"):
            if left.is_dir():
                shutil.rmtree(left)
            elif left.name != _PARSED:
                left.unlink()

    def _write_profile(self, connection: dict[str, Any]) -> None:
        for file in _PROFILES:
            (self._folder / file).unlink(missing_ok=True)
        outputs = {self._target: self._output | connection}
        (self._folder / "profiles.yml").write_text(
            yaml.safe_dump({self._profile: {"target": self._target, "outputs": outputs}})
        )

    def _reuse_parsed(self) -> None:
        """Bring what dbt parsed last time, so that it reads only files that changed."""
        parsed = self._project / _PARSED
        if parsed.exists():
            (self._folder / "target").mkdir(exist_ok=True)
            shutil.copy2(parsed, self._folder / "target" / parsed.name)

    def _archive(self, run: str) -> None:
        parsed = self._folder / "target" / _PARSED
        if parsed.exists():
            shutil.copy2(parsed, self._project / parsed.name)
        results = self._project / "results"
        results.mkdir(exist_ok=True)
        with zipfile.ZipFile(results / f"{run}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name in _ARTIFACTS:
                if (self._folder / name).exists():
                    archive.write(self._folder / name, name)
        newest = sorted(results.glob("*.zip"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in newest[_ARCHIVES_KEPT:]:
            old.unlink()


def _start_process() -> subprocess.Popen[str]:
    """Start a process that loads dbt and then waits to be told its project."""
    environment = {k: os.environ[k] for k in _INHERITED if k in os.environ}
    environment |= {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_VERSION_CHECK": "true", "PYTHONUTF8": "1"}
    # Each command would ask the metadata services of three clouds whether it runs there.
    environment["SNOWFLAKE_DISABLE_PLATFORM_DETECTION"] = "true"
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "local_account.dbt.process"],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        encoding="utf-8", process_group=0,  # its commands run in forks: a signal to the group ends both
    )  # fmt: skip


def _end_process(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.kill()
    process.communicate()


class DbtProcesses:
    """The dbt processes of one account: one that waits for a project, and those that wait for a command on theirs.

    They are a service of the account: statements find it by `account.service(DbtProcesses)`.
    """

    def __init__(self, account: AccountState) -> None:
        self._account = account
        self._loaded: subprocess.Popen[str] | None = None
        self._ready: dict[Path, DbtProcess] = {}
        self._is_closed = False

    def load_ahead(self) -> None:
        """Have a process load dbt for the next project that is deployed or executed."""
        if self._loaded is None:
            self._loaded = _start_process()

    def execute(
        self, session: Session, project: Path, arguments: list[str], default_target: str | None
    ) -> tuple[str, str]:
        """Run dbt on a project, in the process of its deployment or of the execution before where that still fits.

        Returns and raises: as `DbtProcess.execute`.
        """
        target, others = split_target(arguments)
        target = target or default_target
        process = self._ready.pop(project, None)
        if process is None or not process.fits(session, target):
            if process:
                process.close()
            process = DbtProcess(session, project, target, self._take_loaded())
        try:
            return process.execute(session, others)
        finally:
            self._keep(project, process)

    def prepare(self, session: Session, project: Path, default_target: str | None) -> None:
        """Make a process for a project that was just deployed; a project that is broken says so when it is executed."""
        self.discard(project)
        if self._account.port:
            with suppress(Error, OSError, yaml.YAMLError):
                self._keep(project, DbtProcess(session, project, default_target, self._take_loaded()))

    def discard(self, below: Path) -> None:
        """End the waiting processes of every project in or below a folder."""
        for project in [p for p in self._ready if p.is_relative_to(below)]:
            self._ready.pop(project).close()

    def close(self) -> None:
        """End every waiting process, and let none wait any more."""
        self._is_closed = True
        self.discard(self._account.home)
        if loaded := self._take_loaded():
            _end_process(loaded)

    def _keep(self, project: Path, process: DbtProcess) -> None:
        if self._is_closed or self._ready.setdefault(project, process) is not process:
            process.close()

    def _take_loaded(self) -> subprocess.Popen[str] | None:
        loaded, self._loaded = self._loaded, None
        return loaded


def chosen_target(profile: dict[str, Any], target: str | None) -> str:
    """Return the name of the profile's target that a run uses."""
    return str(target or profile.get("target") or "default")


def _profile(folder: Path) -> tuple[str, dict[str, Any]]:
    """Return the name of the profile that a project uses, and the profile."""
    project = yaml.safe_load((folder / "dbt_project.yml").read_text())
    name = str(project.get("profile") or project.get("name"))
    file = next((folder / f for f in _PROFILES if (folder / f).exists()), None)
    profiles = yaml.safe_load(file.read_text()) if file else {}
    if name not in (profiles or {}):
        raise invalid_value(f"The project has no profile '{name}' in {' or '.join(_PROFILES)} beside dbt_project.yml.")
    return name, profiles[name]


def _version(project: Path) -> int:
    """Return what differs between two deployments of a project: when its folder was made."""
    return (project / "live").stat().st_mtime_ns


def _reasons(folder: Path, output: str) -> str:
    """Return why dbt failed: the messages of the nodes that did, or the end of its output where none ran."""
    file = folder / "target" / "run_results.json"
    results = json.loads(file.read_text())["results"] if file.exists() else []
    failed = [r for r in results if r["status"] in ("error", "fail", "runtime error")]
    if not failed:
        return "\n".join(output.strip().splitlines()[-_TAIL_LINES:])
    lines = [f"{r['unique_id']}: {' '.join(str(r['message'] or r['status']).split())}" for r in failed[:_ERRORS_SHOWN]]
    more = len(failed) - len(lines)
    return f"{len(failed)} of {len(results)} nodes.\n" + "\n".join(lines) + (f"\nand {more} more" if more else "")
