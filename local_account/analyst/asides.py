"""Leaves out of a question what is said beside it: who is greeted, who signs, and what the asker tells of himself."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from local_account.analyst.choosing import could_choose
from local_account.analyst.english import K
from local_account.analyst.lexicon import Entity
from local_account.analyst.marks import mark
from local_account.analyst.padding import OCCASION, is_of_asker, sentences, without_padding, without_rule
from local_account.analyst.restated import is_remark, is_restated, is_vague_lead, with_antecedent
from local_account.analyst.talk import is_closing, split_talk
from local_account.analyst.words import tokens
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark

# What an answer depends on, beside names, numbers and days.
_TELLING = (K.NOT, K.WHY, K.COMPARE, K.TOP, K.CORRELATION, K.DISTRIBUTION, K.FUTURE)
# What no topic of a question has: those who ask, or what they say of it.
_OF_TALK = re.compile(
    r"\b(?:me|us|i|i'm|we|we're|you)\b|^\W*(?:it|this|that|go|time|fun)\b|\b(?:says?|suggests?|hints?|tells?|told)\b"
    r"|\b(?:question|bet|quiz|puzzle|fact|riddle|one|check|talk|time|alert|news|moment|challenge|chat)\W*$",
    re.IGNORECASE,
)
_DOUBTED = re.compile(
    r"\b(?:claims?|claimed|says|said|thinks?|thought|reckons?|believes?|swears?|bets?|guesses)\b", re.IGNORECASE
)
_OWN_ROWS = {"they", "their"}  # of the rows that a question names itself: customers and their age
# What asks or groups: of such a clause nothing is left out though a word of it means nothing.
_GROUPING = (K.BY, K.GRAIN, K.LIST, K.WHICH, K.HOW_MANY, K.HOW_MUCH, K.SHARE, K.TOP, K.TREND)
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day))"
    r"(?P<who>(?: [^\W\d]+\.?){1,3}?)\s*[,!:-]\s+",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"^\W*(?:subject|re|fwd?|topic)\s*:\s*[^.\n!?]{2,80}[.\n!?]\s*(?=\w)", re.IGNORECASE)
_SIGNED = r"(?-i:[A-Z][\w'-]*\.?(?:\s[A-Z][\w'-]*\.?){0,2})"
# Manners at the end: thanks and regards, what they are for, and the name below them.
_FAREWELL = re.compile(
    rf"""
    (?:^|(?<=[\s,.;!?-]))\s*(?:
      (?:(?:and|with)\ )?(?:(?:many|kind|kindest|best|warm|warmest|sincere|big|much|my)\ )*
        (?:thanks|thank\ you|thankyou|thx|thanking\ you|regards|wishes|greetings|cheers|tia)\b
      | (?<=[.!?,]\ )(?:best|all\ the\ best|sincerely|yours(?:\ (?:sincerely|truly|faithfully))?|respectfully
        |cordially|br|rgds|bye|ta|take\ care|talk\ soon)\b(?=\W*(?:$|{_SIGNED}\W*$))
      | (?:(?:it|this|that)(?:'s|\ is|\ would\ be)\ )?(?:much|really|very\ much|greatly|highly)
        \ (?:appreciated|obliged)\b
      | (?:i(?:'d|\ would)?|we(?:'d|\ would)?)\ (?:(?:really|very\ much|greatly)\ )?appreciate
        \ (?:it|this|that|your\ \w+)\b
      | (?:and\ )?(?:have|wish(?:ing)?\ you)\ (?:yourself\ )?an?\ (?:(?:really|very)\ )?
        (?:nice|good|great|lovely|wonderful|pleasant|fantastic)
        \ (?:day|one|evening|weekend|week|afternoon|morning|time|rest\ of\ (?:the|your)\ \w+)\b
      | (?:i\ am\ |i'm\ |we\ )?look(?:ing)?\ forward\ to\ (?:hear(?:ing)?\ from\ you|(?:your|an?|the)\ (?:\w+\ )?\w+)\b
      | (?:you(?:'re|\ are)\ (?:a\ )?(?:the\ best|star|legend|lifesaver|life\ saver)|appreciate\ it|much\ love)\b
    )
    (?:[\s,.!-]*(?:so\ much|very\ much|a\ (?:lot|bunch|ton|million)|in\ advance|again|indeed|already|ever\ so\ much
      |for\ (?:your|the|all|any|everything|helping|looking|checking|this|that)(?:\ [a-z']+){{0,4}}
      |to\ (?:you|all|the\ team|everyone)(?:\ all)?|everyone|everybody|all|team|guys|folks|mate|buddy|dear|you)\b)*
    (?:[\s,.!-]*{_SIGNED})?[\s,.!?;:)-]*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SPOKEN = (
    r"(?:(?:so|well|okay|ok|look|listen|see|hey|now|and|but|oh|ah|um|uh|hmm|right|yeah|yes|no|alright|honestly|sorry"
    r"|basically|anyway|folks|guys|team)\b[\s,]*)*"
)
_OPENER = (
    r"(?:how|what|which|who|whom|whose|where|when|show|list|give|tell|name|compare|count|find|can|could|would|please"
    r"|do|does|did|is|are|was|were|has|have|on|in|at|for|from|by|of|top|calculate|compute|let)\b"
)
# Clauses that are spoken to who answers; those of other verbs could choose rows: after complaining, ...
_ADDRESSED = (
    r"(?:let's|let us|let me|be (?:honest|frank|kind|nice|gentle|a dear)|help (?:me|us)|bear with|remind me"
    r"|forgive|excuse|pardon|listen"
    r"|imagine|guess what|trust me|humou?r me|indulge me|enlighten me|do me|quick|in short|short|other"
    r"|just (?:curious|wondering|asking|checking|to|so|for|a|one|between)"
    r"|out of (?:(?:pure|sheer|idle|mere|personal) )?(?:curiosity|interest|habit)"
    r"|to (?:be (?:honest|clear|sure|precise|fair)|put|start|begin|get|have)"
    r"|if (?:you (?:don't|do not|can|could|have|would|know|happen|get|may)|it's|it is|possible|i may|i might)"
    r"|when(?:ever)? (?:you (?:have|get|find|can)|it suits|convenient)|before (?:i|my|our|we (?:go|start|begin|meet))"
    r"|since (?:you're|you are)|as (?:you (?:know|may|might|can|said)|i (?:said|mentioned)|mentioned|discussed|agreed"
    r"|part of|promised|always)|while (?:i'm|i am|we're|we are|i have|we have|you're|you are)|because (?:i|my)"
    r"|speaking of|(?:coming|going) back|back to|following up|no (?:rush|hurry)|one (?:more|quick|last|thing|other)"
    r"|another (?:thing|one|question)|(?:first|last|next|final) (?:thing|question|one|of all)|finally)\b"
)
_WHO = r"(?:boss|team|board|manager|ceo|cmo|cfo|coo|management|chief|director|client|colleagues?)"
_OF_ASKER = (
    r"(?:i|i'm|i've|i'd|we|we're|we've|my|our|this|that|it|it's|there|there's|you|nobody|no one|somebody|someone"
    rf"|everyone|everybody|people (?:keep|say|tell|ask|are asking)|the {_WHO}|he|she)\b"
)
_BREAK = r"\s[-\u2013]+|\u2014|:|;|\.\.\.|\u2026"
# A clause before the question itself, behind which a comma, a dash or a colon stands.
_LEAD = re.compile(
    rf"^\W*{_SPOKEN}(?:{_OF_ASKER}|{_ADDRESSED})[^?]{{0,120}}?(?:,|{_BREAK})\s*(?:(?:so|and|but|now) )?(?={_OPENER})",
    re.IGNORECASE,
)
# A favor that is asked before the question itself, with "and" behind it: can you do me a favor and count ...
_FAVOR = re.compile(
    rf"^\W*{_SPOKEN}"
    r"(?:(?:can|could|would|will) (?:you|we|i|someone)|please|kindly|let's|help me|do me|be|i need you to|go)\b"
    rf"[^?.,;:]{{0,60}}? and (?=(?:please |then |just )*(?:count|sum|add up|work out|pull|{_OPENER}))",
    re.IGNORECASE,
)
# A clause behind it that tells about who asks: ..., I need it for the board.
_TAIL = re.compile(
    rf"(?:[.!?,]|{_BREAK})\s*(?:(?:and|but|so|because|since|as) )?"
    r"(?:i|i'm|i've|i'd|i'll|we(?:'re|'d| are| need| want| would| have to)"
    r"|(?:that|it|this)(?:'s|'d|'ll| is| would| will)"
    rf"|(?:my|our|the) {_WHO}|nothing (?:else|more)|no (?:rush|hurry|need|more)|as soon as"
    r"|if (?:possible|you (?:can|could|don't|have))|when(?:ever)? you)\b[^,;?]{0,90}$",
    re.IGNORECASE,
)
# What is told before a colon, with anything behind it: I'd be thrilled to see who our superfans are: customers who ...
_BEFORE_COLON = re.compile(rf"^\W*{_SPOKEN}(?:{_OF_ASKER})[^?:]{{0,120}}?:\s+(?=\w)", re.IGNORECASE)
_WISH = r"(?:i|we)(?:'d|\ would|'m|\ am)?\ (?:just\ )?(?:love|like|want|need|have|wish|looking|be|rather)\b"
# Between a reason and the question: so how many ...; namely what ...; and I'd love to know ...
_SO = re.compile(
    rf"""
    (?:,\s*(?:and\ so|so|but|namely)\b(?!\ (?:far|on|forth|that|much|many)\b),?|;|:|\s[-\u2013]\s|\u2014|\.\.\.|\u2026)
      \s*(?:(?:so|um|uh|well|now|quick\ one|let's\ (?:check|see)|tell\ me|please|just\ (?:for\ fun|curious|wondering)
        |out\ of\ curiosity)\b,?\s+)*
      (?=(?:{_OPENER}|per|put|{_WISH}))
    | ,\s*(?:and\ )?(?:that's\ why|which\ is\ why|hence|therefore|(?:it|that|this|which)\ (?:made|makes|got)\ me
        \ (?:wonder(?:ing)?|curious|thinking)|i\ (?:wonder|was\ wondering))\s+(?:about\ )?(?={_OPENER}|{_WISH})
    | ,\s*(?=(?:can|could|would)\ you\ (?:please\ )?(?:show|tell|give|list|check|find|get|pull|calculate|look)\b)
    | (?<=\?)\s+(?=(?:compare|show|give|list|tell|calculate|compute)\b)
    | (?<=\w\w[.!])\s+(?=(?:{_OPENER}|{_WISH}))
    | ,\s*(?:(?:and|so|but)\ )?(?={_WISH}\ to\ (?:know|see|understand|learn|get)\b)
    | ,?\s(?:and|so|but)\s(?:(?:i|we)\s)?(?:(?:was|am|were|is|are|'m)\s)?(?:just\s)?(?:hoping|wondering|curious|trying
        |asked|told|keen|eager|dying|itching|supposed)\b[^,.?]{{0,40}}?(?=\b(?:how|what|which|who|the\ number)\b)
    | ,?\s(?=i(?:'d|\ would)\ (?:like|love)\ to\ (?:know|see)\b|(?:i|we)\ (?:need|want)\ the\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Words with which no reason begins, but a choice of rows: for students, ...
_RESTRICTING = re.compile(
    r"^(?!.*\bthere (?:must|is|are|has|have|should|will)\b)"
    r"\W*(?:(?:so|well|okay|ok|um|uh|and|but|hi|hello)\W+)*(?:for|in|among|of|on|at|with|within|from|excluding|without"
    r"|except|where|after|during|only|just|assuming|given|considering|regarding|by|per|each|every|all|compare|show|list"
    r"|consider|take|assume|suppose|imagine|look|focus|use|exclude|ignore|filter|limit|restrict|break|split|group"
    r"|how|what|which|who|revenue|number|total|average|top|give|the number|count)\b(?! once\b)",
    re.IGNORECASE,
)
_FOR_OCCASION = re.compile(
    rf"^\W*for (?:the|an?|our|my|this|next|tomorrow's) (?:\w+ ){{0,2}}(?:{OCCASION})$", re.IGNORECASE
)
_EXCEPT = {"except", "excluding", "without", "except for", "apart from", "other than", "ignoring", "exclude", "besides"}
_NOTHING_CHOSEN = re.compile(
    r"^\W*just (?=so\b|to\b|for\b)|\b(?:for once|head around (?:it|this|that|things)"
    r"|on (?:holiday|vacation|leave)|only (?:recently|just|now))\b",
    re.IGNORECASE,
)
_SHORTEST_REASON = 2  # words
_YES_OR_NO = re.compile(r"^\W*(?:is|are|was|were|do|does|did|has|have|can|could|should|will|would)\b", re.IGNORECASE)
# A verb of a sentence, before which no relative clause has begun.
_TOLD = re.compile(
    r"^(?:(?!\b(?:who|that|which|whose|with)\b).)*?(?:\b(?:i|we|you|he|she|it|people|everybody|everyone|someone|somebody|nobody"
    r"|is|are|was|were|am|has|have|had|do|does|did|will|would|can|could|should|must|may|might|keeps?|wants?|needs?|thinks?)\b"
    r"|'(?:s|re|ve|m|d|ll)\b|n't\b)|^\W*(?:before|to|as|since|while|because|just|help|let)\b"
    r"|\b(?:made|makes|got) me (?:think|wonder|curious)",
    re.IGNORECASE,
)
_ENDS = " ,;:-\u2013\u2014.!?\u2026"
# What somebody has heard or thinks, which may name anything.
_REPORTED = re.compile(
    r"^\W*(?:\w+\W+){0,3}?(?:(?:keep|kept|have|has|just|always|often|recently|ve|am|is|are|was|were|been) )*"
    r"(?:hear|hearing|heard|read|reading|told|claims?|claimed|say|says|said|saying|thinks?|thought|believes?|believe"
    r"|worried|worrying|rumou?rs?|discuss(?:ed|ing)|talk(?:ed|ing)?|chatting|chatted|argued|arguing)\b",
    re.IGNORECASE,
)


def without_asides(question: str, lexicon: Lexicon) -> tuple[str, tuple[str, ...]]:
    """Leave out what is said beside a question, with a sentence for each statement that was left out.

    Nothing goes that chooses rows or days: the values that a reason names have to be named in the question, too.

    Args:
        question: one sentence or several.
        lexicon: the phrases of the model and its data.
    """
    text = _without_ends(question, lexicon)
    pointed = with_antecedent(sentences(text), lexicon)
    reason, rest = pointed or _split_reason(text, lexicon)
    text = without_padding(rest)
    every = sentences(text)
    left_out = [reason.strip(_ENDS)] if reason else []
    left_out += [one for one in every if _is_beside(one, lexicon)]
    left_out += _asking_nothing([one for one in every if one not in left_out], lexicon)
    kept = " ".join(one for one in every if one not in left_out)
    heard = " ".join(one for one in sentences(kept) if not _is_heard(one))
    if heard != kept and _is_question(heard, lexicon):
        left_out += [one for one in sentences(kept) if _is_heard(one)]
        kept = heard
    if not kept:
        return text, ()
    for split in (_split_reason, _split_lead, _split_tail, split_talk):
        beside, rest = split(kept, lexicon)
        if beside:
            left_out.append(beside.strip(_ENDS))
            kept = without_padding(rest)
    return kept, tuple(f'"{one}" was left out: it asks for nothing.' for one in left_out)


def _asking_nothing(every: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Return the sentences that lead up to a question in vague words, or say once more what another one asks."""
    found = [one for at, one in enumerate(every) if is_vague_lead(one, every[at + 1 :], lexicon)]
    for one in every[::-1]:
        others = [other for other in every if other is not one and other not in found]
        if any(_is_question(other, lexicon) for other in others) and (
            is_restated(one, others, lexicon)
            or is_remark(one, lexicon)
            or (one is not every[0] and is_closing(one, lexicon))
        ):
            found.append(one)
    return found


def _split_reason(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """Return the reason why something is asked, and what is: We lose people, so how many are lapsed?"""
    for found in _SO.finditer(text):
        reason, rest = text[: found.start()], text[found.end() :]
        if (pointed := with_antecedent((reason, rest), lexicon)) is not None:
            return pointed
        marks = _marks(reason, lexicon)
        told = _is_told(reason, found[0]) or _is_said_apart(reason, found[0], marks)
        if not (_FOR_OCCASION.match(reason) or (not _RESTRICTING.match(reason) and told)):
            continue
        said = _marks(rest, lexicon)
        days = any(m.period is not None and not m.period.every for m in marks)
        days = days and not any(m.period is not None for m in said)
        alone = any(m.kinds.get(K.FOLLOW) == "only" or m.text.lower() in _EXCEPT for m in marks)
        known = all(_is_chosen_anew(m, said, lexicon) for m in marks) and not could_choose(reason, marks)
        doubted = _DOUBTED.search(reason) and "but" in found[0].lower()  # somebody claims a number
        open_choice = days or alone or (_compares(marks) and not doubted)
        if known and not open_choice and _is_question(rest, lexicon):
            return reason, rest
    return "", text


def _is_told(reason: str, joint: str) -> bool:
    """Tell whether what stands before a question tells something, and is no topic of it: students in college."""
    if "?" in reason:
        return reason.rstrip().endswith("?") and reason.count("?") == 1 and _YES_OR_NO.match(reason) is not None
    if len(reason.split()) < _SHORTEST_REASON:
        return False
    spoken = (
        joint.strip(" ,").lower().startswith(("so", "but", "and", "namely", "that", "which", "it", "hence", "there"))
    )
    return spoken or reason.rstrip().endswith("!") or _TOLD.search(reason) is not None


def _is_said_apart(reason: str, joint: str, marks: Sequence[Mark]) -> bool:
    """Tell whether a sentence, or what stands before a colon, is of other things than data: Settle a bet for us: ..."""
    if "?" in reason or not (
        reason.rstrip().endswith((".", "!")) or joint.strip()[:1] in {":", "-", "\u2013", "\u2014"}
    ):
        return False
    if not (reason.rstrip().endswith("!") or _OF_TALK.search(reason)):
        return False  # students in college: how many customers ...
    asking = any(m.can(*_GROUPING) for m in marks)
    vague = any(m.can(K.VAGUE) for m in marks) and not any(m.meanings for m in marks)
    return not asking and (reason.rstrip().endswith("!") or vague or any(m.can(K.UNKNOWN) for m in marks))


def _compares(marks: Sequence[Mark]) -> bool:
    """Tell whether rows are chosen by a number or by what they did not do: more than 5 purchases, without purchases."""
    for one, behind in pairwise([m for m in marks if set(m.kinds) != {K.FILL}]):
        bound = (one.can(K.COMPARE) and behind.number is not None) or (one.number is not None and behind.can(K.OR_MORE))
        absent = one.kinds.get(K.NOT) in {"without", "never"} and behind.can(K.NOUN, K.BUY)
        if bound or absent:
            return True
    return False


def _is_chosen_anew(one: Mark, said: Sequence[Mark], lexicon: Lexicon) -> bool:
    """Tell whether what a mark chooses is chosen by the question, too: by a value of its dimension, or by days."""
    chosen = [h.element for h in one.held if not h.part] + [m.element for m in one.named(Kind.FILTER)]
    counts = [m.element for m in one.named(Kind.METRIC)]  # customers who never bought
    chosen += [e for e in counts if "COUNT_IF" in e.expression.expr.upper()]
    anew = [e.element for m in said for e in (*m.held, *m.named(Kind.FILTER, Kind.METRIC))]
    events = lexicon.shape.events()
    groups = [m.element for one in said for m in one.named(Kind.DIMENSION)]  # is Gold older: average age by card type
    on_days = any(e.table == other.table == events for e in chosen for other in anew)  # on Saturdays, on weekends
    return not chosen or on_days or any(e == other for e in chosen for other in (*anew, *groups))


def _split_lead(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """Return a clause before a question that tells about who asks, and the question."""
    for pattern in (_LEAD, _FAVOR, _BEFORE_COLON):
        found = pattern.search(text)
        if found is not None and (split := _apart(found[0], text[found.end() :], lexicon)) is not None:
            return split
    return "", text


def _split_tail(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """Return a clause behind a question that tells about who asks, and the question."""
    found = _TAIL.search(text)
    return _apart(found[0], text[: found.start()], lexicon) or ("", text) if found is not None else ("", text)


def _apart(clause: str, rest: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """Return a clause and what is left of a question, or None where the one is about data or the other asks nothing."""
    return (clause, rest) if _is_question(rest, lexicon) and not is_about_data(clause, lexicon) else None


def _without_ends(question: str, lexicon: Lexicon) -> str:
    """Return a question without whom it greets, and without thanks, regards and the name below them."""
    text, before = question, ""
    while text != before:
        before = text
        found = _FAREWELL.search(text)
        if found is not None and any(m.meanings for m in mark(tokens(text[: found.start()]), lexicon)):
            text = text[: found.start()].rstrip(" ,;-\n")
    subject = _SUBJECT.match(text)
    if subject is not None and _is_question(text[subject.end() :], lexicon):
        text = text[subject.end() :]
    greeted = _GREETING.match(text)
    if greeted is not None and not _of_data(greeted["who"], lexicon) and re.search(r"\w", text[greeted.end() :]):
        text = text[greeted.end() :]
    return text


def _is_question(text: str, lexicon: Lexicon) -> bool:
    """Tell whether a text names what can be asked about, and does not say "them" of what was named before it."""
    marks = mark(tokens(text), lexicon)
    rows = next((at for at, m in enumerate(marks) if m.entities), len(marks))
    pointing = [m for at, m in enumerate(marks) if m.can(K.THEM) and (at < rows or m.text.lower() not in _OWN_ROWS)]
    return any(m.meanings for m in marks) and not pointing


def _is_beside(sentence: str, lexicon: Lexicon) -> bool:
    """Tell whether a sentence only tells about those who ask."""
    addressed = re.match(rf"\W*{_SPOKEN}(?:{_OF_ASKER}|{_ADDRESSED})", sentence, re.IGNORECASE) is not None
    return "?" not in sentence and (is_of_asker(sentence) or addressed) and not is_about_data(sentence, lexicon)


def _is_heard(sentence: str) -> bool:
    """Tell whether a sentence of its own tells what somebody has heard or thinks."""
    ended = sentence.endswith((".", "!", "...", "\u2026"))
    return ended and is_of_asker(sentence) and _REPORTED.match(sentence) is not None


def is_about_data(sentence: str, lexicon: Lexicon) -> bool:
    """Tell whether a sentence names anything that the rows of an answer could depend on.

    Args:
        sentence: a part of a question.
        lexicon: the phrases of the model and its data.
    """
    marks = _marks(sentence, lexicon)
    if any(m.number or m.period for m in marks) or _of_data(sentence, lexicon) or could_choose(sentence, marks):
        return True
    vague = not _REPORTED.match(sentence) and any(m.can(K.VAGUE) for m in marks)
    alone = any(m.kinds.get(K.FOLLOW) in {"only", "too", "replace"} for m in marks)
    return alone or vague or any(m.can(*_TELLING) for m in marks)


def _marks(text: str, lexicon: Lexicon) -> list[Mark]:
    """Return the marks of a text without what chooses nothing: the numbers by which a rule is called, for once."""
    return mark(tokens(_NOTHING_CHOSEN.sub("", without_rule(text))), lexicon)


def _of_data(text: str, lexicon: Lexicon) -> list[Mark]:
    """Return the marks that name more than the rows of a table."""
    return [m for m in _marks(text, lexicon) if any(not isinstance(one, Entity) for one in m.meanings)]
