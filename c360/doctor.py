"""Looks at what this machine and an account have, and says how to get what they lack."""

from __future__ import annotations

import os
import re
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement

from c360.account_process import answers, find
from c360.app_server import serves
from c360.check import Check
from c360.connection import account_login, configuration
from c360.doctor_account import ADMINISTRATOR, check_account
from c360.errors import CommandError
from components.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from snowflake.connector.errors import Error

    from c360.connection import Ports, Stack

OLDEST_PYTHON, BEFORE_PYTHON = (3, 11), (3, 14)
DISK_GIGABYTES, MEMORY_GIGABYTES = 5, 8
PLUGINS = ("pulumi-language-python", "pulumi-resource-aws", "pulumi-resource-snowflake")
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_GIGABYTE = 1 << 30


def examine(
    stack: Stack, home: Path, ports: Ports, app_port: int, environment: Mapping[str, str] = os.environ
) -> list[Check]:
    """Run every check that matters for a stack."""
    checks = [check_python(sys.version_info[:3]), check_packages(ROOT / "requirements.lock")]
    if stack == "local":
        checks += [
            *check_ports(home, ports, app_port),
            check_disk(home),
            check_memory(Path("/proc/meminfo")),
            check_chromium(environment),
        ]
    else:
        checks += [
            check_active(environment),
            check_pulumi(environment),
            *check_plugins(environment),
            check_aws(),
            check_snowflake(stack, environment),
        ]
        if checks[-1].is_good:
            checks += ask_account(stack, environment)
    return checks


def check_python(running: Sequence[int]) -> Check:
    """Check the interpreter's version (major, minor, patch)."""
    good = OLDEST_PYTHON <= tuple(running[:2]) < BEFORE_PYTHON
    found = ".".join(str(part) for part in running)
    return Check("Python", found, good, "install Python 3.11, 3.12 or 3.13 and run 'make install' again")


def check_packages(lock: Path) -> Check:
    """Check that the installed packages are those of the lock file."""
    lines = (line.removesuffix("\\").strip() for line in lock.read_text().splitlines())
    wanted = [Requirement(line) for line in lines if re.match(r"[A-Za-z0-9].*==", line)]
    needed = [one for one in wanted if one.marker is None or one.marker.evaluate()]
    wrong = [f"{one.name} {_installed(one.name)}" for one in needed if not one.specifier.contains(_installed(one.name))]
    found = (
        f"{len(needed)} as locked" if not wrong else f"{len(wrong)} differ from {lock.name} ({', '.join(wrong[:3])})"
    )
    return Check("Packages", found, not wrong, "run 'make install'")


def check_ports(home: Path, ports: Ports, app_port: int) -> list[Check]:
    """Check that the ports are free, or ours."""
    running = find(home)
    ours = {running.ports.account, running.ports.s3} if running else set()
    if serves(home, app_port):
        ours.add(app_port)
    checks = []
    for port, option in ((ports.account, "--port"), (ports.s3, "--s3-port"), (app_port, "--app-port")):
        taken = answers(port)
        found = "served by this platform" if port in ours else "taken by another program" if taken else "free"
        remedy = f"end that program or choose another port by {option}"
        checks.append(Check(f"Port {port}", found, port in ours or not taken, remedy))
    return checks


def check_disk(home: Path) -> Check:
    """Check the free space where the state goes."""
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free / _GIGABYTE
    remedy = f"free {DISK_GIGABYTES} GB, or set C360_HOME to a folder on a larger disk"
    return Check("Disk", f"{free:.1f} GB free for {home}", free >= DISK_GIGABYTES, remedy)


def check_memory(meminfo: Path) -> Check:
    """Check the machine's memory, from Linux's /proc/meminfo."""
    if not meminfo.exists():
        return Check("Memory", "unknown on this system", is_good=True, is_required=False)
    kilobytes = re.search(r"MemTotal:\s+(\d+)", meminfo.read_text())
    size = int(kilobytes[1]) * 1024 / _GIGABYTE if kilobytes else 0.0
    remedy = f"{MEMORY_GIGABYTES} GB are right for 50,000 customers; with less, use 'c360 up --customers 5000'"
    # The kernel keeps a part of what is built in: 8 GB show as a little less.
    return Check("Memory", f"{size:.1f} GB", size >= MEMORY_GIGABYTES * 0.9, remedy, is_required=False)


