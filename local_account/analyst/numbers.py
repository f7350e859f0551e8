"""Numbers in a question: 1k, $5,000, 10 %, half, a dozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.words import Token

_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "dozen": 12, "once": 1, "twice": 2,
}  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
NUMBER_WORDS = frozenset({*_UNITS, *_TENS})
_SCALES = {
    "hundred": 100, "thousand": 1_000, "k": 1_000, "million": 1_000_000, "mio": 1_000_000, "mn": 1_000_000,
    "m": 1_000_000, "mm": 1_000_000, "billion": 1_000_000_000, "bn": 1_000_000_000,
}  # fmt: skip
_PARTS = {"half": 0.5, "quarter": 0.25}
_PERCENT = {"%", "percent", "percentage"}
_NEGATIVE = {"minus", "negative"}
_CURRENCY = {"$", "dollar"}


@dataclass(frozen=True)
class Number:
    """A number that a question names.

    Attributes:
        value: the number, of a percentage the figure before the sign: 10 of 10 %.
        percent: whether a percent sign or word stood behind it.
        money: whether a currency stood beside it.
    """

    value: float
    percent: bool = False
    money: bool = False

    def sql(self) -> str:
        """Return it as a literal of SQL."""
        return literal(self.value)


def literal(value: float) -> str:
    """Return a number as a literal of SQL, without an exponent or a needless fraction."""
    if value == int(value):
        return str(int(value))
    return f"{value:.10f}".rstrip("0")


def read_number(found: Sequence[Token], at: int) -> tuple[Number, int] | None:
    """Read the number that begins at a token.

    Args:
        found: the tokens of a question.
        at: the place of the first of them.

    Returns:
        The number and how many tokens it takes, or nothing where none begins.
    """
    i = at
    negative = i + 1 < len(found) and found[i].lower in _NEGATIVE and found[i].kind == "word"
    i += negative
    money = i < len(found) and found[i].stem in _CURRENCY and found[i].text == "$"
    i += money
    plain = _plain(found, i)
    if plain is None:
        return None
    value, taken = plain
    i += taken
    if i < len(found) and found[i].stem in _CURRENCY:
        money, i = True, i + 1
    percent = i < len(found) and found[i].stem in _PERCENT
    return Number(-value if negative else value, percent, money), i + percent - at


def _plain(found: Sequence[Token], at: int) -> tuple[float, int] | None:
    """Return a number without its signs, and how many tokens it takes."""
    if at >= len(found):
        return None
    first = found[at]
    if (parts := _part_of_scale(found, at)) is not None:
        return parts
    if first.kind == "number":
        value, i = float(first.text.replace(",", "")), at + 1
    elif (
        first.stem == "a" and at + 1 < len(found) and found[at + 1].stem in {"dozen", "hundred", "thousand", "million"}
    ):
        value, i = 1.0, at + 1
        if found[i].stem == "dozen":
            return 12.0, 2
    elif first.lower in _TENS:
        value, i = float(_TENS[first.lower]), at + 1
        if i < len(found) and 0 < _UNITS.get(found[i].lower, 0) < 10:  # noqa: PLR2004 (twenty-five)
            value, i = value + _UNITS[found[i].lower], i + 1
    elif first.lower in _UNITS:
        value, i = float(_UNITS[first.lower]), at + 1
    else:
        return None
    while i < len(found) and found[i].stem in _SCALES and _scales(found[i - 1], found[i]):
        value, i = value * _SCALES[found[i].stem], i + 1
    return value, i - at


def _part_of_scale(found: Sequence[Token], at: int) -> tuple[float, int] | None:
    """Return "half a million", "a quarter of a million", "three quarters of a million" and their tokens."""
    i = at + (found[at].stem == "a")
    count = _UNITS.get(found[i].lower, 1) if i < len(found) else 0
    i += i < len(found) and found[i].lower in {"one", "three"}
    share = _PARTS.get(found[i].stem, 0.0) if i < len(found) else 0.0
    i += 1
    i += i < len(found) and found[i].stem == "of"
    if not share or i + 1 >= len(found) or found[i].stem != "a" or found[i + 1].stem not in _SCALES:
        return None
    return share * count * _SCALES[found[i + 1].stem], i + 2 - at


def _scales(before: Token, scale: Token) -> bool:
    """Tell whether a scale belongs to the number before it: a letter only where it is written onto the number."""
    return len(scale.text) > 2 or scale.start == before.start + len(before.text)  # noqa: PLR2004 (k, m, bn, mm)
