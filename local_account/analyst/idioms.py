"""Reads idioms of every day as the plain words that stand for them, by one table of patterns."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from local_account.analyst.idiom_table import IDIOMS
from local_account.analyst.wording import spoken
from local_account.analyst.words import tokens
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.words import Token

_WINDOW = re.compile(r"(.+) last (\d+) days")
_GROUP = re.compile(r"(\\\d)")

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz ")
# What is written in every match, and whether it may be missing all the same: a piece of a pattern outside of groups.
_PIECE = re.compile(r"(?:[a-z ]|'(?=s))+(?P<repeated>[?*{])?|\\.|\[[^]]*]|.")


# A pattern of a question in small letters, the plain words for what it matches, in which a group stands by its number,
# and what stands in each match as it is: most questions lack that, and are not searched for the pattern.
Idiom = tuple[re.Pattern[str], str, str]

# More than there are, of two models: `re` itself keeps 512, fewer than the table has, so that each lexicon that is made
# because data changed would compile all of them anew, for a quarter of a second.
_compiled = lru_cache(maxsize=2_000)(re.compile)


def idioms_of(lexicon: Lexicon) -> list[Idiom]:
    """Return the patterns with the names of a model in them; none that needs a name which the model does not have.

    Args:
        lexicon: the phrases of the model and its data.
    """
    names = _names(lexicon)
    found = []
    for pattern, said in IDIOMS:
        needed = set(re.findall(r"\{(\w+)\}", pattern + said))
        if needed <= names.keys():
            for name in needed:
                pattern, said = (text.replace(f"{{{name}}}", names[name]) for text in (pattern, said))  # noqa: PLW2901
            found.append((_compiled(pattern), said, literal_of(pattern)))
    return found


def literal_of(pattern: str) -> str:
    """Return the longest text that each match of a pattern holds; an empty one where that is not plain to see."""
    depth, found = 0, [""]
    for piece in _PIECE.finditer(pattern):
        text = piece[0]
        if depth == 0 and text == "|":
            return ""
        if depth == 0 and text[0] in _PLAIN:
            # Of "colou?r" only "colo" stands in each.
            found.append(text[:-2] if piece["repeated"] else text)
        depth += (text == "(") - (text == ")")
    return max(found, key=len)


def _names(lexicon: Lexicon) -> dict[str, str]:
    """Return what the braces of the table stand for."""
    shape = lexicon.shape
    moved = next((e for e in shape.elements if e.name.startswith("PREVIOUS_") and e.expression.is_enum), None)
    changes = lexicon.count(moved.table) if moved is not None else None
    sums = (e for e in shape.elements if e.table == shape.events() and e.is_money and shape.is_additive(e))
    money = next(sums, None)
    found = {"moved": spoken(moved.name.removeprefix("PREVIOUS_"))} if moved is not None else {}
    found |= {"changes": spoken(changes.name)} if changes is not None else {}
    main = shape.tables[shape.main_table()]
    rows = {" ".join(token.lower for token in tokens(text.replace("_", " "))) for text in (main.name, *main.synonyms)}
    since = next((e for e in shape.elements if e.kind is Kind.FACT and e.is_days and "_SINCE_LAST_" in e.name), None)
    found |= {"recency": spoken(since.name)} if since is not None else {}
    facts = [e for e in shape.elements if e.table == shape.main_table() and e.kind is Kind.FACT and e.is_money]
    for word, ending in (("change", "_ABSOLUTE_CHANGE"), ("limit", "_LIMIT")):
        called = [e for e in facts if e.name.endswith(ending)]
        found |= {word: spoken(called[0].name)} if len(called) == 1 else {}
    windows = [m for e in facts if (m := _WINDOW.fullmatch(spoken(e.name)))]
    if windows:
        days = {m[2] for m in windows if m[1] == windows[0][1]}
        found |= {"window": windows[0][1], "windows": f"(?:{'|'.join(sorted(days))})"}
    found["rows"] = f"(?:{'|'.join(sorted(map(re.escape, rows), key=len, reverse=True))})"
    return found | ({"money": spoken(money.name)} if money is not None else {})


def with_idioms(found: list[Token], idioms: Sequence[Idiom]) -> list[Token]:
    """Put the plain words in the place of each idiom.

    Args:
        found: the tokens of a question.
        idioms: the patterns, in their order.
    """
    text = " ".join(token.lower for token in found)
    for pattern, said, literal in idioms:
        if literal in text and (match := pattern.search(text)) is not None:
            found = _replaced(found, match, said)
            text = " ".join(token.lower for token in found)
    return found


def _replaced(found: list[Token], match: re.Match[str], said: str) -> list[Token]:
    """Return tokens with those that match replaced; those of a group that is named keep how they were written."""
    starts = []
    at = 0
    for token in found:
        starts.append(at)
        at += len(token.lower) + 1

    def within(start: int, end: int) -> list[Token]:
        return [one for one, place in zip(found, starts, strict=True) if start <= place < end]

    new = []
    for part in _GROUP.split(said):
        new += within(*match.span(int(part[1]))) if _GROUP.fullmatch(part) else tokens(part)
    before = [one for one, place in zip(found, starts, strict=True) if place < match.start()]
    return [*before, *new, *(one for one, place in zip(found, starts, strict=True) if place >= match.end())]
