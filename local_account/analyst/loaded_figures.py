"""Words of a question about numbers, figures and values that took no part in its plan."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from local_account.analyst.english import PHRASES, K
from local_account.analyst.loaded_question import PLAIN, Read
from local_account.analyst.plan import Compared, Form
from local_account.analyst.wording import spoken
from local_account.analyst.words import stem
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_account.analyst.elements import Element
    from local_account.analyst.marks import Mark

_NAMES = {
    "average": ("AVG", "AVERAGE", "MEAN", "_PER_", "PERCENT", "PROBABILITY"),
    "median": ("MEDIAN",),
    "max": ("MAX", "LARGEST"),
    "min": ("MIN", "SMALLEST"),
    "stddev": ("STDDEV",),
}
_GAPS = {"difference", "differences", "gap", "minus"}
_DIFFERENT = re.compile(r"^COUNT\(DISTINCT .*?\w+\.(\w+)(?: END)?\)$")
_EUROPEAN = re.compile(r"\d{1,3}\.\d{3}")


def _number(read: Read) -> str | None:
    """Find a number that can be two, is in no dollars, or bounds that hold nothing between them."""
    for at, one in enumerate(read.marks):
        digits = next((word for word in one.text.split() if _EUROPEAN.fullmatch(word.strip("$%"))), None)
        if (
            one.number is not None
            and digits is not None
            and float(digits.strip("$%")) == int(float(digits.strip("$%")))
        ):
            return one.text
        if one.number is not None and read.word(at + 1) in {"figure", "figures", "digit", "digits"}:
            return f"{one.text} {read.marks[at + 1].text}"
        if one.kinds.get(K.UNIT) == "euro":
            return one.text
    for op, values in _bounds(read):
        if "between" in op and len(values) > 1 and values[0] > values[1]:
            return f"between {values[0]:g} and {values[1]:g}"
    return None


def _bounds(read: Read) -> Iterator[tuple[str, list[float]]]:
    for one in read.conditions():
        if isinstance(one, Compared) and not one.element.is_time:
            yield one.op, [float(v) for v in one.values if isinstance(v, int | float)]
    for having in read.plan.having:
        yield having.op, list(having.values)


def _correlated(read: Read) -> str | None:
    """Find a correlation with the number of the rows that it is taken over, which is one of each."""
    plan = read.plan
    if plan.form is not Form.CORRELATION or plan.subject is None:
        return None
    count = read.lexicon.count(plan.subject)
    return next((spoken(m.element.name) for m in plan.measures if m.element == count), None)


def _aggregate(read: Read) -> str | None:
    """Find an average, a median or the like that no figure of the plan is."""
    plan = read.plan
    measures = read.measures
    if plan.form not in PLAIN or plan.columns or not measures:
        return None
    for at, one in enumerate(read.marks):
        before = next((m for m in read.marks[:at][::-1] if set(m.kinds) != {K.FILL}), one)
        if before.kinds.get(K.FOLLOW) == "instead":
            continue  # the median instead of the average
        function = one.kinds.get(K.AGGREGATE, "") if not one.can(K.NOUN) else _own_function(one)
        names = _NAMES.get(function, ())
        if names and not any(m.function == function or any(n in m.element.name for n in names) for m in measures):
            return one.text
    return _of_single_rows(read)


def _percentiles(read: Read) -> str | None:
    """Find a percentile that no figure of the plan is, such as the first one of p25 and p75."""
    measures = read.measures
    for one in read.marks:
        function = one.kinds.get(K.AGGREGATE, "")
        told = any(m.function == function or m.element.name.startswith(f"{function.upper()}_") for m in measures)
        if re.fullmatch(r"p\d\d", function) and not told:
            return one.text
    return None


def _unit_of_change(read: Read) -> str | None:
    """Find a unit of time, such as month over month, whose days are not those that are compared."""
    period = read.plan.period
    if read.plan.form is not Form.COMPARISON or period is None or len(read.draft.periods) > 1:
        return None
    units = {"month", "quarter", "week"} - {period.grain}
    return next((m.text for m in read.marks if m.kinds.get(K.CHANGE) in units and not m.can(K.NOUN)), None)


def _gap(read: Read) -> str | None:
    """Find a difference that is asked for, where the plan tells none."""
    told = read.plan.form in {Form.COMPARISON, Form.CHANGE, Form.CORRELATION} or read.plan.having
    below_zero = re.search(r"\bminus \d", " ".join(read.words))
    found = (w for m in read.marks if not m.can(K.NOUN) for w in m.text.lower().split() if w in _GAPS)
    if re.search(r"\bdivide .* by\b|\bdivided by\b", " ".join(read.words)) and read.plan.form is not Form.RATIO:
        return "divide"
    return None if told or below_zero else next(found, None)


def _own_function(noun: Mark) -> str:
    """Return the function that the name of a figure begins with: median purchase."""
    first, *rest = noun.text.split()
    words = [word for kind, word in PHRASES.get((stem(first.lower()),), ()) if kind is K.AGGREGATE]
    return words[0] if words and rest and noun.named(Kind.METRIC) else ""


def _of_single_rows(read: Read) -> str | None:
    """Find a mean or what is most common, told of each single row where groups of rows are asked about."""
    plan = read.plan
    single = set(read.lexicon.shape.identity(read.lexicon.shape.main_table())) & set(plan.groups)
    if not single or len(plan.groups) < 2 or plan.form is not Form.AGGREGATE:  # noqa: PLR2004
        return None
    common = next((r.text for r in read.draft.ranks if r.by in {"busy", "quiet"}), None)
    per = next((m.text for m in read.marks if m.text.lower() == "per"), None)
    mean = any(m.element.name.startswith("AVG_") for m in plan.measures)
    return common or (per if mean and plan.ranking is None else None)


def _alone(read: Read) -> str | None:
    """Find one side of a comparison, conditions that leave each other out, and a superlative without a figure."""
    plan = read.plan
    held: dict[Element, set[object]] = {}
    for one in plan.where:
        if isinstance(one, Compared) and one.op == "=":
            held.setdefault(one.element, set()).add(one.values)
    if any(len(values) > 1 for values in held.values()):
        return next(str(v) for values in held.values() if len(values) > 1 for (v,) in values)  # type: ignore[misc]
    if read.draft.moves and any(r.by in {"busy", "quiet"} for r in read.draft.ranks) and not _by_sides(read):
        return read.draft.ranks[0].text
    versus = next((m.text for m in read.marks if m.can(K.VERSUS)), None)
    told = plan.groups or plan.ranking is not None or len(read.draft.periods) > 1 or plan.having
    if versus is not None and plan.form is Form.AGGREGATE and len(read.draft.tests) > 1 and not told:
        return versus
    named = [c.element.ref for c in plan.where if isinstance(c, Compared) and c.op == "="]
    groups = [g for g in plan.groups if not any(f"{ref}_".startswith(f"{g.ref}_") for ref in named)]
    side = plan.form is Form.AGGREGATE and not groups and len(plan.measures) == 1 and plan.ranking is None
    sides = max(len(read.draft.periods), len(read.draft.tests))
    if versus is not None and side and sides == 1:
        return versus
    old = next((r for r in read.draft.ranks if r.by in {"old", "young"} and r.noun is not None), None)
    return f"{old.text} account" if old and old.noun and old.noun.mark.text.lower().startswith("account") else None


def _by_sides(read: Read) -> bool:
    """Tell whether movements are told by what they went from or to."""
    sides = {e.name for e in read.lexicon.shape.elements if e.name.startswith("PREVIOUS_")}
    ends = {name.removeprefix("PREVIOUS") for name in sides}
    return any(g.name in sides or g.name.endswith(tuple(ends)) for g in read.plan.groups)


def _passed_over(read: Read) -> str | None:
    """Find a value of a dimension that was passed over as a word of every day before its name: an "up" trend."""
    for one, behind in pairwise(read.marks):
        if set(one.kinds) != {K.FILL} or not behind.named(Kind.DIMENSION):
            continue
        ends = {m.element.name.split("_")[-1] for m in behind.named(Kind.DIMENSION)}
        alike = [e for e in read.lexicon.shape.elements if e.name.split("_")[-1] in ends and e.expression.is_enum]
        if any(one.text.lower() in map(str.lower, e.expression.sample_values) for e in alike):
            return one.text
    return None


def _counted_itself(read: Read) -> str | None:
    """Find a number of the very rows that are listed, counted or grouped by, each of which is one."""
    plan = read.plan
    own = [h.measure.element for h in plan.having if h.measure.element.table == plan.subject]
    counts = [e for e in own if e.kind is Kind.METRIC and e.expression.expr.upper().startswith("COUNT")]
    groups = {g.name for g in plan.groups}
    told = [m.element for m in plan.measures if m.element.kind is Kind.METRIC]
    shape = read.lexicon.shape
    tables = [(e, shape.counted_table(e)) for e in told]
    counts += [e for e, table in tables if table and {*shape.key(table), *shape.identity(table)} & {*plan.groups}]
    counts += [e for e in told if (m := _DIFFERENT.search(e.expression.expr.upper())) and m[1] in groups]
    if plan.form is Form.SHARE and plan.subject and {*shape.identity(plan.subject)} & {*plan.groups}:
        counts += told  # a share of each row by itself
    return spoken(counts[0].name) if counts else None


def _uncounted(read: Read) -> str | None:
    """Find a count that is asked for beside another figure, where the plan tells none: mean purchase with the count."""
    plan = read.plan
    told = read.measures
    if plan.form is not Form.AGGREGATE or not plan.measures or plan.count_only or plan.columns:
        return None
    if any(m.function == "different" or m.element.is_counting or m.element.is_percent for m in told):
        return None
    for at, one in enumerate(read.marks):
        alone = not read.can(read.behind(at), K.NOUN, K.AGGREGATE, K.UNIT, K.SHARE, K.TOP, K.IS)
        if alone and one.can(K.HOW_MANY) and not one.can(K.NOUN, K.AGGREGATE, K.FOLLOW):
            return one.text
    return None


FIGURE_RULES: tuple[Callable[[Read], str | None], ...] = (
    _number,
    _correlated,
    _aggregate,
    _percentiles,
    _unit_of_change,
    _gap,
    _alone,
    _counted_itself,
    _passed_over,
    _uncounted,
)
