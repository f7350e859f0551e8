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
import threading
import uuid
import zipfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import yaml
from snowflake.connector.errors import Error

from local_account.access import Grant
from local_account.errors import execution_error, insufficient_privileges, invalid_value, not_supported
from local_account.parsing import Name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_account.account import Account
    from local_account.session import Session

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
_ARTIFACTS = ("target/manifest.json", "target/run_results.json", "logs/dbt.log")
_ARCHIVES_KEPT = 5
_ERRORS_SHOWN = 5
_TAIL_LINES = 25
_OF_A_RUN = "OF_A_DBT_RUN"
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


class DbtRun:
    """One execution of a project: a copy of its files, a profile for this account, dbt's own process."""

    def __init__(self, session: Session, project: Path, arguments: list[str], default_target: str | None) -> None:
        self.session, self.project, self.arguments, self.default_target = session, project, arguments, default_target
        self.id = str(uuid.uuid4())
        self.process: subprocess.Popen[str] | None = None

    def execute(self) -> tuple[str, str]:
        """Run dbt.

        Returns: what it printed, and the id under which its artifacts are kept.
        Raises: ProgrammingError with dbt's own messages where dbt reports a failure.
        """
        if not self.session.account.port:
            raise execution_error("EXECUTE DBT PROJECT needs the account to be served: dbt connects to it.")
        if parsing := _PARSING.pop(self.project, None):
            parsing.wait()
        return self._execute()

    def _execute(self) -> tuple[str, str]:
        folder = self.session.account.home / "temporary" / f"dbt-{self.id}"
        shutil.copytree(self.project / "live", folder)
        try:
            self._reuse_parsed(folder)
            with self._login(*self._profile(folder)) as (profiles, connection):
                self._write_profile(folder, profiles, connection)
                code, output = self._run(folder)
            self._archive(folder)
            if code != 0:
                raise execution_error(f"dbt {self.arguments[0]} failed: {_reasons(folder, output)}", errno=91100)
            return output, self.id
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _profile(self, folder: Path) -> tuple[dict[str, Any], str]:
        """Return the profile that the project names (with its target chosen) and the profile's name."""
        project = yaml.safe_load((folder / "dbt_project.yml").read_text())
        name = str(project.get("profile") or project.get("name"))
        file = next((folder / f for f in _PROFILES if (folder / f).exists()), None)
        profiles = yaml.safe_load(file.read_text()) if file else {}
        if name not in (profiles or {}):
            raise invalid_value(
                f"The project has no profile '{name}' in {' or '.join(_PROFILES)} beside dbt_project.yml."
            )
        return profiles[name], name

    @contextmanager
    def _login(self, profile: dict[str, Any], name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Give dbt a user of its own for the time of the run, who has the profile's role and no other."""
        account = self.session.account
        target = self._target() or profile.get("target") or "default"
        output = (profile.get("outputs") or {}).get(target)
        if output is None:
            raise invalid_value(f"The profile '{name}' has no target '{target}'.")
        role = str(output.get("role") or self.session.role).upper()
        if role not in account.access.roles_of(self.session.role):
            raise insufficient_privileges("USAGE", "ROLE", role, self.session.role)
        user, password = self._create_user(role)
        account.access.add([Grant("USAGE", "ROLE", role, user, "USER")])
        connection = {
            "type": "snowflake", "account": "local", "user": user, "password": password, "host": account.host,
            "port": account.port, "protocol": "http", "role": role,
        }  # fmt: skip
        kept = {k: v for k, v in output.items() if k not in _CONNECTION}
        try:
            yield {name: {"target": target, "outputs": {target: kept}}}, connection
        finally:
            account.catalog.drop("USER", Name(user))
            account.access.dropped("USER", Name(user))

    def _create_user(self, role: str) -> tuple[str, str]:
        """Create the run's user. Unless runs overlap, its name stays the same, and dbt can use what it parsed."""
        account = self.session.account
        stem = re.sub(r"\W", "_", f"DBT_{self.project.name}_{role}").upper()
        password = secrets.token_urlsafe(24)
        with account.lock:
            taken = {u.name.name for u in account.catalog.list("USER")}
            user = next(
                n for n in itertools.chain([stem], (f"{stem}_{i}" for i in itertools.count(2))) if n not in taken
            )
            account.create_user(user, password, default_role=role)
            item = account.catalog.get("USER", Name(user))
            item.properties[_OF_A_RUN] = True
            account.catalog.save(item)
        return user, password

    def _target(self) -> str | None:
        chosen, _ = _split_target(self.arguments)
        return chosen or self.default_target

    @staticmethod
    def _write_profile(folder: Path, profiles: dict[str, Any], connection: dict[str, Any]) -> None:
        for profile in profiles.values():
            for output in profile["outputs"].values():
                output.update(connection)
        for file in _PROFILES:
            (folder / file).unlink(missing_ok=True)
        (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))

    def _run(self, folder: Path) -> tuple[int, str]:
        command = [
            sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "--no-use-colors", *_split_target(self.arguments)[1],
            "--project-dir", str(folder), "--profiles-dir", str(folder),
        ]  # fmt: skip
        environment = {k: os.environ[k] for k in _INHERITED if k in os.environ}
        environment |= {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_VERSION_CHECK": "true", "PYTHONUTF8": "1"}
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        )  # fmt: skip
        self.process = process
        if self.session.task is not None:
            self.session.task.on_cancel.append(process.terminate)
        try:
            output, _ = process.communicate()
        except BaseException:
            process.kill()
            process.wait()
            raise
        return process.returncode, output

    def _reuse_parsed(self, folder: Path) -> None:
        """Bring what dbt parsed last time, so that it reads only files that changed."""
        parsed = self.project / "partial_parse.msgpack"
        if parsed.exists():
            (folder / "target").mkdir(exist_ok=True)
            shutil.copy2(parsed, folder / "target" / parsed.name)

    def _archive(self, folder: Path) -> None:
        parsed = folder / "target" / "partial_parse.msgpack"
        if parsed.exists():
            shutil.copy2(parsed, self.project / parsed.name)
        results = self.project / "results"
        results.mkdir(exist_ok=True)
        with zipfile.ZipFile(results / f"{self.id}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name in _ARTIFACTS:
                if (folder / name).exists():
                    archive.write(folder / name, name)
        newest = sorted(results.glob("*.zip"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in newest[_ARCHIVES_KEPT:]:
            old.unlink()


class _Parse:
    """A `dbt parse` of a project that was just deployed, in a thread: what Snowflake's AUTO_COMPILE does.

    It leaves what dbt parsed beside the project, so that the first execution need not parse. A project that cannot be
    parsed says so when it is executed.
    """

    def __init__(self, session: Session, project: Path, default_target: str | None) -> None:
        self._run = DbtRun(session.derive(), project, ["parse"], default_target)
        self._thread = threading.Thread(target=self._parse, name=f"dbt parse {project.name}", daemon=True)
        self._thread.start()

    def _parse(self) -> None:
        with self._run.session, suppress(Error, OSError):
            self._run._execute()  # noqa: SLF001 - the public way waits for this very parse

    def wait(self) -> None:
        """Wait until it is done."""
        self._thread.join()

    def stop(self) -> None:
        """End it now."""
        if self._run.process:
            self._run.process.terminate()
        self._thread.join()


_PARSING: dict[Path, _Parse] = {}


def parse_in_background(session: Session, project: Path, default_target: str | None) -> None:
    """Begin to parse a deployed project; its next execution waits for the end."""
    stop_parsing(project)
    if session.account.port:
        _PARSING[project] = _Parse(session, project, default_target)


def stop_parsing(below: Path) -> None:
    """End the parsing of every project in or below a folder."""
    for project in [p for p in _PARSING if p.is_relative_to(below)]:
        _PARSING.pop(project).stop()


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


def remove_leftover_users(account: Account) -> None:
    """Remove the users of runs that a kill cut off."""
    for user in account.catalog.list("USER"):
        if user[_OF_A_RUN]:
            account.catalog.drop("USER", user.name)
            account.access.dropped("USER", user.name)
