"""Puts phrases whose words stand apart, or that mean another thing together, into the words that are read."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from local_account.analyst.english import ARTICLES, PHRASES, WORDS, K, alike
from local_account.analyst.idioms import idioms_of, with_idioms
from local_account.analyst.idle import without_idle
from local_account.analyst.lexicon import Entity, Held, Named
from local_account.analyst.own_changes import with_own_change
from local_account.analyst.periods import GRAINS
from local_account.analyst.sides import with_sides, with_value_share
from local_account.analyst.times import TimeReader
from local_account.analyst.words import tokens
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.words import Token

_HAVE = {"have", "has", "had"}
_IS = {"is", "are", "was", "were"}
_GREATER = {"higher", "lower", "larger", "smaller", "bigger", "greater"}
_GAINED = {"gained", "gain", "gains", "attracted", "attract", "attracts"}
_LOST = {"lost", "lose", "loses"}
_LEAVING = {"left", "leave", "leaving"}
_GROWING = {"grow", "increase", "rise"}
_WIDEST_GAP = 8  # words between two parts of a name
_LINKS = {"over", "during", "in", "within", "for", "of", "on", "by", "across"}
_ENDS = {".", "?", "!", ";", ",", "and", "or", "but", "than", "who", "whose"}  # what no name reaches over
_ENDS |= {"with", "without", "not", "no", "never", "from"}
_USUAL = {"average", "avg", "typically", "usually", "averagely", "normally", "mean"}
_TYPICAL = {"average", "typical", "normal", "usual"}
_BOUNDING = {"than", "within", "under", "for", "after", "least", "most", "last", "past", "once", "twice", "every", "of"}
_SPOKEN = frozenset(
    ("um", "uh", "erm", "hmm", "actually", "really", "basically", "honestly", "literally", "simply", "please", "kindly")
)
_BEGUN = _SPOKEN | {
    "so",
    "well",
    "okay",
    "ok",
    "right",
    "alright",
    "like",
    "yeah",
    "yes",
    ",",
}  # with which a question begins
_BEFORE_DAYS = {"in", "from", "on", "over", "for", "during", "between", "at", "since", "until", "within"}
_ASKED = {"how", "what", "which", "who", "where", "number", "whose", "customer"}
_SAID = {
    ("you", "know"), ("let", "me", "think"), ("let", "me", "see"), ("let", "us", "see"), ("like",), ("well",),
    ("yeah",), ("okay",), ("ok",), ("right",), ("so",), ("say",), ("i", "mean"), ("i", "guess"), ("i", "think"),
    ("now",),
}  # fmt: skip
_OF_PLACE = ("ians", "ans", "ns", "ers", "ites")  # on which a word for the people of a place ends
_CUT = 2  # letters of the place that its word may lack: Texas of Texans
_HOW_OFTEN = {("how", "often"), ("how", "many", "times")}
_LONGEST_VERB = 5  # words of "made at least one purchase"


def reworded(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Put phrases whose words stand apart, or mean another thing together, into the words that are read.

    Args:
        found: the tokens of a question.
        lexicon: the phrases of the model and its data.
    """
    if lexicon.idioms is None:
        lexicon.idioms = idioms_of(lexicon)
    found = with_own_change(_with_topic_behind(_without_fillers(_without_stop(found)), lexicon), lexicon)
    found = with_idioms(_with_people_of(found, lexicon), lexicon.idioms)
    if len(plain := without_idle(found, lexicon)) < len(found):
        found = with_idioms(plain, lexicon.idioms)
    found = _with_mean_of_sides(found, lexicon)
    found = with_sides(_with_names_joined(with_value_share(found, lexicon), lexicon), lexicon)
    found = _with_left(_with_growth(_with_often(_with_yet(_with_loss(found, lexicon))), lexicon), lexicon)
    return _with_unit(_with_each(_with_spenders(_with_moves(found, lexicon), lexicon), lexicon))


