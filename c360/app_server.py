"""Serves the deployed app: fetches its files from its stage and runs Streamlit on them."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

from c360.account_process import answers, require_free
from c360.connection import LOOPBACK
from c360.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from snowflake.connector.cursor import SnowflakeCursor

    from c360.connection import ServedApp, Target
    from stacks.apps import Audience

STAGE, FOLDER = "PLATFORM.APP_STAGE", "customer_360_app"
# Of the state folder: where the files of each audience's app are fetched to, and what the servers print.
APPS, LOG = "app", "app.log"
_SECRETS = Path(".streamlit/secrets.toml")
_START_SECONDS = 180


def app_for(to: Target, audience: Audience) -> ServedApp:
    """Return the app of an audience.

    Raises:
        CommandError: where an earlier version of the program was deployed, which had one app for everybody.
    """
    if audience not in to.names.apps:
        raise CommandError(f"What is deployed has no app for {audience}: run '{to.command('up')}' first.")
    return to.names.apps[audience]


def fetch(cursor: SnowflakeCursor, folder: Path, main_file: str) -> list[Path]:
    """Bring the app's deployed files into a folder, which afterwards holds no other file but secrets.

    GET flattens folders, so each file is fetched into the folder that it has on the stage. The folder itself stays: a
    server that is at work in it would find no file any more, and every new window of it would stay empty.

    Args:
        cursor: of a role that reads the stage.
        folder: where the files go.
        main_file: the entry point, without which there is no app.

    Returns:
        The files, relative to the folder.

    Raises:
        CommandError: where the stage has no app.
    """
    cursor.execute(f"list @{STAGE}/{FOLDER}/")
    names = [str(row[0]) for row in cursor.fetchall()]
    files = sorted(name.split(f"{FOLDER}/", 1)[1] for name in names if f"{FOLDER}/" in name)
    if main_file not in files:
        raise CommandError(f"The stage {STAGE} holds no app: run 'c360 up' first.")
    fetched = []
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        cursor.execute(f"get '@{STAGE}/{FOLDER}/{file}' 'file://{path.parent}/'")
        fetched.append(path.relative_to(folder))
    for old in folder.rglob("*"):
        if old.is_file() and old.relative_to(folder) not in (*fetched, _SECRETS):
            old.unlink()
    return fetched


def write_secrets(folder: Path, login: Mapping[str, Any]) -> Path:
    """Write the connection that `st.connection("snowflake")` reads.

    Args:
        folder: of the app.
        login: the connector's arguments.
    """
    path = folder / _SECRETS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text("[connections.snowflake]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in login.items()))
    return path


def serves(home: Path, port: int) -> bool:
    """Tell whether the page of a state folder is served on a port; other Streamlits answer alike, but have no lock."""
    try:
        with _lock_file(home, port).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return answers(port)
    return False


def require_page_port(home: Path, port: int) -> None:
    """Make sure that the page can be served on a port.

    Raises:
        CommandError: where it is served there already, or another program is.
    """
    if serves(home, port):
        raise _served_already(port)
    require_free(port, "--app-port")


@contextmanager
def serving(home: Path, port: int, main_file: Path, *, is_drawn: bool = True) -> Iterator[subprocess.Popen[bytes]]:
    """Run Streamlit on an app while the block runs, where other commands recognise it.

    Args:
        home: the state folder; what Streamlit prints goes to its `app.log`.
        port: on loopback.
        main_file: the entry point, beside the app's files and its secrets.
        is_drawn: whether the server draws its page once before anybody sees it, so that whoever does need not wait for
            libraries and the login.

    Raises:
        CommandError: for a port that is taken, or a server that does not answer.
    """
    require_page_port(home, port)
    log = home / LOG
    command = [
        sys.executable, "-m", "streamlit", "run", main_file.name,
        "--server.address", LOOPBACK, "--server.port", str(port), "--server.headless", "true",
        "--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    with log.open("ab") as output, _lock_file(home, port).open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _served_already(port) from None
        # Handed to the server, the lock lasts as long as the server does, even where this command is killed.
        process = subprocess.Popen(
            command,
            cwd=main_file.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},
            pass_fds=(lock.fileno(),),
        )
    try:
        _await_health(process, port, log)
        if is_drawn:
            _draw_once(port)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def snowsight_url(target: Target, app: ServedApp) -> str:
    """Return the address of one of a real account's apps."""
    account = str(target.snowflake["account"]).replace("-", "/", 1).lower()
    return f"https://app.snowflake.com/{account}/#/streamlit-apps/{target.names.database}.PLATFORM.{app.name}"


def _lock_file(home: Path, port: int) -> Path:
    return home / f"app-{port}.lock"


def _served_already(port: int) -> CommandError:
    return CommandError(
        f"The page is served already on http://{LOOPBACK}:{port}: open it there, or choose another port by --app-port."
    )


def _await_health(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CommandError(f"Streamlit ended at once: see {log}.")
        if answers(port):
            try:
                with urlopen(f"http://{LOOPBACK}:{port}/_stcore/health", timeout=5) as reply:
                    if reply.read() == b"ok":
                        return
            except (URLError, OSError):
                pass  # not ready yet; the deadline decides
        time.sleep(0.1)
    raise CommandError(f"The page did not answer within {_START_SECONDS} s: see {log}.")


def _draw_once(port: int) -> None:
    """Open the page as a browser would. Whatever is wrong with it, it tells its readers itself."""
    from c360.page_session import opened  # noqa: PLC0415 - half a second of imports, which other commands do without

    def draw() -> None:
        with suppress(Exception):
            asyncio.run(opened(f"http://{LOOPBACK}:{port}", ""))

    # In a thread of its own: the caller may have an event loop.
    thread = threading.Thread(target=draw)
    thread.start()
    thread.join()


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)
