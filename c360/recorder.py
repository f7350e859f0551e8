"""Evaluates the program without the engine, and records what it registers for each of a revision's stacks.

As a script it runs on that revision's code: `python -P recorder.py FOLDER [STACK ...]` prints one JSON object. It
imports nothing of this repository but the two entry points that it is pointed at, so that a revision which has no such
file can be recorded too.
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any

from google.protobuf.struct_pb2 import Struct
from pulumi.output import Unknown
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor, Mocks
from pulumi.runtime.proto.resource_pb2 import RegisterResourceResponse

# What an account would answer where a program reads it; unlike any real user, so that it is recognised in a report.
USER_ARN = "arn:aws:iam::999999999999:user/snowflake-made-this"
UNKNOWN = "<known after deployment>"
_STACK_TYPE = "pulumi:pulumi:Stack"
# Where a dynamic resource keeps its serialised provider: among its inputs, and of no interest to a reader.
PROVIDER_KEY = "__provider"


class _NoMocks(Mocks):
    """The base class wants mocks; nothing is mocked, because functions would need the engine and credentials."""

    def __init__(self, refusal: type[Exception]) -> None:
        self._refusal = refusal

    def call(self, args: Any) -> Any:
        """Refuse a function: every name is computed, so that the program needs none."""
        raise self._refusal(f"The program calls {args.token}, which needs the Pulumi engine and credentials.")

    def new_resource(self, args: Any) -> Any:
        """Refuse a resource that is read instead of registered."""
        raise self._refusal(f"The program reads {args.name}, which needs the Pulumi engine and credentials.")


class ProgramMonitor(MockMonitor):
    """Receives what the program registers, and knows of each resource what it waits for.

    Args:
        refusal: what is raised where the program calls a function, reads a resource, or declares one twice.
    """

    def __init__(self, refusal: type[Exception] = RuntimeError) -> None:
        super().__init__(_NoMocks(refusal))
        self._refusal = refusal
        self._waits: dict[str, set[str]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - named by the protocol
        """Hand a resource on, and answer as `answer` says; one of a name that is taken is refused, as by the engine."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if urn in self._waits:
            raise self._refusal(f"The program declares two resources of type {request.type} named {request.name}.")
        # What a component waits for, its children wait for.
        waits = {*request.dependencies} | self._waits.get(request.parent, set())
        self._waits[urn] = waits
        inputs, _ = rpc.deserialize_properties_unwrap_secrets(request.object)
        return self.answer(urn, request, json_values(inputs), waits)

    def aliases(self, urn: str, request: Any) -> list[str]:
        """Return the URNs that a resource had before, as its options say, sorted."""
        return sorted({*request.aliasURNs, *(self._alias(urn, request, one) for one in request.aliases)})

    def _alias(self, urn: str, request: Any, alias: Any) -> str:
        if alias.WhichOneof("alias") == "urn":
            return alias.urn
        spec = alias.spec
        parent = "" if spec.noParent else spec.parentUrn or request.parent
        old = self.make_urn(parent, spec.type or request.type, spec.name or request.name)
        return old if old != urn else ""

    def answer(self, urn: str, request: Any, inputs: dict[str, Any], waits: set[str]) -> RegisterResourceResponse:
        """Return what the program is told about a resource.

        Args:
            urn: of the resource.
            request: as the protocol has it.
            inputs: as JSON's values; what is unknown is `UNKNOWN`.
            waits: URNs of whatever must be there before it.
        """
        raise NotImplementedError


class RecordingMonitor(ProgramMonitor):
    """Records every resource with its options.

    It answers with the inputs and, where `knows_outputs`, with what an account would add; all else stays unknown in a
    preview. `recorded` holds plain JSON values by the keys of `c360.review.snapshot.Resource`.
    """

    def __init__(self, *, knows_outputs: bool = True) -> None:
        super().__init__()
        self._knows_outputs = knows_outputs
        self.recorded: list[dict[str, Any]] = []

    def answer(self, urn: str, request: Any, inputs: dict[str, Any], waits: set[str]) -> RegisterResourceResponse:
        """Record a resource and answer as an account would."""
        if request.type != _STACK_TYPE:
            own = {key: value for key, value in inputs.items() if key != PROVIDER_KEY}
            self.recorded.append(self._recorded(urn, request, own, waits))
        if not request.custom:
            return RegisterResourceResponse(urn=urn)
        answer = Struct()
        answer.CopyFrom(request.object)
        if self._knows_outputs:
            answer.update(account_outputs(request.type, inputs))
        known = self._knows_outputs or request.type.startswith("pulumi:providers")
        return RegisterResourceResponse(urn=urn, id=f"{request.name}-id" if known else "", object=answer)

    def _recorded(self, urn: str, request: Any, inputs: dict[str, Any], waits: set[str]) -> dict[str, Any]:
        return {
            "urn": urn,
            "type": request.type,
            "name": request.name,
            "parent": request.parent if _STACK_TYPE not in request.parent.split("::")[2:3] else "",
            "inputs": inputs,
            "provider": request.provider.split("::")[-2] if request.provider else "",
            "depends_on": sorted(waits),
            "uses": {key: sorted(found.urns) for key, found in request.propertyDependencies.items() if found.urns},
            "aliases": self.aliases(urn, request),
            "replace_with": sorted(request.replace_with),
            "replace_on_changes": sorted(request.replaceOnChanges),
            "ignore_changes": sorted(request.ignoreChanges),
            "delete_before_replace": request.deleteBeforeReplace,
            "retain_on_delete": request.retainOnDelete,
            "protect": request.protect,
            "is_custom": request.custom,
        }


