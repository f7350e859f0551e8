"""S3, IAM and STS on loopback: moto's own server, with a journal so that its state survives restarts and kills."""

from __future__ import annotations

import errno
import io
import re
import secrets
import socket
import tempfile
import threading
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
from botocore.config import Config
from moto.core.utils import utcnow
from moto.iam.models import iam_backends
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from moto.sts.models import sts_backends
from werkzeug.serving import BaseWSGIServer, make_server

from local_account.aws import RETRIES
from local_account.aws.journal import Entry, Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

REGION = "us-east-1"
SERVICES = ("s3", "iam", "sts")
_MUTATING = ("PUT", "POST", "DELETE")
_BACKENDS = (s3_backends, iam_backends, sts_backends)
_UPLOAD_ID = re.compile(rb"<UploadId>(.*?)</UploadId>")
_CREDENTIAL = re.compile(r"Credential=[^/]*/\d+/[^/]+/([^/]+)/aws4_request")
_SPOOL_BYTES = 8 << 20

# moto keeps its state in module-level dictionaries: one request at a time, and each server swaps its own state in.
_LOCK = threading.RLock()
_loaded: AwsServer | None = None


class PortTakenError(RuntimeError):
    """A port that this program wants to serve on is in use."""

    def __init__(self, what: str, host: str, port: int) -> None:
        super().__init__(f"{what} cannot start: port {port} on {host} is taken. Stop what uses it or choose another.")


class AwsServer:
    """S3, IAM and STS at one address, for one account id (moto's 123456789012).

    home: folder of the local account, the journal lives in `home/aws`; host, port: where to listen (0 = any free port).
    """

    def __init__(self, home: Path, host: str = "127.0.0.1", port: int = 8085) -> None:
        self.host = host
        self.port = port
        self._journal = Journal(home / "aws")
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._state: list[dict[Any, Any]] = [{} for _ in range(len(_BACKENDS) + 1)]
        # One session for all clients: it reads the services' descriptions, half a second each, only once.
        self._boto = boto3.session.Session()
        self._clients: dict[tuple[str, str], Any] = {}

    @property
    def url(self) -> str:
        """The endpoint for boto3's and Pulumi's `endpoint_url`."""
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        """Replay the journal and serve. Raises: PortTakenError."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted connections inherit it: without, an answer in two parts waits 40 ms for an acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listener.bind((self.host, self.port))
            listener.listen(128)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE:
                raise PortTakenError("S3", self.host, self.port) from None
            raise
        self.port = listener.getsockname()[1]
        with _LOCK:
            self._load()
            uploads: dict[str, str] = {}
            for entry in self._journal.open_compacted():
                self._replay(entry, uploads)
        with listener:  # the server listens on a copy of it; left open it would hold the port when the server is closed
            self._server = make_server(
                self.host, self.port, self._serve, threaded=True, request_handler=_Quiet, fd=listener.fileno()
            )
        self._server.daemon_threads = True  # type: ignore[attr-defined]  # an idle keep-alive client must not hold close()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="aws", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving; the state stays on disk."""
        global _loaded  # noqa: PLW0603 - which server's state moto's dictionaries hold
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None
        with _LOCK:
            if _loaded is self:
                for store in _stores():
                    store.clear()
                _loaded = None
            self._state = [{} for _ in self._state]
            self._journal.close()

    def client(self, service: str, credentials: dict[str, str] | None = None) -> Any:
        """Return a boto3 client of this server.

        Args:
            service: "s3", "iam" or "sts".
            credentials: the `Credentials` of an AssumeRole answer; by default the account's own.
        """
        key = credentials["AccessKeyId"] if credentials else "local"
        with _LOCK:
            if (service, key) not in self._clients:
                self._clients[service, key] = self._boto.client(  # type: ignore[no-matching-overload]  # one literal a service
                    service,
                    endpoint_url=self.url,
                    region_name=REGION,
                    aws_access_key_id=key,
                    aws_secret_access_key=credentials["SecretAccessKey"] if credentials else "local",
                    aws_session_token=credentials["SessionToken"] if credentials else None,
                    config=Config(
                        retries={"mode": "standard", "total_max_attempts": 1 + RETRIES},
                        connect_timeout=5,
                        read_timeout=300,
                        s3={"addressing_style": "path"},
                    ),
                )
                if credentials:  # temporary credentials are used by one statement
                    return self._clients.pop((service, key))
            return self._clients[service, key]

    def _load(self) -> None:
        """Swap this server's state into moto's dictionaries."""
        global _loaded  # noqa: PLW0603 - see _LOCK
        if _loaded is self:
            return
        if _loaded is not None:
            _loaded._state = [dict(store) for store in _stores()]  # noqa: SLF001 - the same class
        for store, mine in zip(_stores(), self._state, strict=True):
            store.clear()
            store.update(mine)
        _loaded = self

    def _serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        service = _service(environ)
        if service not in SERVICES:
            return _refuse(service, environ, start_response)
        journaled = environ["REQUEST_METHOD"] in _MUTATING and service != "sts"
        body = _spool(environ) if environ["REQUEST_METHOD"] in _MUTATING else None
        with _LOCK:
            self._load()
            entry = Entry(secrets.randbits(64), utcnow().isoformat(), _describe(environ))
            if body is not None:
                environ["wsgi.input"] = body
                if journaled:
                    self._journal.keep_body(entry, body)
            status, headers, content = _call(self._moto, environ, entry)
            if journaled:
                self._write_down(entry, status, content)
        start_response(status, headers)
        return content

    def _write_down(self, entry: Entry, status: str, content: list[bytes]) -> None:
        bucket, key = entry.target
        reading = not bucket and b"Action=" in self._journal.body_of(entry)[:4096] and _only_reads(entry, self._journal)
        if not status.startswith("2") or reading:
            self._journal.drop_body(entry)
            return
        if key and entry.method == "POST" and "uploads" in entry.query:
            entry.upload_id = _upload_id(content)
        self._journal.append(entry)

    def _replay(self, entry: Entry, uploads: dict[str, str]) -> None:
        """Run a request again; `uploads` maps multipart upload ids, which moto draws anew, to the present ones."""
        environ = entry.environ
        if old := entry.query.get("uploadId"):
            environ = {k: v.replace(old, uploads[old]) if isinstance(v, str) else v for k, v in environ.items()}
        if entry.body_file:
            with (self._journal.bodies / entry.body_file).open("rb") as body:
                status, _, content = _call(self._moto, environ | _wsgi(body), entry)
        else:
            body = io.BytesIO(self._journal.body_of(entry))
            status, _, content = _call(self._moto, environ | _wsgi(body), entry)
        if not status.startswith("2"):
            answer = b"".join(content).decode(errors="replace")[:300]
            raise RuntimeError(
                f"The state of S3 and IAM in {self._journal.folder} cannot be restored: "
                f"{entry.method} {entry.environ.get('PATH_INFO')} answered {status} {answer}. "
                "Remove that folder and run `c360 up` again."
            )
        if entry.upload_id:
            uploads[entry.upload_id] = _upload_id(content)


