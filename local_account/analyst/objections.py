"""What is said first of a question that makes no plan: that it asks for the future, for persons, or for nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.criteria import ask_criterion, ask_value
from local_account.analyst.english import K
from local_account.analyst.left_over import unknown_names
from local_account.analyst.marks import mark
from local_account.analyst.open_words import ask_open_figure
from local_account.analyst.wording import either, spoken
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.draft import Draft
    from local_account.analyst.elements import Element
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark
    from local_account.analyst.words import Token

_SAID = {Category.FUTURE, Category.CAUSE, Category.PERSONAL_DATA, Category.CHANGES_DATA, Category.ONBOARDING}
_OPEN = {
    Category.AMBIGUOUS_CRITERION, Category.AMBIGUOUS_DIMENSION, Category.AMBIGUOUS_FILTER, Category.AMBIGUOUS_MEASURE,
    Category.AMBIGUOUS_TIME, Category.AMBIGUOUS_VALUE, Category.INCOMPLETE,
}  # fmt: skip
_YEARS_AHEAD = 60  # a number beyond them is no year
# What the words of a question do that names nothing: who is it, what is 3 times 4.
_NAMING_NOTHING = {
    K.WHICH, K.WHEN, K.WHO, K.IS, K.FILL, K.SOFT, K.UNIT, K.NUMBER, K.AND, K.OR_MORE, K.HAVE, K.BUY, K.LIST,
}  # fmt: skip
_GROUPING = (K.BY, K.VERSUS, K.DISTRIBUTION, K.HOW_MANY, K.SHARE)
_COMMON = {"busy", "quiet"}  # the most common
_ASKING = {"which", "what"}


def objection(failed: Unclear, found: Sequence[Token], lexicon: Lexicon, *, goes_on: bool) -> Unclear:
    """Return what is said of a question that makes no plan.

    Args:
        failed: why its likeliest reading makes none.
        found: its tokens, as they were read first.
        lexicon: the phrases of the model and its data.
        goes_on: whether there is a question before it.
    """
    if failed.category in _SAID:
        return failed
    marks = mark(found, lexicon)
    better = _future(marks, lexicon) or _personal(marks, lexicon) or (None if goes_on else _outside(marks))
    if better is not None:
        return better
    unknown = [m for m in marks if m.can(K.UNKNOWN) and m.text.lower() not in failed.text.lower()]
    names = unknown_names(unknown)
    if failed.category not in _OPEN or not names:
        return failed
    return failed.said_beside([f"The model and its data know no {either(names)}."])


def ask_fragment(draft: Draft, marks: Sequence[Mark], lexicon: Lexicon) -> NoReturn:
    """Ask what a question is about that goes on with none, by what it says.

    Raises:
        Unclear: always; with the values or figures that it can be about, where it names any.
    """
    for test in draft.tests:
        if len(held := lexicon.held(phrase(test.text))) > 1:
            ask_value(test.text, held, ", and no figure is named")
    if draft.groups or draft.has(K.TREND):
        ask_open_figure(marks, lexicon)
    asked = next((m.text for m in marks if m.can(K.VERSUS, K.HOW_MUCH)), None)
    if asked is not None and (draft.tests or draft.periods):
        ask_criterion(lexicon, "what is asked", asked)  # compare Texas with Florida
    raise Unclear("This goes on with a question that was not asked before.", Category.INCOMPLETE)


def _future(marks: Sequence[Mark], lexicon: Lexicon) -> Unclear | None:
    """Refuse days that have not come, before anything else of the question is asked back."""
    as_of = lexicon.data.as_of()
    for before, one in pairwise((None, *marks)):
        if one is None or one.period is None or one.period.every or one.period.start <= as_of:
            continue
        compared = before is not None and before.can(K.COMPARE, K.AND, K.TOP)
        if one.number is None or (not compared and one.number.value <= as_of.year + _YEARS_AHEAD):
            text = f"{one.period.label} lies in the future: the data end on {as_of.isoformat()}."
            return Unclear(text, Category.FUTURE, refused=True)
    return None


def _personal(marks: Sequence[Mark], lexicon: Lexicon) -> Unclear | None:
    """Refuse to group by what tells who somebody is: which ZIP code has the most, the top ZIP codes."""
    said = [m for m in marks if not set(m.kinds) <= {K.FILL, K.SOFT}]
    for before, one, behind in zip((None, *said), said, (*said[1:], None), strict=False):
        personal = _tells_who(one, lexicon)
        if personal is None or before is None:
            continue
        grouped = before.can(*_GROUPING) or before.text.lower() in _ASKING
        tops = [m.kinds[K.TOP] for m in said[: said.index(one)] if m.can(K.TOP)]
        ranked = before.can(K.TOP) and (bool(_COMMON.intersection(tops)) or personal.name != "NAME")
        part = behind is not None and behind.can(K.UNKNOWN) and behind.span[0] == one.span[1]  # the domain of an e-mail
        if grouped or ranked or part:
            text = (
                f"{spoken(personal.name).capitalize()} is personal: it may be listed and looked up, but not grouped by."
            )
            return Unclear(text, Category.PERSONAL_DATA, [personal.ref], refused=True)
    return None


def _tells_who(one: Mark, lexicon: Lexicon) -> Element | None:
    """Return the personal dimension that a mark names, and nothing else."""
    named = [m.element for m in one.named()]
    personal = [e for e in named if e.kind is Kind.DIMENSION and lexicon.data.personal(e.table, e.name)]
    return personal[0] if personal and len(personal) == len(named) and not one.held else None


def _outside(marks: Sequence[Mark]) -> Unclear | None:
    """Refuse a whole question that names nothing of the model: what time is it, what is 3 times 4."""
    said = [m for m in marks if m.text.lower() != "is it"]
    asked = any(m.can(K.WHICH, K.WHEN, K.WHO) for m in said)
    clock = len(said) < len(marks)  # what day is it
    naming_nothing = _NAMING_NOTHING | ({K.GRAIN, K.PERIOD} if clock else set())
    verb = clock or any(m.can(K.IS) or m.text.lower().endswith((" is", "'s")) for m in said)
    if not asked or not verb or not all(naming_nothing.issuperset(m.kinds) and not m.meanings for m in said):
        return None
    if not any(m.number is not None for m in said) and not clock:
        return None
    return Unclear("The question names nothing that the model knows.", Category.NOT_A_QUESTION, refused=True)
