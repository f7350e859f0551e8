"""How many different things each row had to do with, put together: the average number of categories per buyer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Noun, State, is_dimension
from local_account.analyst.english import K
from local_account.analyst.plan import Form, Measure, Plan
from local_account.analyst.wording import spoken

if TYPE_CHECKING:
    from local_account.analyst.pieces import Pieces

_EACH = {"buyer", "buyers", "customer", "customers", "shopper", "client"}


def read_average_of_different(state: State, at: int) -> int:
    """Read "average number of different categories per buyer"."""
    behind, each = state.mark(at + 2), state.mark(at + 4)
    counted = state.can(at, K.AGGREGATE) and state.word(at + 1, K.HOW_MANY) == "different"
    if not counted or behind is None or not is_dimension(behind) or each is None or not state.can(at + 3, K.BY):
        return 0
    if each.text.lower() not in _EACH or state.draft.different is not None:
        return 0
    state.draft.different = (state.marks[at].kinds[K.AGGREGATE], Noun(behind, at=at + 2))
    return 5


def different(pieces: Pieces) -> Plan:
    """Return the average, or the like, of how many different values of a dimension there are for each who bought."""
    draft, table = pieces.draft, pieces.shape.events()
    if draft.different is None or table is None:
        message = "different values are counted of what happens day by day"
        raise ValueError(message)
    function, noun = draft.different
    if pieces.figures or pieces.dimensions:
        named = [*pieces.figures, *pieces.dimensions][0].mark.text
        raise Unclear(f'It is not clear what "{named}" does in the question.', Category.INCOMPLETE)
    if function not in {"average", "median", "max", "min"}:
        raise Unclear(f'"{function}" is not told of a number of different values.', Category.INCOMPLETE)
    count = pieces.resolver.count(table)
    allowed = pieces.allowed([count])
    element = pieces.resolver.dimension(noun.mark, allowed, table)
    dated, _ = pieces.period([count], allowed)
    own = frozenset(pieces.shape.reachable(pieces.shape.main_table()))
    groups = [pieces.resolver.dimension(g.mark, own, pieces.shape.main_table()) for g in draft.groups if g.mark]
    if len(groups) < len(draft.groups):
        raise Unclear(f"The number of {spoken(element.name)}s is told by what customers have.", Category.INCOMPLETE)
    for group in groups:
        pieces.check_personal(group)
    pieces.resolver.notes.append("Only those who bought are counted.")
    return replace(
        dated,
        form=Form.DIFFERENT,
        measures=(Measure(element, "different", count.element),),
        groups=tuple(groups),
        where=(*dated.where, *pieces.conditions(draft.tests, [count], allowed)),
        subject=pieces.shape.main_table(),
        function=function,
    )
