"""Reads what a list is to show of each row: "with name and e-mail", "show id, name and the number of refunds"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_account.analyst.answers import Unclear
from local_account.analyst.draft import Column, Shown, is_dimension
from local_account.analyst.marks import mark
from local_account.analyst.orders import split_order, with_plain_order
from local_account.analyst.phrases import read_draft
from local_account.analyst.rewording import reworded
from local_account.analyst.words import tokens
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.analyst.draft import Draft, Noun
    from local_account.analyst.elements import Element
    from local_account.analyst.lexicon import Lexicon

_MOST_WORDS = 9  # of one column
_ME = r"(?:(?:me|us) )?(?:also |please |both )*"
_ASKING = (
    r"(?:(?:please|also|just|then|and|can you|could you) )*(?:show|give|list|include|return|display|add|provide|state"
    rf"|i (?:also )?(?:need|want)|i'd like(?: to see)?) {_ME}"
)
# What stands between the rows of a list and what is to be shown of them.
_JOINT = re.compile(
    rf"[.?!;]\s+{_ASKING}|:\s+|,?\s+and (?:please |then |also )*(?:show|give|list|include) {_ME}"
    rf"|,?\s+(?:showing|giving|listing|including|include|stating|(?:along |together )?with) {_ME}|,\s+show {_ME}",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r",?\s+(?:and|plus|as well as) (?:also |show |include )?(?=(?:the|that|its|their|those|how many|how much)\b"
    r"[^,?.]*$)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\W*(?:(?:please|kindly|can you|could you|would you|i need|i want|i'd like|just) )*"
    rf"(?:show|list|give|display|tell|get|find|provide|return)? ?{_ME}(?:the )?",
    re.IGNORECASE,
)
_OF = re.compile(r"\s+(?:of|for)\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*,\s*(?:(?:and|as well as|plus)\s+)?|\s+(?:and|plus|as well as|along with|together with)\s+")
_OWN = re.compile(r"^(?:(?:the|their|his|her|its|our|every|each|also|both)\s+)+", re.IGNORECASE)
_ID = re.compile(
    r"(?:(?:customer|client|cardholder|member)(?:s|'s|s')? )?ids?|(?:customer|client|cardholder) (?:numbers?|no)",
    re.IGNORECASE,
)
_ROWS = r"(?:customer|client|cardholder)s?"
_FIGURE = re.compile(
    r"(?:(?:that|those|this|these|resulting|respective|actual) )*"
    r"(?:numbers?|counts?|amounts?|figures?|values?|totals?|percentages?|shares?|rates?|sums?|averages"
    r"|how many(?: (?:of them|there are|there were|they are|each))?|how much)"
    r"(?: (?:of (?:them|these|those|each)|too|as well|in each|for each|each|in percent|in %))*(?: then)?",
    re.IGNORECASE,
)
_EVERYONE = re.compile(
    r"\b(?:everyone|everybody|anyone|anybody|all those|those people|all people)\b"
    r"(?= (?:who|whose|with|in|from|that|at|aged|living|holding)\b)",
    re.IGNORECASE,
)
# They are those of the conditions, which are shown anyway.
_BOTH = re.compile(
    r"[\s,.;?]+(?:please )?(?:(?:and )?(?:show|give|list|include|including|with) )?(?:me )?"
    r"both (?:figures|numbers|values|amounts)$",
    re.IGNORECASE,
)
# One event of each group is the row itself, and what is named behind it is told of it.
_ONE_EVENT = re.compile(
    r"\b(?:largest|biggest|highest|smallest|lowest|most expensive) (?:single )?(?:purchase|transaction|payment)\b"
    r".* (?:per|for|of|in|with|by) ",
    re.IGNORECASE,
)
_EACH = re.compile(rf"^(?:(?:each|every|all|any|those|the|our|of)\s+)+(?=(?:[\w-]+ )*?{_ROWS}\b)", re.IGNORECASE)


def parted(question: str, lexicon: Lexicon) -> tuple[str, Shown] | None:
    """Return the rows that a question asks for, and what is to be shown of them; nothing where it does not say so.

    Args:
        question: what was asked.
        lexicon: the phrases of the model and its data.
    """
    text, order = split_order(with_plain_order(question.strip()))
    text = _BOTH.sub("", text.rstrip(" .?!,;"))
    for core, said, led in _ways(text):
        if _ONE_EVENT.search(core):
            return None
        columns = _columns(said, lexicon)
        if columns is None or not any((c.called and not led) or _tells(c, lexicon) for c in columns):
            continue
        rows, inner = split_order(with_plain_order(core.rstrip(" ,;")))
        return _EVERYONE.sub("customers", rows.rstrip(" ,;")), Shown(columns, order or inner)
    return None


def _ways(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the ways to part a question into rows and what is shown of them, and whether this leads the question."""
    for joint in _JOINT.finditer(text):
        core = text[: joint.start()]
        if len(core.split()) > 1 or re.fullmatch(r"\w*\d{4,}", core):
            yield core, text[joint.end() :], False
    for joint in _BESIDE.finditer(text):
        yield text[: joint.start()], text[joint.end() :], False
    lead = _LEAD.match(text)
    start = lead.end() if lead is not None else 0
    for of in reversed(list(_OF.finditer(text, start))):
        rows = _EACH.sub("", text[of.end() :])
        yield f"list {rows}", text[start : of.start()], True


def _columns(said: str, lexicon: Lexicon) -> tuple[Column, ...] | None:
    """Return what words name to be shown, where all of them do."""
    found: list[Column] = []
    for part in filter(None, _BETWEEN.split(said.strip(" .?!,;"))):
        one = _column(part, lexicon)
        if one is None:
            return None
        found.append(one)
    return tuple(found) or None


def _column(text: str, lexicon: Lexicon) -> Column | None:
    """Return what one part of a list names."""
    plain = _OWN.sub("", text.strip())
    if _ID.fullmatch(plain) or _FIGURE.fullmatch(plain):
        return Column(plain, key=_ID.fullmatch(plain) is not None)
    if not plain or len(plain.split()) > _MOST_WORDS:
        return None
    try:
        draft = read_draft(mark(reworded(tokens(plain), lexicon), lexicon), lexicon)
    except Unclear:
        return None
    return (
        None
        if (noun := _named(draft)) is None
        else Column(plain, noun, tests=tuple(draft.tests), periods=tuple(d.period for d in draft.periods))
    )


def _named(draft: Draft) -> Noun | None:
    """Return the one thing that words name, where they say nothing else but rows and days of a figure."""
    said = draft.leftover or draft.clauses or draft.ranks or draft.groups or draft.moves or draft.bare or draft.flags
    if said or len(draft.nouns) != 1:
        return None
    noun = draft.nouns[0]
    chosen = (draft.tests or draft.periods) and is_dimension(noun.mark)
    return None if noun.function or noun.grain or not noun.mark.meanings or chosen else noun


def _tells(column: Column, lexicon: Lexicon) -> bool:
    """Tell whether a column can only be one of a list of rows: their key, or what tells who somebody is."""
    named: list[Element] = [m.element for m in column.noun.mark.named(Kind.DIMENSION)] if column.noun else []
    return column.key or any(lexicon.data.personal(e.table, e.name) for e in named)
