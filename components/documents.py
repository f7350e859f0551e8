"""Reads JSON among a resource's inputs: policies of AWS, and structures that a provider takes as text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def decoded(value: Any) -> Any:
    """Return what a JSON text of an object or a list says; anything else as it is."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def listed(value: Any) -> list[Any]:
    """Return a list where JSON allows one item to stand for a list of it, or nothing for an empty one."""
    if value is None:
        return []
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def allow_statements(document: Any) -> list[dict[str, Any]]:
    """Return the statements of a policy that allow something.

    Args:
        document: as text or decoded; one that is no policy has no statements.
    """
    policy = decoded(document)
    statements = listed(policy.get("Statement")) if isinstance(policy, dict) else []
    return [statement for statement in statements if statement.get("Effect") == "Allow"]


def principals(statement: dict[str, Any]) -> list[Any]:
    """Return whom a statement of a policy is about."""
    principal = statement.get("Principal", {})
    named = principal.values() if isinstance(principal, dict) else [principal]
    return [who for value in named for who in listed(value)]
