"""What differs between two semantic views in Snowflake's YAML: formulas, names, words, verified queries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from semantic.places import LOADER

if TYPE_CHECKING:
    from collections.abc import Iterator

# The kinds of what a table declares, by the list's key.
_KINDS = {
    "dimensions": "dimension",
    "time_dimensions": "time dimension",
    "facts": "fact",
    "metrics": "metric",
    "filters": "filter",
}
# What is compared of anything, by its key, in people's words. Types are left out: the account finds them by itself.
_ASPECTS = {
    "expr": "formula",
    "sql": "SQL",
    "question": "question",
    "base_table": "base table",
    "primary_key": "primary key",
    "unique_keys": "unique keys",
    "relationship_columns": "columns",
    "left_table": "left table",
    "right_table": "right table",
    "non_additive_dimensions": "non-additive dimensions",
    "using_relationships": "relationships",
    "access_modifier": "access",
    "is_enum": "whether the sample values are all",
    "sample_values": "sample values",
    "labels": "labels",
    "synonyms": "synonyms",
    "description": "description",
    "verified_at": "day of verification",
    "verified_by": "verified by",
    "use_as_onboarding_question": "whether it is offered first",
    "text": "text",
}
_DEFAULTS: dict[str, Any] = {"access_modifier": "public_access", "is_enum": False, "use_as_onboarding_question": False}
_LONGEST = 200

Item = dict[str, Any]
Key = tuple[str, str]


@dataclass(frozen=True)
class Difference:
    """One difference.

    Attributes:
        kind: of what differs, such as metric.
        name: its name, with its table.
        aspect: what differs of it, such as formula; empty where it is new or gone as a whole.
        old: what it was; None where it is new.
        new: what it is; None where it is gone.
    """

    kind: str
    name: str
    aspect: str
    old: Any
    new: Any

    def as_text(self) -> str:
        """Say it in a line of Markdown."""
        what = f"{self.kind} `{self.name}`" if self.name else self.kind
        if not self.aspect:
            return f"{what} is new: {_shown(self.new)}" if self.old is None else f"{what} is gone: {_shown(self.old)}"
        if isinstance(self.old, tuple) and isinstance(self.new, tuple):
            added = [one for one in self.new if one not in self.old]
            gone = [one for one in self.old if one not in self.new]
            words = [f"+ {', '.join(map(str, added))}"] if added else []
            words += [f"- {', '.join(map(str, gone))}"] if gone else []
            return f"{what}: {self.aspect} {'; '.join(words) or 'in another order'}"
        return f"{what}: {self.aspect} {_shown(self.old)} → {_shown(self.new)}"


def differences(old: str, new: str) -> list[Difference]:
    """Compare two YAML texts by what they say: case of names, blanks in SQL and the order of lists do not count.

    Returns: formulas first, then what is gone, what is new, and words.
    Raises: ValueError where a text is no YAML of a semantic view.
    """
    before, after = _items(old), _items(new)
    found = [Difference(*key, "", _main(before[key]), None) for key in before if key not in after]
    found += [Difference(*key, "", None, _main(after[key])) for key in after if key not in before]
    for key in before:
        if key in after:
            found += _of_one(key, before[key], after[key])
    return sorted(found, key=lambda one: _rank(one.aspect))


def _rank(aspect: str) -> int:
    order = ["formula", "SQL", "", *_ASPECTS.values()]
    return order.index(aspect)


def _of_one(key: Key, old: Item, new: Item) -> Iterator[Difference]:
    for name, aspect in _ASPECTS.items():
        if old.get(name) != new.get(name):
            before, after = old.get(name), new.get(name)
            if isinstance(before, tuple) or isinstance(after, tuple):
                before, after = before or (), after or ()
            yield Difference(*key, aspect, before, after)


def _main(item: Item) -> Any:
    """Return what something is in one value."""
    return next((item[key] for key in _ASPECTS if item.get(key)), "")


def _shown(value: Any) -> str:
    text = str(value).replace("`", "'")
    return f"`{text if len(text) <= _LONGEST else text[:_LONGEST] + ' ...'}`"


def _items(text: str) -> dict[Key, Item]:
    """Return everything in a view by kind and name, in one form however it is written."""
    try:
        document = yaml.load(text, LOADER)  # noqa: S506 - a safe one
    except yaml.YAMLError as error:
        raise ValueError("The text is no YAML.") from error
    if not isinstance(document, dict):
        raise ValueError("The YAML of a semantic view must be a mapping.")  # noqa: TRY004 - of the text
    found: dict[Key, Item] = {("semantic view", ""): _normal({"description": document.get("description")})}
    for table in document.get("tables") or []:
        name = _name(table["name"])
        found["logical table", name] = _normal(table)
        for key, kind in _KINDS.items():
            found |= {(kind, f"{name}.{_name(one['name'])}"): _normal(one) for one in table.get(key) or []}
    found |= {("relationship", _name(one["name"])): _normal(one) for one in document.get("relationships") or []}
    found |= {("derived metric", _name(one["name"])): _normal(one) for one in document.get("metrics") or []}
    found |= {("verified query", one["name"]): _normal(one) for one in document.get("verified_queries") or []}
    for key, words in (document.get("module_custom_instructions") or {}).items():
        found["instruction", key] = {"text": " ".join(str(words).split())}
    return found


def _normal(item: Item) -> Item:
    return {
        key: _value(key, item[key])
        for key in _ASPECTS
        if item.get(key) not in (None, "", [], {}) and item[key] != _DEFAULTS.get(key)
    }


def _value(key: str, value: Any) -> Any:
    match key:
        case "expr" | "sql":
            found: Any = " ".join(str(value).rstrip("; \n").split())
        case "base_table":
            found = ".".join(_name(value[part]) for part in ("database", "schema", "table") if part in value)
        case "left_table" | "right_table" | "using_relationships" | "primary_key" | "unique_keys":
            found = _names(value)
        case "relationship_columns":
            found = tuple(f"{_name(pair['left_column'])} = {_name(pair['right_column'])}" for pair in value)
        case "synonyms":
            found = tuple(sorted(str(one) for one in value))
        case _ if isinstance(value, list):
            found = tuple(str(one) for one in value)
        case _:
            found = " ".join(value.split()) if isinstance(value, str) else value
    return found


def _names(value: Any) -> Any:
    if isinstance(value, dict):
        return _names(value.get("columns"))
    if isinstance(value, list):
        return tuple(_names(one) for one in value)
    return _name(value)


def _name(text: Any) -> str:
    """Return what a name means: in capitals unless it is quoted."""
    plain = re.fullmatch(r'"(.*)"', str(text))
    return plain[1].replace('""', '"') if plain else str(text).upper()
