"""Puts what somebody did more or less of in some days than in others into one sentence that is read.

"Whose spend fell by more than half from Q3 to Q4 2024", "who cut their purchases by 20 % in 2024 against 2023" and
"who spent twice as much in 2024 as in 2023" all say: who had over 50 % less revenue in Q4 2024 than in Q3 2024.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from local_account.analyst.lexicon import Entity
from local_account.analyst.times import TimeReader
from local_account.analyst.words import tokens

if TYPE_CHECKING:
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.words import Token

_BOUND = r"(?:by )?(?P<bound>(?:more than|over|at least|no less than|less than|under|exceeding) )?"
_SO_MUCH = (
    rf"{_BOUND}(?P<much>\d[\d.]* (?:%|percent)|half|a (?:quarter|third|fifth|tenth))"
    r"(?P<more> or more| or greater| and more)?"
)
_MUCH = rf"(?: {_SO_MUCH})?"
_FELL = (
    r"fell|fall|fallen|dropped|drop|declined|decline|decreased|decrease|went down|gone down|was down|is down|were down"
    r"|down|shrank|shrunk|dipped|sank|slipped"
)
_ROSE = r"grew|grow|grown|rose|rise|risen|increased|increase|went up|gone up|was up|is up|were up|climbed|jumped"
_CUT = r"cut|reduced|lowered|decreased|scaled back|shrank"
_RAISED = r"increased|raised|grew|stepped up|boosted"
_TIMES = {"halved": ("<", "half"), "doubled": (">", "100 %"), "tripled": (">", "200 %"), "trebled": (">", "200 %")}
_SHARES = {"half": "50", "a quarter": "25", "a third": "33.3333333333", "a fifth": "20", "a tenth": "10"}
_AGAINST = (
    r"(?:(?:as )?compared (?:to|with)|against|versus|vs|relative to|over|on|from|than|than in|below|above|under)"
    r"(?: (?:that|those|the one|the ones|it was|they were))?(?: (?:in|of|over|during|for))?"
)
_IN = r"(?:(?:in|over|during|for|of) )?"
_FIGURE = r"(?P<figure>[a-z][a-z -]*?)"
# The days stand as 0 and 1 in the order in which they are said.
_DAYS = (
    r"(?:, )?(?:from ⟨(?P<early>\d)⟩ to ⟨(?P<late>\d)⟩|between ⟨(?P<from>\d)⟩ and ⟨(?P<to>\d)⟩"
    rf"|{_IN}⟨(?P<now>\d)⟩ {_AGAINST} ⟨(?P<then>\d)⟩)"
)
_GROUPED = r"(?: (?:by|per|in each|of each|from|in) [a-z]+(?: [a-z]+)?)?"
_WHO = r"(?:who|that|which)(?: (?:have|has|had))?"
_HAS = r"(?:has |have |had |is |are |was |were )?"
_BEYOND = r"(?:(?P<beyond>more than) |at least )?"
_OF_ROWS = rf"(?P<rows>ROWS{_GROUPED}) (?:whose|with|where the|for whom the|where) (?:a |the |their )?{_FIGURE} "
_HIGHER = r"(?P<than>higher|greater|larger|more|lower|smaller|less|fewer|above|below|down|up)"
_THAT = r"(?: (?:that|those|the one|it was|their [a-z]+))?(?: (?:in|of|over|during|for))?"
_NOW, _THEN = r"⟨(?P<now>\d)⟩", r"⟨(?P<then>\d)⟩"
_SPENT = (
    r"(?P<rows>(?:ROWS )?)(?P<verb>spent|spend|spending|bought) (?P<than>less|more|fewer)(?: money| often)?(?: ,)? "
    rf"{_IN}{_NOW} (?:than|{_AGAINST}) {_IN}{_THEN}"
)
_PATTERNS = (
    rf"{_OF_ROWS}{_HAS}{_BEYOND}(?P<verb>{_FELL}|{_ROSE}|halved|doubled|tripled|trebled){_MUCH} {_DAYS}",
    rf"{_OF_ROWS}{_IN}{_NOW} {_HAS}(?P<verb>{_FELL}|{_ROSE}){_MUCH} {_AGAINST} {_THEN}",
    (
        rf"(?P<rows>ROWS) (?:{_WHO} )?{_BEYOND}(?P<verb>{_CUT}|{_RAISED}|halved|doubled|tripled|trebled) "
        r"(?:their|its|the) "
        rf"{_FIGURE}{_MUCH} {_DAYS}"
    ),
    (
        rf"{_OF_ROWS}{_IN}{_NOW} {_HAS}(?:(?P<exceeds>exceeds?|exceeded|beats?|tops?|topped)|"
        rf"(?:{_SO_MUCH} )?{_HIGHER}(?: (?:than|on|from|compared to|compared with|against))?)"
        rf"{_THAT} {_THEN}"
    ),
    (
        rf"(?P<rows>ROWS) (?:{_WHO} )?(?P<verb>spent|bought|purchased) (?P<bound>(?:more than|over|at least) )?"
        r"(?P<times>twice|double|three times|half) (?:as (?:much|often)|the amount) "
        rf"in {_NOW} (?:as|than) (?:in )?{_THEN}"
    ),
    _SPENT,
)
_SIZES = r"(?:biggest|largest|greatest|steepest|strongest|sharpest|highest|most)"
_TOLD = r"(?:(?:please|show|me|us|find|list|give|the|which|who|are|is|what|top|name|tell|of|our|customers) )*?"
_UNIT = (
    r"(?P<unit> (?:in (?:dollars|usd|dollar terms|absolute terms|percent|%|percentage terms)"
    r"|by the \w+ (?:dollar )?amount))?"
)
_SHOWN = (
    r"(?: ,? ?(?:and |with |show |please |also |tell |give |me )*"
    r"(?:by how much|how (?:much|big|large) (?:was|is) (?:each|the|it)(?: [a-z]+)?"
    r"|the (?:drop|decrease|fall|decline|cut|rise|increase|gain|change)|(?:the )?amount of the [a-z]+))*"
)
_FIRST = rf"^{_TOLD}(?P<number>[a-z]+|\d+)? ?ROWS"
_CHANGE = r"(?P<verb>drop|fall|decrease|decline|reduction|cut|rise|increase|growth|jump|gain)s?"
_MOST = (
    (
        rf"{_FIRST} (?:with|who had|that had|having) (?:the )?{_SIZES} {_CHANGE} in (?P<dollar>(?:dollar|absolute) )?"
        rf"{_FIGURE}{_UNIT} ,? ?{_DAYS}{_SHOWN}$"
    ),
    (
        rf"{_FIRST} whose {_FIGURE} (?P<verb>{_FELL}|{_ROSE}) (?:the most|most|by the {_SIZES} "
        r"(?P<dollar>dollar )?amount)"
        rf"{_UNIT} ,? ?{_DAYS}{_SHOWN}$"
    ),
    (
        rf"{_FIRST} who (?P<verb>{_CUT}|{_RAISED}) their {_FIGURE} (?:the )?most(?: ,)?(?: measured)?"
        rf"{_UNIT} ,? ?{_DAYS}{_SHOWN}$"
    ),
)
_MORE_TIMES = {"twice": "100 %", "double": "100 %", "three times": "200 %"}
_BEFORE = re.compile(
    r"\b(?:the |those )?(?:(\d+) days (?:immediately |right |just |directly )?(?:before|prior|preceding)"
    r"(?: (?:that|those|them|it|the last \d+(?: days)?))?|(?:previous|preceding|prior) (\d+) days)\b"
)


_compiled = lru_cache(maxsize=100)(re.compile)


def with_own_change(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Read what rows had more or less of in some days than in others as "who had N % less of it in X than in Y".

    Args:
        found: the tokens of a question.
        lexicon: the phrases of the model and its data.
    """
    text = " ".join(token.lower for token in found)
    if not re.search(r"\b(?:who|whose|that|which|with|where|spent|bought|their)\b", text):
        return found
    plain = _BEFORE.sub(lambda m: f"the previous {m[1] or m[2]} days", text)
    if plain != text and not re.search(r"\b(?:last|past) \d+ days\b", plain):
        plain = text
    words = tokens(plain)
    periods, marked = _with_places(words, lexicon)
    rows = sorted(
        {token.lower for token in words if Entity(lexicon.shape.main_table()) in lexicon.meanings((token.stem,))}
    )
    if len(periods) < 2 or not rows:  # noqa: PLR2004 (two times)
        return found
    named = "|".join(map(re.escape, rows))
    for pattern in _MOST:
        match = _compiled(pattern.replace("ROWS", f"(?:{named})")).search(marked.rstrip(" ?."))
        if match is not None:
            return tokens(re.sub(r"⟨(\d)⟩", lambda m: periods[int(m[1])], _said_of_most(match)))
    for pattern in _PATTERNS:
        match = _compiled(pattern.replace("ROWS", f"(?:{named})")).search(marked)
        if match is not None and (said := _said(match)) is not None:
            said = said if match["rows"] else said.removeprefix("who ")
            new = f"{marked[: match.start()]}{match['rows']} {said}{marked[match.end() :]}"
            return _kept_case(tokens(re.sub(r"⟨(\d)⟩", lambda m: periods[int(m[1])], new)), found)
    return found


