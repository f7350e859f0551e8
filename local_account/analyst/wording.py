"""Names of elements in words, for sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def spoken(name: str) -> str:
    """Return the name of an element in words."""
    return name.replace("_", " ").lower()


def capital(text: str) -> str:
    """Return a sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def either(names: Sequence[str], joint: str = "or") -> str:
    """Return names in a row, the last two joined by a word."""
    names = list(dict.fromkeys(names))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joint} {names[-1]}"
