"""The plan of two sides: each is a plan of its own, and what lies between their figures is told beside both."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from local_account.analyst.answers import Unclear
from local_account.analyst.opposed import beaten, compared, differences, quotients
from local_account.analyst.opposed_frames import DROP_FIRST
from local_account.analyst.plan import Compared, Form, Plan, Ranking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.opposed import Opposed

_MOST_TRIES = 10  # ways of one question, each of which is read twice
_PERCENT = ("percent", "%", "pct")


def difference_of(question: str, lexicon: Lexicon, read: Callable[[str], Plan]) -> Plan | None:
    """Return the plan of a question for a figure of one side less that of another; none where it asks for no such.

    Args:
        question: what was asked.
        lexicon: the phrases of the model and its data.
        read: returns the plan of the question of one side, or raises `Unclear`.
    """
    plan = _first(differences(question, lexicon), read, "difference", in_percent=_says_percent(question))
    if plan is None or DROP_FIRST.search(question.rstrip(" .?!")) is None:
        return plan
    return replace(plan, ranking=Ranking(None, descending=False), by_amount=True)


def beside_of(question: str, lexicon: Lexicon, read: Callable[[str], Plan]) -> Plan | None:
    """Return the plan of a question for one figure of two sides beside each other; none where it asks for no such.

    Args:
        question: what was asked.
        lexicon: the phrases of the model and its data.
        read: returns the plan of the question of one side, or raises `Unclear`.
    """
    in_percent = "difference" in question.lower() and _says_percent(question)
    return _first(compared(question, lexicon), read, "difference", in_percent=in_percent)


def groups_of(question: str, lexicon: Lexicon, read: Callable[[str], Plan]) -> Plan | None:
    """Return the plan of a question for the groups in which one side has more than another; none where it is none.

    Args:
        question: what was asked.
        lexicon: the phrases of the model and its data.
        read: returns the plan of the question of one side, or raises `Unclear`.
    """
    for one, sign, counted in beaten(question, lexicon):
        plan = _first(iter((one,)), read, "difference", as_sides=True)
        if plan is not None and len(plan.groups) == 1 and not _of_rows_in_time(plan, lexicon):
            return replace(plan, sign=sign, count_only=counted)
    return None


def _of_rows_in_time(plan: Plan, lexicon: Lexicon) -> bool:
    """Tell whether single rows are held against themselves of other days, which a condition on each of them does."""
    first, second = plan.sides
    rows = lexicon.shape.identity(lexicon.shape.main_table())
    return first.period != second.period and plan.groups[0] in rows


def quotient_of(question: str, lexicon: Lexicon, read: Callable[[str], Plan], *, named: bool) -> Plan | None:
    """Return the plan of a question for one figure divided by another; none where it asks for no such.

    Args:
        question: what was asked.
        lexicon: the phrases of the model and its data.
        read: returns the plan of the question of one figure, or raises `Unclear`.
        named: whether it has to say "divided", and not only "in percent of", which shares do as well.
    """
    for one, between in islice(quotients(question, lexicon, named=named), _MOST_TRIES):
        if (plan := _first(iter((one,)), read, between)) is not None:
            return plan
    return None


def _says_percent(question: str) -> bool:
    return any(word in question.lower() for word in _PERCENT)


def _first(
    ways: Iterator[Opposed],
    read: Callable[[str], Plan],
    between: str,
    *,
    in_percent: bool = False,
    as_sides: bool = False,
) -> Plan | None:
    """Return the first of the ways to read a question whose sides are both understood and belong together."""
    for one in islice(ways, _MOST_TRIES):
        try:
            first, second = read(one.first), read(one.second)
        except Unclear:
            continue
        if (plan := _joined(first, second, one, between, as_sides=as_sides)) is not None:
            return replace(plan, in_percent=in_percent)
    return None


def _joined(first: Plan, second: Plan, opposed: Opposed, between: str, *, as_sides: bool) -> Plan | None:
    """Return two plans as sides of one; none where they do not tell one figure each of the same groups."""
    if not (_is_plain(first) and _is_plain(second)) or first.groups != second.groups:
        return None
    alike = first.measures == second.measures and first.form == second.form
    named = opposed.alike and not alike and _differ_in_figure(first, second)  # each is a figure of the model
    if alike != opposed.alike and between == "difference" and not named:
        return None
    if alike and not _differ_in_one(first, second):
        return None
    if not alike and (first.form is not Form.AGGREGATE or second.form is not Form.AGGREGATE):
        return None
    notes = tuple(dict.fromkeys((*first.notes, *second.notes)))
    if between == "difference" and not as_sides and _differ_in_days(first, second):
        early, late = sorted((first, second), key=lambda p: p.period.start if p.period is not None else p)
        return replace(late, form=Form.COMPARISON, versus=early.period, notes=notes)
    return Plan(
        Form.SIDES,
        groups=first.groups,
        sides=(first, second),
        labels=opposed.labels,
        between=between,
        notes=notes,
    )


def _is_plain(plan: Plan) -> bool:
    """Tell whether a plan tells one figure, of each group if any."""
    told = plan.form is Form.AGGREGATE or (plan.form is Form.SHARE and (plan.part or plan.having) and not plan.grown)
    beside = plan.ranking is not None or plan.count_only or plan.running or plan.moving is not None
    own = any(h.shown or h.op == "told" for h in plan.having)
    return bool(told) and len(plan.measures) == 1 and not (beside or own)


def _differ_in_one(first: Plan, second: Plan) -> bool:
    """Tell whether two plans are alike but for the rows, of which the same is told, or for their days."""

    def rest(plan: Plan) -> Plan:
        return replace(plan, where=(), part=(), having=(), period=None, notes=())

    def told(plan: Plan) -> list[str]:
        conditions = (*plan.where, *plan.part)
        return sorted(c.element.ref for c in conditions if isinstance(c, Compared)) + [
            h.measure.name for h in plan.having
        ]

    rows = (first.where, first.part, first.having) != (second.where, second.part, second.having)
    return rest(first) == rest(second) and told(first) == told(second) and rows != (first.period != second.period)


def _differ_in_figure(first: Plan, second: Plan) -> bool:
    """Tell whether two plans are alike but for their figures: the number of customers at high risk, and at low risk."""
    return replace(first, measures=(), notes=()) == replace(second, measures=(), notes=())


def _differ_in_days(first: Plan, second: Plan) -> bool:
    """Tell whether two plans of plain figures differ in their days alone."""
    plain = first.form is Form.AGGREGATE and first.subject is None and first.measures[0].function is None
    dated = first.period is not None and second.period is not None and first.period != second.period
    return plain and dated and not first.having