_COLUMNS = re.compile(
    r"(?:,| and|, and) (?:the )?"
    r"(?:(?:percentage|percent|%) change|change in (?:percent|%)|both (?:spends|amounts|figures))"
    r"(?= ?[,.?!]| and |$)",
    re.IGNORECASE,
)


def without_told(question: str, lexicon: Lexicon) -> str:
    """Return a question without the columns that a change of each row has anyway: both figures, and it in percent.

    Args:
        question: what was asked.
        lexicon: the phrases of the model and its data.
    """
    if _COLUMNS.search(question) is None:
        return question
    found = tokens(question)
    text = " ".join(token.lower for token in with_own_change(found, lexicon))
    grown = re.search(r"\d (?:%|percent) (?:less|more) .*\bthan\b", text)
    return _COLUMNS.sub("", question) if grown is not None else question


def _with_places(words: list[Token], lexicon: Lexicon) -> tuple[list[str], str]:
    """Return the days that are named one by one, and the text with a number in the place of each."""
    parted = [tokens(";")[0] if w.lower in {"to", "and", "than", "before", "from", "between"} else w for w in words]
    reader = TimeReader(parted, lexicon.data.as_of())
    periods: list[str] = []
    kept: list[str] = []
    at = 0
    while at < len(words):
        read = reader.read(at)
        start = at + (words[at].lower in {"in", "on", "over", "during", "for", "of"})
        if read is None or len(periods) > 9 or start > at:  # noqa: PLR2004 (one figure each)
            kept.append(words[at].lower)
            at += 1
            continue
        periods.append(" ".join(w.lower for w in words[at : at + read[1]]))
        kept.append(f"⟨{len(periods) - 1}⟩")
        at += read[1]
    return periods, " ".join(kept).replace("the ⟨", "⟨")


