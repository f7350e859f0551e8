"""Runs dbt-core in a process of its own against this account, with the rights of the calling role."""

from __future__ import annotations

import itertools
import json
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import uuid
import zipfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from snowflake.connector.errors import Error

from local_account.catalog.rights import Grant
from local_account.catalog.users import create_user
from local_account.errors import execution_error, insufficient_privileges, invalid_value, not_supported
from local_account.identifiers import Name
from local_account.catalog.objects import User
from local_account.catalog.recovery import forget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import AccountState, Session
    from local_account.session.task_run import TaskRun

SUPPORTED_VERSION = "1.11"
_COMMANDS = {
    "build", "clean", "compile", "deps", "docs", "list", "ls", "parse", "run", "retry", "run-operation", "seed", "show",
    "snapshot", "source", "test",
}  # fmt: skip
_REFUSED_FLAGS = ("--profiles-dir", "--project-dir", "--log-format", "--log-path", "--target-path", "--profile")
_PROFILES = ("dbt_projects_profiles.yml", "profiles.yml")
_CONNECTION = {
    "account", "user", "password", "host", "port", "protocol", "authenticator", "private_key", "private_key_path"
}  # fmt: skip
_ARTIFACTS = (
    *(f"target/{name}.json" for name in ("manifest", "run_results", "catalog", "sources")),
    "target/index.html", "logs/dbt.log",
)  # fmt: skip
_ARCHIVES_KEPT = 5
_ERRORS_SHOWN = 5
_TAIL_LINES = 25
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


def check_arguments(text: str) -> list[str]:
    """Split ARGS into dbt's arguments; options without a command mean `run`.

    Raises: ProgrammingError 2 for a command or flag that Snowflake does not support, 1008 for unbalanced quotes.
    """
    try:
        arguments = shlex.split(text)
    except ValueError as error:
        raise invalid_value(f"ARGS '{text}' cannot be read: {error}.") from None
    if not arguments or arguments[0].startswith("-"):
        arguments.insert(0, "run")
    if arguments[0] not in _COMMANDS or arguments[:2] == ["docs", "serve"]:
        raise not_supported(f"dbt {' '.join(arguments[:2])} in EXECUTE DBT PROJECT")
    for argument in arguments:
        if argument.startswith(_REFUSED_FLAGS):
            raise not_supported(f"The dbt flag {argument} in EXECUTE DBT PROJECT")
    return arguments