class _Quiet(MotoRequestHandler):
    """moto's request handler without a log line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002
        return


def _stores() -> list[dict[Any, Any]]:
    return [*_BACKENDS, s3_backends.bucket_accounts]


def _service(environ: dict[str, Any]) -> str:
    """Name the AWS service of a request by the scope of its signature; unsigned ones are S3, as moto takes them."""
    if environ.get("PATH_INFO", "").startswith("/moto-api"):
        return "moto-api"
    signature = environ.get("HTTP_AUTHORIZATION", "")
    if match := _CREDENTIAL.search(signature):
        return match[1].lower()
    presigned = re.search(r"X-Amz-Credential=[^&]*%2F([a-z0-9-]+)%2Faws4_request", environ.get("QUERY_STRING", ""))
    return presigned[1].lower() if presigned else "s3"


def _refuse(service: str, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    message = f"{service} is not served by the local account; it has S3, IAM and STS."
    if environ.get("HTTP_X_AMZ_TARGET"):
        kind, body = "application/x-amz-json-1.1", f'{{"__type": "NotSupported", "message": "{message}"}}'
    else:
        kind = "text/xml"
        body = (
            "<ErrorResponse><Errors><Error><Code>NotSupported</Code>"
            f"<Message>{message}</Message></Error></Errors>"
            f"<Error><Code>NotSupported</Code><Message>{message}</Message></Error></ErrorResponse>"
        )
    start_response("400 Bad Request", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body.encode()]


def _spool(environ: dict[str, Any]) -> IO[bytes]:
    """Read a request's body, into memory or a temporary file by its size."""
    body = tempfile.SpooledTemporaryFile(_SPOOL_BYTES)  # noqa: SIM115 - moto reads it later; closed when collected
    source, left = environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or 0)
    if environ.get("wsgi.input_terminated") or "chunked" in environ.get("HTTP_TRANSFER_ENCODING", ""):
        left = 1 << 62
    while left and (chunk := source.read(min(left, 1 << 20))):
        body.write(chunk)
        left -= len(chunk)
    body.seek(0)
    return body  # type: ignore[return-value]


def _describe(environ: dict[str, Any]) -> dict[str, Any]:
    """Pick the variables of a request that JSON can carry and a replay needs."""
    wanted = re.compile(
        r"HTTP_|CONTENT_|REQUEST_|SERVER_|PATH_INFO|QUERY_STRING|RAW_URI|SCRIPT_NAME|moto|wsgi\.url_scheme"
    )
    return {k: v for k, v in environ.items() if wanted.match(k) and isinstance(v, str | dict)}


def _wsgi(body: IO[bytes]) -> dict[str, Any]:
    return {
        "wsgi.version": (1, 0), "wsgi.input": body, "wsgi.errors": io.StringIO(), "wsgi.multithread": True,
        "wsgi.multiprocess": False, "wsgi.run_once": False, "wsgi.input_terminated": True,
    }  # fmt: skip


def _call(app: Any, environ: dict[str, Any], entry: Entry) -> tuple[str, list[tuple[str, str]], list[bytes]]:
    """Run one request through moto with the entry's clock and random numbers, so that a replay gives the same ids."""
    answer: list[Any] = []
    at = datetime.fromisoformat(entry.at)
    mock_random.seed(entry.seed)
    with patch("moto.s3.models.utcnow", lambda: at), patch("moto.iam.models.utcnow", lambda: at):
        content = app(environ, lambda status, headers, *_: answer.extend((status, headers)))
        try:
            chunks = list(content)
        finally:
            if close := getattr(content, "close", None):
                close()
    return answer[0], answer[1], chunks


def _upload_id(content: list[bytes]) -> str:
    match = _UPLOAD_ID.search(b"".join(content))
    if match is None:
        raise RuntimeError("moto's answer to CreateMultipartUpload holds no UploadId.")
    return match[1].decode()


def _only_reads(entry: Entry, journal: Journal) -> bool:
    """Tell whether an IAM request, all of which are POST, changes nothing."""
    return bool(re.search(rb"(?:^|&)Action=(?:Get|List|Simulate|Generate)", journal.body_of(entry)))
