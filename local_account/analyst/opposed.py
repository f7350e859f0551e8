"""Reads two sides that a question holds against each other, each as a question of its own: A minus B, X in % of Y.

How much higher a figure of A is than that of B, the gap between them, one figure in percent of another, and the groups
in which A has more than B: each side is asked as if it were asked alone, in the words that both have in common.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from local_account.analyst.lexicon import Named
from local_account.analyst.opposed_frames import (
    ASKED,
    BESIDE,
    BY_HOW_MUCH,
    COMPARE_BEHIND,
    DIFFERENCES,
    DIRECTED,
    DIVIDED,
    DOWN,
    DROP_FIRST,
    EACH,
    GAP,
    HIGHEST_FIRST,
    IN_DOLLARS,
    IN_PERCENT,
    IN_UNITS,
    IS,
    KEPT,
    QUOTIENTS,
    SHOWN,
    WITH_GAP,
    Frame,
)
from local_account.analyst.sides import value_at
from local_account.analyst.times import TimeReader
from local_account.analyst.words import tokens
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.words import Token


@dataclass(frozen=True)
class Opposed:
    """Two sides, as questions.

    Attributes:
        first: the question of the first side.
        second: the question of the second side.
        labels: what tells the sides apart in the names of columns; empty where their figures do.
        alike: whether both sides are of one figure.
    """

    first: str
    second: str
    labels: tuple[str, str] = ("", "")
    alike: bool = True


_NUMBERS = {"hundred": "100", "thousand": "1000", "1,000": "1000"}
_ROW_WORDS = {"and", "or", ",", "&", "plus", "customers", "clients", "cardholders", "from", "in", "of", "the"}
_BY_FIRST = re.compile(
    r"^((?:by|per|for (?:each|every)) [a-z]+(?: [a-z]+)?) (?=(?:the|total|average|median|number)\b)", re.IGNORECASE
)
_UNITS = {"dollar", "dollars", "usd", "percent", "points", "times", "more", "less", "fewer", "days", "years"}
_LONGEST_STATE = 5  # words of the name of a filter
_BEFORE = {"on", "at", "in"}  # with which the name of a filter may begin
_WORKDAYS = {"weekday", "weekdays", "workdays"}
_ROWS = {
    "customers", "customer", "clients", "client", "cardholders", "cardholder", "holders", "holder", "members", "people",
    "ones", "segment", "segments", "do", "does", "did", "have", "has", "had", "make", "made", "spend", "card", "cards",
    "is", "are", "was", "were",
}  # fmt: skip
_TAILS = {"by", "per", "for", "in", "within", "across", "over", "during", "of", "on", "at", "from", "among"}


def differences(question: str, lexicon: Lexicon) -> Iterator[Opposed]:
    """Yield the ways to read a question as one figure of one side less that of another, the likeliest first.

    Args:
        question: what was asked.
        lexicon: the phrases of the model and its data.
    """
    text = re.sub(r"\b(?:all )?(?:the )?other (?:customers|clients|cardholders)\b", "others", _plain(question))
    text = _with_contrary(IN_DOLLARS.sub("", IN_UNITS.sub("", SHOWN.sub("", DROP_FIRST.sub("", text)))), lexicon)
    text, swapped = _directed(text, lexicon)
    for frame in DIFFERENCES:
        if (match := frame.pattern.match(text)) is not None:
            for one in _read(match, frame, lexicon):
                yield Opposed(one.second, one.first, one.labels[::-1], one.alike) if swapped else one
    if (match := WITH_GAP.search(text)) is not None:
        yield from _compared(text[: match.start()], lexicon)
    if (match := BY_HOW_MUCH.search(text)) is not None:
        yield from compared(text[: match.start()], lexicon)


def compared(question: str, lexicon: Lexicon) -> Iterator[Opposed]:
    """Yield the ways to read a question as one figure of two sides that are only put beside each other.

    Args:
        question: what was asked.
        lexicon: the phrases of the model and its data.
    """
    text = COMPARE_BEHIND.sub(r"\1 versus \2\3", IN_UNITS.sub("", SHOWN.sub("", _plain(question))))
    for frame in BESIDE:
        if (match := frame.pattern.match(text)) is None:
            continue
        for said in frame.said:
            left = _filled(said, match)
            right = match.groupdict().get("right")
            if right is None:  # who did, and who never did
                yield Opposed(left, _filled(frame.said[-1], match), ("bought", "never bought"))
                break
            if (pair := _value_places(left, right, lexicon)) is not None:
                yield _put_in(left, right, *pair)
            elif frame is BESIDE[-1] and _period_places(left, right, lexicon) is None:
                yield from _summed_too(_of_figures(left, right))


def _summed_too(ways: Iterator[Opposed]) -> Iterator[Opposed]:
    """Yield two figures, then each of all rows together, where it is not said how they are put together."""
    for one in ways:
        yield one
        yield replace(one, first=_summed(one.first), second=_summed(one.second))


def _with_contrary(text: str, lexicon: Lexicon) -> str:
    """Read "Texas and all others" as Texas and those who are none."""
    match = re.search(
        r" (?:and|versus|vs|than|to|minus|exceed\w*) (?:(?:for|of|that of|those of|by) )?(?P<others>others|the rest)\b",
        text,
    )
    places = _places(tokens(text[: match.start()]), lexicon) if match is not None else []
    if match is None or not places:
        return text
    found = tokens(text[: match.start()])
    (start, end), _ = places[-1]
    contrary = "non " + " ".join(token.text for token in found[start:end])
    return f"{text[: match.start('others')]}{contrary}{text[match.end('others') :]}"


def _compared(body: str, lexicon: Lexicon) -> Iterator[Opposed]:
    """Yield the sides of "compare X of A and B", behind which their difference is asked for."""
    body = ASKED.sub("", body)
    joints = r" (?:and|versus|vs|&|against|compared (?:to|with)|with) "
    joints = joints if re.search(joints, body, re.IGNORECASE) else r" , (?:and )?"
    for joint in re.finditer(joints, body, re.IGNORECASE):
        yield from _of_sides(body[: joint.start()], body[joint.end() :], lexicon)


def quotients(question: str, lexicon: Lexicon, *, named: bool) -> Iterator[tuple[Opposed, str]]:
    """Yield the ways to read a question as one figure divided by another, the likeliest first.

    Args:
        question: what was asked.
        lexicon: the phrases of the model and its data.
        named: whether it has to say "divided", and not only "in percent of", which shares do as well.

    Yields: the sides, and how the quotient is told: in percent, per so many, or as it is.
    """
    text, in_percent = IN_PERCENT.subn("", HIGHEST_FIRST.sub("", SHOWN.sub("", _plain(question))))
    for frame in DIVIDED if named else QUOTIENTS:
        if (match := frame.pattern.match(text)) is None:
            continue
        number = match.groupdict().get("number")
        percent = in_percent or re.search(r"%|percent|pct", text, re.IGNORECASE) is not None
        between = f"per {_NUMBERS.get(number.lower(), number)}" if number else "percent" if percent else "quotient"
        for said in frame.said:
            left = _filled(said, match)
            if frame in DIVIDED and (pair := _value_places(left, match["right"], lexicon)) is not None:
                yield _put_in(left, match["right"], *pair), between
                continue
            for one in _of_figures(left, match["right"]):
                yield one, between
                yield replace(one, first=_summed(one.first), second=_summed(one.second)), between


def _summed(side: str) -> str:
    """Return the question of a side for all rows together, where it does not say how they are put together."""
    said = re.search(r"\b(?:total|sum|average|avg|mean|median|number|count|combined)\b", side, re.IGNORECASE)
    plain = re.sub(r"^(?:the|their|its|of) ", "", side, flags=re.IGNORECASE)
    return side if said else re.sub(r"^((?:(?:for|by|per) [^,]+ , )?)", r"\1total ", plain, count=1)


def beaten(question: str, lexicon: Lexicon) -> Iterator[tuple[Opposed, str, bool]]:
    """Yield the ways to read a question for the groups in which one side has more than another, the likeliest first.

    Args:
        question: what was asked.
        lexicon: the phrases of the model and its data.

    Yields: the sides, by groups; > or <; and whether the groups are counted.
    """
    text = SHOWN.sub("", _plain(question))
    for frame in KEPT:
        if (match := frame.pattern.match(text)) is None:
            continue
        left = _filled(frame.said[0], match)
        found = match.groupdict()
        if " or " in (found.get("more") or "") or _UNITS & {*match["group"].lower().split()}:
            continue  # how many dollars more or less asks by how much, and for no groups
        pair = _value_places(left, match["right"], lexicon)
        if pair is None and found.get("count"):
            pair = _period_places(left, match["right"], lexicon)
        if pair is not None:
            sign = "<" if _is_down(found.get("more") or found.get("than") or "") else ">"
            yield _put_in(left, match["right"], *pair), sign, bool(found.get("count"))


def _is_down(words: str) -> bool:
    """Tell whether words ask by how much one side is less than another."""
    return re.fullmatch(rf"(?:{DOWN})|behind|below|under|<|trail\w*", words, re.IGNORECASE) is not None


def _plain(question: str) -> str:
    """Return a question with a blank between its words and signs, without the stop at its end."""
    return " ".join(token.text for token in tokens(question)).rstrip(" .?!")


def _directed(text: str, lexicon: Lexicon) -> tuple[str, bool]:
    """Take "Texas less Florida" from the end of a question that names both before, and whether it turns them round."""
    match = DIRECTED.search(text)
    if match is None or re.search(rf"\b{GAP}\b|\bexceed|\bhow much\b", text[: match.start()], re.IGNORECASE) is None:
        return text, False
    found = tokens(text[: match.start()])
    before = [" ".join(t.lower for t in found[start:end]) for (start, end), _ in _places(found, lexicon)]
    ends = [" ".join(t.lower for t in tokens(match[name])) for name in ("a", "b")]
    if not all(end in before for end in ends):
        return text, False
    return text[: match.start()], before.index(ends[0]) > before.index(ends[1])


def _filled(said: str, match: re.Match[str]) -> str:
    """Return the question of the left side in the words of a match."""
    groups = {name: (text or "").strip() for name, text in match.groupdict().items()}
    groups["kind"] = groups.get("kind") or groups.get("sort") or ""
    lead = ASKED.sub("", groups.get("lead", "") + " ").strip()
    unit, verb = groups.get("unit", ""), groups.get("verb", "")
    plain = not unit and re.fullmatch(IS, verb, re.IGNORECASE) is not None
    asked = "what is" if plain else f"how {groups.get('q', '')} {unit} {verb}"
    return " ".join(said.format_map({**groups, "lead": lead, "asked": asked}).split())


def _read(match: re.Match[str], frame: Frame, lexicon: Lexicon) -> Iterator[Opposed]:
    """Yield the sides of a frame: the second one first where less of the first one is asked for."""
    down = _is_down(match.groupdict().get("more") or "")
    for said in frame.said:
        for one in _of_sides(_filled(said, match), match["right"], lexicon):
            yield Opposed(one.second, one.first, one.labels[::-1], one.alike) if down else one


def _of_sides(left: str, right: str, lexicon: Lexicon) -> Iterator[Opposed]:
    """Yield two sides of one figure that are told apart by a value or by days; else two figures."""
    found = False
    for places in (_value_places, _period_places):
        if (pair := places(left, right, lexicon)) is not None:
            yield _put_in(left, right, *pair)
            found = True
            break
    if not found:
        yield from _of_figures(left, right)


Span = tuple[int, int]


def _value_places(left: str, right: str, lexicon: Lexicon) -> tuple[Span, Span] | None:
    """Return the places of two values of one dimension: the last one of the left side, and the first of the right."""
    ours, theirs = (_places(tokens(text), lexicon) for text in (left, right))
    pair = next(((a, b) for b in theirs for a in reversed(ours) if a[1] & b[1]), None)
    if pair is None:
        return None
    spans = []
    for found, places, (span, refs) in ((tokens(left), ours, pair[0]), (tokens(right), theirs, pair[1])):
        alike = [place for place, others in places if others & refs]
        if any(not _joined_to(found, one, other) for one, other in pairwise(alike)):
            return None  # of which of them a side is, is open
        spans.append((alike[0][0], alike[-1][1]) if span in alike else span)
    return spans[0], spans[1]


def _joined_to(found: list[Token], one: Span, other: Span) -> bool:
    """Tell whether two values stand in a row, so that both are one side: Texas and Florida together."""
    between = [token.lower for token in found[one[1] : other[0]]]
    return all(word in _ROW_WORDS for word in between)


def _places(found: list[Token], lexicon: Lexicon) -> list[tuple[Span, set[str]]]:
    """Return the places of values and of names of states, with the dimensions that each is about."""
    at, kept = 0, []
    flags = {e.ref for e in lexicon.shape.elements if e.is_flag}
    reader = TimeReader(found, lexicon.data.as_of())
    while at < len(found):
        if (days := reader.read(at)) is not None and days[0].grain in {"month", "quarter", "year"}:
            at += days[1]  # March 2024 is no month of every year
            continue
        (start, end), refs = value_at(found, at, lexicon)
        span, states = _state_at(found, at, lexicon)
        if span is not None and span[1] >= end:
            (start, end), refs = span, refs | states
        at, start = end, start + (end - start > 1 and found[start].lower in _BEFORE)
        before = found[start - 1].lower if start else ""
        contrary = before == "non" or (before == "not" and refs & flags)
        if found[start].lower in _WORKDAYS:
            refs = {ref for ref in flags if ref.endswith("WEEKEND")}
        kept += [((start - bool(contrary), end), refs)] if refs else []
    return kept


def _state_at(found: list[Token], at: int, lexicon: Lexicon) -> tuple[Span | None, set[str]]:
    """Return the longest name of a filter that begins at a place, with the dimensions that it reads: high risk."""
    for length in range(min(_LONGEST_STATE, len(found) - at), 0, -1):
        meanings = lexicon.meanings(tuple(token.stem for token in found[at : at + length]))
        named = [m.element for m in meanings if isinstance(m, Named) and m.element.kind is Kind.FILTER]
        if named:
            text = named[0].expression.expr.upper()
            read = {e.ref for e in lexicon.shape.elements if e.table == named[0].table and e.kind is Kind.DIMENSION}
            return (at, at + length), {ref for ref in read if re.search(rf"\b{ref.rpartition('.')[2]}\b", text)}
    return None, set()


def _period_places(left: str, right: str, lexicon: Lexicon) -> tuple[Span, Span] | None:
    """Return the places of two periods: the last one of the left side, and the first one of the right."""
    both: list[list[Span]] = []
    for text in (left, right):
        found = tokens(text)
        reader = TimeReader(found, lexicon.data.as_of())
        at, kept = 0, []
        while at < len(found):
            read = reader.read(at)
            kept += [(at, at + read[1])] if read is not None else []
            at += read[1] if read is not None else 1
        both.append(kept)
    return (both[0][-1], both[1][0]) if both[0] and both[1] else None


def _put_in(left: str, right: str, first: Span, second: Span) -> Opposed:
    """Return both questions: the words of the left side with each value, and what stands behind both."""
    ours, theirs = tokens(left), tokens(right)
    rest = theirs[second[1] :]
    while rest and (rest[0].lower in _ROWS or rest[0].kind == "possessive"):
        rest = rest[1:]
    begun, end = ours[: first[0]], ours[first[1] :]
    sides = [ours[first[0] : first[1]], theirs[second[0] : second[1]]]
    plain = [tokens("non-weekends") if side[0].lower in _WORKDAYS else side for side in sides]
    texts = [" ".join(token.text for token in [*begun, *side, *end, *rest]) for side in plain]
    labels = [" ".join(token.text for token in side).removesuffix("'s") for side in sides]
    return Opposed(texts[0], texts[1], (labels[0], labels[1]))


def _of_figures(left: str, right: str) -> Iterator[Opposed]:
    """Yield two figures, with what stands behind the second one, or before the first one, for both."""
    if (each := EACH.match(left)) is not None:
        bare = ASKED.sub("", left[each.end() :])
        yield Opposed(f"{each[0]}{bare}", f"{each[0]}{right}", alike=False)
        return
    if (each := _BY_FIRST.match(left)) is not None:
        left, right = left[each.end() :], f"{right} {each[1]}"
    found = tokens(right)
    for at in range(1, len(found) + 1):
        if at == len(found) or found[at].lower in _TAILS:
            tail = " ".join(token.text for token in found[at:])
            yield Opposed(f"{left} {tail}".strip(), right, alike=False)
