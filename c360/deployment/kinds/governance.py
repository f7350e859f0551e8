"""Tags, what they are set on, and masking policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.deployment.kinds.base import Query, SqlKind
from c360.deployment.sql import COMMENT, alterations, clauses, identifier, literal

if TYPE_CHECKING:
    from c360.deployment.model import Inputs


@dataclass(frozen=True)
class Tag(SqlKind):
    """A tag; its masking policies are set behind its creation and taken off before its end."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE, and the ALTER that brings the policies."""
        values = _values("ALLOWED_VALUES", inputs.get("orderedAllowedValues") or [])
        return [
            f"CREATE TAG {self.name(inputs)}{values}{clauses(inputs, self.properties)}",
            *_policies(f"ALTER TAG {self.name(inputs)}", "SET", inputs.get("maskingPolicies") or []),
        ]

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Change allowed values, policies and the comment."""
        changing = {"orderedAllowedValues", "maskingPolicies", "comment"}
        if any(old.get(key) != new.get(key) for key in {*old, *new} - changing):
            return None
        statement = f"ALTER TAG {self.name(new)}"
        values, policies = (
            [(i.get(key) or []) for i in (old, new)] for key in ("orderedAllowedValues", "maskingPolicies")
        )
        return [
            *_policies(statement, "UNSET", _without(policies[0], policies[1])),
            *_some(f"{statement} ADD", "ALLOWED_VALUES", _without(values[1], values[0])),
            *_some(f"{statement} DROP", "ALLOWED_VALUES", _without(values[0], values[1])),
            *_policies(statement, "SET", _without(policies[1], policies[0])),
            *alterations(statement, old, new, self.properties),
        ]

    def adopt(self, inputs: Inputs, _query: Query, /) -> list[str] | None:
        """Set the comment: its values and policies stay, as do the columns that bear it."""
        return alterations(f"ALTER TAG {self.name(inputs)}", {}, inputs, self.properties)

    def drop(self, inputs: Inputs) -> list[str]:
        """Return the statements that take the policies off and drop the tag."""
        unset = _policies(f"ALTER TAG IF EXISTS {self.name(inputs)}", "UNSET", inputs.get("maskingPolicies") or [])
        return [*unset, f"DROP TAG IF EXISTS {self.name(inputs)}"]


def _without(values: list[str], others: list[str]) -> list[str]:
    return [value for value in values if value not in others]


def _values(keyword: str, values: list[str]) -> str:
    return f" {keyword} {', '.join(literal(value) for value in values)}" if values else ""


def _some(statement: str, keyword: str, values: list[str]) -> list[str]:
    return [f"{statement}{_values(keyword, values)}"] if values else []


def _policies(statement: str, verb: str, policies: list[str]) -> list[str]:
    return [f"{statement} {verb} {', '.join(f'MASKING POLICY {p}' for p in policies)}"] if policies else []


@dataclass(frozen=True)
class MaskingPolicy(SqlKind):
    """A masking policy; its body changes in place, so that what it stands on stays covered."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE."""
        arguments = ", ".join(f"{identifier(a['name'])} {a['type']}" for a in inputs["arguments"])
        signature = f"({arguments}) RETURNS {inputs['returnDataType']}"
        behind = clauses(inputs, self.properties)
        return [f"CREATE MASKING POLICY {self.name(inputs)} AS {signature} -> {inputs['body']}{behind}"]

    def adopt(self, inputs: Inputs, _query: Query, /) -> list[str] | None:
        """Set body and comment, so that what it stands on stays covered."""
        return self.alter({**inputs, "body": None, "comment": None}, inputs)

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Set the body or the comment; another signature is another policy."""
        if any(old.get(key) != new.get(key) for key in {*old, *new} - {"body", "comment"}):
            return None
        statement = f"ALTER MASKING POLICY {self.name(new)}"
        body = [f"{statement} SET BODY -> {new['body']}"] if old["body"] != new["body"] else []
        return [*body, *alterations(statement, old, new, self.properties)]


@dataclass(frozen=True)
class TagAssociation(SqlKind):
    """One value of a tag on objects of one kind."""

    keyword: str = "TAG ASSOCIATION"

    def create(self, inputs: Inputs) -> list[str]:
        """Return one SET TAG an object."""
        return [_set(inputs, name) for name in inputs["objectIdentifiers"]]

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Take the tag off what is no longer named; set it on what is new, or on everything where its value changed."""
        if any(old.get(key) != new.get(key) for key in {*old, *new} - {"objectIdentifiers", "tagValue"}):
            return None
        before, wanted = old["objectIdentifiers"], new["objectIdentifiers"]
        to_set = wanted if old["tagValue"] != new["tagValue"] else _without(wanted, before)
        return [*(_unset(old, name) for name in _without(before, wanted)), *(_set(new, name) for name in to_set)]

    def drop(self, inputs: Inputs) -> list[str]:
        """Return one UNSET TAG an object; an object that is gone is no error."""
        return [_unset(inputs, name) for name in inputs["objectIdentifiers"]]

    def read(self, _inputs: Inputs, _query: Query, /) -> dict[str, Any]:
        """An association has no outputs of its own."""
        return {}


def _set(inputs: Inputs, name: str) -> str:
    return f"ALTER {_target(inputs, name)} SET TAG {inputs['tagId']} = {literal(inputs['tagValue'])}"


def _unset(inputs: Inputs, name: str) -> str:
    return f"ALTER {_target(inputs, name, 'IF EXISTS ')} UNSET TAG {inputs['tagId']}"


def _target(inputs: Inputs, name: str, guard: str = "") -> str:
    if inputs["objectType"] != "COLUMN":
        return f"{inputs['objectType']} {guard}{name}"
    table, _, column = name.rpartition(".")
    return f"TABLE {guard}{table} MODIFY COLUMN {column}"


KINDS = {
    "snowflake:index/tag:Tag": Tag("TAG", (COMMENT,)),
    "snowflake:index/maskingPolicy:MaskingPolicy": MaskingPolicy("MASKING POLICY", (COMMENT,)),
    "snowflake:index/tagAssociation:TagAssociation": TagAssociation(),
}