def _without_stop(found: list[Token]) -> list[Token]:
    """Leave out the full stop at the end, up to which idioms reach as they do up to a question mark."""
    end = len(found)
    while end > 1 and found[end - 1].text in {".", "!"}:
        end -= 1
    return found[:end]


def _without_fillers(found: list[Token]) -> list[Token]:
    """Leave out what is spoken between words, with the commas about it, so that the words beside it stand together."""
    first = next((i for i, token in enumerate(found) if token.lower not in _BEGUN), 0)
    kept: list[Token] = []
    at = first
    while at < len(found):
        length = _filler(found, at)
        if not length:
            kept.append(found[at])
        elif kept and kept[-1].text == "," and found[at + length : at + length + 1] and found[at + length].text == ",":
            asked = [token.stem for token in found[at + length + 1 : at + length + 2]]
            at += not _ASKED.intersection(asked)  # one comma stays before what is asked
            kept.pop()
        at += length or 1
    return kept or found


def _filler(found: list[Token], at: int) -> int:
    """Return how many words at a place are only spoken; words that mean something elsewhere, between commas alone."""
    words = tuple(token.lower for token in found[at : at + 3])
    corrected = words[0] == "actually" and words[1:2] and words[1][:2] == "20"  # in 2022, actually 2023
    if words[0] in _SPOKEN and not corrected:
        return 1
    length = next((n for n in (3, 2, 1) if words[:n] in _SAID and len(words) >= n), 0)
    before = at == 0 or found[at - 1].text == ","
    behind = at + length >= len(found) or found[at + length].text in {",", "?", "."}
    return length if length and before and behind else 0


