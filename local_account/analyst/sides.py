"""Puts questions that hold two sides against each other into one form: which is higher, A or B; on A and on B."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.english import PHRASES, WHICH_SIDE, K
from local_account.analyst.lexicon import Entity, Held, Lexicon, Named
from local_account.analyst.times import TimeReader
from local_account.analyst.words import tokens
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.words import Token

_LONGEST_VALUE = 4  # words of a value that is looked for
_JOINTS = {"or", "than", "versus", "vs", ","}
_ASKING = {"is", "do", "which", "what", "who", "have", "can", "will", "would"}
_WITH_EACH = {"on", "in", "for", "of", "from", "by", "at", "among", "with"}
_TOGETHER = {"both", "together", "total", "combined", "altogether", "either", "neither", "between", "sum", "not"}
_OF_ROWS = {"who", "that", "buy", "shop", "whose", "compare"}  # what some rows did, each of both
_LISTING = {"which", "list", "who", "name"}
_SECOND_COUNT = {("and", "how", "many"), ("and", "number", "of"), ("and", "count", "of")}
_MORE = {"more", "fewer", "less"}
_AGES = {"older": "average age of", "younger": "average age of", "longer": "", "shorter": ""}
_ENDS = {".", "?", "!", ","}
_BEFORE_DAYS = {"in", "during", "over", "last", "this", "since", "from", "between"}

Span = tuple[int, int]
_LED_BY = {"what", "which", "is", "was", "the", "a", "show", "give", "me", "tell", "please", "compute", "how", "large"}
_BEHIND_ROWS = {
    "by",
    "per",
    "for",
    "within",
    "across",
    "compared",
    "versus",
    "vs",
    "over",
    "?",
    ",",
    "%",
    "percent",
}  # groups


def with_sides(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read two sides that are held against each other as a comparison of both.

    Args:
        found: the tokens of a question.
        lexicon: the phrases of the model and its data.
    """
    found = _with_commas(found, lexicon)
    found = _with_each_alone(_with_each_of(_with_count_of_each(found, lexicon), lexicon), lexicon)
    return _with_each_side(_with_which(_with_tail(found), lexicon), lexicon)


