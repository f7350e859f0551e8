"""Words that can change a figure: a reading in which one of them took no part in the plan is no reading."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import is_dimension, is_figure
from local_account.analyst.english import K
from local_account.analyst.loaded_figures import FIGURE_RULES
from local_account.analyst.loaded_named import NAMED_RULES
from local_account.analyst.loaded_question import PLAIN, Read
from local_account.analyst.loaded_shown import SHOWN_RULES
from local_account.analyst.open_words import ask_open_figure
from local_account.analyst.plan import Compared, Declared, Form
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local_account.analyst.draft import Draft
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark
    from local_account.analyst.periods import Period
    from local_account.analyst.plan import Plan, Scalar

_ORDERED = {"<", ">", "<=", ">=", "between", "not between"}
_CONTRARY = {"<>", "not in", "not between", "is null", "<", "<="}
_EXTREMES = {"top", "bottom", "best", "worst", "newest", "earliest", "old", "young", "busy", "quiet"}
_HIGH, _LOW = {"top", "best", "busy", "newest", "old"}, {"bottom", "worst", "quiet", "earliest", "young"}
_MOST_ROWS = 1_000_000  # more than any list shows
_COMPARISONS = {"than", "more", "less", "fewer", "higher", "lower", "greater", "larger", "smaller", "bigger", "exactly"}
_ALONE = {"only", "just", "solely", "exclusively", "nothing but", "alone"}
_HOW_OFTEN = {"once", "twice", "thrice"}
_OPEN_FIGURES = {"value", "values", "amount", "amounts"}
_TOGETHER = {"together", "altogether", "combined", "total"}


def check_loaded(marks: Sequence[Mark], draft: Draft, plan: Plan, lexicon: Lexicon) -> None:
    """Hold a plan to the words of its question that can change a figure.

    Args:
        marks: all marks of the question.
        draft: what they say, before it was settled.
        plan: the plan that was made of it.
        lexicon: the phrases of the model and its data.

    Raises:
        Unclear: a word took no part; it is named.
    """
    read = Read(marks, draft, plan, lexicon)
    for rule in _RULES:
        if (word := rule(read)) is not None:
            function = any(m.text == word and m.can(K.AGGREGATE) for m in marks[:-2])
            named = draft.has(K.HOW_MANY) or any(n.counted or is_figure(n.mark) for n in draft.nouns)
            if word in _OPEN_FIGURES or (function and not named):
                ask_open_figure(marks, lexicon)
            raise Unclear(f'It is not clear what "{word}" does in the question.', Category.INCOMPLETE)


def _comparison(read: Read) -> str | None:
    """Find a comparison ("more ... than", "exactly", "once") for which nothing is compared."""
    text = " ".join(read.words)
    opposed = (read.draft.has(K.VERSUS) and "than" not in text) or text.endswith(("ago", "ago ?"))
    if (
        opposed
        or read.plan.form in {Form.COMPARISON, Form.CHANGE}
        or any(m.can(K.OR, K.CORRELATION) for m in read.marks)
    ):
        said = ()
    else:
        said = tuple(
            m.text
            for m in read.marks
            if not m.can(K.NOUN, K.TOP, K.CHANGE, K.PERIOD, K.AGGREGATE) and set(m.text.lower().split()) & _COMPARISONS
        )
    for one, behind in pairwise(read.marks):
        signs = {">", ">=", "<", "<=", "between"} & set(one.kinds.values()) if one.can(K.COMPARE) else set()
        if signs and behind.number is not None and behind.period is None and not _is_bound(read, behind.number.value):
            return f"{one.text} {behind.text}"
    often = [
        m.text
        for at, m in enumerate(read.marks)
        if m.text.lower() in _HOW_OFTEN and not (read.word(at - 1) == "at least" and read.plan.having)
    ]
    bound = read.plan.grown
    compared = [*read.operators(), *([bound[0]] if bound is not None else [])]
    if said and not set(compared) & {*_ORDERED, "=", "<>"} - ({"="} if "than" in " ".join(read.words) else set()):
        return said[0]
    counted = any(h.op in {"=", *_ORDERED} and h.values != (0.0,) for h in read.plan.having)
    return often[0] if often and not counted else None


def _is_bound(read: Read, number: float) -> bool:
    """Tell whether a plan compares anything by a number, be it told in other units."""
    plan = read.plan
    if plan.grown is not None or plan.step is not None or (plan.period is not None and plan.period.open_start):
        return True
    return bool(set(read.operators()) & _ORDERED) or any(n == number for n in _numbers_in(read))


def _numbers_in(read: Read) -> list[float]:
    return [
        float(v)
        for one in read.conditions()
        if isinstance(one, Compared)
        for v in one.values
        if isinstance(v, int | float)
    ]


def _negation(read: Read) -> str | None:
    """Find a negation that turned nothing round, or that stands before a ranking."""
    for at, one in enumerate(read.marks):
        dropped = one.kinds.get(K.FOLLOW) == "drop" and read.can(read.behind(at), K.TOP)
        if not (one.can(K.NOT) or dropped) or one.can(K.NOUN, K.VALUE, K.AND):
            continue
        if read.can(read.behind(at), K.TOP) and not read.can(read.behind(at), K.NOUN, K.VALUE):
            return f"{one.text} ... {read.marks[read.behind(at)].text}"
        if not _turned(read):
            return one.text
    return None


def _turned(read: Read) -> bool:
    """Tell whether anything of a plan is a contrary."""
    return bool(read.plan.having) or any(_is_turned(one) for one in read.conditions())


def _is_turned(one: Compared | Declared) -> bool:
    if isinstance(one, Declared):
        return one.negated
    bound = one.op in {">=", ">"} and not one.element.is_time
    return bound or one.op in _CONTRARY or any(_is_contrary(v) for v in one.values)


def _is_contrary(value: Scalar) -> bool:
    return isinstance(value, bool) or str(value).lower().startswith(("no", "un"))


def _ranking(read: Read) -> str | None:
    """Find a ranking that orders nothing, or two of which one would be left out."""
    ranks = [r for r in read.draft.ranks if r.by in _EXTREMES]
    for other in ranks[1:]:
        twice = other.noun is not None and ranks[0].noun is not None and other.noun is not ranks[0].noun
        contrary = other.descending != ranks[0].descending and (other.measure or other.noun or other.limit)
        if (contrary or twice) and other.text and ranks[0].text:
            return other.text
    ends = [(m, m.kinds[K.TOP] in _LOW) for m in read.marks if m.kinds.get(K.TOP) in _LOW | _HIGH]
    for (first, low), (second, other) in pairwise(ends):
        between = [m for m in read.marks if first.span[1] <= m.span[0] < second.span[0]]
        joined = any(m.can(K.AND) for m in between) and all(m.can(K.AND) or m.number for m in between)
        if low != other and joined:
            return second.text
    plan = read.plan
    extreme = any(m.function or m.element.name.startswith(("MIN_", "MAX_")) for m in plan.measures)
    ordered = plan.ranking is not None or plan.form not in PLAIN or extreme
    if _by_name(read) and plan.form is Form.LIST:
        return next(r.text for r in read.draft.ranks if r.by == "alphabetical") or "by name"
    if read.draft.ranks and not ordered and not (plan.form is Form.VALUES and _by_name(read)):
        return read.draft.ranks[0].text
    if plan.ranking is not None and (plan.ranking.limit or 0) > _MOST_ROWS:
        return read.draft.ranks[0].text
    return _ranked_one(read)


def _by_name(read: Read) -> bool:
    return any(r.by == "alphabetical" for r in read.draft.ranks)


def _ranked_one(read: Read) -> str | None:
    """Find "rank of" one row, which a list of this row alone does not tell, and "which of the top 10 are"."""
    of_one = any(isinstance(c, Compared) and c.op == "=" and c.element.name.endswith("_ID") for c in read.conditions())
    for at, one in enumerate(read.marks):
        if read.word(at) in {"rank", "ranking"} and of_one and read.plan.ranking is not None:
            return one.text
        before = " ".join(read.words[max(at - 3, 0) : at])
        chosen = one.can(K.TOP) and re.search(r"\b(?:which|how many|who|are any|any) of (?:the|our)$", before)
        if chosen and any(t.at > at - 3 for t in read.draft.tests) and read.draft.verbs:
            return f"{before} {one.text}"
    return None


def _share(read: Read) -> str | None:
    """Find a share where the plan tells a number, and a share of a name that leaves another group out."""
    plan = read.plan
    percent = any(m.element.is_percent or m.element.is_probability for m in plan.measures)
    percent = percent or any(c.element.is_percent for c in read.conditions() if isinstance(c, Compared))
    for at, one in enumerate(read.marks):
        share = one.can(K.SHARE) and not one.can(K.NOUN, K.VALUE)
        if share and plan.form in PLAIN and not percent and not plan.columns:
            return one.text
        named = [m.element for m in one.named(Kind.METRIC) if m.element.is_percent]
        whole = re.match(r"(?:percentage|percent|share|proportion|fraction|portion|part|%) of (?!the\b)", read.word(at))
        verb = read.can(read.behind(at), K.IS, K.HAVE) or read.can(at + 1, K.IS, K.HAVE)
        if named and whole and verb and read.draft.tests and plan.form is Form.AGGREGATE:
            return one.text
    return None


def _period(read: Read) -> str | None:
    """Find one of several periods that is no part of the plan."""
    plan = read.plan
    if (lost := _lost_period(read)) is not None:
        return lost
    said = {d.period.label: d.period for d in read.draft.periods if not _is_present(read, d.period)}
    said |= {p.label: p for c in read.draft.clauses for p in c.periods}
    told = {p for p in (plan.period, plan.versus, *(h.period for h in plan.having)) if p is not None}
    days = [c for c in read.conditions() if isinstance(c, Compared) and c.element.is_time]
    if len(said) > 1 and len(told) + len(days) < len(said) and plan.form is not Form.CHANGE:
        left = [label for label, period in said.items() if period not in told]
        return left[-1] if left else None
    if plan.period is not None and not plan.period.named and plan.period.grain != "year":
        yearly = [
            m.text for m in read.marks if re.fullmatch(r"(?:for |in |of |from )?(?:each|every|any)", m.text.lower())
        ]
        grouped = any(g.grain == "year" for g in read.draft.groups)
        return yearly[0] if yearly and grouped else None
    return None


def _lost_period(read: Read) -> str | None:
    """Find days that were named where the plan knows no days at all."""
    plan = read.plan
    told = (plan.period, plan.versus, *(p for h in plan.having for p in (h.period, h.than)))
    days = any(isinstance(c, Compared) and (c.element.is_time or c.element.is_number) for c in read.conditions())
    if any(p is not None for p in told) or days or plan.form is Form.CHANGE:
        return None
    past = (m for m in read.marks if m.period is not None and not _is_present(read, m.period))
    return next((m.text for m in past if m.number is None), None)


def _is_present(read: Read, period: Period) -> bool:
    """Tell whether days say no more than that it is now: of customers who are lapsed today."""
    as_of = read.lexicon.data.as_of()
    return period.end == as_of and (period.start == as_of or period.open_start)


def _together(read: Read) -> str | None:
    """Find "together" behind several periods or values that would be told one by one."""
    said = next((m.text for m in read.marks if m.text.lower().split()[-1] in _TOGETHER and not m.can(K.NOUN)), None)
    if said is None or said.lower() == "total" or not read.plan.groups or read.draft.has(K.VERSUS):
        return None
    asked = read.draft.groups or any(n.asked or n.grain or is_dimension(n.mark) for n in read.draft.nouns)
    return None if asked or read.draft.ranks else said


def _bought(read: Read) -> str | None:
    """Find "only", "also", "every" and "single" beside what was bought, where they say more than that it was."""
    buys = [i for i, m in enumerate(read.marks) if m.can(K.BUY) or m.text.lower().split()[-1] in {"bought", "spent"}]
    if not buys:
        return None
    for at in range(buys[0] + 1, len(read.marks)):
        word, behind = read.word(at), read.behind(at)
        held = read.can(behind, K.VALUE)
        if word in _ALONE and (held or read.held_in_clause(at - 1) or read.held_in_clause(behind)):
            return read.marks[at].text
        if word.endswith(" only") and any(t.text == read.marks[at].text for c in read.draft.clauses for t in c.tests):
            return read.marks[at].text
        if word == "also" and len(read.plan.having) < 2:  # noqa: PLR2004 (the one and the other)
            return read.marks[at].text
        if "every" in word.split() and read.can(behind, K.GRAIN, K.NOUN) and not read.draft.ranks:
            return read.marks[at].text
    return None


def _single_one(read: Read) -> str | None:
    """Find "in a single purchase", where the purchases are put together."""
    text = " ".join(read.words)
    found = re.search(r"\b(?:in|on|with|at) (?:a |any |just |only )?(?:single|one) (\S+)", text)
    events = read.lexicon.shape.events()
    if found is None or events is None or not (read.draft.clauses or read.draft.tests):
        return None
    at = next((i for i, word in enumerate(read.words) if found[1] in word.split()), len(read.words))
    counted = at < len(read.marks) and any(
        read.lexicon.shape.counted_table(m.element) == events for m in read.marks[at].named()
    )
    rows = at < len(read.marks) and any(e.table == events for e in read.marks[at].entities)
    return found[0] if (counted or rows) and read.plan.having else None


def _form(read: Read) -> str | None:
    """Find words for a form that the answer has not: steps, a comparison of values without a figure, a definition."""
    plan = read.plan
    if read.draft.step is not None and plan.step is None:
        return next((m.text for m in read.marks if m.can(K.STEP)), "steps")
    if plan.form is Form.VALUES and any(m.can(K.VERSUS, K.TREND) for m in read.marks):
        return next(m.text for m in read.marks if m.can(K.VERSUS, K.TREND))
    if (
        re.match(r"what .*\b(?:means?|meaning|meant|meaning of .*|definition of .*)\b\W*$", " ".join(read.words))
        and not plan.measures
    ):
        return read.marks[-1].text if read.marks[-1].text.isalpha() else "mean"
    for at, one in enumerate(read.marks):
        amounts = one.text.lower() in _OPEN_FIGURES and set(one.kinds) == {K.FILL}
        of_rows = plan.form is Form.LIST and read.word(at + 1) == "of" and not plan.columns
        if amounts and (of_rows or _is_of_counted(read, at) or (at and _counts(read, read.marks[at - 1]))):
            return one.text
        if (
            read.word(at).split()[-1:] == ["same"]
            and read.can(read.behind(at), K.NOUN)
            and " as " in " ".join(read.words[at:])
        ):
            return one.text
    return None


def _dangling(read: Read) -> str | None:
    """Find a word that compares or groups at the end of a question, with nothing behind it."""
    said = read.said
    last = said[-1] if said else None
    if last is not None and last.kinds.get(K.SOFT) in {"of", "than", "with", "among"} and not last.can(K.NOUN, K.VALUE):
        return last.text
    ends = last is not None and last.can(K.BY, K.COMPARE) and not last.can(K.NOUN, K.OR_MORE, K.NUMBER, K.TREND)
    return last.text if last is not None and ends and last.text.lower() in {"between", "over", "by", "per"} else None


def _ends_on_rows(read: Read) -> str | None:
    """Find a verb or "who" behind rows that are listed, with nothing behind it that describes them: customers have."""
    said = read.said
    if read.plan.form is not Form.LIST or not said or not said[-1].can(K.HAVE, K.WHO):
        return None
    alone = all(m.can(K.WHO, K.WHICH, K.LIST, K.IS) for m in said)
    behind = len(said) > 1 and (said[-2].can(K.WHO) or (bool(said[-2].entities) and said[-1].can(K.HAVE)))
    return said[-1].text if alone or behind else None


def _out_of_it(read: Read) -> str | None:
    """Find a follow-up that turns a movement round, of which the other side is not read: and out of it?"""
    found = re.match(
        r"(?:and |what about |how about )?(?:out of|from|into|to) (?:it|them|there)\b", " ".join(read.words)
    )
    return found[0] if found else None


def _plus(read: Read) -> str | None:
    """Find "plus" between a value and rows, which would be the name of another value: Gold Plus customers."""
    for at, one in enumerate(read.marks):
        between = at > 0 and bool(read.marks[at - 1].held) and read.can(at + 1, K.NOUN)
        if read.word(at) == "plus" and between and read.marks[at + 1].entities:
            return f"{read.marks[at - 1].text} {one.text}"
    return None


def _ranked_rows(read: Read) -> str | None:
    """Find rows that are ranked and are neither listed nor grouped by."""
    plan, shape = read.plan, read.lexicon.shape
    for rank in read.draft.ranks:
        tables = [e.table for e in rank.noun.mark.entities] if rank.noun is not None else []
        if not tables or is_dimension(rank.noun.mark) or plan.subject in tables:  # type: ignore[union-attr]
            continue
        shown = {*plan.groups, *(m.over for m in plan.measures if m.over is not None)}
        if not any(shown & set(shape.identity(table)) for table in tables):
            return f"{rank.text} {rank.noun.mark.text}"  # type: ignore[union-attr]
    return None


def _is_of_counted(read: Read, at: int) -> bool:
    """Tell whether "value" stands before rows that are only counted: the value of customers by card type."""
    behind = read.behind(at)
    while behind < len(read.marks) and read.marks[behind].held and not read.marks[behind].entities:
        behind += 1
    rows = read.marks[behind].entities if behind < len(read.marks) else []
    counts = {read.lexicon.count(e.table) for e in rows}
    if not read.word(at).startswith("value"):
        return False
    if rows and read.word(at) == "value" and read.marks[behind].span[0] == read.marks[at].span[1]:
        return True  # value customers
    return not read.draft.has(K.HOW_MANY) and any(m.element in counts for m in read.plan.measures)


def _counts(read: Read, noun: Mark) -> bool:
    """Tell whether a plan counts the rows of a noun, which have amounts."""
    tables = [e.table for e in noun.entities]
    tables += [t for m in noun.named() if (t := read.lexicon.shape.counted_table(m.element))]
    counts = {read.lexicon.count(t) for t in tables if read.lexicon.shape.amount(t)}
    return any(m.function is None and m.element in counts for m in read.plan.measures)


_RULES: tuple[Callable[[Read], str | None], ...] = (
    *FIGURE_RULES,
    _comparison,
    _negation,
    _ranking,
    _share,
    _period,
    _together,
    _bought,
    _single_one,
    _dangling,
    _ends_on_rows,
    _plus,
    _out_of_it,
    *NAMED_RULES,
    *SHOWN_RULES,
    _ranked_rows,
    _form,
)
