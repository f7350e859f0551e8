"""Writes texts of the data so that Streamlit's Markdown shows them as they are."""

from __future__ import annotations

import re

# What Markdown, and Streamlit's own marks for colours, symbols and formulas, would take for more than text.
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:])")


def escaped(text: str) -> str:
    """Return a text of which every mark stands for itself."""
    return _MARKS.sub(r"\\\1", text)
