"""Runs an account behind its HTTP server: in the foreground, or in a thread."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Self

import uvicorn

from local_account.account import Account
from local_account.aws.moto_server import PortTakenError
from local_account.server.app import Server

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

__all__ = ["PortTakenError", "ServedAccount", "serve_forever"]

_HOST = "127.0.0.1"


class ServedAccount:
    """An account that listens on loopback from a thread of this process.

    Args:
        home: folder of its state.
        port: where the Snowflake protocol listens (0: any free port).
        s3_port: where S3, IAM and STS listen (0: any free port).
        loads_dbt: have a process load dbt when the first client logs in.
    """

    def __init__(self, home: Path, port: int = 0, s3_port: int = 0, *, loads_dbt: bool = False) -> None:
        listener = _listen(port)
        try:
            self.account = Account(home)
            self.account.port = listener.getsockname()[1]
            self.account.start(s3_port)
        except BaseException:
            listener.close()
            raise
        self.server = Server(self.account, at_first_login=self.account.dbt.load_ahead if loads_dbt else None)
        config = uvicorn.Config(self.server.app, log_level="error", access_log=False, lifespan="off")
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._uvicorn.run, kwargs={"sockets": [listener]}, name="account", daemon=True
        )

    @property
    def port(self) -> int:
        """The port of the Snowflake protocol."""
        return self.account.port

    @property
    def s3_port(self) -> int:
        """The port of S3, IAM and STS."""
        if self.account.aws is None:
            raise RuntimeError("The account was not started.")
        return self.account.aws.port

    def start(self) -> Self:
        """Serve; returns at once."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving and write the state."""
        self._uvicorn.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self.server.close()
        self.account.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()


def _listen(port: int) -> socket.socket:
    # Named as TCP, or asyncio leaves Nagle's algorithm on, and each answer waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortTakenError("The local account", _HOST, port) from error
    return listener


def serve_forever(home: Path, port: int, s3_port: int, *, loads_dbt: bool = False) -> None:
    """Serve until SIGTERM or SIGINT; loads_dbt: as the account's. Raises: PortTakenError."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with ServedAccount(home, port, s3_port, loads_dbt=loads_dbt) as served:
        sys.stdout.write(
            f"The local account is ready: Snowflake on {_HOST}:{served.port}, S3 on {_HOST}:{served.s3_port}.\n"
        )
        sys.stdout.flush()
        stop.wait()