def account_outputs(kind: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """Return what an account adds to a resource's inputs, as far as programs read it."""
    outputs: dict[str, Any] = {}
    name = kind.rpartition(":")[2]
    if kind.startswith("snowflake:"):
        parts = [inputs.get(key) for key in ("database", "schema", "name")]
        qualified = ".".join(f'"{part}"' for part in parts if isinstance(part, str))
        outputs["fullyQualifiedName"] = qualified + _signature(inputs) if name.startswith("Procedure") else qualified
    match name:
        case "StorageIntegrationAws":
            outputs["describeOutputs"] = [{"iamUserArn": USER_ARN, "externalId": inputs["storageAwsExternalId"]}]
        case "Bucket":
            outputs["arn"] = f"arn:aws:s3:::{inputs['bucket']}"
        case "Role":
            outputs["arn"] = f"arn:aws:iam::123456789012:role/{inputs['name']}"
    return outputs


def _signature(inputs: dict[str, Any]) -> str:
    return "(" + ", ".join(argument["argDataType"] for argument in inputs.get("arguments", [])) + ")"


def json_values(value: Any) -> Any:
    """Turn the protocol's values into JSON's: whole numbers are integers, what is unknown is text that says so."""
    match value:
        case Unknown():
            return UNKNOWN
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {key: json_values(item) for key, item in value.items()}
        case list():
            return [json_values(item) for item in value]
        case str() | int() | float() | None:
            return value
        case _:
            return repr(value)


def record(folder: Path, stack: str) -> dict[str, Any]:
    """Evaluate one stack of a revision: its resources, or the sentence why it cannot be."""
    # Asked for a module that the revision lacks, Python would take the installed one.
    if missing := [name for name in ("config.py", "program.py") if not (folder / "stacks" / name).is_file()]:
        return {"error": f"it has no program that can be evaluated in-process (stacks/{missing[0]} is missing)"}
    try:
        from stacks.config import load_config  # noqa: PLC0415 - the revision's, not that of this file
        from stacks.program import evaluate  # noqa: PLC0415
    except Exception as error:  # noqa: BLE001 - whatever a revision raises is its answer
        return {"error": f"its program cannot be imported ({type(error).__name__}: {' '.join(str(error).split())})"}
    monitor = RecordingMonitor()
    takes_preview = "preview" in inspect.signature(evaluate).parameters
    try:
        config = load_config(stack)
        outputs = evaluate(stack, config, monitor, **({"preview": True} if takes_preview else {}))
    except Exception as error:  # noqa: BLE001 - whatever a revision raises is its answer
        return {"error": f"{type(error).__name__}: {' '.join(str(error).split())}"}
    # How to connect is nothing that a comparison is about, and may hold a computer's own password.
    settings = config.model_dump(mode="json", exclude={"aws", "snowflake"})
    return {"resources": monitor.recorded, "outputs": json_values(outputs), "config": settings}


def main() -> None:
    """Record the named stacks of the folder, or all of them, and print them by name."""
    folder = Path(sys.argv[1]).resolve()
    sys.path.insert(0, str(folder))
    there = sorted(path.name.split(".")[1] for path in folder.glob("Pulumi.*.yaml"))
    found = {stack: record(folder, stack) for stack in there if stack in (sys.argv[2:] or there)}
    program = sys.modules.get("stacks")
    if program and not Path(program.__file__ or "").resolve().is_relative_to(folder):
        raise SystemExit(f"recorded the program of {program.__file__} instead of that of {folder}")
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
