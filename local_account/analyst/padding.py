"""Leaves out what a question says of its asker: greetings, manners, thanks, and what the answer is wanted for."""

from __future__ import annotations

import re

_PURPOSES = """
    campaign campaigns mailing promotion meeting meetings boss manager ceo cfo cmo coo board
    directors team colleagues colleague stakeholders review briefing workshop townhall offsite keynote records files
    curiosity analysis pitch planning standup sync leadership management executives audit homework request
"""
_OCCASIONS = """
    deck decks slide slides event events invite invites invitation invitations gala mailing mailings mailer push dinner
    party webinar flyer brochure pitch pitches review briefing workshop conference summit meeting presentation campaign
    newsletter memo report
    contest raffle giveaway lottery quiz proposal kickoff roadshow initiative programme program project townhall launch
"""
_WRITTEN = (
    "deck decks presentation presentations slide slides memo newsletter report reports spreadsheet dashboard handout"
)
_DESCRIBED = """
    my our the a an this that next upcoming today's tomorrow's monday's tuesday's wednesday's thursday's friday's
    quarterly monthly weekly annual yearly daily board management team executive sales marketing finance new big quick
    week's month's quarter's year's internal short important own strategy budget planning steering committee status
    small little boss's manager's
"""
_CHECKS = "sanity quick reality data fact health spot cross double gut status concentration one more another last final"
_GIVEN = "tell show giv send check pull gett shar look runn work calculat find digg help lett fetch provid list"  # -ing
_LISTS = (
    ("occasion", _OCCASIONS),
    ("kind of check", _CHECKS),
    ("purpose", _PURPOSES),
    ("described", _DESCRIBED),
    ("written", _WRITTEN),
    ("given", _GIVEN),
)
_WORDS = {name: "|".join(text.split()) for name, text in _LISTS}
OCCASION = _WORDS["occasion"]
_PURPOSE = re.compile(
    rf"""
    (?:,\s*)? \b(?:for|ahead\ of|before|(?:in|on)(?=\ (?:\w+\W+)+?(?:{_WORDS["written"]})\b)
      |to\ (?:put|use|show|include|present)\ (?:it\ |this\ |that\ )?(?:in|at|to))\s+
    (?:(?:{_WORDS["described"]})\s+)+ (?:{_WORDS["purpose"]}|{_WORDS["written"]})\b (?!\s+(?:of|by)\b)
    (?:\s+(?:today|tomorrow|tonight|on\ \w+day)\b)? ,?
    | (?:,\s*)? \bfor\ (?:the|our|my|a|an|this|next|tomorrow's)\ (?:[\w'-]+\ ){{0,2}}
      (?:{_WORDS["occasion"]})\b [\s?.!]*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
# What is said before a colon or a dash of what the answer is for, or of who wants it.
_LEAD = re.compile(
    rf"""
    ^\W*(?:
      (?:(?:real|really|super|very|just)\ )?quick(?:ly|ie)?(?:\ (?:one|question|check|ask))?
        (?:\ before\ (?:my|the|our)\ [\w'\ ]{{2,20}})?
      | (?:for|ahead\ of|before|regarding|re)\ (?:(?:the|our|my|a|an|this|next|tomorrow's|today's)\ )?
        (?:[\w'-]+\ ){{0,3}}(?:{_WORDS["occasion"]}|times?)
      | (?:sizing|planning|preparing|prepping|prep\ for|building|drafting|writing|working\ on|thinking\ about|scoping
        |targeting)\ (?:[\w'-]+\ ?){{1,5}}
      | (?:i\ |we\ )?(?:need|needs|want|wanted|require|looking\ for)\ (?:a|an|the|one|some)\ (?:[\w'-]+\ ){{0,2}}
        (?:list|number|figure|answer|view|check|thing|favou?r|table)
      | (?:(?:the|our|my)\ )?(?:cmo|ceo|cfo|coo|cto|vp|boss|manager|director|board|team|client|marketing|sales|finance
        |management|leadership|legal|compliance|colleague|chief)(?:\ \w+)?
        \ (?:just\ )?(?:wants?|needs?|asks?|asked|wanted|requested|is\ asking|would\ like)(?:\ for)?
        (?:\ (?:a|an|the|one|some|to\ know))?
        (?:\ (?:number|figure|answer|thing|list|update))?
      | (?:(?:{_WORDS["kind of check"]})\ )*(?:check|question|request|ask|reminder|note|fyi|context|background)
      | (?:tell|show|give)\ (?:me|us)\ (?:something|this|one\ thing)(?:\ \w+)?
      | (?:just\ )?(?:so\ (?:that\ )?(?:i|we)\ (?:can\ )?|to\ |in\ order\ to\ )(?:just\ )?
        (?:get|have|give\ (?:me|us)|gain|form)\ (?:a|an|some|my|our)\ (?:[\w'-]+\ ?){{1,5}}
    )\s*(?::|\s[-\u2013]\s|\u2014)\s*(?=\w)
    | ^\W*(?:i|we|my|our|the)\b[^,;:?]{{0,40}}\b(?:{_WORDS["occasion"]}|deadline)
      (?:\ (?:in\ \w+\ (?:minutes?|hours?|days?|weeks?)|today|tomorrow|tonight|soon|later|(?:on\ )?\w+day))?
      \s*(?:[,;:]|\s[-\u2013]|\u2014)\s*(?=\w)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BEGINNING = re.compile(
    rf"""
    ^\W*(?:
      (?:hi|hello|hey|greetings|good\ (?:morning|afternoon|evening|day))
        (?:\ (?:there|all|team|everyone|everybody|folks))?
      | (?:(?:quick|one|just\ one|another|next|first|last|simple|a\ quick|one\ more)\ )?question
      | i(?:'m|\ am)\ (?:rather\ |quite\ )?new(?:\ (?:here|to\ this|at\ this))? | fyi
      | (?:it's|it\ is|this\ is|today's|today\ is)\ my\ (?:very\ )?first\ (?:day|week|month)
        (?:\ (?:here|at\ work|on\ the\ job))?
      | (?:sorry|excuse\ me|forgive\ me|pardon(?:\ me)?)\ (?:if|when|for)\ [^,.;:?]{{3,40}}[,;:-]\s*but
      | (?:this|it)\ (?:may|might|could)\ (?:be|sound|seem)\ (?:like\ )?(?:a\ )?[^,.;:?]{{3,30}}[,;:-]\s*but
      | for\ context | not\ sure\ if\ you\ can\ help(?:\ me)?
      | in\ one\ number | ballpark(?:\ figure)?(?:\ for)?
      | (?:just\ )?double[\ -]checking | (?:following|circling)\ (?:up|back)(?:\ on\ [\w'\ ]{{2,30}}(?=[:,-]|\ -))?
      | (?:i'm|i\ am|we're|we\ are)\ (?:putting\ together|preparing|prepping|building|making|writing|drafting)
        \ (?:a|an|the|some|my|our)\ (?:[\w-]+\ )?(?:{_WORDS["occasion"]})\ (?:on|about|for|with)
      | (?:just\ )?(?:a\ )?quick\ one | (?:real|really|super)\ quick
      | (?:just\ )?(?:out\ of\ curiosity|wondering|curious) | thanks(?:\ a\ lot)? | thank\ you | sorry | ok(?:ay)?
      | (?:if|when)\ (?:it's\ |it\ is\ )?(?:possible|you\ don't\ mind|you\ can)
      | when\ you\ (?:have|get)\ a\ (?:chance|moment|minute|second|sec)
      | (?:sorry\ )?to\ bother\ you | do\ you\ (?:happen\ to\ )?know | any\ (?:idea|clue)
      | (?:please\ )?help\ me(?:\ to)?\ (?:understand|see|find\ out|figure\ out)
      | i(?:\ was|\ am|'m)\ (?:just\ )?(?:wondering|curious|trying\ to\ (?:find\ out|figure\ out|understand|see))
        (?:\ (?:if|whether)\ you\ (?:can|could)\ tell\ me)?
      | (?:can|could|would|will)\ you\ (?:please\ |kindly\ )?(?:tell|show|give)\ (?:me|us)(?=\s*,)
      | (?:(?:do|would)\ you\ )?mind\ (?:{_WORDS["given"]})ing
        (?:\ (?:me|us|up|out|together|know))*
      | (?:(?:is|would)\ there\ (?:be\ )?)?(?:any|a)\ (?:chance|way|possibility)\ (?:that\ |to\ |of\ )?
        (?:you|we|i|someone|see|seeing|get|getting|have|having)
        (?:\ (?:could|can|would|might))?(?:\ (?:please|kindly|get|have|pull|give\ me|show\ me|send\ me|tell\ me|see))*
      | what(?:'s|\ is)\ the\ (?:story|deal|situation|scoop)\ (?:with|on|for|of)
      | what\ an?\ [^?!.,]{{2,40}}(?=!)
      | i(?:\ have|'ve\ got|\ have\ got)\ a\ (?:quick\ )?question
      | would\ you\ mind\ (?:telling|showing)\ me | be\ so\ kind\ (?:as\ to|and)
      | (?:i'm|i\ am|we're|we\ are)\ after(?=\ (?:the|all|an?|those|our)\ )
      | it\ would\ be\ (?:great|nice|good|helpful)\ (?:if\ (?:you\ could|i\ could)|to\ (?:know|see|have))
      | i(?:\ would|'d)\ be\ (?:curious|interested|keen)(?=\ (?:how|what|which|who|in|about)\b)
      | (?:i(?:\ just)?\ (?:wanted|want)|i(?:'d|\ would)\ like|i(?:'m|\ am)\ (?:writing|calling|mailing))\ to
        \ (?:ask|inquire|enquire|request)(?:\ you)?(?:\ for|\ about)?
      | (?:can|could|may|might)\ i\ ask(?:\ you)?(?:\ for|\ about)?
      | i(?:'d|\ would)\ rather\ (?:ask|know|see)
      | would\ you\ mind\ (?:sending|giving|sharing|letting|getting|pulling)\ me(?:\ know)?
      | (?:for|about|regarding)\ (?:a|an|the|my|our)\ (?:[\w-]+\ ){1, 3}(?:that\ )?(?:i'm|i\ am|we're|we\ are)
        \ (?:working\ on|preparing|writing|building|handling|putting\ together)(?=\s*[,:])
      | (?:may|might|could|can)\ (?:i|we)\ (?:(?:please|kindly)\ )?(?:have|ask\ for|request|get)
      | (?:would|is|will)\ it\ (?:be\ )?possible\ (?:for\ you\ )?to\ (?:get|have|see|know|receive|obtain|tell\ me
        |show\ me|give\ me|send\ me|list|learn|find\ out)
      | (?:i|we)(?:\ would|'d)\ be\ (?:(?:very|really|so|most|extremely)\ )?
        (?:grateful|thankful|glad|happy|obliged|pleased)\ (?:for|to\ (?:get|have|see|know|receive|learn)
          |if\ (?:you|someone)\ (?:could|can|would)(?:\ (?:tell|send|give|show|get)\ (?:me|us))?)
      | (?:i|we)(?:\ would|'d|'m|\ am)?\ (?:want|like|love|need|try|trying|hope|hoping)\ to\ (?:get|have|gain|form)
        \ (?:a|an|some)\ (?:\w+\ )?(?:feel|feeling|sense|picture|idea|impression|overview|grip|handle|understanding)
        \ (?:for|of|on|about)
      | (?:i(?:\ would|'d)|would)\ (?:love|like|be\ (?:happy|interested|curious|keen|glad))
        \ to\ (?:know|see|have|get|learn|find\ out|understand)
      | (?:my|our|the)\ (?:boss|manager|ceo|cmo|cfo|team|board|management)
        \ (?:wants|wishes|asked|asks|needs|would\ like)(?:\ me)?
        (?:\ to\ (?:know|find\ out|see|check|report))?
      | we\ (?:want|need|would\ like)\ to\ (?:know|see|find\ out|understand)
      | (?:i|we)(?:\ would|'d)\ (?:love|like|appreciate)(?=\ (?:the|a|an|your|our|to\ see)\ )
    )(?=\W|$)(?:\s*[,:;.!\u2026-]+\s*|\s+(?:about|regarding|on)\b\s*|\s+)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_END = re.compile(
    r"""
    [\s,;.!?\u2026-]*(?<![\w'-])(?:
      (?:did|do|does|is|are|was|were|have|has|had|ca)n[\'\u2019]?t\ (?:we|it|they|you|there) | would\ you
      | so\ (?:that\ )?(?:i|we)\ can\ [^?.,;]{3,60} | ideally\ [^?.,;]{3,40}
      | (?:my\ |the\ |our\ )?(?:boss|manager|team|board|ceo|cmo|cfo)\ (?:is|are|keeps?)\ asking
      | if\ (?:that|this|it)(?:'s|\ is|\ isn't|'s\ not|\ is\ not)\ (?:(?:at\ all|not|too|any|an?|ok|okay|all)\ )*
        (?:right|alright|ok|okay|fine|possible|feasible|doable|convenient|easy|hard|difficult|much|problem|trouble|bother
          |issue|burden|ready|available|handy)\b[^?.,;\d]{0,30} | if\ (?:i|we)\ may(?:\ ask)?
      | (?:just\ )?asking\ for\ a\ (?:friend|colleague) | you\ reckon | no\ rush(?:\ though|\ at\ all)?
      | (?:please\ )?(?:let\ (?:me|us)\ know\ )?at\ your\ (?:earliest\ |very\ earliest\ )?convenience
      | sent\ from\ (?:my|a)\ \w+
      | please | pls | plz | thanks(?:\ (?:a\ lot|so\ much|in\ advance|again|a\ million))?
      | thank\ you(?:\ (?:so|very)\ much|\ in\ advance)? | many\ thanks | thx | ty | cheers | asap
      | as\ soon\ as\ possible | right\ away | if\ (?:possible|you\ can|you\ don't\ mind)
      | when\ you\ (?:have|get)\ a\ (?:chance|moment|minute|second|sec)
      | will\ you | wo(?:n[\'\u2019]t|uld\ not)\ you | shall\ we | (?<=,\ )(?:right|correct|okay|ok|eh|huh|yeah|yes|no)
      | if\ you(?:'d|\ would|\ could)\ be\ so\ (?:kind|good|nice)
      | (?<=,\ )(?:what|who|which\ one|which|where)(?:'s|\ is|\ are|\ was|\ were|\ would)?
        \ (?:it|that|those|these|they|this|them)(?:\ be)?(?:\ in\ days)?
      | (?<=,\ )(?:what|how)\ (?:does|do|did)\ (?:that|it|those|they|this)
        \ (?:look(?:\ like)?|develop|evolve|vary|go|change)
      | (?<=,\ )(?:can|could|would|will)\ you\ (?:please\ )?(?:show|pull|give|bring|get|list|tell)\ (?:me\ )?
        (?:that|those|these|them|it)(?:\ up|\ to\ me|\ for\ me)?
      | (?:can|could|would)\ you
        (?:\ (?:tell|show|say|give)(?:\ to)?\ (?:me|us))? | do\ (?:you|we)\ know | any\ idea | i\ wonder
      | i'm\ curious | just\ curious | for\ (?:me|us) | lol | haha | urgent(?:ly)? | i\ (?:want|need)\ to\ know
      | that's\ (?:it|all) | kindly
      | (?:(?:that|this|it)\ )?(?:would|might|could)\ (?:really\ )?(?:help(?:\ (?:me|us))?(?:\ a\ lot)?
        |be\ (?:very\ )?(?:interesting|nice|great|good|helpful|useful|perfect|awesome|lovely)
          (?:\ to\ (?:see|know|have))?)
      | is\ (?:all|what)\ i\ (?:need|want)(?:ed)?(?:\ to\ know)?
    )[\s.!?,:;()\u2026-]*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCE = re.compile(
    r"(?<=\w\w[.!?\u2026])(?<!\bvs\.)\s+(?=[A-Z]|(?:how|what|which|who|show|list)\b)|(?<=[?!])\s+|\n+"
)
_STEPS = re.compile(
    r"""
    \W*((?:please\ |now\ |ok\ |okay\ )*
      (?:remove|drop|without|leave\ out|take\ out|take\ away|forget|ignore|get\ rid\ of)\ .+?)
    ,?\ (?:and|then|and\ then|but)\ (?:now\ |instead\ |just\ |only\ )?
    ((?:show|give|list|sort|rank|order|split|break|group|by|top|compare|add|display|keep)\b.+)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A wish to be shown something, and no share of anything: kindly share revenue by segment.
_SHARED = re.compile(
    r"\b((?:can|could|would|will) you (?:please |kindly )?|please |kindly )share (?:with (?:me|us) )?"
    r"(?!(?:of|in|by|on|for|among|it|that|this|them)\b)",
    re.IGNORECASE,
)
# What somebody says of himself before a colon: I have a customer at my desk:
_TOLD = re.compile(r"^\W*(?:(?:i|we)(?:'ve|'m|'re)?|there's|someone|somebody)\s[^:?.]{3,60}:\s+(?=\w)", re.IGNORECASE)
# A rule that is called by numbers, none of which is asked for.
_RULE = re.compile(r"\b(?:80\s?[/-]\s?20|pareto)(?='?s?\s+(?:rule|principle|law)\b)", re.IGNORECASE)
_OF_ASKER = re.compile(r"\W*(?:i|we|our|my|this|there|it|you|i'm|we're|i've|we've)\b[^?]*$", re.IGNORECASE)


def without_padding(question: str) -> str:
    """Return what a question asks, without greetings, manners, and what the answer is for; itself where that is all.

    Args:
        question: what was asked.
    """
    text, before = _SHARED.sub(r"\1show ", question), ""
    while text != before:
        before = text
        for pattern in (_LEAD, _BEGINNING, _END):
            text = pattern.sub("", text)
        text = _PURPOSE.sub(" ", text)
    return text.strip(" ,;") if re.search(r"\w", text) else question


def sentences(question: str) -> list[str]:
    """Return the sentences of a question."""
    told = _TOLD.match(question)
    parts = [told[0], *_SENTENCE.split(question[told.end() :])] if told else _SENTENCE.split(question)
    return [part.strip() for part in parts if re.search(r"\w", part)]


def steps(question: str) -> list[str]:
    """Return the steps of a follow-up that takes something back and goes on: remove the filter and show the top 3."""
    found = _STEPS.match(question)
    return [found[1], found[2]] if found else [question]


def without_rule(sentence: str) -> str:
    """Return a sentence without the numbers by which a rule is called: the 80/20 rule."""
    return _RULE.sub("", sentence)


def is_of_asker(sentence: str) -> bool:
    """Tell whether a sentence is a statement about those who ask, and no question."""
    return _OF_ASKER.match(sentence) is not None
