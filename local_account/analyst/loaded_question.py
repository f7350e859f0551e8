"""A question as it was read: its marks, their draft and the plan, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.english import K
from local_account.analyst.plan import AllOf, AnyOf, Compared, Declared, Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from local_account.analyst.draft import Draft
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark
    from local_account.analyst.plan import Condition, Measure, Plan

PLAIN = {Form.AGGREGATE, Form.LIST, Form.VALUES}


class Read:
    """A question as it was read: its marks, their draft, and the plan that was made of it.

    Args:
        marks: all marks of the question, those without a meaning too.
        draft: what they say.
        plan: what is asked of the view.
        lexicon: the phrases of the model and its data.
    """

    def __init__(self, marks: Sequence[Mark], draft: Draft, plan: Plan, lexicon: Lexicon) -> None:
        self.marks = marks
        self.draft = draft
        self.plan = plan
        self.lexicon = lexicon
        self.words = [m.text.lower() for m in marks]

    @property
    def said(self) -> list[Mark]:
        """The marks that mean something."""
        return [m for m in self.marks if set(m.kinds) != {K.FILL}]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The figures that the plan tells, ranks by, or holds against a bound."""
        ranking = self.plan.ranking
        ranked = (ranking.measure,) if ranking is not None and ranking.measure is not None else ()
        return (*self.plan.measures, *ranked, *(h.measure for h in self.plan.having))

    def can(self, at: int, *kinds: K) -> bool:
        """Tell whether the mark at a place can do one of these things."""
        return 0 <= at < len(self.marks) and self.marks[at].can(*kinds)

    def word(self, at: int) -> str:
        """Return the mark at a place in small letters, nothing beyond the ends."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def behind(self, at: int) -> int:
        """Return the next place whose mark has a meaning."""
        at += 1
        while at < len(self.marks) and set(self.marks[at].kinds) <= {K.FILL, K.SOFT}:
            at += 1
        return at

    def held_in_clause(self, at: int) -> bool:
        """Tell whether a mark is a value or filter of what somebody bought."""
        texts = {t.text for c in self.draft.clauses for t in c.tests}
        return 0 <= at < len(self.marks) and self.marks[at].text in texts

    def conditions(self) -> Iterator[Compared | Declared]:
        """Yield all single conditions of the plan."""
        every = [*self.plan.where, *self.plan.part, *(c for h in self.plan.having for c in h.where)]
        yield from _single(every)

    def operators(self) -> list[str]:
        """Return how the plan compares: by conditions on rows and on figures."""
        on_rows = [c.op for c in self.conditions() if isinstance(c, Compared)]
        return [*on_rows, *(h.op for h in self.plan.having)]


def _single(conditions: Iterable[Condition]) -> Iterator[Compared | Declared]:
    for one in conditions:
        if isinstance(one, AnyOf | AllOf):
            yield from _single(one.conditions)
        else:
            yield one
