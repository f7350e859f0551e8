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
         delete drop remove erase truncate insert update alter create grant revoke merge set modify overwrite
    rename     purge wipe anonymise anonymize deactivate cancel move assign reset send mail e-mail upgrade
    downgrade block     unblock close import upload raise lower increase decrease double halve mark tag put
    transfer add fix correct     replace reassign clear edit give change refund write save store load execute
    run call schedule enable disable     register approve charge notify contact text issue waive apply exec
    reduce extend bump cut void suspend terminate     freeze unfreeze flag label swap empty restore reinstate
    kill rewrite offer push record adjust activate     reactivate deduct subtract deposit withdraw promote
    demote
"""
_POLITE = (
    r"please |can you |could you |would you |kindly |now |i want you to |i'd like you to |go ahead and |just |then "
    r"|let's |let us |will you |(?:be |are you )able to |(?:you|we|i) (?:should|must|need to|have to) |could we "
    r"|can we |can i |i need you to |(?:i|we) (?:want|would like) to |(?:we'd|i'd) like to "
)
_CHANGES = re.compile(rf"^\W*(?:{_POLITE})*({'|'.join(_VERBS.split())})\b", re.IGNORECASE)
_POLITE_PARTS = _POLITE.replace(" ", r"\ ")  # within a verbose pattern
_ROWS = r"(?:customers?|clients?|accounts?|cards?|transactions?|payments?|refunds?)"
# Wishes to change something whose verb asks for lists and other readings too, and those that do not begin with it.
_CHANGED = re.compile(
    rf"""
    ^\W*(?:{_POLITE_PARTS})*(?:
      (?:make|turn|switch|convert|let)\ (?:{_ROWS}\ )?
        (?:[ct]\d{{3,}}|all\ (?:the\ |our\ )?[\w&-]+\ {_ROWS}\ (?:to|into|a)\b|every(?:one|body)\b)
      | undo\ (?:the\ )?last\ {_ROWS}
      | get\ rid\ of\ (?:all|every|the|these|those|our)\b.*\b{_ROWS}\b
      | (?:(?:i|we)(?:'d|\ would)?\ (?:want|need|like)|have|get)\ (?!.*\b(?:who|whose|that|which|where)\b).*\b(?:
        (?:removed|deleted|erased|updated|corrected|cancelled|canceled|blocked|closed|reset)\b
        | (?:changed|increased|raised|lowered|reduced|set)\ (?:to|by)\ \W?\d)
    )
    | ^\W*(?:please\ )?(?!(?:how|which|what|who|list|show|count)\b)[^?]*\b[ct]\d{{3,}}\b[^?]*
      \b(?:should|must|needs?\ to|has\ to|have\ to|ought\ to)\ be\ (?:\w+ed|set|put|made|cut|reset)\b
    | [,;.]\ (?:please\ |so\ |and\ )*(?:change|update|fix|correct|delete|remove)\ (?:it|that|this|them)\W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_STATEMENT = re.compile(
    r"""
    ;\W*(?:$|(?:select|insert|update|delete|drop|alter|create|truncate|grant|revoke|show|use|call|exec|execute|set
      |merge|copy|begin|commit|describe|desc|with|put|get|list|remove)\b) | -- | /\*
    | \b(?:drop|truncate|alter)\s+(?:table|view|schema|database)\b | \binsert\s+into\b | \bdelete\s+from\b
    | \bupdate\s+\w+\s+set\b | \bunion\s+(?:all\s+)?select\b | \bselect\b.+\bfrom\b | \bor\s+1\s*=\s*1\b
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
# What begins with such a verb and changes the question alone, or asks for a list.
_NOT_CHANGES = re.compile(
    r"""
    ^\W*(?:please\ |kindly\ |(?:i|we)\ (?:have|need|want)\ to\ |(?:can|could|would)\ you\ |just\ |now\ |then
      \ |so\ |ok\ |okay\ )*(?:
      give\ (?:me|us) | give\ (?!(?:c\d|all\b|every|each\b|him|her|them|customers?\b|clients?\b|an?\b
        |gold|silver|platinum|basic|lapsed|active|the\ customers?\b))
      | give\ an?\ (?:list|breakdown|overview|table|total|number|average|count|ranking)
      | (?:send|hand|pass)\ (?:me|us)\b(?!.*\b(?:e-?mail|mail|message|sms|text|letter)s?\b)
      | (?:send|forward)\ (?:over\ )?(?:the|our|an?)\ (?!.*\b(?:to\ (?!me|us|the\ team)\w|an?\ \w+\W*$|
        (?:e-?mail|mail|message|sms|letter|offer|voucher|gift|statement|reminder|invoice|newsletter)s?\b))
      | put\ (?:one|a|the|this|that|it)\b.*\b(?:slide|deck|report|page|chart|board|memo|dashboard|email)\b
      | (?:put|set|hold|place)\ .*\b(?:next\ to|against|beside)\ (?:(?:that|those)\ (?:of|for)|q\d|20\d\d)\b
      | (?:create|make|build|draw|put\ together)\ (?:me\ |us\ )?(?:a|an|the)\ (?:list|chart|graph|report|breakdown
        |overview|summary|ranking|histogram|plot)
      | double[\ -]check
      | run\ (?:a|the)\ (?:report|query|analysis) | add\ (?:the\ |a\ |also\ )?(?!\W?\d)(?!.*\b(?:new|another)\b)
      | drop\ (?:the\ )?(?:filter|limit)
      | (?:remove|clear|reset|drop)\ (?:the\ |that\ |any\ |all\ )?(?:[\w-]+\ ){0,3}
        (?:filters?|conditions?|restrictions?)\b
      | remove\ (?:the\ )?(?:filter|that|those|lapsed|inactive|refunds) | set\ (?:the\ )?limit | set\ of
      | (?:lower|raise|increase)\ the\ limit | change\ (?:it|that|to|the\ limit|in) | (?:create|make)\ a\ list
      | (?:put|place|set|hold|lay)\ .*\b(?:side\ by\ side|(?:next\ to|against|beside)\ each\ other)\b
      | write\ (?:me\ )?a\ list | put\ (?:it|them|that)\ in | (?:in|de)crease\ in | update\ on | text | close\ to | mark
      | refund\ (?:amount|rate|count|volume|share|ratio|percent)s?
      | (?:lower|upper)\ (?:quartile|decile|quintile|half)
      | store | call | move(?:ment|s) | changes?\b(?!\ (?:the|all|every|his|her|their)|.*\b[ct]\d{3,}) | clear | now
      | raise\ a\ question | record\ (?:of|for|sales|revenue|high|low)
      | (?:reduce|cut|extend)\ (?:it|that|this|them|the\ (?:list|table|result|answer|period))\b
      | (?:cut|flag|label|promote|push)(?:\ |s\b|\W*$)(?!.*(?:\b[ct]\d|\b(?:all|every|the|our)\b))
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
    | \bhow\ (?:can|could|do|should|to)\ (?:\w+\ )?(?:use|talk\ to|work\ with|query)\ (?:you|this|it)\b
    | \bwhat(?:\ is|'s|\ else\ is)\ possible\ (?:with|in|here|using)\b
    | \bwhat\ else\ is\ there\b | possible\ to\ ask | \bcan\ be\ asked | ^\W*(?:who|what)\ are\ you\W*$
    | \bwhat\ (?:data|information)\ (?:is|are)\ (?:here|available) | give\ me\ (?:some\ )?examples? | example\ questions
    | what\ (?:is|'s)\ in\ (?:this|the)\ (?:data|model) | how\ do(?:es)?\ (?:this|you)\ work
    | what\ questions | what\ can\ you | what\ (?:are\ you|is\ (?:this|it))\ good\ for
    | overview\ of\ what\ i\ can | where\ (?:do|should|can|could)\ (?:i|we)\ (?:start|begin)
    | what(?:\ is|'s)\ in\ (?:here|it|there)\W*$
    | (?:tell\ (?:me|us)\ (?:more\ )?about|describe|explain|what\ is\ in)\ (?:the|this|your|our)
      \ (?:data|dataset|data\ set|model|database)\W*$
    | \b(?:what|which)\ (?:data|information|kind\ of\ data|sort\ of\ data|columns|fields|tables|figures
      |metrics)\ (?:is|are|do|does|exist)
      \b[^?]*\b(?:stored|kept|here|inside|included|contained|available|exist|in\ (?:here|there|it))\W*$
    | \b(?:which|what)\ (?:columns|fields|tables|metrics|measures|dimensions)\ exist\W*$
    | sample\ questions | suggest\ (?:some\ |a\ few\ )?questions? | show\ me\ what\ (?:you|i)\ can
    | which\ (?:data|information|metrics|figures|measures|dimensions)\ (?:can|are|do)
    | what\ does\ this\ (?:tool|assistant)\ do | what\ do\ you\ (?:do|offer|cover)
    """,
    re.IGNORECASE | re.VERBOSE,
)


# A question of such words alone, of which one is a core, is about asking itself.
_CORES = """
    question questions ask asked asking help helped possibilities capabilities capability abilities features
    topics topic subjects ideas examples example dimensions metrics measures kpis fields columns analyses analysis
    analyze analyse options assistant tool bot started model dataset possibility
"""
_BESIDE = """
    i we you me us my your our this that it them there here what which who how where when if some any a an the few
    list kind kinds sort sorts type types of about for to from with on in by and or not can could should may might
    must would will shall do does did don't is are am be been have has want need like know tell show give get let
    see find use using support supports offer offers understand understands cover covers answer answers answered
    answering respond phrase word formulate write start begin suggest suggested suggestions propose recommend
    provide provides explain describe able allowed possible possibly available supported valid good typical useful
    interesting sample else other others all everything anything something thing things data information info
    guide through around stored kept inside exist exists overview
    system s please thanks hi hello hey more mean exactly really so just only first new user run make now
"""
_ABOUT_ASKING = frozenset((_CORES + _BESIDE).split())


# Questions to whom answers, and not to the data.
_OF_ASSISTANT = re.compile(
    r"""
    ^\W*how\ (?:old|tall|smart|big|clever)\ are\ you\b | ^\W*are\ you\ (?:an?|human|real|ok|happy|there|sure|married)\b
    | ^\W*(?:what|where|who)\b.*\byour\ (?:name|age|opinion|birthday|favou?rite|mother|father|hobby|hobbies)\b
    | ^\W*do\ you\ (?:like|love|think|feel|believe|want|sleep|eat|drink|dream|speak)\b
    | ^\W*where\ (?:do|did)\ you\ live\b
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
    if _HELP.search(question) or _is_about_asking(question, goes_on=goes_on):
        _onboard(lexicon)
    if _STATEMENT.search(question):
        raise Unclear(
            "This holds a statement of SQL. Questions are asked in English, and nothing but figures is read.",
            Category.CHANGES_DATA, refused=True,
        )  # fmt: skip
    if _OF_ASSISTANT.search(question):
        raise Unclear("This asks about the assistant, and not about the data.", Category.NOT_A_QUESTION, refused=True)
    wish = _CHANGES.match(question)
    if goes_on and _takes_back(question, lexicon):
        return
    changed = None if goes_on else _CHANGED.search(question)
    if changed is not None:
        raise Unclear(
            f'"{changed[0].strip(" ,;.")}" asks to change something. Data are only read here; nothing was changed.',
            Category.CHANGES_DATA,
            refused=True,
        )
    if wish and not _NOT_CHANGES.match(question) and _OBJECTS.search(question):
        raise Unclear(
            f'"{wish[1].lower()}" asks to change something. Data are only read here; nothing was changed.',
            Category.CHANGES_DATA,
            refused=True,
        )


def _is_about_asking(question: str, *, goes_on: bool) -> bool:
    """Tell whether a question names nothing but questions, answers and those who ask and answer them."""
    words = re.findall(r"[\w']+", question.lower().replace("'s", " s"))
    cores = set(words) & set(_CORES.split())
    if goes_on and "more" in words:  # more options, which go on with an answer
        return False
    return bool(cores) and _ABOUT_ASKING.issuperset(words)


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