def _with_commas(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Put commas between values of one dimension that are only spoken in a row: California Texas and Florida."""
    values = []
    at = 0
    while at < len(found):
        span, refs = value_at(found, at, lexicon)
        values += [(span, refs)] if refs else []
        at = span[1]
    for (one, refs), (other, others), (last, held) in reversed([*zip(values, values[1:], values[2:], strict=False)]):
        joined = [token.lower for token in found[other[1] : last[0]]] in (["and"], ["or"], [","])
        if one[1] == other[0] and joined and refs & others & held:
            found = [*found[: one[1]], *tokens(","), *found[one[1] :]]
    return found


def _with_each_alone(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "Texas and Florida: how much was spent in each" as a comparison of both."""
    for at in range(1, len(found)):
        behind = found[at + 1].lower if at + 1 < len(found) else "."
        if found[at].lower != "each" or found[at - 1].lower not in _WITH_EACH or behind not in {*_ENDS, *_BEFORE_DAYS}:
            continue
        rest = [*found[: at - 1], *found[at + 1 :]]
        if any(K.VERSUS in {kind for kind, _ in PHRASES.get((token.stem,), ())} for token in rest):
            return rest
        return [*tokens("compare"), *rest] if _sides(rest, lexicon) is not None else found
    return found


def _with_count_of_each(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "how many live in Texas and how many in Florida" as a comparison of both, as "and number of" is."""
    for at in range(1, len(found) - 3):
        if tuple(token.lower for token in found[at : at + 3]) not in _SECOND_COUNT:
            continue
        sides = _sides(found, lexicon)
        if sides is None or not (sides[0][1] <= at and at + 3 <= sides[1][0]):
            return found
        counted = any(lexicon.meanings((token.stem,)) for token in found[at + 3 : sides[1][0]])
        return found if counted else [*tokens("compare"), *found[: at + 1], *found[sides[1][0] :]]
    return found


def _with_each_of(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "in each of Texas and Florida" as in each state of Texas and Florida."""
    for at in range(len(found) - 2):
        if (found[at].lower, found[at + 1].lower) not in {("each", "of"), ("every", "of")}:
            continue
        first, refs = value_at(found, at + 2, lexicon)
        named = [e for e in lexicon.shape.elements if e.ref in refs]
        near = [e for e in named if e.table == lexicon.shape.main_table()] or named
        if first and near:
            return [*found[: at + 1], *tokens(near[0].name.replace("_", " ").lower()), *tokens("of"), *found[at + 2 :]]
    return found


def _with_tail(found: list[Token]) -> list[Token]:
    """Put "how do they compare" and "which is higher" from the end to the beginning, as "compare"."""
    end = len(found)
    while end and found[end - 1].lower in _ENDS:
        end -= 1
    words = [token.lower for token in found[:end]]
    tails = (tail for tail in WHICH_SIDE if len(tail) < end and tuple(words[end - len(tail) :]) == tail)
    tail = max(tails, key=len, default=None)
    if tail is None:
        return found
    rest = end - len(tail)
    while rest and found[rest - 1].lower in {*_ENDS, "-", ":", "and"}:
        rest -= 1
    return [*tokens("compare"), *found[:rest], *found[end:]]


def _with_which(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "is X higher for A or for B" and "do A have a higher X than B" as a comparison of X of A and B."""
    at = next((i for i, token in enumerate(found) if _is_comparative(token)), None)
    if at is not None and any(K.CORRELATION in {kind for kind, _ in PHRASES.get((t.stem,), ())} for t in found):
        return _uncompared(found)
    if at is None or found[0].stem not in _ASKING or any(token.lower in _TOGETHER for token in found):
        return found
    sides = _sides(found, lexicon)
    joint = _joint(found, sides) if sides is not None else None
    if sides is None or joint is None:
        return found
    if found[at].lower in _MORE and found[joint].lower == "than" and _periods(found, lexicon) == sides:
        return found  # more in 2024 than in 2023, of which the figure may be unsaid
    first = 1 + (found[0].stem in {"which", "what", "who"} and found[1].stem in {"is", "do", "have"})
    if at > first and found[0].stem in {"which", "what", "who"} and found[joint].lower == "than":
        return found  # which segment spends more than Gold
    said = _said_of(found, at, lexicon)
    rest = [
        one
        for i, token in enumerate(found)
        if i >= first
        for one in (said if i == at else tokens("and") if i == joint else [token])
    ]
    while rest and rest[0].lower in {",", ":"}:
        rest = rest[1:]
    return [*tokens("compare"), *rest]


def _uncompared(found: list[Token]) -> list[Token]:
    """Read "do older customers have a longer tenure", of which a correlation is asked, as of age and tenure."""
    ages = {"older": "age of", "younger": "age of"}
    return [
        one for token in found for one in (tokens(ages.get(token.lower, "")) if _is_comparative(token) else [token])
    ]


def _is_comparative(token: Token) -> bool:
    return (K.COMPARE, "more") in PHRASES.get((token.lower,), ()) or token.lower in _AGES


def _said_of(found: list[Token], at: int, lexicon: Lexicon) -> list[Token]:
    """Return the words in the place of a comparative: more customers are a number of them, older is of their age."""
    word = found[at].lower
    if word in _AGES and at + 1 < len(found) and found[at + 1].lower in {"than", "on", "for", "among", ",", "in"}:
        return tokens(_AGES[word])
    behind = found[at + 1 : at + 1 + _LONGEST_VALUE]
    rows = any(isinstance(m, Entity) for token in behind for m in lexicon.meanings((token.stem,)))
    verb = (
        at > 0
        and K.IS not in {kind for kind, _ in PHRASES.get((found[at - 1].stem,), ())}
        and found[at - 1].lower not in {"there", "have", "has", "had"}
    )
    return tokens("number of") if word in _MORE and rows and not verb else []


def _sides(found: list[Token], lexicon: Lexicon) -> tuple[Span, Span] | None:
    """Return the places of the two values of one dimension, or the two periods of one unit, that are named."""
    values: list[tuple[Span, set[str]]] = []
    at = 0
    while at < len(found):
        span, refs = value_at(found, at, lexicon)
        if refs:
            values.append((span, refs))
        at = span[1]
    pairs = [(a[0], b[0]) for i, a in enumerate(values) for b in values[i + 1 :] if a[1] & b[1]]
    if len(pairs) == 1:
        return pairs[0]
    return None if values else _periods(found, lexicon)


def value_at(found: list[Token], at: int, lexicon: Lexicon) -> tuple[Span, set[str]]:
    """Return the longest value that begins at a place, with the dimensions that hold it."""
    for length in range(min(_LONGEST_VALUE, len(found) - at), 0, -1):
        meanings = lexicon.meanings(tuple(token.stem for token in found[at : at + length]))
        if length == 1 and found[at].kind == "word":
            meanings = meanings or tuple(lexicon.weekday(found[at].stem))
        refs = {m.element.ref for m in meanings if isinstance(m, Held)}
        states = [m.element for m in meanings if isinstance(m, Named) and m.element.kind is Kind.FILTER]
        refs |= {simple[0].ref for e in states if (simple := lexicon.shape.simple_filter(e)) is not None}
        if refs or (length > 1 and meanings):
            return (at, at + length), refs
    return (at, at + 1), set()


def _periods(found: list[Token], lexicon: Lexicon) -> tuple[Span, Span] | None:
    """Return the places of two periods of one unit, with "or" between them."""
    reader = TimeReader(found, lexicon.data.as_of())
    points: list[tuple[Span, str]] = []
    at = 0
    while at < len(found):
        read = reader.read(at)
        if read is not None:
            points.append(((at, at + read[1]), read[0].grain))
        at += read[1] if read is not None else 1
    if len(points) != 2 or points[0][1] != points[1][1]:  # noqa: PLR2004
        return None
    (first, _), (second, _) = points
    joints = {"or", "than"} if found[0].stem in {"is", "do"} else {"or"}  # which grew more in 2024 than in 2023
    return (first, second) if any(t.lower in joints for t in found[first[1] : second[0]]) else None


def _joint(found: list[Token], sides: tuple[Span, Span]) -> int | None:
    """Return the place of the word that stands between two sides: or, than."""
    between = range(sides[0][1], sides[1][0])
    return next((i for i in between if found[i].lower in _JOINTS - {","}), None)


def _with_each_side(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "on Saturdays and on Sundays" as both, each with a figure of its own: the word before them is repeated."""
    words = {token.stem for token in found} | {token.lower for token in found}
    if words & _TOGETHER or words & _OF_ROWS or not found or found[0].stem in _LISTING:
        return found
    for at in range(1, len(found) - 2):
        word = found[at + 1]
        if found[at].lower != "and" or word.lower not in _WITH_EACH:
            continue
        second, refs = value_at(found, at + 2, lexicon)
        for length in range(1, _LONGEST_VALUE + 1):
            start = at - length
            span, others = value_at(found, start, lexicon) if start > 0 else ((0, 0), set())
            if span == (start, at) and refs & others and found[start - 1].lower == word.lower:
                return [*tokens("compare"), *found[:at], *tokens("and"), *found[second[0] :]]
    return found


def with_value_share(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "the student share of high-risk customers" as the share of these who are students.

    Args:
        found: the tokens of a question.
        lexicon: the phrases of the model and its data.
    """
    words = [token.lower for token in found]
    at = next((i for i in range(1, len(words) - 2) if words[i : i + 2] == ["share", "of"]), None)
    main = lexicon.shape.main_table()
    rows = next(
        (i for i in range((at or 0) + 2, len(found)) if Entity(main) in lexicon.meanings((found[i].stem,))), None
    )
    if at is None or rows is None or not {*words[: at - 1]} <= _LED_BY:
        return found
    held = [m for m in lexicon.meanings((found[at - 1].stem,)) if isinstance(m, Held) and not m.part]
    if not any(m.element.table == main for m in held):
        return found
    end = next((i for i in range(rows, len(found)) if words[i] in _BEHIND_ROWS), len(found))
    return [*found[: at - 1], *found[at:end], *tokens("who are"), found[at - 1], *found[end:]]
