"""Differences of inputs in words: property by property, long texts as unified diffs."""

from __future__ import annotations

import difflib
import json
from typing import Any

from components.documents import decoded

_SECRETS = frozenset({"password", "accessKey", "secretKey", "privateKey", "privateKeyPassphrase", "token"})
# What names an item of a list of blocks, so that an inserted one does not shift the rest.
_KEYS = ("name", "argName", "id", "tableAlias", "tableName", "qualifiedExpressionName")
_INLINE = 80
_CONTEXT_LINES = 2
_MOST_LINES = 120


def differences(old: dict[str, Any], new: dict[str, Any], keys: tuple[str, ...]) -> list[str]:
    """Return Markdown lines for each difference below some top-level inputs."""
    return [line for key in keys for line in _different(key, old.get(key), new.get(key))]


def _different(path: str, old: Any, new: Any) -> list[str]:
    if old == new:
        return []
    if path.rpartition(".")[2] in _SECRETS:
        return [f"- `{path}`: changes (secret)"]
    old, new = decoded(old), decoded(new)
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line for key in sorted({*old, *new}) for line in _different(f"{path}.{key}", old.get(key), new.get(key))
        ]
    if isinstance(old, list) and isinstance(new, list):
        return _different_lists(path, old, new)
    if isinstance(old, str) and isinstance(new, str) and _is_long(old, new):
        return [f"- `{path}`:", *_unified(old, new)]
    return [f"- `{path}`: {shown(old)} → {shown(new)}"]


def _different_lists(path: str, old: list[Any], new: list[Any]) -> list[str]:
    if key := _identifying(old + new):
        before, after = ({str(item[key]): item for item in items} for items in (old, new))
        names = [*after, *(name for name in before if name not in after)]
        found = [
            line for name in names for line in _different_items(f"{path}[{name}]", before.get(name), after.get(name))
        ]
        return found or [f"- `{path}`: order changes"]
    if all(not isinstance(item, dict | list) for item in old + new):
        added = [shown(item) for item in new if item not in old]
        dropped = [shown(item) for item in old if item not in new]
        said = [f"adds {', '.join(added)}"] * bool(added) + [f"drops {', '.join(dropped)}"] * bool(dropped)
        return [f"- `{path}`: {'; '.join(said) or 'order changes'}"]
    longest = max(len(old), len(new))
    padded = [items + [None] * (longest - len(items)) for items in (old, new)]
    return [line for i in range(longest) for line in _different(f"{path}[{i}]", padded[0][i], padded[1][i])]


def _different_items(path: str, old: Any, new: Any) -> list[str]:
    if old is None:
        return [f"- `{path}`: added {shown(new)}"]
    if new is None:
        return [f"- `{path}`: dropped"]
    return _different(path, old, new)


def _identifying(items: list[Any]) -> str | None:
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    return next((key for key in _KEYS if all(key in item for item in items)), None)


def shown(value: Any) -> str:
    """Write a value as Markdown on one line, a backtick in it replaced."""
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    flat = " ".join(text.split()).replace("`", "'")
    return f"`{flat if len(flat) <= _MOST_LINES * 2 else flat[: _MOST_LINES * 2] + ' …'}`" if flat else "`''`"


def _is_long(*texts: str) -> bool:
    return any("\n" in text for text in texts) or max(map(len, texts)) > _INLINE


def _unified(old: str, new: str) -> list[str]:
    found = list(difflib.unified_diff(old.splitlines(), new.splitlines(), n=_CONTEXT_LINES, lineterm=""))[2:]
    shortened = found[:_MOST_LINES]
    more = [f"… {len(found) - _MOST_LINES} more lines"] if len(found) > _MOST_LINES else []
    fence = "`" * max(3, 1 + max((_backticks(line) for line in shortened), default=0))
    return [f"  {fence}diff", *(f"  {line}" for line in shortened + more), f"  {fence}"]


def _backticks(line: str) -> int:
    return max((len(run) for run in "".join(c if c == "`" else " " for c in line).split()), default=0)
