"""Names and values of a question that stand together and do not belong together, or of which one took no part."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.criteria import ask_criterion, ask_meaning, ask_measure
from local_account.analyst.draft import Noun, is_figure
from local_account.analyst.english import K
from local_account.analyst.loaded_whole import WHOLE_RULES
from local_account.analyst.open_words import ask_last_word
from local_account.analyst.plan import Form
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.analyst.elements import Element
    from local_account.analyst.loaded_question import Read
    from local_account.analyst.marks import Mark

_FIGURES = {"statistics", "statistic", "stats", "figures", "results", "insights", "overview", "numbers"}
# Words behind which a month with a number is a day of the month.
_BEFORE_DAYS = {
    "on",
    "until",
    "till",
    "since",
    "by",
    "to",
    "from",
    "and",
    "through",
    "between",
    "before",
    "after",
    "of",
}
_SHORT_YEARS = 4  # so far back a year is written by its last two digits
_GROUPS = {"group", "groups", "band", "bands", "bracket", "brackets", "bucket", "buckets", "class", "classes"}


def _called(read: Read) -> str | None:
    """Find a value that stands before a dimension as one of its own, and is of another: the Churned segment."""
    for one, behind in pairwise(read.marks):
        at = read.marks.index(behind)
        before = " ".join(read.words[max(at - 3, 0) : at - 1])
        dimensions = {m.element for m in behind.named(Kind.DIMENSION)}
        chooses = bool(one.held) or bool(one.named(Kind.FILTER))
        if not chooses or not dimensions or behind.text.lower().endswith("s") or one.span[1] != behind.span[0]:
            continue
        apart = {d.table for d in dimensions} - {read.lexicon.shape.main_table()}
        own = any(h.element in dimensions or h.element.table in apart for h in one.held)
        if (
            not own
            and (behind.capital or re.search(r"(?:^| )(?:in|of|from|for|within|is) the$", before))
            and dimensions & {*read.plan.groups, *read.plan.columns}
            and not any(h.element.name.startswith(d.name) for h in one.held for d in dimensions)
        ):
            return f"{one.text} {behind.text}"
    return None


def _called_behind(read: Read) -> str | None:
    """Find a value that stands behind a dimension as one of its own, and is of another: the segment Gold."""
    said = [m for m in read.marks if m.kinds.keys() - {K.FILL, K.IS, K.SOFT}]
    for before, one, behind in zip([None, *said], said, said[1:], strict=False):
        if not behind.held or not _told_by(read, one) or Noun(one).plural or is_figure(one):
            continue
        grouped = before is not None and before.can(K.BY, K.WHICH, K.TOP, K.AND, K.VERSUS)
        linked = all(m.can(K.IS) or set(m.kinds) == {K.FILL} for m in read.marks if _between(one, m, behind))
        own = {m.element for m in one.named(Kind.DIMENSION)}
        apart = {d.table for d in own} - {read.lexicon.shape.main_table()}
        belongs = any(h.element in own or h.element.table in apart for h in behind.held)
        belongs = belongs or any(h.element.name.endswith("_ID") for h in behind.held)  # the segment of C000042
        begins = any(h.element.name.startswith(d.name) for h in behind.held for d in own)
        if not (grouped or belongs or begins) and linked:
            return f"{one.text} {behind.text}"
    return None


def _between(one: Mark, mark: Mark, behind: Mark) -> bool:
    return one.span[1] <= mark.span[0] < behind.span[0]


def _told_by(read: Read, one: Mark) -> set[Element]:
    """Return the dimensions that a name means and that an answer tells."""
    return {m.element for m in one.named(Kind.DIMENSION)} & {*read.plan.groups, *read.plan.columns}


def _rows_alone(read: Read) -> str | None:
    """Find "which customers" and "who are they", behind which nothing says which ones."""
    plan = read.plan
    if plan.form is not Form.LIST or plan.where or plan.having or plan.ranking or plan.columns or plan.period:
        return None
    said = read.said
    alone = all(m.can(K.WHICH, K.WHO, K.THEM) or m.entities for m in said)
    return said[0].text if alone and said[0].can(K.WHICH, K.WHO, K.THEM) else None


def _passed_over(read: Read) -> str | None:
    """Find a value that was passed over as a word of every day, and stands as one: how many customers are Up."""
    values = {
        v.lower() for e in read.lexicon.shape.elements if e.expression.is_enum for v in e.expression.sample_values
    }
    said = [m for m in read.marks if m.text.isalpha()]
    for before, one in pairwise(said):
        alone = one is said[-1] and (before.can(K.IS, K.MOVE) or bool(before.meanings))  # the trend going up
        if set(one.kinds) == {K.FILL} and one.text.lower() in values and alone:
            return one.text
    return None


def _lost_group(read: Read) -> str | None:
    """Find "group" behind a figure that is told, and puts nothing into groups."""
    for one, behind in pairwise(read.marks):
        group = behind.text.lower() in _GROUPS and not behind.meanings and (is_figure(one) or one.named(Kind.DIMENSION))
        if group and not any(g.name.endswith("_GROUP") for g in read.plan.groups) and read.plan.step is None:
            return f"{one.text} {behind.text}"
    return None


def _nothing(read: Read) -> str | None:
    """Find "nothing" that stands for a whole question."""
    said = read.said
    return said[0].text if len(said) == 1 and said[0].can(K.NOTHING, K.NOT) else None


def _described(read: Read) -> str | None:
    """Ask by which bound rows are meant that only have a figure before them: valuable customers."""
    for one, behind in pairwise(read.marks):
        adjacent = one.named(Kind.FACT) and not one.named(Kind.METRIC) and one.span[1] == behind.span[0]
        listed = read.plan.form is Form.LIST and read.plan.ranking is None and not read.plan.having
        tested = any(m.element in {c.element for c in read.conditions()} for m in one.named())
        if adjacent and behind.entities and listed and not tested:
            ask_meaning(read.lexicon, one.text)
    return None


def _values_of_one(read: Read) -> str | None:
    """Find a dimension whose values are counted, of which one value is asked for: count where the risk is high."""
    plan = read.plan
    fixed = {c.element for c in read.conditions() if c.element in plan.groups}
    if plan.form is not Form.VALUES or not fixed:
        return None
    return next((m.text for m in read.marks if m.can(K.HOW_MANY)), None)


def _open_figures(read: Read) -> str | None:
    """Ask which figures "statistics" are, of rows of which no figure is named."""
    word = next((m.text for m in read.marks if m.text.lower() in _FIGURES and set(m.kinds) == {K.FILL}), None)
    named = read.draft.has(K.HOW_MANY) or any(is_figure(n.mark) or n.counted for n in read.draft.nouns)
    if word is not None and read.plan.form is Form.AGGREGATE and not (named or read.draft.groups or read.draft.ranks):
        ask_criterion(read.lexicon, "what is asked", word)
    return None


def _open_name(read: Read) -> str | None:
    """Find the name of a dimension that is asked for like a figure: the top category, what the trend is."""
    plan = read.plan
    said = [m for m in read.marks if not set(m.kinds) <= {K.FILL, K.SOFT, K.WHICH, K.IS, K.LIST}]
    first = said[0] if said else None
    told = [*plan.columns, *(c.element for c in read.conditions())]
    if plan.form is Form.LIST and not any("TREND" in e.name for e in told):
        return next((m.text for m in read.marks if m.can(K.TREND) and not m.named()), None)
    of_one = any(e.name.endswith("_ID") for e in told)
    if first is None or not first.named(Kind.DIMENSION) or is_figure(first) or of_one:
        return None
    words = phrase(first.text)
    if plan.form is Form.VALUES and len(said) == 1 and words[0] == "top":
        ask_criterion(read.lexicon, first.text.split(maxsplit=1)[-1], "top")
    called = [e for e in read.lexicon.shape.elements if e.kind is Kind.DIMENSION and phrase(e.name)[-1:] == words]
    counted = read.draft.has(K.HOW_MANY, K.DISTRIBUTION) or any(n.counted for n in read.draft.nouns)
    if len(called) > 1 and not counted and plan.form in {Form.AGGREGATE, Form.LIST}:
        ask_last_word(first, called)
    return None


def _open_amount(read: Read) -> str | None:
    """Ask whether the amount of purchases is what they come to or how many they are."""
    for one, behind in pairwise(read.said):
        tables = {t for m in behind.named() if (t := read.lexicon.shape.counted_table(m.element))}
        tables |= {e.table for e in behind.entities}
        amounts = one.text.lower().split()[-2:] == ["amount", "of"] and one.can(K.HOW_MANY)
        if amounts and any(read.lexicon.shape.amount(table) for table in tables):
            ask_measure(read.lexicon, f"{one.text} {behind.text}")
    return None


def _day_or_year(read: Read) -> str | None:
    """Ask whether the number behind a month is its day or a year in short: revenue Dec 24."""
    for at, one in enumerate(read.marks):
        found = re.fullmatch(r"([a-z]+) (\d\d)", one.text.lower()) if one.period is not None else None
        if found is None or one.period is None or read.word(at - 1) in _BEFORE_DAYS:
            continue
        year = 2000 + int(found[2])
        ranges = (read.lexicon.data.as_of().year - _SHORT_YEARS, read.lexicon.data.as_of().year)
        if ranges[0] <= year <= ranges[1]:
            said = f'"{one.text}" can be a day of {one.period.start.year} or a month of {year}'
            raise Unclear(f"{said}: write the year in full.", Category.AMBIGUOUS_TIME)
    return None


NAMED_RULES: tuple[Callable[[Read], str | None], ...] = (
    _called,
    _called_behind,
    _rows_alone,
    _passed_over,
    _lost_group,
    _nothing,
    _described,
    _values_of_one,
    _open_figures,
    _open_name,
    _open_amount,
    _day_or_year,
    *WHOLE_RULES,
)
