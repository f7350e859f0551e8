"""Parts talk before a question from it, whatever its words: I'm no numbers person, so bear with me, how many ...?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_account.analyst.choosing import could_choose
from local_account.analyst.english import K
from local_account.analyst.idle import IDLE
from local_account.analyst.lexicon import Entity
from local_account.analyst.marks import mark
from local_account.analyst.words import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark

_ASKING = """
    to know|find out|tell me|tell us|show me|give me|send me|learn|see|hear|need|need of|request|require|want|wanted|for
    |ask|asks|asking|asked|so|but|know|out|remember|wonder
"""
_ASKED = """
    how many|how much|how often|how old|how long|how high|how large|how big|how is|how are|how do|how does|how did
    |what|which|who|in which|on which|where|when|number of|list|show|compare|count|revenue|average|median|total|top
    |please show|please list|please give|please tell|please compare|please count
"""
_FIGURES = """
    number|count|share|percentage|average|median|sum|amount|revenue|list|names|breakdown|distribution|correlation|top
    |five|ten|three
"""
_VERBS, _WORDS, _NAMES = ("".join(text.split("\n")).replace("    ", "") for text in (_ASKING, _ASKED, _FIGURES))
# With which what is asked begins, behind a sign, a verb of asking, or a word that joins.
_BEHIND = "|".join(rf"(?<=\b{verb} )" for verb in _VERBS.split("|"))
_CORE = re.compile(
    rf"(?:(?<=[,;:.!?\u2026-] )|{_BEHIND})"
    rf"(?=(?:{_WORDS}|the (?:total |overall |exact |current |latest )?(?:{_NAMES}))\b)",
    re.IGNORECASE,
)
_OF_ASKER = re.compile(
    r"\b(?:i|me|my|we|us|our|you|your|i['\u2019]\w+|we['\u2019]\w+|you['\u2019]\w+)\b", re.IGNORECASE
)
# Talk that names nobody.
_SAID = re.compile(
    r"^\W*(?:long story short|to cut a long story short"
    r"|as (?:discussed|agreed|requested|promised|mentioned|planned|ever)"
    r"|sorry\b|apologies|excuse|pardon|rumou?r has it|word has it|no offen[cs]e|no pressure|no worries|no rush"
    r"|(?:here|this|that)(?:'s| is| comes| goes)|it(?:'d| would| might| is|'s)|hope\b|hoping|just wondering|quick)",
    re.IGNORECASE,
)
# With which a choice of rows begins, and no talk.
_RESTRICTING = re.compile(
    r"^\W*(?:so |well |okay |ok |um |uh |and |but )*(?:for|in|among|of|on|at|with|within|from|excluding|without|except"
    r"|where|after|before|during|only|assuming|given|considering|by|per|each|every|all)\b(?! (?:our|my|your|you|a) "
    r"(?:conversation|call|chat|talk|discussion|meeting|request|mail|email|e-mail|note|message|agreement)\b)",
    re.IGNORECASE,
)
# Talk behind a question that names nobody, and when an answer is needed.
_CLOSING = re.compile(
    r"^\W*(?:no (?:rush|hurry|pressure|worries|stress|need)|an? (?:single|rough|round|quick) (?:figure|number|answer)"
    r"|can(?:'t|not)|please (?:advise|reply|respond|help|let)|it(?:'s|'d| would| will| is| has)"
    r"|(?:this|that)(?:'s|'d| is| would)|asking for|just asking|hope|looking forward|let|promise|don't|do not|cheers"
    r"|thanks|(?:the )?sooner)\b",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"\b(?:(?:by|until|before|due|till|on|for) )*(?:(?:by|until|before|due|till) (?:(?:on|this|next|the|end of) )*"
    r"(?:today|\w+day|week|month|weekend)|tomorrow|tonight|noon|(?:this )?(?:morning|afternoon|evening))\b"
    r"|(?<=need it )today\b|\b(?:today|\w+day|(?:this|next) week)(?:['\u2019]s)? (?:meeting|call|report|deck|review)\b"
    r"|\b(?:an? )?(?:single|one)(?= (?:figure|number|answer|value|table)\b)|\bwill\b|\bover (?:this|that|it)\b",
    re.IGNORECASE,
)
_AS_SAID = re.compile(r"^\W*per (?:our|my|your) (?=\w)", re.IGNORECASE)  # per our conversation
_TELLING = (
    K.COMPARE, K.OR_MORE, K.TOP, K.SHARE, K.BY, K.CORRELATION, K.DISTRIBUTION, K.RATIO, K.ORDINAL, K.FUTURE, K.WHY,
    K.TREND, K.CHANGE, K.DIFFERENT, K.FRACTION,
)  # fmt: skip


def split_talk(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """Return talk before a question, and the question; no talk where it could choose rows, or where all is understood.

    Args:
        text: a question, with what is said before it.
        lexicon: the phrases of the model and its data.
    """
    for found in _CORE.finditer(text):
        before, rest = text[: found.start()], text[found.end() :]
        said = mark(tokens(_AS_SAID.sub("", before)), lexicon)
        if any(m.meanings and not _is_rows(m) for m in said):
            break
        if _is_talk(before, said) and _asks(rest, lexicon):
            return before, rest
    return "", text


def _is_talk(before: str, said: Sequence[Mark]) -> bool:
    """Tell whether words of which some mean nothing are said by or to somebody, and choose no rows."""
    of_asker = _OF_ASKER.search(before) is not None
    if not (of_asker or _SAID.match(before)) or _RESTRICTING.match(before) or could_choose(before, said):
        return False
    told = any(m.period is not None or m.number is not None or m.can(*_TELLING) for m in said)
    negated = any(m.can(K.NOT) for m in said) and not of_asker
    unread = any(m.can(K.UNKNOWN, K.VAGUE, K.NOT, K.GRAIN) and m.text.lower() not in IDLE for m in said)
    return unread and not told and not negated and not _takes_alone(said)


def _takes_alone(said: Sequence[Mark]) -> bool:
    return any(m.kinds.get(K.FOLLOW) == "only" and m.text.lower() != "just" for m in said)


def _is_rows(one: Mark) -> bool:
    return all(isinstance(m, Entity) for m in one.meanings)


def _asks(rest: str, lexicon: Lexicon) -> bool:
    """Tell whether what is left names something of the data, and points to nothing before it."""
    said = mark(tokens(rest), lexicon)
    return any(m.meanings for m in said) and not any(m.can(K.THEM) for m in said)


def is_closing(sentence: str, lexicon: Lexicon) -> bool:
    """Tell whether a sentence behind a question is of who asks, and of no data: I need it for a report due tomorrow.

    Args:
        sentence: a sentence that stands behind a question.
        lexicon: the phrases of the model and its data.
    """
    if _RESTRICTING.match(sentence) or not (_OF_ASKER.search(sentence) or _CLOSING.match(sentence)):
        return False
    said = mark(tokens(_DUE.sub("", sentence)), lexicon)
    chosen = any(m.period is not None or m.number is not None or m.held or not _is_rows(m) for m in said)
    telling = any(m.can(*_TELLING, K.GRAIN, K.AGGREGATE, K.WHICH, K.HOW_MANY) for m in said)
    return not chosen and not telling and not _takes_alone(said) and not could_choose(sentence, said)
