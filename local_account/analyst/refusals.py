"""Wishes that are no questions to the data: to change something, to run a statement, to hear what can be asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.lexicon import Entity, Named
from local_account.analyst.words import tokens

if TYPE_CHECKING:
    from local_account.analyst.lexicon import Lexicon

# Verbs that ask to change something where a question begins with them.
_VERBS = """
    delete drop remove erase truncate insert update alter create grant revoke merge set modify overwrite rename purge
    wipe anonymise anonymize deactivate cancel move assign reset send mail e-mail upgrade downgrade block unblock close
    import upload raise lower increase decrease double halve mark tag put transfer add fix correct replace reassign
    clear edit give
    change refund write save store load execute run call schedule enable disable register approve charge notify contact
    text issue waive apply exec
"""
_POLITE = (
    r"please |can you |could you |would you |kindly |now |i want you to |i'd like you to |go ahead and |just |then "
)
_CHANGES = re.compile(rf"^\W*(?:{_POLITE})*({'|'.join(_VERBS.split())})\b", re.IGNORECASE)
_STATEMENT = re.compile(
    r"""
    ; | -- | /\* | \b(?:drop|truncate|alter)\s+(?:table|view|schema|database)\b | \binsert\s+into\b | \bdelete\s+from\b
    | \bupdate\s+\w+\s+set\b | \bunion\s+(?:all\s+)?select\b | \bselect\b.+\bfrom\b | \bor\s+1\s*=\s*1\b
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
# What begins with such a verb and changes the question alone, or asks for a list.
_NOT_CHANGES = re.compile(
    r"""
    ^\W*(?:please\ |can\ you\ |could\ you\ )*(?:
      give\ (?:me|us) | give\ (?!(?:c\d|all\b|every|each\b|him|her|them|customers?\b|clients?\b|an?\b
        |gold|silver|platinum|basic|lapsed|active|the\ customers?\b))
      | give\ an?\ (?:list|breakdown|overview|table|total|number|average|count|ranking)
      | (?:send|hand|pass)\ (?:me|us)\b(?!.*\b(?:e-?mail|mail|message|sms|text|letter)s?\b)
      | (?:create|make|build|draw|put\ together)\ (?:me\ |us\ )?(?:a|an|the)\ (?:list|chart|graph|report|breakdown
        |overview|summary|ranking|histogram|plot)
      | run\ (?:a|the)\ (?:report|query|analysis) | add\ (?:the\ |a\ |also\ )?(?!.*\b(?:new|another)\b)
      | drop\ (?:the\ )?(?:filter|limit)
      | (?:remove|clear|reset|drop)\ (?:the\ |that\ |any\ |all\ )?(?:[\w-]+\ ){0,3}
        (?:filters?|conditions?|restrictions?)\b
      | remove\ (?:the\ )?(?:filter|that|those|lapsed|inactive|refunds) | set\ (?:the\ )?limit | set\ of
      | (?:lower|raise|increase)\ the\ limit | change\ (?:it|that|to|the\ limit|in) | (?:create|make)\ a\ list
      | write\ (?:me\ )?a\ list | put\ (?:it|them|that)\ in | (?:in|de)crease\ in | update\ on | text | close\ to | mark
      | refund\ (?:amount|rate|count|volume|share|ratio|percent)s?
      | (?:lower|upper)\ (?:quartile|decile|quintile|half)
      | store | call | move(?:ment|s) | changes?\b(?!\ (?:the|all|every|his|her|their)) | clear | now
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OBJECTS = re.compile(
    r"\b(?:from|the|all|every|this|that|these|those|an?|his|her|their|record|row|table|me|to|of)\b"
    r"|\b(?:customers?|c\d+|t\d+|transactions?|cards?|limits?)\b"
    r"|\b(?:them|it|everything|everyone|everybody)\b",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"""
    \b(?:what|which)\ (?:kinds?|sorts?|types?)\ of\ (?:things|stuff|questions|data|information|figures|answers)
      \ (?:can|could|do|may|should|are|is)\b
    | \b(?:what|which\ questions|how)\ (?:can|could|should|may)\ (?:i|we|you)
      \ (?:ask|do(?=\W*$|\ (?:here|with))|answer|tell|help|know|query|find\ out)
    | \bwhat\ (?:data|information|questions|kind\ of\ questions|topics|metrics
      |figures|measures|dimensions|tables|fields|columns)\b
      [^?]*\b(?:do\ you\ (?:have|know|hold|offer|support|understand|cover)|are\ there|is\ there
      |can\ (?:i|you)|available|exist
      |(?:you|i)\ can)\b
    | ^\W*(?:help|\?|examples?|hi|hello|hey)\W*$ | what\ do\ you\ know | what\ are\ you\ able
    | possible\ to\ ask | \bcan\ be\ asked | ^\W*(?:who|what)\ are\ you\W*$
    | \bwhat\ (?:data|information)\ (?:is|are)\ (?:here|available) | give\ me\ (?:some\ )?examples? | example\ questions
    | what\ (?:is|'s)\ in\ (?:this|the)\ (?:data|model) | how\ do(?:es)?\ (?:this|you)\ work
    | what\ questions | what\ can\ you
    | sample\ questions | suggest\ (?:some\ |a\ few\ )?questions? | show\ me\ what\ (?:you|i)\ can
    | which\ (?:data|information|metrics|figures|measures|dimensions)\ (?:can|are|do)
    | what\ does\ this\ (?:tool|assistant)\ do | what\ do\ you\ (?:do|offer|cover)
    """,
    re.IGNORECASE | re.VERBOSE,
)


# What takes something out of the question before, where there is one.
_TAKE_BACK = re.compile(
    r"""
    ^\W*(?:please\ |now\ )?(?:remove|drop|take\ (?:out|away)|leave\ out)
    (?:\ (?:the|this|that))?(?:\ [\w&-]+){1,3}\W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)


def refuse_wishes(question: str, lexicon: Lexicon, *, goes_on: bool = False) -> None:
    """Refuse what is no question to the data.

    Args:
        question: what was asked.
        lexicon: the phrases of the model and its data.
        goes_on: whether there is a question before it, of which it can take something out.

    Raises:
        Unclear: where it is a statement of SQL, a wish to change data, or asks what can be asked.
    """
    if not question.strip(" \t\n?!.,;:"):
        if question.strip() == "?":
            _onboard(lexicon)
        raise Unclear("The question is empty.", Category.NOT_A_QUESTION, refused=True)
    if _HELP.search(question):
        _onboard(lexicon)
    if _STATEMENT.search(question):
        raise Unclear(
            "This holds a statement of SQL. Questions are asked in English, and nothing but figures is read.",
            Category.CHANGES_DATA, refused=True,
        )  # fmt: skip
    wish = _CHANGES.match(question)
    if goes_on and _takes_back(question, lexicon):
        return
    if wish and not _NOT_CHANGES.match(question) and _OBJECTS.search(question):
        raise Unclear(
            f'"{wish[1].lower()}" asks to change something. Data are only read here; nothing was changed.',
            Category.CHANGES_DATA,
            refused=True,
        )


def _onboard(lexicon: Lexicon) -> None:
    """Say what can be asked."""
    model = lexicon.shape.model
    description = model.description.strip().rstrip(".")
    raise Unclear(f"{description}. Questions such as these are answered:", Category.ONBOARDING)


def _takes_back(question: str, lexicon: Lexicon) -> bool:
    """Tell whether "remove the state" is about the question before: it names no rows that could be removed."""
    found = [m for token in tokens(question) for m in lexicon.meanings((token.stem,))]
    rows = any(isinstance(m, Entity) for m in found) and not any(isinstance(m, Named) for m in found)
    return bool(_TAKE_BACK.match(question)) and not rows
