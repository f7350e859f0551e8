"""What the parts of a deployment hand to each other: registrations, events, a result, or one clear error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Inputs = dict[str, Any]
Operation = Literal["create", "update", "replace", "delete", "same"]


class DeploymentError(RuntimeError):
    """A deployment that stopped; its text names the resource, the statement and the account's message."""


@dataclass(frozen=True)
class Registration:
    """What the program says about one resource.

    Attributes:
        urn: Its URN.
        type: Its type token.
        name: Its logical name.
        inputs: Inputs, with camel-case keys.
        provider: Reference of its provider: URN, two colons, id.
        depends_on: URNs of whatever must outlive it.
        uses: The part of them whose outputs are among its inputs.
        is_protected: Whether it cannot be deleted.
        replace_with: URNs with which it is replaced.
        aliases: URNs that it had before.
    """

    urn: str
    type: str
    name: str
    inputs: Inputs
    provider: str
    depends_on: list[str]
    uses: list[str]
    is_protected: bool = False
    replace_with: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Event:
    """One resource that was dealt with.

    Attributes:
        operation: What was done to it.
        type: Its type token.
        name: Its logical name.
        seconds: How long that took.
    """

    operation: Operation
    type: str
    name: str
    seconds: float


OnEvent = Callable[[Event], None]


@dataclass
class Deployment:
    """The result of a deployment.

    Attributes:
        stack: Name of the stack.
        created: Number of resources that were created.
        updated: Number that were updated or replaced.
        deleted: Number that were deleted.
        unchanged: Number that were left as they were.
        seconds: How long it took.
        outputs: The stack's outputs.
    """

    stack: str
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    seconds: float = 0.0
    outputs: dict[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """Resources that were touched."""
        return self.created + self.updated + self.deleted

    def count(self, operation: Operation) -> None:
        """Count one resource."""
        match operation:
            case "create":
                self.created += 1
            case "update" | "replace":
                self.updated += 1
            case "delete":
                self.deleted += 1
            case "same":
                self.unchanged += 1

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON-able values."""
        return asdict(self)
