"""The resource monitor that applies what a program registers, where Pulumi's own mock monitor would only record it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.runtime import rpc
from pulumi.runtime.proto.resource_pb2 import RegisterResourceResponse
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from c360.deployment.model import DeploymentError, Registration
from c360.recorder import ProgramMonitor

if TYPE_CHECKING:
    from c360.deployment.engine import Engine


class ApplyingMonitor(ProgramMonitor):
    """Hands each registered resource to the engine and answers with what the account made of it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(DeploymentError)
        self._engine = engine

    def answer(self, urn: str, request: Any, inputs: dict[str, Any], waits: set[str]) -> RegisterResourceResponse:
        """Apply a resource; components only get their URN."""
        if not request.custom:
            return RegisterResourceResponse(urn=urn)
        _ensure_event_loop()
        uses = sorted({used for p in request.propertyDependencies.values() for used in p.urns})
        provider = request.provider.rpartition("::")[0]
        registration = Registration(
            urn=urn,
            type=request.type,
            name=request.name,
            inputs=inputs,
            provider=request.provider,
            depends_on=sorted({*waits, *uses, *([provider] if provider else [])} - {urn}),
            uses=uses,
            is_protected=request.protect,
            replace_with=list(request.replace_with),
            aliases=self.aliases(urn, request),
        )
        is_provider = request.type.startswith("pulumi:providers:")
        applied = (self._engine.register_provider if is_provider else self._engine.register)(registration)
        outputs = _sync_await(rpc.serialize_properties(applied.outputs, {}))
        return RegisterResourceResponse(urn=urn, id=applied.id, object=outputs)