def _said(match: re.Match[str]) -> str | None:
    """Return a match as the sentence that is read."""
    groups = {name: text for name, text in match.groupdict().items() if text}
    then = groups.get("early") or groups.get("from") or groups.get("then")
    now = groups.get("late") or groups.get("to") or groups.get("now")
    verb = groups.get("verb", "")
    figure = groups.get("figure", "purchases" if verb in {"bought", "purchased"} else "spend").strip()
    if figure in {"spending", "spend", "total spend"}:
        figure = "revenue"
    sign, much = _way(verb, groups)
    if sign is None or then == now:
        return None
    bound = _bound(groups) if much else ""
    much = f"{_SHARES[much]} %" if much in _SHARES else much
    said = " ".join(f"{bound}{much} {'more' if sign == '>' else 'less'} {figure}".split())
    return f"who had {said} in ⟨{now}⟩ than in ⟨{then}⟩"


def _said_of_most(match: re.Match[str]) -> str:
    """Return who rose or fell the most as the sentence that is read, in dollars where it is not said in percent."""
    groups = {name: text for name, text in match.groupdict().items() if text}
    then = groups.get("early") or groups.get("from") or groups.get("then")
    now = groups.get("late") or groups.get("to") or groups.get("now")
    verb = groups.get("verb", "")
    down = re.fullmatch(rf"{_FELL}|{_CUT}|decrease|reduction", verb) is not None
    unit = "percent" if re.search(r"percent|%", groups.get("unit", "")) else "dollars"
    way = "fall" if down else "rise"
    rows = f"{groups.get('number', '')} customers".strip()
    return (
        f"which {rows} saw their {groups['figure'].strip()} {way} the most in {unit} in ⟨{now}⟩ compared with ⟨{then}⟩"
    )


def _bound(groups: dict[str, str]) -> str:
    """Return how the share of a change is bounded."""
    if groups.get("beyond"):
        return "over "
    if groups.get("more"):
        return "at least "
    said = groups.get("bound", "").strip()
    return f"{ {'no less than': 'at least', 'exceeding': 'over'}.get(said, said) or 'at least' } "


def _way(verb: str, groups: dict[str, str]) -> tuple[str | None, str]:
    """Return whether there was more or less, and how much in words."""
    much = groups.get("much", "")
    if (times := groups.get("times")) is not None:
        return (None, "") if times == "half" else (">", _MORE_TIMES[times])
    if verb in _TIMES:
        return (None, "") if much else _TIMES[verb]
    word = groups.get("than", "")
    if groups.get("exceeds") or word in {"higher", "greater", "larger", "more", "above", "up"}:
        return ">", much
    down = word or re.fullmatch(rf"{_FELL}|{_CUT}", verb)
    return ("<" if down else ">"), much


def _kept_case(new: list[Token], found: list[Token]) -> list[Token]:
    """Return tokens as they were written, where they stood in the question."""
    written = {token.lower: token for token in found}
    return [written.get(token.lower, token) for token in new]
