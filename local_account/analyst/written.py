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
_UNITS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ENDS = "top|best|bottom|worst|highest|lowest|largest|smallest"
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_PLACES = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_SPOKEN = {  # numbers below a hundred
    **dict(zip(_TEENS, range(10, 20), strict=True)),
    **{
        f"{tens} {unit}".strip(): 10 * at + i for at, tens in enumerate(_TENS, start=2) for i, unit in enumerate(_UNITS)
    },
}


def _place(spoken: str) -> str:
    """Return the ordinal of a number in words: ninetieth, twenty-fifth."""
    *before, last = spoken.split()
    return " ".join(
        [*before, _PLACES.get(last, f"{last.removesuffix('y')}ieth" if last.endswith("y") else f"{last}th")]
    )


_HUNDREDS = "|".join(sorted((word.replace(" ", "[ -]") for word in _SPOKEN), key=len, reverse=True))
_PERCENTILES = {_place(word): number for word, number in _SPOKEN.items()}
_DAYS = {_place(word): number for number, word in enumerate(_UNITS) if word}
_DAYS |= {_place(word): number for word, number in _SPOKEN.items() if number <= 31}  # noqa: PLR2004 (days of a month)
_DAYS_IN_WORDS = "|".join(sorted((day.replace(" ", "[ -]") for day in _DAYS), key=len, reverse=True))
_MONTHS = "|".join(name.lower() for name in calendar.month_name if name)
_AFTER_DAY = r"(?=\W*$|\W+\d{4}\b|[?.,;:]|\s+(?:of|and|or|to|until|till|through|in|was|were|is|did|how|what|which)\b)"
_BEHIND_MONTH = "|".join(f"(?<=\\b{name} )" for name in _MONTHS.split("|"))
_IN_WORDS = (  # twenty twenty-three, two thousand and twenty-three, the ninetieth percentile
    (re.compile(rf"\b(?:twenty|two thousand(?: and)?)[ -]({_HUNDREDS})\b", re.IGNORECASE), _SPOKEN, "20{}"),
    (
        re.compile(
            rf"\b({'|'.join(word.replace(' ', '[ -]') for word in _PERCENTILES)})(?= percentiles?\b)", re.IGNORECASE
        ),
        _PERCENTILES,
        "{}th",
    ),
    # July fourth, the fourth of July
    (
        re.compile(
            rf"(?:{_BEHIND_MONTH})(?:the )?({_DAYS_IN_WORDS})\b{_AFTER_DAY}",
            re.IGNORECASE,
        ),
        _DAYS,
        "{}th",
    ),
    (re.compile(rf"\b({_DAYS_IN_WORDS})(?= of (?:{_MONTHS})\b)", re.IGNORECASE), _DAYS, "{}th"),
)
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
        (r"\b(top|bottom|first|last)(\d{1,3})\b", r"\1 \2"),
        (rf"(?<=\w)(?:\s?:|\s-)\s(?=(?:the )?(?:{_ENDS}) (?:\d\d?|{'|'.join(_UNITS[2:])}|ten)\s)", ", "),
        (r"^(.*\w)\s*#\s*[?.!]?\s*$", r"number of \1"),
        (r"#\s?(?:of\s+)?(?=[a-z]{3,})", "number of "),
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
    for spoken, numbers, form in _IN_WORDS:
        text = spoken.sub(lambda m, n=numbers, f=form: f.format(n[m[1].lower().replace("-", " ")]), text)
    return text