def find_chromium(path: str | None = None) -> str | None:
    """Return where a Chromium is, under whichever of its names.

    Args:
        path: where to look; default: PATH.
    """
    return next((found for name in _CHROMIUM if (found := shutil.which(name, path=path))), None)


def check_chromium(environment: Mapping[str, str]) -> Check:
    """Check for a Chromium, which only the browser tests use."""
    found = find_chromium(environment.get("PATH"))
    remedy = "'apt-get install chromium' (only the browser tests need it)"
    return Check("Chromium", found or "not on PATH", found is not None, remedy, is_required=False)


def check_active(environment: Mapping[str, str]) -> Check:
    """Check that the Python that Pulumi finds is the one of this installation."""
    found = shutil.which("python", path=environment.get("PATH"))
    is_ours = found is not None and Path(found).parent == Path(sys.executable).parent
    remedy = f"'. {Path(sys.prefix).name}/bin/activate': Pulumi runs the program by the python on PATH"
    return Check("Environment", found or "no python on PATH", is_ours, remedy)


def check_pulumi(environment: Mapping[str, str]) -> Check:
    """Check for the Pulumi CLI."""
    found = shutil.which("pulumi", path=environment.get("PATH"))
    remedy = "install it from https://www.pulumi.com/docs/install/"
    return Check("Pulumi CLI", found or "not on PATH", found is not None, remedy)


def check_plugins(environment: Mapping[str, str]) -> list[Check]:
    """Check for the language host and the resource plugins, on PATH or where the CLI installs them."""
    folder = Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi") / "plugins"
    checks = []
    for plugin in PLUGINS:
        kind, name = plugin.split("-", 2)[1:]
        installed = sorted(folder.glob(f"{kind}-{name}-v*"))
        found = shutil.which(plugin, path=environment.get("PATH")) or (str(installed[-1]) if installed else None)
        remedy = (
            "comes with the Pulumi CLI"
            if kind == "language"
            else f"pulumi plugin install resource {name} {version(f'pulumi-{name}')}"
        )
        checks.append(Check(f"Plugin {plugin}", found or "not found", found is not None, remedy))
    return checks


def check_aws() -> Check:
    """Check for AWS credentials, wherever boto3 finds them."""
    import boto3  # noqa: PLC0415 - slow to import, and only this check needs it

    credentials = boto3.Session().get_credentials()
    remedy = "log in ('aws sso login') or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION"
    found = f"credentials by {credentials.method}" if credentials else "no credentials"
    return Check("AWS", found, credentials is not None, remedy)


def check_snowflake(stack: Stack, environment: Mapping[str, str]) -> Check:
    """Check the stack's account and the credentials for it."""
    try:
        login = account_login(configuration(stack).snowflake.address(), environment)
    except CommandError as error:
        return Check("Snowflake", "not configured", is_good=False, remedy=str(error))
    return Check(
        "Snowflake",
        f"user {login['user']} of {login['account']}, by {login.get('authenticator', 'password')}",
        is_good=True,
    )


def ask_account(stack: Stack, environment: Mapping[str, str]) -> list[Check]:
    """Log in to the stack's account and ask it for what the deployment needs."""
    import snowflake.connector  # noqa: PLC0415 - seconds, which a local stack does without
    from snowflake.connector import DictCursor  # noqa: PLC0415

    config = configuration(stack)

    def query(statement: str) -> list[dict[str, Any]]:
        with connection.cursor(DictCursor) as cursor:
            cursor.execute(statement)
            return [{str(key).lower(): value for key, value in dict(row).items()} for row in cursor.fetchall()]

    try:
        connection = snowflake.connector.connect(
            **account_login(config.snowflake.address(), environment), role=ADMINISTRATOR
        )
    except snowflake.connector.errors.Error as error:
        remedy = "docs/deploy.md, steps 1 and 4, say how the user is made and logs in"
        return [Check("Snowflake login", f"refused: {_words(error)}", is_good=False, remedy=remedy)]
    checks: list[Check] = []
    with connection:
        try:
            checks.extend(check_account(config, query))
        except snowflake.connector.errors.Error as error:
            remedy = f"docs/deploy.md, step 1, says what {ADMINISTRATOR} must be able to ask"
            checks.append(Check("Snowflake account", f"refused: {_words(error)}", is_good=False, remedy=remedy))
    return checks


def _words(error: Error) -> str:
    return " ".join(str(error.msg or error).split())


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "0"
