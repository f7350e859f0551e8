"""Evaluates the program once per stack and mode, on a monitor that records every resource with its options."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor, Mocks
from pulumi.runtime.proto.resource_pb2 import RegisterResourceResponse

from stacks.config import load_config
from stacks.program import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

USER_ARN = "arn:aws:iam::999999999999:user/snowflake-made-this"


@dataclass(frozen=True)
class Registered:
    """One resource as the program registered it."""

    urn: str
    type: str
    name: str
    inputs: dict[str, Any]
    provider: str
    depends_on: frozenset[str]
    delete_before_replace: bool
    protect: bool
    is_custom: bool

    @property
    def kind(self) -> str:
        return self.type.rpartition(":")[2]


@dataclass(frozen=True)
class Program:
    """What one evaluation registered, in order, and what it exported."""

    resources: tuple[Registered, ...]
    outputs: dict[str, Any]

    def of(self, kind: str) -> list[Registered]:
        return [r for r in self.resources if r.kind == kind and r.is_custom]

    def named(self, name: str) -> Registered:
        (found,) = (r for r in self.resources if r.name == name)
        return found


class _NoMocks(Mocks):
    def call(self, args: Any) -> Any:
        raise AssertionError(f"the program calls {args.token}, which needs credentials in a preview")

    def new_resource(self, args: Any) -> Any:
        raise AssertionError(f"the program reads {args.name}")


class RecordingMonitor(MockMonitor):
    """Records registrations; answers with inputs and plausible outputs, or leaves the latter unknown in a preview."""

    def __init__(self, *, knows_outputs: bool) -> None:
        super().__init__(_NoMocks())
        self._knows_outputs = knows_outputs
        self._waits: dict[str, frozenset[str]] = {}
        self.registered: list[Registered] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 named by the protocol
        urn = self.make_urn(request.parent, request.type, request.name)
        inputs, _ = rpc.deserialize_properties_unwrap_secrets(request.object)
        # What a component waits for, its children wait for.
        depends_on = frozenset(request.dependencies) | self._waits.get(request.parent, frozenset())
        self._waits[urn] = depends_on
        provider = request.provider.split("::")[-2] if request.provider else ""
        self.registered.append(
            Registered(
                urn,
                request.type,
                request.name,
                inputs,
                provider,
                depends_on,
                request.deleteBeforeReplace,
                request.protect,
                request.custom,
            )
        )
        if request.type == "pulumi:pulumi:Stack":
            self.registered.pop()
        if not request.custom:
            return RegisterResourceResponse(urn=urn)
        answer = Struct()
        answer.CopyFrom(request.object)
        if self._knows_outputs:
            answer.update(_outputs(request.type, inputs))
        known = self._knows_outputs or request.type.startswith("pulumi:providers")
        return RegisterResourceResponse(urn=urn, id=f"{request.name}-id" if known else "", object=answer)


def _outputs(kind: str, inputs: dict[str, Any]) -> dict[str, Any]:
    parts = [inputs.get(key) for key in ("database", "schema", "name")]
    outputs: dict[str, Any] = {}
    if kind.startswith("snowflake:"):
        outputs["fullyQualifiedName"] = ".".join(f'"{part}"' for part in parts if part)
    match kind.rpartition(":")[2]:
        case "StorageIntegrationAws":
            outputs["describeOutputs"] = [{"iamUserArn": USER_ARN, "externalId": inputs["storageAwsExternalId"]}]
        case "Bucket":
            outputs["arn"] = f"arn:aws:s3:::{inputs['bucket']}"
        case "Role":
            outputs["arn"] = f"arn:aws:iam::123456789012:role/{inputs['name']}"
    return outputs


@cache
def _evaluated(stack: str, *, preview: bool) -> Program:
    monitor = RecordingMonitor(knows_outputs=not preview)
    outputs = evaluate(stack, load_config(stack), monitor, preview=preview)
    return Program(tuple(monitor.registered), outputs)


@pytest.fixture(scope="session")
def program() -> Callable[..., Program]:
    """Evaluate a stack's program: program("dev"), program("prod", preview=True)."""

    def of(stack: str = "local", *, preview: bool = False) -> Program:
        return _evaluated(stack, preview=preview)

    return of