def _with_topic_behind(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Put days that are named before a question, with a comma behind them, to its end: July 2024, how many bought?"""
    comma = next((i for i, token in enumerate(found) if token.text == ","), 0)
    reader = TimeReader(found, lexicon.data.as_of())
    linked = bool(found) and found[0].lower in _BEFORE_DAYS
    whole = any((read := reader.read(i)) is not None and i + read[1] == comma for i in range(1 + linked))
    if not comma or not whole:
        return found
    topic, rest = found[:comma], found[comma + 1 :]
    if [t.lower for t in rest[1:4:2]] == ["by", ","] and rest[0].lower == rest[2].lower:  # month by month
        topic, rest = [*rest[:3], *topic], rest[4:]
    end = len(rest)
    while end and rest[end - 1].lower in {"?", ".", "!"}:
        end -= 1
    if not rest or rest[0].stem not in _ASKED or any(reader.read(i) for i in range(comma + 1, len(found))):
        return found
    return [*rest[:end], *(topic if linked or len(topic) > comma else [*tokens("in"), *topic]), *rest[end:]]


def _with_people_of(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read a word for those of a place, which no name of the data is, as rows from there: Texans, New Yorkers."""
    rows = lexicon.shape.main_table().lower()
    for at, token in enumerate(found):
        if not token.text[:1].isupper() or lexicon.meanings((token.stem,)) or token.stem in WORDS:
            continue
        for base in (token.lower.removesuffix(end) for end in _OF_PLACE if token.lower.endswith(end)):
            before = found[at - 1].lower if at else ""
            words = (word for word in lexicon.named if len(base) > 2 and word.startswith(base))  # noqa: PLR2004
            near = sorted((w for w in words if len(w) - len(base) <= _CUT), key=len)
            for start, named in [(at - 1, (before, w)) for w in near if before] + [(at, (w,)) for w in near]:
                if any(isinstance(m, Held) and not m.part for m in lexicon.meanings(named)):
                    return [*found[:start], *tokens(f"{rows} from {' '.join(named)}"), *found[at + 1 :]]
    return found


def _with_names_joined(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Put together the parts of a name that stand apart: how long ... with us."""
    joined: set[int] = set()  # by their identity, the words of names that are put together
    lengths = {len(part) for parts in lexicon.gapped for part in parts}
    said_alike = _spans_alike(found, lengths)
    for parts in lexicon.gapped:
        if not all(alike(part) in said_alike for part in parts):
            continue
        while (places := _apart(found, parts, joined, lexicon)) is not None and not _goes_on(
            found, places[-1][1], lexicon
        ):
            said = [replace(one) for one in tokens(" ".join(word for part in parts for word in part))]
            gaps = [one for (_, end), (start, _) in pairwise(places) for one in _unlinked(found[end:start])]
            joined |= {id(one) for one in said}
            found = [*found[: places[0][0]], *gaps, *said, *found[places[-1][1] :]]
            said_alike |= _spans_alike(found, lengths)
    return found


def _spans_alike(found: list[Token], lengths: set[int]) -> set[tuple[str, ...]]:
    """Return what so many words beside each other say, each word as the first of those that mean the same in a name."""
    stems = tuple(one.stem for one in found)
    return {alike(stems[at : at + n]) for n in lengths for at in range(len(stems) - n + 1)}


def _apart(
    found: list[Token], parts: tuple[tuple[str, ...], ...], joined: set[int], lexicon: Lexicon
) -> list[tuple[int, int]] | None:
    """Return the places of the parts of a name, each a little behind the one before it."""
    for first in range(len(found)):
        places: list[tuple[int, int]] = []
        for part in parts:
            start = places[-1][1] if places else first
            last = start + _WIDEST_GAP if places else first
            at = next((i for i in range(start, min(last, len(found)) + 1) if _stand(found, i, part)), None)
            if at is None or any(one.stem in _ENDS or id(one) in joined for one in found[start : at + len(part)]):
                break
            places.append((at, at + len(part)))
        if len(places) == len(parts) and places[-1][1] - places[0][0] > sum(map(len, parts)):
            return None if _is_name(found[places[0][0] : places[-1][1]], lexicon) else places
    return None


def _is_name(found: list[Token], lexicon: Lexicon) -> bool:
    """Tell whether words are a name as they stand."""
    return any(isinstance(m, Named) for m in lexicon.meanings(tuple(one.stem for one in found)))


def _goes_on(found: list[Token], end: int, lexicon: Lexicon) -> bool:
    """Tell whether the last word of a name that stands apart begins another name: lifetime of lifetime value."""
    return 0 < end < len(found) and bool(lexicon.meanings((found[end - 1].stem, found[end].stem)))


def _unlinked(gap: list[Token]) -> list[Token]:
    """Return the words of a gap without those at its end that only link: over the next 12 months, in their lifetime."""
    end = len(gap)
    while end and (gap[end - 1].lower in ARTICLES | _LINKS):
        end -= 1
    return gap[:end]


def _stand(found: list[Token], at: int, words: tuple[str, ...]) -> bool:
    """Tell whether words stand at a place, or such as mean the same in a name."""
    here = tuple(one.stem for one in found[at : at + len(words)])
    return here == words or (len(here) == len(words) and alike(here) == alike(words))


def _with_loss(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "lost the most revenue" as having had its biggest drop: who is lost has no figure behind it."""
    at = next((i for i, token in enumerate(found) if token.lower in {"lost", "lose", "loses", "losing"}), None)
    i = at + 1 if at is not None else len(found)
    while i < len(found) and found[i].lower in {"the", "most", "more", "much", "least"}:
        i += 1
    figures = [m for m in lexicon.meanings((found[i].stem,)) if isinstance(m, Named)] if i < len(found) else []
    if at is None or not any(m.element.kind is Kind.METRIC and m.element.is_money for m in figures):
        return found
    size = {"most": "had the biggest drop in", "least": "had the smallest drop in"}
    way = next((text for word, text in size.items() if word in {t.lower for t in found[at:i]}), "decrease in")
    return [*found[:at], *tokens(way), *found[i:]]


def _with_moves(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "which segment gained the most customers" as the one that most moved into."""
    at = next((i for i, token in enumerate(found) if token.lower in _GAINED | _LOST), None)
    rows = next((i for i in range((at or 0) + 1, len(found)) if _is_rows(found[i], lexicon)), None)
    kept = {e.name.removeprefix("PREVIOUS_") for e in lexicon.shape.elements if e.name.startswith("PREVIOUS_")}
    named = (m for token in found[:at] for m in lexicon.meanings((token.stem,)) if isinstance(m, Named))
    if at is None or rows is None or not any(m.element.name in kept for m in named):
        return found
    if not all(token.lower in {"the", "most", "fewest", "least", "more"} for token in found[at + 1 : rows]):
        return found
    verb = tokens("move into" if found[at].lower in _GAINED else "move out of")
    return [*found[:at], *found[at + 1 : rows + 1], *verb, *found[rows + 1 :]]


def _is_rows(token: Token, lexicon: Lexicon) -> bool:
    return any(isinstance(m, Entity) for m in lexicon.meanings((token.stem,)))


def _with_yet(found: list[Token]) -> list[Token]:
    """Put "yet" behind its "not" and drop "been": who has not been active yet, is not yet active."""
    words = [token.lower for token in found]
    if "yet" not in words or "not" not in words[: words.index("yet")]:
        return found
    yet, negation = words.index("yet"), words.index("not")
    moved = [*found[: negation + 1], found[yet], *found[negation + 1 : yet], *found[yet + 1 :]]
    return [
        token
        for token, behind in zip(moved, [*moved[1:], None], strict=True)
        if token.lower != "been" and not (token.lower in _HAVE and behind is not None and behind.lower == "not")
    ]


def _with_left(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "left one segment for another" as left the one to the other."""
    stems = [token.stem for token in found]
    verb = next((i for i, s in enumerate(stems) if s in _LEAVING), None)
    if verb is None or "for" not in stems[verb:]:
        return found
    at = stems.index("for", verb)
    behind = any(
        isinstance(one, Held)
        for n in range(1, lexicon.longest + 1)
        for one in lexicon.meanings((*stems[at + 1 : at + 1 + n],))
    )
    return [*found[:at], *tokens("to"), *found[at + 1 :]] if behind else found


def _with_often(found: list[Token]) -> list[Token]:
    """Read "how often do customers buy" and "how many times" as how many transactions they make."""
    words = [token.lower for token in found]
    asked = [(i, n) for i in range(len(words)) for n in (2, 3) if tuple(words[i : i + n]) in _HOW_OFTEN]
    at, length = asked[0] if asked else (None, 0)
    spans = [(i, i + n) for n in range(_LONGEST_VERB, 0, -1) for i in range(len(found) - n + 1)]
    buying = next((span for span in spans if _is_buying(found[slice(*span)])), None)
    if at is None or buying is None:
        return found
    rest = [*found[at + length : buying[0]], *tokens("make"), *found[buying[1] :]]
    return [*found[:at], *tokens("how many transactions"), *rest]


def _with_growth(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "whose spend grew by more than 50 %" as whose spend increase is more than that, where the model has one."""
    stems = [token.stem for token in found]
    rows = "who" in stems or any(isinstance(m, Entity) for s in stems for m in lexicon.meanings((s,)))
    at = next((i for i, s in enumerate(stems) if s in _GROWING), None)
    if at is None or not rows or "by" not in stems[at:] or not lexicon.meanings(("spend", "increase")):
        return found
    by = stems.index("by", at)
    compared = by + 1 < len(found) and K.COMPARE in {kind for kind, _ in PHRASES.get(tuple(stems[by + 1 : by + 3]), ())}
    if not compared:
        return found
    if stems[at - 1] == "spend" and by == at + 1:
        return [*found[:at], *tokens("increase"), *found[by + 1 :]]
    if stems[at + 1 : at + 3] == ["their", "spend"]:
        return [*found[:at], *tokens("with"), *found[at + 3 : by], *tokens("spend increase"), *found[by + 1 :]]
    return found


def _is_buying(found: list[Token]) -> bool:
    return K.BUY in {kind for kind, _ in PHRASES.get(tuple(token.stem for token in found), ())}


def _with_each(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "how much does a customer spend on average" as spend per customer on average."""
    words = [token.lower for token in found]
    if not {"much", "many"} & set(words) or not _USUAL & set(words):
        return found
    result = list(found)
    for i in range(len(found) - 1, 0, -1):
        rows = any(isinstance(m, Entity) for m in lexicon.meanings((found[i].stem,)))
        if not rows or found[i].lower.endswith("s"):
            continue
        if words[i - 1] in {"a", "an", "one", "each", "every"}:
            result[i - 1] = tokens("per")[0]
        elif words[i - 1] == "average" and not (
            _IS & set(words[max(i - 3, 0) : i - 1]) and _has_amount(found[i], lexicon)
        ):
            result[i - 1 : i] = tokens("average per")
    return result


def _has_amount(token: Token, lexicon: Lexicon) -> bool:
    """Tell whether a word names rows that have an amount themselves: how much is the average purchase."""
    return any(isinstance(m, Entity) and lexicon.shape.amount(m.table) for m in lexicon.meanings((token.stem,)))


def _with_unit(found: list[Token]) -> list[Token]:
    """Read "how much do we sell in a month on average" and "on an average day" as an average per month or day."""
    words = [token.lower for token in found]
    for at in range(2, len(found)):
        if found[at].stem not in GRAINS or words[at].endswith("s"):
            continue
        start = at - 2 if words[at - 2] in {"in", "on", "during", "within", "over"} else at - 1
        if words[at - 1] in {"a", "an", "one"} and words[start - 1] not in _BOUNDING and _USUAL & set(words):
            return [*found[:start], *tokens("per"), *found[at:]]
        changing = at + 1 < len(words) and words[at + 1] in {"over", "on", "by", "to"}  # month over month
        if words[at - 1] in _TYPICAL and words[at - 2] in {"a", "an", "the", "on", "in", "our"} and not changing:
            start = at - 3 if words[at - 3] in {"in", "on", "during", "within"} else at - 2
            return [*found[:start], *tokens("per"), found[at], *tokens("on average"), *found[at + 1 :]]
    return found


def _with_mean_of_sides(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "do these customers have higher credit limits than those" as higher average credit limits."""
    words = [token.lower for token in found]
    if not {"than", "or", "compare", "versus", "vs"} & set(words):
        return found
    for at in range(1, len(found) - 1):
        before = at - 1 - (words[at - 1] in ARTICLES)
        if words[at] not in _GREATER or before < 0 or words[before] not in _HAVE:
            continue
        lengths = range(min(lexicon.longest, len(found) - at - 1), 0, -1)
        names = (lexicon.meanings(tuple(t.stem for t in found[at + 1 : at + 1 + n])) for n in lengths)
        named = next((one for one in names if one), ())
        if named and all(isinstance(m, Named) and m.element.kind is Kind.FACT for m in named):
            return [*found[: at + 1], *tokens("average"), *found[at + 1 :]]
    return found


def _with_spenders(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read "the biggest spenders" as the biggest customers by spend, where the model knows what spend is."""
    spend = next((m.element for m in lexicon.meanings(("spend",)) if isinstance(m, Named)), None)
    if spend is None:
        return found
    rows, by = lexicon.shape.main_table().lower(), spend.name.replace("_", " ").lower()
    ways = {several: tokens(f"{rows if several else rows.removesuffix('s')} by {by}") for several in (True, False)}
    ranked = [_is_ranked(found, i) for i in range(len(found))]
    pairs = zip(found, ranked, strict=True)
    return [
        one
        for token, top in pairs
        for one in (ways[token.lower.endswith("s")] if top and token.stem == "spender" else [token])
    ]


def _is_ranked(found: list[Token], at: int) -> bool:
    """Tell whether a superlative stands before a word, with a number between them or not: the top 1 % spenders."""
    at -= 1
    while at > 0 and (found[at].kind == "number" or found[at].lower in {"%", "percent", "of", "our"}):
        at -= 1
    return at >= 0 and K.TOP in {kind for kind, _ in PHRASES.get((found[at].lower,), ())}
