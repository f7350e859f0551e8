"""Reads a list of value bands in a question, such as "under 100, 100-299, 300+", and the question of a single one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class Band:
    """A band of values; an end that is not there is open.

    Attributes:
        low: the lower end.
        high: the upper end.
        with_low: whether the lower end belongs to it.
        with_high: whether the upper end belongs to it.
    """

    low: float | None = None
    high: float | None = None
    with_low: bool = True
    with_high: bool = True

    @property
    def name(self) -> str:
        """The band in words: under 100, 100 to 299, 300 and over."""
        low, high = (f"{end:,.10g}" if end is not None else "" for end in (self.low, self.high))
        if not low:
            return f"{'up to' if self.with_high else 'under'} {high}"
        if not high:
            return f"{low} and over" if self.with_low else f"over {low}"
        return low if low == high else f"{low} to {'' if self.with_high else 'under '}{high}"

    def tests(self) -> list[tuple[str, tuple[float, ...]]]:
        """Return the comparisons that a value of the band meets, as conditions of a plan hold them."""
        if self.low is not None and self.high is not None and self.with_high:
            return [("between", (self.low, self.high))]
        lower = [(">=" if self.with_low else ">", (self.low,))] if self.low is not None else []
        upper = [("<=" if self.with_high else "<", (self.high,))] if self.high is not None else []
        return [*lower, *upper]


@dataclass(frozen=True)
class Banded:
    """A question by bands.

    Attributes:
        bands: the bands, in the order in which they were said.
        probe: the two ends of the one band that `questions` ask about.
        questions: the ways to ask about that one band alone, each with the question that is left without the band and
            the figure that it is of; this is empty where the question does not name the figure behind "by".
    """

    bands: tuple[Band, ...]
    probe: tuple[float, float]
    questions: tuple[tuple[str, str], ...]


_UNIT = r"(?:\s?(?P<{0}u>dollars|usd|days|years(?: old)?))?\b"
_NUMBER = r"(?P<{0}>\$?\s?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:\s?(?:k|thousand|million)\b)?)" + _UNIT
_A, _B = _NUMBER.format("a"), _NUMBER.format("b")
_UNDER = r"(?:under|below|less than|fewer than|<)"
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), ends)
    for pattern, ends in (
        (rf"(?:from |between )?{_A} (?:up )?(?:to|-) ?(?:but |just )?(?:not including|excluding|{_UNDER}) ?{_B}", "[)"),
        (rf"between {_A} and {_B}", "[]"),
        (rf"(?:from )?{_A}(?: (?:up )?to | ?- ?| through ){_B}", "[]"),
        (rf"{_A}(?: ?\+| (?:or|and) (?:more|over|above|up|higher|greater|older|beyond)\b| plus\b)", "[ "),
        (rf"{_A} (?:or|and) (?:less|fewer|under|below|lower|younger)\b", " ]"),
        (rf"(?:>= ?|at least ){_A}", "[ "),
        (rf"(?:<= ?|at most |up to |no more than ){_A}", " ]"),
        (rf"(?:> ?|(?:over|above|more than|greater than) ){_A}", "( "),
        (rf"{_UNDER} ?{_A}", " )"),
    )
)
_BEGINS = re.compile(
    r"(?<![\w.,$-])(?:from |between |under |below |less than |fewer than |at least |at most |up to |no more than |"
    r"over |above |more than |greater than |[<>]=? ?)?\$?\d|\b(?:no (?:purchases?|transactions?)|none)(?=\s*[,;])",
    re.IGNORECASE,
)
_ZERO = re.compile(r"(?:0|none|zero|no (?:purchases?|transactions?))(?=\s*[,;])", re.IGNORECASE)
_JOINT = re.compile(
    r"(?:\s*[,;/|]\s*(?:(?P<x>and|or)\s)?|\s(?P<y>and|or)\s)\s*(?:those\s|at\s(?!least|most))*", re.IGNORECASE
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_SCALES = {"k": 1e3, "thousand": 1e3, "million": 1e6}

_KIND = r"(?:bands?|buckets?|groups?|brackets?|class(?:es)?|ranges?|bins?|tiers?)"
_HOW_MANY = rf"(?P<count>{'|'.join(_COUNTS)}|\d)"
_ROWS = r"customers|clients|cardholders|purchases|transactions"
_AT_END = re.compile(
    rf"[\s,:(-]*\b(?:(?:in|into|using|with|by) )?(?:the |these |following )*(?:{_HOW_MANY} )?{_KIND}(?: of)?[\s:,(-]*$",
    re.IGNORECASE,
)
_OWN_GROUP = re.compile(r"[\s,:(-]*groups?[\s:,(-]*", re.IGNORECASE)
_LOOSE_END = re.compile(r"(?:[\s,:(-]+|\s(?:into|in|of|using|at|is|are))+$", re.IGNORECASE)
_EACH = rf"each(?: (?:of them|one|{_KIND}))?"
_COUNTED = re.compile(
    rf"^[\s,)]*(?:(?:and|with)\s)?(?:(?:say|tell me|show|give(?: me)?)\s)?(?:how many (?:(?:{_ROWS}) )?(?:are|"
    rf"there are|fall) (?:in|into) {_EACH}"
    rf"|(?:the )?number (?:of (?:{_ROWS}) )?(?:in|of) {_EACH}|count (?:them|{_EACH}))"
    rf"[\s)]*$",
    re.IGNORECASE,
)
# Each way to ask by bands, and the question of one of them.
_FRAMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), said)
    for pattern, said in (
        (
            (
                rf"^(?:please )?(?:split|group|divide|sort|put|break(?: down)?) (?:the |our |all )*(?P<rows>{_ROWS})"
                rf"(?P<kept>(?: in [A-Z]\w+)?)(?: (?:in|into) (?:{_HOW_MANY} )?{_KIND})?"
                rf" (?:by|according to|based on|into) (?:the |their )?(?P<figure>.+)$"
            ),
            "number of {rows}{kept} with {figure}",
        ),
        (
            rf"^(?:the )?(?P<figure>.+?) distribution(?: of (?:the |our )?(?P<rows>{_ROWS}))?$",
            "number of {rows} with {figure}",
        ),
        (
            rf"^(?:the )?distribution of (?:the |our )?(?P<rows>{_ROWS}) (?:by|over|across) (?P<figure>.+)$",
            "number of {rows} with {figure}",
        ),
        (
            rf"^(?:count )?(?:the )?(?P<rows>{_ROWS})(?P<kept>.*) by (?P<figure>.+)$",
            "number of {rows}{kept} with {figure}",
        ),
        (r"^(?P<asked>.+) by (?P<figure>(?:(?! by ).)+)$", "{asked} with {figure}|{asked} of customers with {figure}"),
        (
            r"^how many (?P<rows>purchases|transactions)(?P<kept>.*) (?:were|cost|was)$",
            "number of {rows}{kept} with amount",
        ),
        (rf"^count (?P<rest>(?:{_ROWS}) .+)$", "how many {rest}"),
        (r"^(?P<asked>how many .+)$", "{asked}"),
    )
)
_HOW_MANY_MADE = re.compile(
    r"^how many (purchases|transactions) (?:they|each|each of them) (?:have )?made", re.IGNORECASE
)
_GROUPS = re.compile(rf"\b(?:{_KIND}|distribution|split|divide|each)\b|\bby\b", re.IGNORECASE)


def banded(question: str) -> Banded | None:
    """Return the bands that a question asks for, and the question of one; none where it names no two beside each other.

    Args:
        question: what was asked.
    """
    text = re.sub(r"\s+", " ", question.replace("\u2013", "-").replace("\u2265", ">=").replace("\u2264", "<="))
    text = text.strip().rstrip(".?! ")
    for begin in _BEGINS.finditer(text):
        found = _listed(text, begin.start())
        if found is None:
            continue
        bands, either, units, end = found
        lead, tail = text[: begin.start()], text[end:]
        grouped = _GROUPS.search(lead) is not None
        if not _apart(bands) or (either and not _closed(bands)) or not (grouped or _closed(bands)):
            return None
        probe = _probe(bands)
        asked = tuple(_asked(lead, tail, probe, units, len(bands)))
        return Banded(bands, probe, asked) if asked else None
    return None


def _listed(text: str, at: int) -> tuple[tuple[Band, ...], bool, set[str], int] | None:
    """Return two or more bands that begin at a place, whether "or" joins them, their units, and where they end."""
    bands: list[Band] = []
    units: set[str] = set()
    either, end = False, at
    while (read := _band(text, at)) is not None:
        band, unit, end = read
        bands.append(band)
        units |= unit
        joint = _JOINT.match(text, end)
        if joint is None:
            break
        at, either = joint.end(), either or "or" in {(joint["x"] or "").lower(), (joint["y"] or "").lower()}
    return (tuple(bands), either, units, end) if len(bands) > 1 else None


def _band(text: str, at: int) -> tuple[Band, set[str], int] | None:
    """Return the band that begins at a place, its units, and where it ends."""
    for pattern, ends in _SHAPES:
        if (match := pattern.match(text, at)) is None or re.match(r"[\w%]|[.,-]\d", text[match.end() :]):
            continue
        said = match.groupdict()
        first = _value(said["a"])
        second = _value(said["b"]) if said.get("b") else None
        units = {unit.lower() for key in ("au", "bu") if (unit := said.get(key))}
        units |= {"dollars"} if "$" in match[0] else set()
        if second is not None:
            return Band(first, second, with_high=ends[1] == "]"), units, match.end()
        if ends[0] == " ":
            return Band(None, first, with_high=ends[1] == "]"), units, match.end()
        return Band(first, None, with_low=ends[0] == "["), units, match.end()
    zero = _ZERO.match(text, at)
    return (Band(0.0, 0.0), set(), zero.end()) if zero is not None else None


def _value(said: str) -> float:
    """Return a number as it was written: $5,000, 5k."""
    match = re.fullmatch(r"\$?\s?([\d,.]+)\s?([a-z]*)", said.strip().lower())
    number, scale = match.groups() if match is not None else (said, "")
    return float(number.replace(",", "")) * _SCALES.get(scale, 1)


def _apart(bands: Sequence[Band]) -> bool:
    """Tell whether no value is in two bands, which rise or fall as they were said."""
    rising = sorted(bands, key=lambda b: (b.low is not None, b.low or 0))
    if list(bands) not in (rising, rising[::-1]):
        return False
    if any(b.low is not None and b.high is not None and b.low > b.high for b in bands):
        return False
    return all(_behind(one, other) is not None for one, other in pairwise(rising))


def _behind(one: Band, other: Band) -> float | None:
    """Return how far a band begins behind another; nothing where they overlap."""
    if one.high is None or other.low is None:
        return None
    gap = other.low - one.high
    touching = one.with_high and other.with_low
    return gap if gap > 0 or (gap == 0 and not touching) else None


def _closed(bands: Sequence[Band]) -> bool:
    """Tell whether each band begins where the one before ends, as those of either of several do not."""
    rising = sorted(bands, key=lambda b: (b.low is not None, b.low or 0))
    return all((gap := _behind(one, other)) is not None and gap <= 1 for one, other in pairwise(rising))


def _probe(bands: Sequence[Band]) -> tuple[float, float]:
    """Return the ends of one band between two values, by which a single one is asked about."""
    for band in bands:
        if band.low is not None and band.high is not None and band.low < band.high:
            return band.low, band.high
    end = next(end for band in bands for end in (band.low, band.high) if end is not None)
    return end, 2 * end + 1


def _asked(lead: str, tail: str, probe: tuple[float, float], units: set[str], number: int) -> Iterator[tuple[str, str]]:
    """Yield the questions of one band; none where it asks for another number of them, or of different units."""
    behind = _COUNTED.sub("", tail)
    behind = "" if not behind.strip(" )") else f" {behind.strip()}"
    begun = lead.strip()
    said = []
    if (end := _AT_END.search(begun)) is not None:
        if _OWN_GROUP.fullmatch(end[0]):
            return  # a group of the model, whose values are others
        said.append(end["count"])
        begun = begun[: end.start()]
    elif begun.endswith(",") and " by " not in begun:
        return  # what stands before the comma is one more of them
    begun = _LOOSE_END.sub("", begun) if not re.search(r"\b(?:is|are)$", begun) or end else begun
    if len(units) > 1:
        return
    low, high = (f"{end:.10g}" for end in probe)
    between = f" between {low} and {high} {next(iter(units), '')}".rstrip()
    for pattern, forms in _FRAMES:
        if (match := pattern.match(begun)) is None:
            continue
        parts = {name: text or "" for name, text in match.groupdict().items()}
        counts = [_COUNTS.get(one.lower()) or int(one) for one in (*said, parts.get("count")) if one]
        if any(count != number for count in counts):
            return
        parts["rows"] = parts.get("rows") or "customers"
        parts["figure"] = re.sub(rf"(?:^(?:by|the) |\s(?:in|into)$| {_KIND}$)", "", parts.get("figure", ""))
        parts["figure"] = _HOW_MANY_MADE.sub(r"number of \1", parts["figure"])
        for form in forms.split("|"):
            left = form.partition(" with {figure}")[0].removesuffix(" of customers") if parts["figure"] else ""
            yield f"{form.format_map(parts)}{between}{behind}", f"{left.format_map(parts)}{behind}" if left else ""
        return  # what is left of a frame is no word to be passed over by the next
