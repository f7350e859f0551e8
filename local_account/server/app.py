"""The HTTP server: Snowflake's client protocol on loopback, one session a token."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import secrets
import threading
import time
import uuid
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from fakesnow.transforms import SERVER_VERSION
from snowflake.connector.errors import DatabaseError, Error, ProgrammingError
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local_account.catalog.users import BY_KEY, log_in, log_in_by_key
from local_account.data_plane.messages import translated
from local_account.errors import message_of
from local_account.identifiers import unquoted
from local_account.results import Result, table_result
from local_account.server import protocol, statement_list
from local_account.server.cortex_routes import CortexRoutes
from local_account.server.pieces import PATH, ResultPieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from local_account.account import Account
    from local_account.catalog.store import Catalog
    from local_account.session.session import Session

log = logging.getLogger(__name__)

# Drivers give up on a silent request after a minute; a statement that takes longer is asked for again and again.
_PATIENCE_SECONDS = 20.0
_END_SECONDS = 5.0
_WORKERS = 48
_RUNNING_KEPT = 200
_GONE = 410


class Server:
    """Serves one account; `app` is the ASGI application.

    Args:
        account: what is served.
        at_first_login: what to begin when somebody comes, such as loading dbt on the core that statements leave idle.
    """

    def __init__(self, account: Account, at_first_login: Callable[[], None] | None = None) -> None:
        self.account = account
        self._at_first_login = at_first_login
        self._sessions: dict[str, Session] = {}
        self._masters: dict[str, str] = {}
        self._running: OrderedDict[str, tuple[Session, Future[dict[str, Any]]]] = OrderedDict()
        self._requests: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()
        self._pieces = ResultPieces(f"http://{account.host}:{account.port}")
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="statement")
        post, get = ["POST"], ["GET"]
        self.app = Starlette(
            routes=[
                Route("/session/v1/login-request", self.login, methods=post),
                Route("/session/token-request", self.renew, methods=post),
                Route("/session/heartbeat", self.heartbeat, methods=post),
                Route("/session", self.delete, methods=post),
                Route("/queries/v1/query-request", self.query, methods=post),
                Route("/queries/v1/abort-request", self.abort, methods=post),
                Route("/queries/{query_id}/result", self.result, methods=get),
                Route(f"{PATH}/{{name}}/{{number:int}}", self.piece, methods=get),
                Route("/monitoring/queries/{query_id}", self.monitor, methods=get),
                Route("/telemetry/send", _ignore, methods=post),
                Route("/telemetry/send/sessionless", _ignore, methods=post),
                *CortexRoutes(account.analyst, self.session).routes,
            ]
        )

    def session(self, request: Request) -> Session | None:
        """Return the session that a request's token belongs to, or None; REST takes it as a bearer's, too."""
        header = request.headers.get("Authorization", "")
        return self._sessions.get(header.removeprefix('Snowflake Token="').rstrip('"').removeprefix("Bearer "))

    async def login(self, request: Request) -> Response:
        """Check who it is, by password or key; open a session."""
        data = (await _body(request)).get("data", {})
        query = request.query_params
        parameters = dict(data.get("SESSION_PARAMETERS") or {})
        parameters["CLIENT_APP_ID"] = f"{data.get('CLIENT_APP_ID', '')} {data.get('CLIENT_APP_VERSION', '')}".strip()
        try:
            user = _logged_in(self.account.catalog, data)
            session = self.account.open_session(
                user,
                *(_identifier(query.get(key)) for key in ("roleName", "databaseName", "schemaName", "warehouse")),
                parameters=parameters,
            )
        except DatabaseError as error:
            return JSONResponse(
                {"success": False, "code": str(error.errno), "message": message_of(error), "data": None}
            )
        if begin := self._at_first_login:
            self._at_first_login = None
            begin()
        token, master = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        session.token = token
        self._sessions[token] = session
        self._masters[master] = token
        answer = {
            "token": token,
            "masterToken": master,
            "validityInSeconds": 3600 * 24,
            "masterValidityInSeconds": 3600 * 24 * 7,
            "displayUserName": user,
            "serverVersion": SERVER_VERSION,
            "sessionId": session.session_id,
            "parameters": protocol.session_parameters(session),
            "sessionInfo": {
                "databaseName": session.database,
                "schemaName": session.schema,
                "warehouseName": session.warehouse,
                "roleName": session.role,
            },
        }
        return JSONResponse({"success": True, "code": None, "message": None, "data": answer})

    async def renew(self, request: Request) -> Response:
        """Give a session a new token in exchange for its master token."""
        header = request.headers.get("Authorization", "")
        master = header.removeprefix('Snowflake Token="').rstrip('"')
        old = self._masters.get(master)
        session = self._sessions.pop(old, None) if old else None
        if session is None:
            return _expired()
        token = session.token = secrets.token_urlsafe(32)
        self._sessions[token] = session
        self._masters[master] = token
        data = {"sessionToken": token, "validityInSecondsST": 3600 * 24, "masterToken": master,
                "validityInSecondsMT": 3600 * 24 * 7, "sessionId": session.session_id}  # fmt: skip
        return JSONResponse({"success": True, "code": None, "message": None, "data": data})

    async def heartbeat(self, request: Request) -> Response:
        """Keep a session alive."""
        return _ok() if self.session(request) else _expired()

    async def delete(self, request: Request) -> Response:
        """End a session."""
        session = self.session(request)
        if session is None:
            return _expired()
        if request.query_params.get("delete"):
            self._sessions.pop(session.token, None)
            self._masters = {m: t for m, t in self._masters.items() if t != session.token}
            self._pieces.drop(session.session_id)
            await asyncio.to_thread(session.end)
        return _ok()

    async def query(self, request: Request) -> Response:
        """Execute a statement; a driver's retry of the same request joins the first."""
        session = self.session(request)
        if session is None:
            return _expired()
        body = await _body(request)
        request_id = request.query_params.get("requestId") or str(uuid.uuid4())
        with self._lock:
            query_id = self._requests.get(request_id)
            known = query_id is not None
            if query_id is None:
                query_id = self._requests[request_id] = str(uuid.uuid4())
                future = self._pool.submit(self._run, session, body, query_id)
                self._running[query_id] = (session, future)
            self._forget()
        if body.get("asyncExec"):
            return _in_progress(query_id, protocol.QUERY_IN_PROGRESS_ASYNC)
        return await self._wait(session, query_id) if not known else await self._answer(session, query_id)

    async def result(self, request: Request) -> Response:
        """Return the result of a statement that the driver asks for by its id."""
        session = self.session(request)
        if session is None:
            return _expired()
        return await self._answer(session, request.path_params["query_id"])

    async def piece(self, request: Request) -> Response:
        """Return a further piece of a large result; its address is what entitles to it."""
        found = self._pieces.get(request.path_params["name"], request.path_params["number"])
        if found is None:
            return Response(status_code=_GONE)
        return Response((await asyncio.to_thread(protocol.arrow_stream, found)).to_pybytes())

    async def _answer(self, session: Session, query_id: str) -> Response:
        """Answer a statement that may have ended: from what still runs, else from the account's recent results."""
        if query_id in self._running:
            return await self._wait(session, query_id)
        kept = self.account.results.get(query_id)
        query = self.account.history.get(query_id)
        if kept is None or query is None or query.user != session.user:
            failed = query.error if query and query.user == session.user else None
            message = failed or f"Statement {query_id} not found"
            error = ProgrammingError(msg=message, errno=709, sqlstate="02000")
            return JSONResponse(protocol.failure(error, query_id))
        return JSONResponse(await asyncio.to_thread(protocol.answer, session, kept, self._pieces))

    async def _wait(self, session: Session, query_id: str) -> Response:
        owner, future = self._running[query_id]
        if owner.user != session.user:
            error = ProgrammingError(msg=f"Statement {query_id} not found", errno=709, sqlstate="02000")
            return JSONResponse(protocol.failure(error, query_id))
        try:
            answer = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), _PATIENCE_SECONDS)
        except TimeoutError:
            return _in_progress(query_id, protocol.QUERY_IN_PROGRESS)
        if answer["success"]:
            self._running.pop(query_id, None)  # a result is kept once only, among the account's results
        return JSONResponse(answer)

    def _forget(self) -> None:
        """Drop finished statements beyond the newest; their answers live on among the account's results."""
        while len(self._requests) > _RUNNING_KEPT:
            request_id, query_id = next(iter(self._requests.items()))
            if query_id in self._running and not self._running[query_id][1].done():
                break
            del self._requests[request_id]
            self._running.pop(query_id, None)

    def _run(self, session: Session, body: dict[str, Any], query_id: str) -> dict[str, Any]:
        sql = body.get("sqlText", "")
        try:
            values, rows = protocol.bindings(body.get("bindings"))
            if (wanted := statement_list.wanted_count(body)) != 1:
                return protocol.answers(session, statement_list.run(session, body, wanted), query_id)
            if body.get("describeOnly"):
                return protocol.answer(session, session.describe(sql, query_id))
            if rows is None:
                return protocol.answer(session, session.execute(sql, values, query_id), self._pieces)
            return protocol.answer(session, _execute_rows(session, sql, rows, query_id))
        except Error as error:
            return protocol.failure(error, query_id)
        except Exception as error:
            log.exception("statement failed: %s", sql)
            return protocol.failure(translated(error), query_id)

    async def abort(self, request: Request) -> Response:
        """Stop the statement that a request started."""
        session = self.session(request)
        if session is None:
            return _expired()
        query_id = self._requests.get((await _body(request)).get("requestId", ""))
        running = self._running.get(query_id or "")
        if running and not running[1].done():
            running[0].interrupt()
        return _ok()

    async def monitor(self, request: Request) -> Response:
        """Tell a statement's status."""
        if self.session(request) is None:
            return _expired()
        query_id = request.path_params["query_id"]
        query = self.account.history.get(query_id)
        if query is None and query_id not in self._running:
            # Nobody begins it later, so that clients need not wait for it.
            message = f"Cannot retrieve data on the status of this query. No information is there for query {query_id}."
            return JSONResponse({"success": False, "code": "000709", "message": message, "data": {}})
        status = query.status if query else "RUNNING"
        queries = [{"id": query_id, "status": status, "state": status}]
        return JSONResponse({"success": True, "code": None, "message": None, "data": {"queries": queries}})

    def close(self) -> None:
        """Stop accepting statements, and end those that run: a session that computes cannot be closed."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        deadline = time.monotonic() + _END_SECONDS
        while time.monotonic() < deadline and (running := [s for s, f in [*self._running.values()] if not f.done()]):
            for session in running:
                session.interrupt()
            time.sleep(0.05)


def _execute_rows(session: Session, sql: str, rows: list[list[Any]], query_id: str) -> Result:
    """Execute one statement for every row that a client bound as an array; the counts are added."""
    affected = 0
    result: Result | None = None
    with session.lock, session.as_one_statement():
        for row in rows:
            result = session.execute(sql, row, query_id)
            affected += result.affected or 0
    if result is None:
        return table_result([("number of rows inserted", "fixed")], [(0,)])
    total = table_result([("number of rows inserted", "fixed")], [(affected,)], result.statement_type)
    total.affected, total.query_id = affected, query_id
    return total


async def _body(request: Request) -> dict[str, Any]:
    body = await request.body()
    if request.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return json.loads(body) if body else {}


def _logged_in(catalog: Catalog, data: dict[str, Any]) -> str:
    user = data.get("LOGIN_NAME", "")
    if data.get("AUTHENTICATOR") == BY_KEY:
        return log_in_by_key(catalog, user, data.get("TOKEN"))
    return log_in(catalog, user, data.get("PASSWORD"))


def _identifier(text: str | None) -> str | None:
    if not text:
        return None
    return unquoted(text) if text.startswith('"') and text.endswith('"') else text.upper()


def _ok() -> JSONResponse:
    return JSONResponse({"success": True, "code": None, "message": None, "data": None})


def _expired() -> JSONResponse:
    message = "Authentication token has expired.  The user must authenticate again."
    return JSONResponse({"success": False, "code": "390114", "message": message, "data": None})


def _in_progress(query_id: str, code: str) -> JSONResponse:
    data = {"queryId": query_id, "getResultUrl": f"/queries/{query_id}/result", "queryAbortsAfterSecs": 300,
            "progressDesc": None}  # fmt: skip
    return JSONResponse({"success": True, "code": code, "message": "Query execution in progress.", "data": data})


async def _ignore(_request: Request) -> JSONResponse:
    return _ok()
