"""The ways to hold two sides against each other: how much higher is A than B, A minus B, X in percent of Y."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UP = r"higher|more|greater|larger|bigger|better|older"
DOWN = r"lower|less|fewer|smaller|worse|younger"
_MORE = rf"(?:{_UP}|{DOWN})(?: or (?:{_UP}|{DOWN}))?"
_BESIDE = r"(?:ahead of|behind|above|below)"
_BEATS = (
    r"(?:exceed(?:s|ed)?|surpass(?:es|ed)?|outstrip(?:s|ped)?|outperform(?:s|ed)?|beats?|tops?|topped|trails?|trailed)"
)
_LEAD = r"^(?P<lead>.*?)"
_OPEN = (
    r"(?:(?:please|could|can|would|you|kindly|tell|show|give|compute|calculate|work|out|find|i|we|need|want|to|know|what"
    r"|is|was|are|were|and|the|let|for me|for us|me|us|list|only|a|an|be|how (?:large|big|wide|great)|whats) )*"
)
GAP = r"(?:(?:dollar |absolute |percentage )?(?:differences?|gap|margin|variance|spread))"
_JOINT = r"(?:and|versus|vs|&|against|compared (?:to|with)|with|to)"
_MEANT = r"(?:in terms of|regarding|as regards|with regard to|in|on|by|for)"
_HOW = r"(?:how (?:much|many(?: [a-z]+)?)|what (?:percentage|percent|amount|margin)|how many percent)"
IS = r"(?:is|are|was|were)"
_DO = r"(?:do|does|did|have|has|had)"


@dataclass(frozen=True)
class Frame:
    """A way to hold two sides against each other.

    Attributes:
        pattern: the words, with the sides as `left` and `right`, what both have as `lead` and `figure`.
        said: the question of the left side, in the names of the groups of the pattern.
    """

    pattern: re.Pattern[str]
    said: tuple[str, ...]


def _frame(pattern: str, *said: str) -> Frame:
    return Frame(re.compile(pattern, re.IGNORECASE), said)


_LINKS = ("of", "on", "in", "from")
DIFFERENCES = (
    _frame(
        rf"{_LEAD}\b(?:by )?how (?P<q>much|many)(?: percent)? (?P<more>{_MORE}) (?P<unit>(?!{IS} |{_DO} )"
        rf"(?:[\w&-]+ )+?)??(?P<verb>{IS}|{_DO}) (?P<left>.+?) than (?P<right>.+)$",
        "{lead} {asked} {left}",
    ),
    _frame(
        rf"{_LEAD}\bhow (?P<q>much|many) (?P<more>{_MORE}) (?P<left>.+?) than (?P<right>.+)$", "{lead} how {q} {left}"
    ),
    _frame(rf"{_LEAD}\bby {_HOW} (?:{_DO} )?(?P<left>.+?) (?P<more>{_BEATS}) (?P<right>.+)$", "{lead} {left}"),
    _frame(
        rf"{_LEAD}\bby {_HOW} (?:{IS} )?(?P<left>.+?) (?:{IS} )?(?P<more>{_MORE}) than (?P<right>.+)$",
        "{lead} {left}",
    ),
    _frame(
        rf"{_LEAD}\bhow far (?:{IS}|{_DO}) (?P<left>.+?) (?P<more>{_BESIDE}) (?P<right>.+?) {_MEANT} (?P<figure>.+)$",
        *(f"{{lead}} {{figure}} {link} {{left}}" for link in _LINKS),
    ),
    _frame(
        rf"{_LEAD}\b{GAP} (?:in|of) (?P<figure>.+?) between (?P<left>.+?) {_JOINT} (?P<right>.+)$",
        *(f"{{lead}} {{figure}} {link} {{left}}" for link in _LINKS),
    ),
    _frame(
        rf"{_LEAD}\b{GAP} between (?P<left>.+?) {_JOINT} (?P<right>.+?) {_MEANT} (?P<figure>.+)$",
        *(f"{{lead}} {{figure}} {link} {{left}}" for link in _LINKS),
    ),
    _frame(rf"{_LEAD}\b{GAP} between (?P<left>.+?) {_JOINT} (?P<right>.+)$", "{lead} {left}"),
    _frame(
        rf"{_LEAD}\b(?:by )?how much {_DO} (?:the )?(?P<figure>.+?) (?:differ|vary) between (?P<left>.+?) {_JOINT} "
        r"(?P<right>.+)$",
        *(f"{{lead}} {{figure}} {link} {{left}}" for link in _LINKS),
    ),
    _frame(
        rf"{_LEAD}\b(?:by )?how much {_DO} (?P<left>.+?) {_JOINT} (?P<right>.+?) differ {_MEANT} (?P<figure>.+)$",
        *(f"{{lead}} {{figure}} {link} {{left}}" for link in _LINKS),
    ),
    _frame(
        rf"^(?:{_OPEN})(?P<lead>){GAP} (?:in|of) (?P<figure>.+?) ?[,:;(] ?(?P<left>[^,]+?) "
        r"(?:minus|less|vs|versus) (?P<right>[^,]+?(?: , (?:by|per|for|in each) [^,]+)?)(?: \))?$",
        *(f"{{figure}} {link} {{left}}" for link in _LINKS),
    ),
    _frame(
        rf"^(?:{_OPEN})(?P<lead>)(?P<figure>[a-z ]+?) {GAP} ?,? (?P<left>[^,]+?) (?:minus|less) (?P<right>.+)$",
        *(f"{{figure}} {link} {{left}}" for link in ("in", *_LINKS)),
    ),
    _frame(
        r"^(?P<lead>)(?P<figure>.+?) ?[,:;(] ?(?P<left>[^,]+?) (?:minus|less) (?P<right>[^,]+?)(?: \))?$",
        *(f"{{figure}} {link} {{left}}" for link in _LINKS),
    ),
    _frame(r"^(?P<lead>)(?P<left>.+?) minus (?P<right>.+)$", "{left}"),
)
DIVIDED = (
    _frame(rf"{_LEAD}(?P<left>.+?) (?:divided by|/) (?P<right>.+)$", "{lead} {left}"),
    _frame(rf"{_LEAD}\bdivide (?P<left>.+?) by (?P<right>.+)$", "{lead} {left}"),
    _frame(rf"{_LEAD}(?P<left>.+?) as a multiple of (?P<right>.+)$", "{lead} {left}"),
    _frame(
        rf"{_LEAD}how many times as (?P<q>much|many) (?P<left>.+?) as (?P<right>.+)$",
        "{lead} how {q} {left}",
    ),
)
QUOTIENTS = (
    *DIVIDED,
    _frame(
        rf"{_LEAD}(?P<left>.+?) ?(?:, )?(?:expressed |shown |told |given |measured )?(?:as (?:a |an |the )?(?:%|percent"
        r"|percentage|pct) of|in (?:%|percent|pct) of) (?P<right>.+)$",
        "{lead} {left}",
    ),
    _frame(rf"{_LEAD}(?P<left>.+?) (?:relative to|in relation to) (?P<right>.+)$", "{lead} {left}"),
    _frame(
        rf"{_LEAD}(?P<left>.+?) per (?P<number>100|hundred|1,?000|thousand) (?P<right>.+)$",
        "{lead} number of {left}",
        "{lead} {left}",
    ),
)
_GROUPS = (
    rf"^(?:{_OPEN})(?:(?:in|during|for|on|at) )?(?P<count>how many )?"
    r"(?:(?:which|what|the|those|all|of|only|every|each|list|name) )*"
    r"(?P<group>[a-z]+(?: [a-z]+)?)(?P<tail> (?:of|in|during|from) [\w& ]+?)? "
)
_WHERE = (
    r"(?:(?:in which|where|when|for which|during which|did|do|does|had|have|has|that|with|whose|was|were|is|are) )+"
)
_MAKING = (
    r"(?:(?:have|had|make|made|bring in|brought in|bring|brought|earn|earned|do|did|see|saw|get|got|place|placed) )*"
)
_OVER = r"(?:(?P<more>HIGHER) than|(?P<than>above|below|over|under|ahead of|behind|>|<))".replace("HIGHER", _MORE)
KEPT = (
    _frame(
        rf"{_GROUPS}{_WHERE}(?P<left>.+?) {_MAKING}(?P<more>{_MORE}) (?:an? )?(?P<figure>[a-z ]+?) than (?P<right>.+)$",
        "{figure} of {left} by {group} {tail}",
    ),
    _frame(
        rf"{_GROUPS}{_WHERE}(?P<left>.+?) (?:spend|spent) (?P<more>{_MORE}) than (?P<right>.+)$",
        "spend of {left} by {group} {tail}",
    ),
    _frame(rf"{_GROUPS}{_WHERE}(?P<left>.+?) (?:{IS} )?{_OVER} (?P<right>.+)$", "{left} by {group} {tail}"),
    _frame(
        rf"{_GROUPS}{_WHERE}(?P<left>.+?) (?P<more>outspen[dt]|outspends) (?P<right>.+)$",
        "spend of {left} by {group} {tail}",
    ),
    _frame(
        rf"{_GROUPS}{_WHERE}(?P<left>.+?) (?P<more>{_BEATS}) (?P<right>.+?) {_MEANT} (?P<figure>.+)$",
        "{figure} of {left} by {group} {tail}",
    ),
    _frame(rf"{_GROUPS}{_WHERE}(?P<left>.+?) (?P<more>{_BEATS}) (?P<right>.+)$", "{left} by {group} {tail}"),
    _frame(
        rf"{_GROUPS}(?:who |that |which )?(?:spend|spent|spends|paid|pay) (?P<more>{_MORE}) (?:money )?"
        r"(?P<left>(?:on|in|at|for|with) .+?) than (?P<right>.+)$",
        "spend {left} by {group} {tail}",
    ),
    _frame(
        rf"{_GROUPS}(?:with|having|(?:who |that |which )?(?:have|had)|(?:in which|where) there (?:are|were)) "
        rf"(?P<more>{_MORE}) (?P<left>.+?) than (?P<right>.+)$",
        "number of {left} by {group} {tail}",
    ),
    _frame(
        rf"{_GROUPS}{_WHERE}(?P<left>.+?) (?:bring in|brought in|earn|earned|make|made|generated?|sell|sold) "
        rf"(?P<more>{_MORE}) than (?P<right>.+)$",
        "revenue of {left} by {group} {tail}",
    ),
    _frame(
        rf"{_GROUPS}(?:who |that |which )?(?:buy|bought) (?P<more>{_MORE}) (?:often|times) "
        r"(?P<left>(?:on|in|at|for|with|from) .+?) than (?P<right>.+)$",
        "number of purchases {left} by {group} {tail}",
    ),
    _frame(
        rf"{_GROUPS}(?:who |that |which |with )?(?:(?:made|make|placed|have|had) )?(?P<more>{_MORE}) "
        r"(?P<figure>[a-z ]+?) (?P<left>(?:on|in|at|for|from) .+?) than (?P<right>.+)$",
        "{figure} {left} by {group} {tail}",
    ),
)
_BUYING = (
    r"(?:who|that) (?:have |had |has )?(?:ever |once |at some time |already )?"
    r"(?:bought|purchased|shopped|made (?:a|any|at least one) purchases?)(?: something| anything)? "
    r"(?:in|from|at|on) (?:the )?(?P<kind>.+?)(?: category)?"
)
_WITH = r"with (?:an?|any|at least one|some) (?P<kind>.+?) (?:purchases?|transactions?)"
_NEVER = (
    r" ?,? ?(?:and|versus|vs|against|or|than|compared (?:to|with))"
    r"(?: (?:of|for|in|the|that|those|customers|clients|people))*"
    r" (?:(?:who|that) (?:have )?(?:never|not|did not|do not)"
    r"(?: (?:have|did|has|bought|buy|purchased|shopped|there|so|made|a|any|such|purchase|purchases|one|in|it))*"
    r"|without(?: (?:any|one|such|an?|purchase|purchases))*|with none)$"
)
_TOLD = r"(?P<figure>\b(?:average|mean|median|number|total|share|percentage|refund|churn)\b.+?)"
BESIDE = (
    _frame(
        rf"{_LEAD}{_TOLD} (?:of|for) "
        rf"(?P<rows>customers|clients|cardholders|people|those) (?:{_BUYING}){_NEVER}",
        "{lead} {figure} of {rows} who bought in {kind}",
        "{lead} {figure} of {rows} who bought nothing in {kind}",
    ),
    _frame(
        rf"{_LEAD}{_TOLD} ?(?:of|for|,) "
        rf"(?P<rows>customers|clients|cardholders|people|those) (?:{_WITH}){_NEVER}",
        "{lead} {figure} of {rows} who bought in {kind}",
        "{lead} {figure} of {rows} who bought nothing in {kind}",
    ),
    _frame(
        rf"^(?:do|does|did|have|are) (?P<lead>)(?P<rows>customers|clients|cardholders|people|those) (?:{_BUYING}|"
        rf"{_WITH.replace('kind', 'sort')}) (?:have|has|show|had) "
        rf"(?:an? )?(?:higher|lower|larger|smaller|greater|bigger) (?P<figure>.+?){_NEVER}",
        "{figure} of {rows} who bought in {kind}",
        "{figure} of {rows} who bought nothing in {kind}",
    ),
    _frame(
        r"^(?P<lead>)(?:do|does|did|have|has|is|are) (?P<left>.+?) (?:have|has|had|show) (?:an? )?(?:higher|lower"
        r"|larger|smaller|greater|bigger) (?P<figure>.+?) than (?P<right>.+)$",
        "{figure} of {left}",
    ),
    _frame(
        rf"{_LEAD}(?:compare )(?P<left>.+?) (?:and|with|to|versus|vs|against) (?P<right>.+?) "
        r"(?:in terms of|regarding|on|by) (?:their |the )?(?P<figure>.+)$",
        "{lead} {figure} of {left}",
    ),
    _frame(rf"^(?P<lead>){IS} (?P<left>.+?) (?:{_MORE}) than (?P<right>.+)$", "{left}"),
    _frame(
        rf"{_LEAD}(?P<left>.+?) ?,? (?:(?:as )?compared (?:to|with)|versus|vs|against|next to|as opposed to|beside) "
        r"(?P<right>.+)$",
        "{lead} {left}",
    ),
)
SHOWN = re.compile(
    r"[ ,.;?]+(?:and |please |also |then )*(?:show(?:ing)?|with|give|giving|list|including|plus|i want|i need)? "
    r"?(?:me )?(?:the )?(?:what (?:did|does|was|were) (?:each|both) [a-z ]+|(?:both|two)(?: [a-z']+){0,2}"
    r"(?: and (?:the|their) differences?)?(?: too| as well)?)$",
    re.IGNORECASE,
)
WITH_GAP = re.compile(
    r"[ ,.;?-]*(?: and| with| plus| including| showing|[,.;?])+ (?:please |also |then )*"
    r"(?:show |give |tell me |what is |what was |include |including |add |i want |i need )?"
    r"(?:me )?(?:the |their )?(?:absolute |dollar |percentage |percent )?"
    r"(?:difference|gap|variance)(?: between (?:them|the two|both|these|those)(?: [a-z]+)?)?"
    r"(?: in (?:dollars|usd|percent|%|absolute terms))?$",
    re.IGNORECASE,
)
BY_HOW_MUCH = re.compile(r" ?[,.?;-]? ?(?:and |if so ,? ?)?by how much(?: more| less| higher| lower)?$", re.IGNORECASE)
DROP_FIRST = re.compile(
    r" ?,? ?(?:and )?(?:with |starting with )?(?:the )?(?:biggest|largest|steepest|greatest|sharpest|strongest) "
    r"(?:drop|fall|decline|decrease|loss)s?(?: first| on top| at the top)$",
    re.IGNORECASE,
)
HIGHEST_FIRST = re.compile(
    r" ?,?(?: and (?:rank|sort|order)(?: it| them| these)?)? (?:from high(?:est)? to low(?:est)?|(?:the )?highest first"
    r"|in descending order)$",
    re.IGNORECASE,
)
IN_DOLLARS = re.compile(r" in (?:dollars|usd)(?= (?:by|per|for|in each) )", re.IGNORECASE)
IN_UNITS = re.compile(
    r" ?,? (?:both )?(?:in (?:dollars|usd|percent|%|percentage points)|as a percentage difference)"
    r"(?: and (?:also )?(?:in |as an? )?(?:dollars|usd|percent|percentage|%)(?: difference)?)?$",
    re.IGNORECASE,
)
COMPARE_BEHIND = re.compile(r"^how (?:do|does|did) (.+) and (.+?) compare(?: with each other)?( .*)?$", re.IGNORECASE)
DIRECTED = re.compile(r" ?[,(:;] ?(?P<a>[^,()]+?) (?:less|minus) (?P<b>[^,()]+?)(?: \))?$", re.IGNORECASE)
IN_PERCENT = re.compile(
    r" ?,?(?: and (?:show|give|express)(?: it| that| this| the result)?)? (?:(?:in|as) (?:a )?(?:%|percentage|percent)"
    r"|(?<=show )a percentage|(?<=and show )it in percent)(?= |$)(?! of\b)(?: ,)?"
    r"| and (?:show|give) (?:a |the )?percentage(?= |$)",
    re.IGNORECASE,
)
EACH = re.compile(r"^(?:(?:for|by|per|in|within) [^,]+?|[^,]+ by [^,]+?) , (?=\w)", re.IGNORECASE)
ASKED = re.compile(rf"^{_OPEN}(?:compare )?", re.IGNORECASE)
