"""A double of Pulumi's AWS provider, for the types of our program only: the plugin's protocol over boto3.

The real one is a gigabyte; what counts here is that the engine runs the whole program, and that reads are honest.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from concurrent import futures
from functools import wraps
from typing import TYPE_CHECKING, Any

import boto3
import grpc
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc
from pulumi.runtime.rpc import UNKNOWN, is_rpc_secret, unwrap_rpc_secret

from tests.support.engine.aws_types import TYPES, AwsType, Properties

if TYPE_CHECKING:
    from collections.abc import Callable

_VERSION = "7.51.1"


def _plain(struct: struct_pb2.Struct) -> Properties:
    """Turn the protocol's properties into Python values; unknown ones stay the protocol's mark."""
    return {key: _whole(value) for key, value in json_format.MessageToDict(struct).items()}


def _whole(value: Any) -> Any:
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict() if is_rpc_secret(value):
            return unwrap_rpc_secret(value)
        case dict():
            return {key: _whole(item) for key, item in value.items() if not key.startswith("__")}
        case list():
            return [_whole(item) for item in value]
        case _:
            return value


def _struct(properties: Properties) -> struct_pb2.Struct:
    return json_format.ParseDict(properties, struct_pb2.Struct())


def _holds_unknown(value: Any) -> bool:
    return UNKNOWN in json.dumps(value)


def _answers(method: Callable[..., Any]) -> Callable[..., Any]:
    """Tell the engine in one sentence what AWS refused."""

    @wraps(method)
    def call(self: AwsProvider, request: Any, context: Any) -> Any:
        try:
            return method(self, request, context)
        except (BotoCoreError, ClientError, ValueError) as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))

    return call


class AwsProvider(provider_pb2_grpc.ResourceProviderServicer):
    """The provider: check, diff, create, read, update and delete of what `TYPES` lists."""

    def __init__(self) -> None:
        self._session: Any = None
        self._endpoints: dict[str, str] = {}
        self._clients: dict[str, Any] = {}
        self._default_tags: dict[str, str] = {}
        self._lock = threading.Lock()

    def GetPluginInfo(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - named by the protocol, as all below
        """Tell the version that the SDK asks for."""
        return plugin_pb2.PluginInfo(version=_VERSION)

    def CheckConfig(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Take the provider's configuration as it is."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Compare the provider's configuration; no change of it replaces anything."""
        return _difference([k for k, v in _plain(request.news).items() if _plain(request.olds).get(k) != v], [])

    @_answers
    def Configure(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Read where AWS is, and refuse another account than the allowed ones."""
        config = _plain(request.args)
        self._session = boto3.session.Session(
            aws_access_key_id=config.get("accessKey"),
            aws_secret_access_key=config.get("secretKey"),
            region_name=config.get("region"),
        )
        self._endpoints = {k: v for entry in _decoded(config.get("endpoints")) or [] for k, v in entry.items()}
        self._default_tags = (_decoded(config.get("defaultTags")) or {}).get("tags", {})
        allowed = _decoded(config.get("allowedAccountIds")) or []
        account = self._client("sts").get_caller_identity()["Account"]
        if allowed and account not in allowed:
            raise ValueError(f"AWS account {account} is not allowed: {', '.join(allowed)}")
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    @_answers
    def Check(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Refuse types and inputs that the double does not know."""
        kind, inputs = _type(request.urn), _plain(request.news)
        failures = [
            provider_pb2.CheckFailure(property=key, reason=f"The double of the AWS provider does not know input {key}")
            for key in sorted(inputs.keys() - set(kind.inputs))
        ]
        return provider_pb2.CheckResponse(inputs=_struct(inputs), failures=failures)

    @_answers
    def Diff(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Compare the inputs with the last state; a changed identity is another resource."""
        kind, state = _type(request.urn), _plain(request.olds)
        wanted = self._complete(kind, _plain(request.news))
        changed = sorted(
            key
            for key in {*kind.inputs, "tagsAll"}
            if (key in wanted or key in state) and not _same(kind, key, state.get(key), wanted.get(key))
        )
        return _difference(changed, [key for key in changed if key in kind.identity])

    @_answers
    def Create(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Create a resource, and read it back."""
        kind = _type(request.urn)
        inputs = self._complete(kind, _plain(request.properties))
        if request.preview:
            return provider_pb2.CreateResponse(properties=_struct(inputs))
        kind.create(self._client(kind.service), inputs)
        return provider_pb2.CreateResponse(id=kind.id_of(inputs), properties=_struct(self._state(kind, inputs)))

    @_answers
    def Read(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Read a resource as AWS has it now; one that is gone has no id."""
        kind, state = _type(request.urn), _plain(request.properties)
        state = self._state(kind, state | kind.identified(request.id))
        if not state:
            return provider_pb2.ReadResponse()
        inputs = {key: state[key] for key in _plain(request.inputs) or kind.inputs if key in state}
        return provider_pb2.ReadResponse(id=request.id, properties=_struct(state), inputs=_struct(inputs))

    @_answers
    def Update(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Bring a resource to new inputs, and read it back."""
        kind = _type(request.urn)
        inputs = self._complete(kind, _plain(request.news))
        if request.preview:
            return provider_pb2.UpdateResponse(properties=_struct(_plain(request.olds) | inputs))
        kind.write(self._client(kind.service), inputs)
        return provider_pb2.UpdateResponse(properties=_struct(self._state(kind, inputs)))

    @_answers
    def Delete(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Delete a resource; one that is gone is no error."""
        kind, state = _type(request.urn), _plain(request.properties)
        if self._state(kind, state):
            kind.delete(self._client(kind.service), state)
        return empty_pb2.Empty()

    def Cancel(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """Let running calls end: each is short."""
        return empty_pb2.Empty()

    def _complete(self, kind: AwsType, inputs: Properties) -> Properties:
        return inputs | ({"tagsAll": self._default_tags | (inputs.get("tags") or {})} if kind.has_tags else {})

    def _state(self, kind: AwsType, known: Properties) -> Properties:
        """Return what AWS has of a resource, in the shape of its inputs and outputs; nothing where it is gone."""
        client = self._client(kind.service)
        read = kind.read(client, known)
        if read is None:
            return {}
        if kind.has_tags:
            # Tags of the provider's own are not the resource's.
            own = {k: v for k, v in read["tagsAll"].items() if self._default_tags.get(k) != v}
            read |= {"tags": own} if own else {}
        kept = {key: known[key] for key in kind.documents if _same(kind, key, known.get(key), read.get(key))}
        return read | kept | kind.outputs(client, read)

    def _client(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session.client(
                    service,
                    endpoint_url=self._endpoints.get(service),
                    config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 3}),
                )
            return self._clients[service]


def _type(urn: str) -> AwsType:
    token = urn.split("::")[2].rpartition("$")[2]
    if token not in TYPES:
        raise ValueError(f"The double of the AWS provider does not know resource type {token}")
    return TYPES[token]


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _same(kind: AwsType, key: str, old: Any, new: Any) -> bool:
    if key in kind.documents and isinstance(old, str) and isinstance(new, str) and not _holds_unknown([old, new]):
        return bool(json.loads(old) == json.loads(new))
    # What is not said is what the API calls empty.
    return bool((old or None) == (new or None))


def _difference(changed: list[str], replaces: list[str]) -> Any:
    kinds = provider_pb2.PropertyDiff
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=changed,
        replaces=replaces,
        deleteBeforeReplace=bool(replaces),
        hasDetailedDiff=True,
        detailedDiff={k: kinds(kind=kinds.UPDATE_REPLACE if k in replaces else kinds.UPDATE) for k in changed},
    )


def main() -> None:
    """Serve until the engine ends this process, or has ended without doing so."""
    engine = os.getppid()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(AwsProvider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while os.getppid() == engine and server.wait_for_termination(timeout=1):
        pass


if __name__ == "__main__":
    main()
