"""Evaluates IAM policy documents, strictly: what is not understood does not allow.

moto can evaluate policies too (`moto.iam.access_control`) and is not used for it: it answers DENIED where a condition
or a principal does not match, so that one statement which does not apply would undo another that allows, and it knows
a principal as `*` or a text only, where trust policies name it by AWS account.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_account.errors import execution_error


@dataclass(frozen=True)
class Request:
    """What is asked for: an action such as `s3:GetObject` on a resource, by a principal (trust policies)."""

    action: str
    resource: str = "*"
    principal: str | None = None
    context: Mapping[str, str] = field(default_factory=dict)


def is_allowed(documents: Iterable[Mapping[str, Any] | str], request: Request) -> bool:
    """Tell whether the documents together allow a request: some statement allows it and none denies it.

    Args:
        documents: policies, parsed or as JSON text.
        request: what is asked for.

    Raises: ProgrammingError for a document with an operator that is not supported here.
    """
    effects = {
        statement.get("Effect")
        for document in documents
        for statement in _statements(document)
        if _applies(statement, request)
    }
    return effects == {"Allow"}


def _statements(document: Mapping[str, Any] | str) -> list[Mapping[str, Any]]:
    parsed = json.loads(document) if isinstance(document, str) else document
    statements = parsed.get("Statement", [])
    return statements if isinstance(statements, list) else [statements]


def _applies(statement: Mapping[str, Any], request: Request) -> bool:
    return (
        _names(statement, "Action", request.action, ignore_case=True)
        and (request.principal is not None or _names(statement, "Resource", request.resource))
        and (request.principal is None or _is_principal(statement, request.principal))
        and all(
            _condition_holds(operator, key, wanted, request.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _names(statement: Mapping[str, Any], element: str, value: str, *, ignore_case: bool = False) -> bool:
    if element in statement:
        return any(_like(pattern, value, ignore_case=ignore_case) for pattern in _listed(statement[element]))
    excluded = statement.get(f"Not{element}")
    return excluded is not None and not any(_like(p, value, ignore_case=ignore_case) for p in _listed(excluded))


def _is_principal(statement: Mapping[str, Any], principal: str) -> bool:
    named = statement.get("Principal")
    if named == "*":
        return True
    account = principal.split(":")[4]
    same = {"*", principal, account, f"arn:aws:iam::{account}:root"}
    return isinstance(named, Mapping) and any(p in same for p in _listed(named.get("AWS", [])))


def _condition_holds(operator: str, key: str, wanted: Any, context: Mapping[str, str]) -> bool:
    base, if_exists = operator.removesuffix("IfExists"), operator.endswith("IfExists")
    found = {k.lower(): v for k, v in context.items()}.get(key.lower())
    values = [str(v) for v in _listed(wanted)]
    if base == "Null":
        return all((found is None) == (v.lower() == "true") for v in values)
    negated = base in ("StringNotEquals", "StringNotLike", "ArnNotEquals", "ArnNotLike")
    if found is None:
        return if_exists or negated
    match base.replace("Not", ""):
        case "StringEquals" | "ArnEquals":
            holds = found in values
        case "StringEqualsIgnoreCase":
            holds = found.lower() in [v.lower() for v in values]
        case "StringLike" | "ArnLike":
            holds = any(_like(v, found) for v in values)
        case "Bool":
            holds = found.lower() in [v.lower() for v in values]
        case _:
            raise execution_error(f"Condition operator {operator} of an IAM policy is not supported here.")
    return holds != negated


def _like(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
