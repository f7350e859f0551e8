"""Puts what is written in short, such as Q3'24, Jan-Mar, in their thirties or over-65s, into words that are read."""

from __future__ import annotations

import calendar
import re

_MONTH = "|".join([*(f"{name}[a-z]*" for name in calendar.month_abbr if name)])
_YEAR = r"(?:19|20)\d\d"
_DECADES = {
    "2": "twenties|twenty", "3": "thirties|thirty", "4": "forties|forty", "5": "fifties|fifty", "6": "sixties|sixty",
    "7": "seventies|seventy", "8": "eighties|eighty",
}  # fmt: skip
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), text)
    for pattern, text in (
        (rf"(?<![\d,.-])({_YEAR})\s*-\s*({_YEAR})(?![\d-])", r"\1 to \2"),
        (rf"\b({_MONTH})\s*[-/]\s*({_MONTH})\b(?=\W)", r"\1 to \2"),
        (r"\b([QH][1-4])\s*-\s*([QH][1-4])\b", r"\1 to \2"),
        (rf"\b({_YEAR})\s*[-/]?\s*([QH][1-4])\b", r"\2 \1"),
        (rf"\b([QH][1-4])\s*[-/]?\s*({_YEAR})\b", r"\1 \2"),
        (r"\b([QH][1-4])\s?[-/']\s?(\d\d)\b", r"\1 20\2"),
        (rf"\b({_MONTH})\s?[-']\s?(\d\d)\b(?!\s*[,\d])", r"\1 20\2"),
        (r"(?<![\w'])'(\d\d)\b", r"20\1"),
        (rf"\bFY\s*({_YEAR})\b", r"fiscal year \1"),
        (rf"\b(\d\d?)\.(\d\d?)\.({_YEAR})\b", r"\3-\2-\1"),
        (rf"(?<![\d/])(0?[1-9]|1[0-2])/({_YEAR})\b", r"\2-\1"),
        (rf"\b({_YEAR})/(0?[1-9]|1[0-2])(?![\d/])", r"\1-\2"),
        (r"\b(over|under)[- ]?(\d\d)'?s\b", r"people \1 \2 years old"),
    )
) + tuple(
    (re.compile(pattern, re.IGNORECASE), text)
    for decade, words in _DECADES.items()
    for pattern, text in (
        (rf"\bin (?:the|their|his|her|its) (?:{words}|{decade}0'?s)\b", f"aged between {decade}0 and {decade}9"),
        (rf"\b(?:{words}|{decade}0)[- ]?some ?things?\b", f"people aged between {decade}0 and {decade}9"),
    )
)


def in_words(text: str) -> str:
    """Return a text with its short dates written out; what else stands in it stays as it is.

    Args:
        text: a question, with plain apostrophes and hyphens.
    """
    for pattern, words in _FORMS:
        text = pattern.sub(words, text)
    return text
