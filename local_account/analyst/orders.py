"""Puts the many ways to name an order into the few that are read: from most to fewest, starting with the largest."""

from __future__ import annotations

import re

from local_account.analyst.draft import Order

_UP = "fewest|lowest|smallest|least|shortest|weakest|youngest|low|small|minimum"
_DOWN = "most|highest|largest|biggest|greatest|longest|strongest|best|high|large|big|maximum|top"
_EARLY = "oldest|earliest"
_LATE = "newest|latest|most recent"
_SIZE = rf"(?:{_LATE}|{_EARLY}|{_DOWN}|{_UP})"
_PLAIN = (
    r"(?:numbers?|counts?|amounts?|figures?|values?|totals?|sums?|percentages?|percents?|shares?|rates?|ones?|first)"
)
_IT = r"(?: (?:it|them|this|these|the (?:list|table|result)))?"
_SORTED = rf"(?:(?:and )?(?:please )?(?:sort(?:ed)?|order(?:ed)?|rank(?:ed)?|list(?:ed)?|arranged?){_IT} )?"
_BEHIND = r"(?=\s*[.?!]?$)"
# Each pattern names the size that comes first, and what is ordered by where it is named.
_STARTING = (
    rf",?\s*\b{_SORTED}(?:starting|beginning) (?:with|from|at) (?:the )?(?P<size>{_SIZE})\b"
    rf"(?P<by>[\w %'-]*?){_BEHIND}"
)
_FIRST = (
    rf",?\s*\b{_SORTED}(?:with )?(?:the )?(?P<size>{_SIZE})\b(?P<by>(?: [\w%'-]+){{0,3}}?)"
    rf"(?: coming| going)? (?:first|at the top|on top){_BEHIND}"
)
_FROM_TO = (
    rf",?\s*\b{_SORTED}(?:going )?from (?:the )?(?P<size>{_SIZE})(?P<by>)"
    rf" (?:to|down to|up to) (?:the )?{_SIZE}{_BEHIND}"
)
_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (_STARTING, _FIRST, _FROM_TO))
_DIRECTED = re.compile(
    rf",?\s*\b{_SORTED}(?:(?:in )?(?:a )?(?P<way>descending|ascending|decreasing|increasing|falling|rising) order"
    rf"|(?:in )?(?P<plain>descending|ascending))"
    rf"(?: (?:of|by) (?:the |that |this |their )*(?P<by>[\w %'-]+?))?{_BEHIND}",
    re.IGNORECASE,
)
_LEADING = re.compile(
    rf"^\W*(?:starting|beginning) (?:with|from|at) (?:the )?"
    rf"(?P<what>[\w %'-]*?\b(?P<size>{_SIZE})\b[\w %'-]*), (?P<rest>.+?)[.?!]?$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:falls?|drops?|declines?|decreases?|losses|loss|growth|change|changes|increases?|gains?|rises?)\b",
    re.IGNORECASE,
)
_PLURAL_PEOPLE = re.compile(
    r"\b(?:customers?|clients?|people|cardholders?|spenders?|movers?|buyers?|shoppers?)\b", re.IGNORECASE
)
_CANONICAL = re.compile(
    r"[,;]?\s*\b(?:(?P<size>highest|lowest|oldest|newest) first"
    r"|in (?P<way>descending|ascending) order(?: of (?P<by>[\w %'-]+))?)$",
    re.IGNORECASE,
)


def with_plain_order(text: str) -> str:
    """Put an order at the end, or at the beginning, of a question into the words that are read.

    An order by a change, such as "biggest drop first", stays as it is.

    Args:
        text: the question.
    """
    if (led := _LEADING.match(text)) is not None and not _CHANGE.search(led["what"]):
        by = re.sub(rf"\b{led['size']}\b", "", led["what"])
        return f"{led['rest']}{_said(led['size'], by)}"
    if (found := _DIRECTED.search(text)) is not None:
        way = (
            "ascending"
            if (found["way"] or found["plain"]).lower() in {"ascending", "increasing", "rising"}
            else "descending"
        )
        by = _telling(found["by"] or "")
        return f"{text[: found.start()]}, in {way} order{f' of {by}' if by else ''}"
    for pattern in _PATTERNS:
        if (found := pattern.search(text)) is not None and not _CHANGE.search(found["by"]):
            return text[: found.start()] + _said(found["size"], found["by"])
    return text


def _telling(by: str) -> str:
    """Return what is ordered by; nothing where only a number or the rows are named."""
    words = [
        w
        for w in by.split()
        if w.lower()
        not in {"the", "that", "this", "their", "by", "of", "in", "opened", "account", "accounts", "date", "dates"}
    ]
    plain = all(re.fullmatch(rf"{_PLAIN}|frequent|common|spend(?:ing)?|expensive", w, re.IGNORECASE) for w in words)
    return "" if plain or _PLURAL_PEOPLE.search(by) else by.strip()


def _said(size: str, by: str) -> str:
    """Return an order in the words that are read."""
    size = size.lower()
    if size in {*_EARLY.split("|"), *_LATE.split("|")}:
        return f", {'oldest' if size in _EARLY.split('|') else 'newest'} first"
    down = size in _DOWN.split("|")
    told = _telling(by)
    if told:
        return f", in {'descending' if down else 'ascending'} order of {told}"
    return f", {'highest' if down else 'lowest'} first"


def split_order(text: str) -> tuple[str, Order | None]:
    """Return a question without the order at its end, and the order.

    Args:
        text: the question, its order put into plain words.
    """
    found = _CANONICAL.search(text.rstrip(" .?!"))
    if found is None:
        return text, None
    rest = text[: found.start()]
    if found["size"] is not None:
        size = found["size"].lower()
        return rest, Order(size in {"highest", "newest"}, in_time=size in {"oldest", "newest"})
    return rest, Order(found["way"].lower() == "descending", (found["by"] or "").strip())
