"""The resource monitor that applies what a program registers, where Pulumi's own mock monitor would only record it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from c360.deployment.model import DeploymentError, Registration

if TYPE_CHECKING:
    from c360.deployment.engine import Engine


class _NoMocks(Mocks):
    """The base class wants mocks; nothing is mocked here."""

    def call(self, args: Any) -> Any:
        """Refuse functions: every name is computed, so that the program needs none."""
        raise DeploymentError(f"Function {args.token} cannot be called without the Pulumi engine.")

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Refuse resources that are read instead of registered."""
        raise DeploymentError(f"Resource {args.name} cannot be read without the Pulumi engine.")


class ApplyingMonitor(MockMonitor):
    """Hands each registered resource to the engine and answers with what the account made of it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(_NoMocks())
        self._engine = engine
        self._waits: dict[str, set[str]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 named by the protocol
        """Apply a resource; components only get their URN."""
        urn = self.make_urn(request.parent, request.type, request.name)
        # What a component waits for, its children wait for.
        waits = {*request.dependencies, *self._waits.get(request.parent, ())}
        self._waits[urn] = waits
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        _ensure_event_loop()
        inputs, _ = rpc.deserialize_properties_unwrap_secrets(request.object)
        uses = sorted({used for p in request.propertyDependencies.values() for used in p.urns})
        provider = request.provider.rpartition("::")[0]
        registration = Registration(
            urn=urn,
            type=request.type,
            name=request.name,
            inputs=_with_integers(inputs),
            provider=request.provider,
            depends_on=sorted({*waits, *uses, *([provider] if provider else [])} - {urn}),
            uses=uses,
            is_protected=request.protect,
            replace_with=list(request.replace_with),
        )
        is_provider = request.type.startswith("pulumi:providers:")
        applied = (self._engine.register_provider if is_provider else self._engine.register)(registration)
        answer = _sync_await(rpc.serialize_properties(applied.outputs, {}))
        return resource_pb2.RegisterResourceResponse(urn=urn, id=applied.id, object=answer)


def _with_integers(value: Any) -> Any:
    """Turn the protocol's floating-point numbers back into integers where they are whole."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {key: _with_integers(item) for key, item in value.items()}
        case list():
            return [_with_integers(item) for item in value]
        case _:
            return value
