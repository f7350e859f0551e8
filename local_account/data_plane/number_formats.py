"""Numbers as texts, and texts as numbers, by a fixed-position format such as `$9,990.00`.

https://docs.snowflake.com/en/sql-reference/sql-format-models
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import lru_cache

import pyarrow as pa

# What DuckDB calls `all_written` and `all_read`.
WRITTEN, READ = "sf_number_written", "sf_number_read"
_ELEMENT = re.compile(r'"[^"]*"|TM9|TME|TM|FM|EEEE|MI|.', re.IGNORECASE | re.DOTALL)
_KNOWN = ("TM", "TM9", "TME", "FM", "EEEE", "MI", "S", "B", "$", "0", "9", ".", "D", ",", "G", " ")
_MINIMAL = ("TM", "TM9", "TME")
_DIGITS = 80


@dataclass(frozen=True)
class Format:
    """A format that is read.

    Attributes:
        elements: in upper case; a text in double quotes stands for itself.
        point: the place of the point among them, or how many there are.
    """

    elements: tuple[str, ...]
    point: int

    def has(self, element: str) -> bool:
        """Tell whether an element is among them."""
        return element in self.elements

    @property
    def whole(self) -> int:
        """The digits before the point."""
        return sum(element in "09" for element in self.elements[: self.point])

    @property
    def fraction(self) -> int:
        """The digits behind the point."""
        return sum(element in "09" for element in self.elements[self.point :])


@lru_cache(maxsize=256)
def read_format(written: str) -> Format | None:
    """Return a format, or None of one that has elements beyond those that are known here."""
    elements = tuple(
        {"D": ".", "G": ","}.get(each.upper(), each.upper()) if each[0] != '"' else each
        for each in _ELEMENT.findall(written)
    )
    points = [place for place, each in enumerate(elements) if each == "."]
    minimal = any(each in _MINIMAL for each in elements)
    digits = any(each in "09" for each in elements)
    if len(points) > 1 or minimal == digits or any(each[0] != '"' and each not in _KNOWN for each in elements):
        return None
    return Format(elements, points[0] if points else len(elements))


def all_written(numbers: pa.Array, formats: pa.Array) -> pa.Array:
    """Write numbers, which come as texts, each by its format; NULL stays NULL."""
    texts = [
        None if number is None or (read := read_format(written)) is None else _write(Decimal(number), read)
        for number, written in zip(numbers.to_pylist(), formats.to_pylist(), strict=True)
    ]
    return pa.array(texts, pa.string())


def all_read(texts: pa.Array, formats: pa.Array) -> pa.Array:
    """Read texts as numbers, which are returned as texts that DuckDB reads; NULL of what does not fit its format."""
    numbers = [
        None if text is None or (read := read_format(written)) is None else _read(text, read)
        for text, written in zip(texts.to_pylist(), formats.to_pylist(), strict=True)
    ]
    return pa.array(numbers, pa.string())


def _write(number: Decimal, of: Format) -> str:
    with localcontext() as context:
        context.prec = _DIGITS
        minimal = next((each for each in of.elements if each in _MINIMAL), None)
        if minimal:
            text = _scientific(number) if minimal == "TME" else f"{number.normalize():f}"
            return "".join(each[1:-1] if each[0] == '"' else text if each == minimal else "" for each in of.elements)
        exponent = number.adjusted() if of.has("EEEE") and number else 0
        scaled = number.scaleb(-exponent).quantize(Decimal(1).scaleb(-of.fraction), ROUND_HALF_UP)
        whole, _, fraction = f"{abs(scaled):f}".partition(".")
        negative = scaled < 0
    body = _digits(of, whole, fraction, f"E{exponent:+03d}", negative=negative)
    return body.replace(" ", "") if of.has("FM") else body


def _digits(of: Format, whole: str, fraction: str, exponent: str, *, negative: bool) -> str:
    """Put the digits in their places; a sign stands before the first of them where the format does not place it."""
    before, behind = _before(of, whole), _behind(of, fraction, fits=len(whole) <= of.whole or whole == "0")
    first = next(place for place, each in enumerate(of.elements) if each in "09")
    signs = [place for place, each in enumerate(of.elements) if each in ("S", "MI")]
    floating = not signs or (of.elements[signs[0]] == "S" and signs[0] < first)
    marks = {
        ".": ".", " ": " ", "EEEE": exponent, "MI": "-" if negative else " ",
        "S": "" if floating else "-" if negative else "+",
    }  # fmt: skip
    placed, started = [], False
    for place, each in enumerate(of.elements):
        if each in "09":
            placed.append(before.pop(0) if place < of.point else behind.pop(0))
            started = started or placed[-1] != " "
        elif each == ",":
            placed.append("," if started else " ")
        else:
            placed.append(each if each[0] == '"' else marks.get(each, ""))
    mark = "-" if negative else "+" if of.has("S") else " "
    return _with_sign([each for each in placed if each], (mark if floating else "") + ("$" if of.has("$") else ""))


def _before(of: Format, whole: str) -> list[str]:
    """Return what stands in the places before the point: zeros in front only where the format has them."""
    elements = [each for each in of.elements[: of.point] if each in "09"]
    if len(whole) > len(elements) and whole != "0":
        return ["#"] * len(elements)
    digits = "" if not elements or (whole == "0" and of.has("B")) else whole
    shown = list(digits.rjust(len(elements)))
    needed = False
    for n, each in enumerate(elements):
        needed = needed or each == "0"
        shown[n] = "0" if needed and shown[n] == " " else shown[n]
    return shown


def _behind(of: Format, fraction: str, *, fits: bool) -> list[str]:
    """Return what stands in the places behind the point: zeros at the end only where the format has them."""
    elements = [each for each in of.elements[of.point :] if each in "09"]
    if not fits:
        return ["#"] * len(elements)
    kept, pairs = len(fraction.rstrip("0")), zip(elements, fraction, strict=True)
    return [digit if each == "0" or n < kept else " " for n, (each, digit) in enumerate(pairs)]


def _with_sign(placed: list[str], sign: str) -> str:
    """Put a sign, and a dollar, before the first digit or point; what is in double quotes stays where it is."""
    at = next((n for n, each in enumerate(placed) if each[0] in "0123456789.#"), len(placed))
    start = at
    while start and placed[start - 1] == " ":
        start -= 1
    place = at if sign.strip() else start
    whole = [*placed[:place], sign, *placed[place:]]
    return "".join(each[1:-1] if each[0] == '"' else each for each in whole if each)


def _scientific(number: Decimal) -> str:
    sign, digits, _ = number.normalize().as_tuple()
    text = "".join(map(str, digits))
    point = f"{text[0]}.{text[1:]}" if len(text) > 1 else text
    return f"{'-' if sign else ''}{point}E{number.adjusted() if number else 0}"


def _read(text: str, of: Format) -> str | None:
    """Read a text whose digits, separators and marks are those that its format has, or fewer digits."""
    plain = text.strip()
    if any(each in _MINIMAL for each in of.elements):
        return _number(plain)
    sign = ""
    if of.has("MI") or of.has("S"):
        found = re.fullmatch(r"([+-]?)(.*?)([+-]?)", plain, re.DOTALL)
        if found is None or (found[1] and found[3]):
            return None
        sign, plain = ("-" if "-" in (found[1], found[3]) else ""), found[2].strip()
    elif plain.startswith("-"):
        sign, plain = "-", plain[1:].strip()
    if of.has("$"):
        plain = plain.removeprefix("$")
    whole, _, fraction = plain.partition(".")
    if "," in whole and not _grouped(whole, of):
        return None
    digits = whole.replace(",", "")
    if len(digits.lstrip("0")) > of.whole or len(fraction) > of.fraction or not (digits + fraction).isdigit():
        return None
    return _number(f"{sign}{digits or '0'}.{fraction or '0'}")


def _grouped(whole: str, of: Format) -> bool:
    """Tell whether the separators of a text stand where its format has them, from the right."""
    model = [each for each in of.elements[: of.point] if each in ("0", "9", ",")][::-1]
    return all((each == ",") == (model[n] == ",") for n, each in enumerate(reversed(whole)) if n < len(model))


def _number(text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return f"{number:f}" if number.is_finite() else None