def _split_target(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Take --target out of the arguments.

    The written profile has no other target. dbt would parse everything again where the flag differs from last time.
    """
    target, others, remaining = None, [], iter(arguments)
    for argument in remaining:
        if argument in ("--target", "-t"):
            target = next(remaining, None)
        elif argument.startswith("--target="):
            target = argument.partition("=")[2]
        else:
            others.append(argument)
    return target, others


class DbtProcess:
    """dbt in a process of its own, on a copy of a project's files, with a user made for it.

    It can be made before anybody knows what to run: it then loads dbt and parses the project meanwhile. It runs one command and ends.
    """

    def __init__(
        self, session: Session, project: Path, target: str | None, loaded: subprocess.Popen[str] | None, *,
        ahead: bool = False,
    ) -> None:  # fmt: skip
        account = session.account
        if not account.port:
            raise execution_error("EXECUTE DBT PROJECT needs the account to be served: dbt connects to it.")
        self.id = str(uuid.uuid4())
        self._project, self._role, self._folder = project, session.role, account.home / "temporary" / f"dbt-{self.id}"
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
            shutil.copytree(project / "live", self._folder)
            self._reuse_parsed()
            name, profile = _profile(self._folder)
            self._target = chosen_target(profile, target)
            output = (profile.get("outputs") or {}).get(self._target)
            if output is None:
                raise invalid_value(f"The profile '{name}' has no target '{self._target}'.")
            connection = stack.enter_context(_login(session, project, str(output.get("role") or session.role).upper()))
            kept = {k: v for k, v in output.items() if k not in _CONNECTION}
            self._write_profile({name: {"target": self._target, "outputs": {self._target: kept | connection}}})
            self._process = loaded if loaded is not None and loaded.poll() is None else _start_process()
            stack.callback(_end_process, self._process)
            self._tell({"folder": str(self._folder), "parse_ahead": ahead})
            self._cleanup = stack.pop_all()

    def fits(self, session: Session, target: str | None) -> bool:
        """Tell whether an execution by this session, for this target, may use the process."""
        _, profile = _profile(self._folder)
        wanted = (session.role, chosen_target(profile, target))
        return self._process.poll() is None and wanted == (self._role, self._target)

    def execute(self, arguments: list[str], task: TaskRun | None) -> tuple[str, str]:
        """Run one command.

        Args:
            arguments: of dbt, without --target.
            task: the task's run that the statement belongs to, or None; a cancelled task ends dbt.

        Returns: what dbt printed, and the id under which its artifacts are kept.
        Raises: ProgrammingError with dbt's own messages where dbt reports a failure.
        """
        with self._cleanup:
            if task is not None:
                task.on_cancel.append(self._process.terminate)
            self._tell(arguments)
            output, _ = self._process.communicate()
            self._archive()
            if self._process.returncode != 0:
                raise execution_error(f"dbt {arguments[0]} failed: {_reasons(self._folder, output)}", errno=91100)
            return output, self.id

    def close(self) -> None:
        """End the process, unused, and remove its files and its user."""
        self._cleanup.close()

    def _tell(self, what: Any) -> None:
        if self._process.stdin is None:
            raise RuntimeError("dbt's process was started without an open input.")
        with suppress(BrokenPipeError):  # it ended by itself: its output says why
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()

    def _write_profile(self, profiles: dict[str, Any]) -> None:
        for file in _PROFILES:
            (self._folder / file).unlink(missing_ok=True)
        (self._folder / "profiles.yml").write_text(yaml.safe_dump(profiles))

    def _reuse_parsed(self) -> None:
        """Bring what dbt parsed last time, so that it reads only files that changed."""
        parsed = self._project / "partial_parse.msgpack"
        if parsed.exists():
            (self._folder / "target").mkdir(exist_ok=True)
            shutil.copy2(parsed, self._folder / "target" / parsed.name)

    def _archive(self) -> None:
        parsed = self._folder / "target" / "partial_parse.msgpack"
        if parsed.exists():
            shutil.copy2(parsed, self._project / parsed.name)
        results = self._project / "results"
        results.mkdir(exist_ok=True)
        with zipfile.ZipFile(results / f"{self.id}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
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
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "local_account.dbt.process"],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        encoding="utf-8",
    )  # fmt: skip


def _end_process(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.kill()
    process.communicate()


class DbtProcesses:
    """The dbt processes of one account: those that wait for a project, or for a command on theirs.

    They are a service of the account: statements find it by `account.service(DbtProcesses)`.
    """

    def __init__(self, account: AccountState) -> None:
        self._account = account
        self._loaded: subprocess.Popen[str] | None = None
        self._ready: dict[Path, DbtProcess] = {}

    def load_ahead(self) -> None:
        """Have a process load dbt for the next project that is deployed or executed."""
        if self._loaded is None:
            self._loaded = _start_process()

    def execute(
        self, session: Session, project: Path, arguments: list[str], default_target: str | None
    ) -> tuple[str, str]:
        """Run dbt on a project, in the process that was made at its deployment where that one still stands.

        Returns and raises: as `DbtProcess.execute`.
        """
        target, others = _split_target(arguments)
        target = target or default_target
        process = self._ready.pop(project, None)
        if process is None or not process.fits(session, target):
            if process:
                process.close()
            process = DbtProcess(session, project, target, self._take_loaded())
        return process.execute(others, session.task)

    def prepare(self, session: Session, project: Path, default_target: str | None) -> None:
        """Make a process for a project that was just deployed; a project that is broken says so when it is executed."""
        self.discard(project)
        if self._account.port:
            with suppress(Error, OSError, yaml.YAMLError):
                self._ready[project] = DbtProcess(session, project, default_target, self._take_loaded(), ahead=True)

    def discard(self, below: Path) -> None:
        """End the waiting processes of every project in or below a folder."""
        for project in [p for p in self._ready if p.is_relative_to(below)]:
            self._ready.pop(project).close()

    def close(self) -> None:
        """End every waiting process."""
        self.discard(self._account.home)
        if loaded := self._take_loaded():
            _end_process(loaded)

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


@contextmanager
def _login(session: Session, project: Path, role: str) -> Iterator[dict[str, Any]]:
    """Give dbt a user of its own for the time of its process, who has the profile's role and no other."""
    account = session.account
    if role not in account.access.roles_of(session.role):
        raise insufficient_privileges("USAGE", "ROLE", role, session.role)
    user, password = _new_user(account, project, role)
    account.access.add([Grant("USAGE", "ROLE", role, user, "USER")])
    try:
        yield {
            "type": "snowflake", "account": "local", "user": user, "password": password, "host": account.host,
            "port": account.port, "protocol": "http", "role": role,
        }  # fmt: skip
    finally:
        forget(account.catalog, account.access, "USER", Name(user))


def _new_user(account: AccountState, project: Path, role: str) -> tuple[str, str]:
    """Create the process's user. Unless runs overlap, its name stays the same, and dbt can use what it parsed."""
    stem = re.sub(r"\W", "_", f"DBT_{project.name}_{role}").upper()
    password = secrets.token_urlsafe(24)
    with account.lock, account.catalog.together():
        taken = {u.name.name for u in account.catalog.list(User)}
        user = next(n for n in itertools.chain([stem], (f"{stem}_{i}" for i in itertools.count(2))) if n not in taken)
        create_user(account.catalog, user, password, default_role=role)
        item = account.catalog.get(User, Name(user))
        item.of_a_dbt_run = True
        account.catalog.save(item)
    return user, password


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


def remove_leftover_users(account: AccountState) -> None:
    """Remove the users of runs that a kill cut off."""
    for user in account.catalog.list(User):
        if user.of_a_dbt_run:
            forget(account.catalog, account.access, "USER", user.name)
