"""Writes docs/config.md, the reference of what a stack's configuration may say, from the typed fields themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from components.markdown_table import markdown_table
from components.repository import ROOT
from stacks.config import PROJECT, PlatformConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "docs" / "config.md"
_HEAD = f"""# Configuration

What `Pulumi.<stack>.yaml` may say below `config:`, each key behind `{PROJECT}:`. Written by `make reference` from
`stacks/config.py` and `components/connections.py`; a key that is not here, and a value that is not allowed, stop a
deployment with one sentence before anything is changed. No credentials are in these files: see [deploy.md](deploy.md).
"""


def reference() -> str:
    """Return the page as Markdown: a table of the stack's own keys, and one for each key that holds others."""
    schema = PlatformConfig.model_json_schema()
    return _HEAD + "\n".join(_sections("", schema, schema["$defs"])) + "\n"


def _sections(path: str, section: dict[str, Any], known: dict[str, Any]) -> Iterator[str]:
    nested: dict[str, dict[str, Any]] = {}
    yield from ("", f"## {f'`{path}`' if path else 'A stack'}", "", section["description"], "")
    rows = []
    for key, field in section["properties"].items():
        described = field
        if "$ref" in field:
            described = known[field["$ref"].rpartition("/")[2]] | field
            nested[f"{path}.{key}".lstrip(".")] = known[field["$ref"].rpartition("/")[2]]
        allowed = "see below" if "$ref" in field else _allowed(field)
        rows.append((f"`{key}`", allowed, _default(key, field, section), described["description"]))
    yield markdown_table(("key", "allowed", "default", "meaning"), rows).rstrip("\n")
    shared = [part for part in nested.values() if list(nested.values()).count(part) > 1]
    for name, part in nested.items():
        if part not in shared:
            yield from _sections(name, part, known)
    if shared:
        yield from _sections(", ".join(name for name, part in nested.items() if part in shared), shared[0], known)


def _allowed(field: dict[str, Any]) -> str:
    if "form" in field:
        return f"list, each {field['form']}" if field.get("type") == "array" else field["form"]
    if "anyOf" in field:
        return _allowed(next(one for one in field["anyOf"] if one.get("type") != "null"))
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field["type"] == "array":
        return f"list, each a {_allowed(field['items'])}"
    words = {"integer": "whole number", "number": "number", "boolean": "`true`, `false`", "string": "text"}
    if field.get("format") == "date":
        return "day, as 2024-12-31"
    limits = [f"{field[key]:,}" for key in ("minimum", "maximum") if key in field]
    return words[field["type"]] + (f", {' to '.join(limits)}" if limits else "")


def _default(key: str, field: dict[str, Any], section: dict[str, Any]) -> str:
    if key in section.get("required", []):
        return "required"
    default = field.get("default")
    return "" if default is None or "$ref" in field else f"`{json.dumps(default)}`"


if __name__ == "__main__":
    PAGE.write_text(reference())
