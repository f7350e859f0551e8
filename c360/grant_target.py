"""On what a grant is: read from a resource's inputs in this one place, and put in words or in SQL by whoever asks.

Source: the inputs of pulumi-snowflake's `GrantPrivilegesToAccountRole`, of which exactly one of `onAccount`,
`onAccountObject`, `onSchema` and `onSchemaObject` is set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Scope = Literal["", "future", "all"]
# Singular of what a grant on future or all objects names in the plural, where an S is not all.
_SINGULAR = {"POLICIES": "POLICY", "REPOSITORIES": "REPOSITORY"}


@dataclass(frozen=True, order=True)
class GrantTarget:
    """One object, or (by its scope) every object of a kind in a place.

    Attributes:
        kind: Kind of the object in the singular, such as TABLE; ACCOUNT for the account.
        name: Name of the object or of the place, as the provider is given it: quoted or not; empty for the account.
        scope: Whether future or all objects of the kind are meant; empty for one object.
        place: Kind of the place, where there is a scope.
        plural: Kind of the objects in the plural, where there is a scope.
    """

    kind: str
    name: str = ""
    scope: Scope = ""
    place: Literal["", "SCHEMA", "DATABASE"] = ""
    plural: str = ""

    @property
    def plain_name(self) -> str:
        """The name without the quotes that upper case needs not."""
        return without_quotes(self.name)


def grant_target(inputs: dict[str, Any]) -> GrantTarget:
    """Read the target of a grant.

    Args:
        inputs: of the resource, with the provider's camel-case keys.

    Raises:
        ValueError: for a target of a kind that is not known here.
    """
    if inputs.get("onAccount"):
        return GrantTarget("ACCOUNT")
    if on := inputs.get("onAccountObject"):
        return GrantTarget(str(on["objectType"]), str(on["objectName"]))
    on = inputs.get("onSchema") or inputs.get("onSchemaObject") or {}
    if on.get("schemaName"):
        return GrantTarget("SCHEMA", str(on["schemaName"]))
    scopes: tuple[Scope, ...] = ("future", "all")
    for scope in scopes:
        if many := on.get(scope):
            plural = str(many["objectTypePlural"])
            place = "SCHEMA" if many.get("inSchema") else "DATABASE"
            name = many.get("inSchema") or many.get("inDatabase") or ""
            return GrantTarget(_singular(plural), str(name), scope, place, plural)
        if database := on.get(f"{scope}SchemasInDatabase"):
            return GrantTarget("SCHEMA", str(database), scope, "DATABASE", "SCHEMAS")
    if on.get("objectName"):
        return GrantTarget(str(on["objectType"]), str(on["objectName"]))
    raise ValueError(f"a grant on {on} is not known here")


def without_quotes(name: object) -> str:
    """Write a name without the quotes that upper case needs not."""
    return str(name).replace('"', "")


def _singular(plural: str) -> str:
    return " ".join(_SINGULAR.get(word, word) for word in plural.split()).removesuffix("S")
