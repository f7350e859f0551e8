"""Texts as the standard fonts of PDF can write them: those of Western Europe."""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape

_ENCODING = "cp1252"
NO_GLYPH = "?"


def writable(text: str) -> str:
    """Return a text in letters that the fonts have: the nearest ones, or a question mark where there is none.

    The standard fonts are in every reader and need no file beside the app; they know the letters of Western Europe.
    """
    return "".join(_writable_letter(letter) for letter in text)


def is_written_as_it_is(text: str) -> bool:
    """Tell whether a text loses nothing in the report."""
    return writable(text) == text


def marked(text: str) -> str:
    """Return a text for a paragraph, in which a sign of XML stands for itself."""
    return escape(writable(text))


def _writable_letter(letter: str) -> str:
    if _has(letter):
        return letter
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return plain if plain and _has(plain) else NO_GLYPH


def _has(letter: str) -> bool:
    try:
        letter.encode(_ENCODING)
    except UnicodeEncodeError:
        return False
    return True
