"""Words of a question that say what an answer shows, and took no part in it: by what it is told, and how many rows."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from local_account.analyst.english import K
from local_account.analyst.plan import Declared, Form
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.analyst.loaded_question import Read
    from local_account.analyst.marks import Mark

_LEADING_ON = {"in", "for", "of", "from", "the", "at", "to"}  # what is said before something
_SIZES = {"largest", "biggest", "greatest", "highest", "smallest", "lowest"}
_NUMBERS = {"count", "number", "counts", "numbers", "frequency", "volume"}
_PLACES = {"rank", "ranking", "place", "position"}
_TOLD_BY = (K.TREND, K.VERSUS, K.DISTRIBUTION, K.SHARE, K.CHANGE)  # forms that tell a figure by something


def _possessed(read: Read) -> str | None:
    """Find a dimension that a figure is told by, though it is only what somebody has: with their card."""
    if read.plan.form is not Form.AGGREGATE or read.draft.has(K.LIST, K.WHICH):
        return None
    one_figure = any(m.text.lower().startswith(("how many", "how much")) for m in read.marks)
    for at, one in enumerate(read.marks):
        elements = {m.element for m in one.named(Kind.DIMENSION)}
        before = read.word(at - 1).split()[-1:]
        linked = read.can(at - 1, K.BY) or read.can(at - 2, K.BY, K.AND) or read.can(at - 1, K.AND)
        single = not one.text.lower().endswith("s") and read.word(at + 1) != "wise"
        owned = before in (["their"], ["her"], ["his"]) or (before == ["with"] and single)
        counted = single and one_figure and not read.draft.has(*_TOLD_BY)
        asked = any(n.mark is one and (n.asked or n.counted) for n in read.draft.nouns)
        if (owned or counted) and not linked and not asked and elements & set(read.plan.groups):
            return one.text
    return None


def _each(read: Read) -> str | None:
    """Find "each" by which nothing is told: which category do customers of two kinds each spend the most on."""
    told = read.draft.has(K.VERSUS) or any(g.each for g in read.draft.groups)
    told = told or any(d.period.every for d in read.draft.periods)
    last = next((m for m in read.marks[::-1] if set(m.kinds) != {K.FILL}), None)
    ranking = read.plan.ranking
    if (
        ranking is not None
        and ranking.limit
        and not ranking.within
        and last is not None
        and last.text.lower() == "each"
    ):
        return last.text  # top 5 of one side and of the other, each
    return next((m.text for m in read.marks if m.text.lower() == "each" and m.can(K.BY) and not told), None)


def _both_ways(read: Read) -> str | None:
    """Find "with and without", which chooses no rows and parts all of them."""
    found = re.search(r"\bwith (?:and|or|vs|versus|and those) without\b", " ".join(read.words))
    return found[0] if found else None


def _when(read: Read) -> str | None:
    """Find "since when" of rows that are listed without a day."""
    shown = (*read.plan.columns, *read.plan.groups, *(m.element for m in read.plan.measures))
    if read.plan.form is not Form.LIST or any(e.is_time for e in shown) or read.plan.grain == "details":
        return None
    events = read.plan.subject is not None and read.lexicon.shape.time_of(read.plan.subject) is not None
    return next((m.text for m in read.marks if m.can(K.WHEN) and not events), None)


def _limit(read: Read) -> str | None:
    """Find how many rows are wanted where not so many are shown: top 3."""
    ranking, wanted = read.plan.ranking, [r for r in read.draft.ranks if r.limit and r.limit > 1]
    if not wanted or (ranking is not None and ranking.limit in {r.limit for r in wanted}):
        return None
    return f"{wanted[0].text} {wanted[0].limit}".strip()


def _listed(read: Read) -> str | None:
    """Find a sum, an average or "how much" of what is only listed."""
    shape, subject = read.lexicon.shape, read.plan.subject or ""
    events = read.plan.form is Form.LIST and shape.time_of(subject) is not None
    if events or (read.plan.form is Form.VALUES and not read.plan.count_only):
        said = (m for m in read.marks if m.can(K.AGGREGATE) and not m.can(K.NOUN, K.TOP))
        return next((m.text for m in said if m.kinds[K.AGGREGATE] != "sum"), None)  # the median of the last purchases
    if read.plan.form is not Form.LIST or read.plan.having or read.plan.ranking:
        return None
    if any(c.kind is Kind.FACT for c in read.plan.columns) or read.plan.grain == "details":
        return None
    asked = (m.text for m in read.marks if m.can(K.HOW_MUCH, K.AGGREGATE) and not m.can(K.NOUN, K.TOP))
    return next(asked, None)


def _personal(read: Read) -> str | None:
    """Find "by" before what tells who somebody is, of rows that are listed: group the customers by their phone."""
    if read.plan.form is not Form.LIST:
        return None
    for at, one in enumerate(read.marks):
        by = " ".join(read.words[max(at - 2, 0) : at]).removesuffix(" their").endswith("by")
        if by and any(read.lexicon.data.personal(m.element.table, m.element.name) for m in one.named(Kind.DIMENSION)):
            return f"by {one.text}"
    return None


def _one_unit(read: Read) -> str | None:
    """Find "a month" by whose units a figure is told one by one: how many purchases do we get a month."""
    told = {e.name.rpartition("_")[2].lower() for e in read.plan.groups if e.is_time or e.is_number}
    for at, one in enumerate(read.marks):
        unit = "date" if one.text.lower() == "day" else one.text.lower()
        if one.can(K.GRAIN) and read.word(at - 1) in {"a", "an", "one"} and unit in told:
            return f"{read.word(at - 1)} {one.text}"
    return None


def _leads_on(read: Read) -> str | None:
    """Find a preposition at the end of what is no question of its own: number of customers in."""
    end = next((word for word in reversed(read.words) if re.search(r"\w", word)), "")
    asked = any(m.can(K.WHICH, K.WHO, K.WHEN) or m.text.lower() == "where" for m in read.marks)
    counted = read.plan.count_only  # how many states do we have customers in
    joins = end in {"and", "or"}  # something, whatever is asked
    return end if joins or (end in _LEADING_ON and not asked and not counted) else None


def _orders_nothing(read: Read) -> str | None:
    """Find an order of one figure that is told by nothing: rank by revenue."""
    if read.plan.form is not Form.AGGREGATE or read.plan.groups:
        return None
    return next((m.text for m in read.marks if "order" in (m.kinds.get(K.BY), m.kinds.get(K.TOP))), None)


def _counted_twice(read: Read) -> str | None:
    """Find a second "how many" where one number is told: how many here and how many there."""
    said = read.said
    counts = [m.text for m in said if m.can(K.HOW_MANY) and m.text.lower().startswith("how many")]
    joined = [b.text for a, b in pairwise(said) if a.can(K.AND) and b.can(K.HOW_MANY)]
    plan = read.plan
    one = plan.form is Form.AGGREGATE and not plan.groups and len(plan.measures) == 1
    return next(iter([*counts[1:], *joined]), None) if one else None


def _each_its_own(read: Read) -> str | None:
    """Find a second figure behind "and" with a value of its own: purchases in Texas and refunds in Florida."""
    plan = read.plan
    if plan.form is not Form.AGGREGATE or len(plan.measures) < 2 or plan.groups:  # noqa: PLR2004 (one and the other)
        return None
    said = [m for m in read.marks if not set(m.kinds) <= {K.FILL, K.SOFT, K.LIST}]
    joints = [i for i, m in enumerate(said) if m.can(K.AND) and not m.can(K.NOUN)]
    for at in joints:
        figures = [any(m.can(K.NOUN) for m in side) for side in (said[:at], said[at + 1 :])]
        first, second = ({_chosen_by(m) for m in side} - {None} for side in (said[:at], said[at + 1 :]))
        if all(figures) and any(a != b and a[0] == b[0] for a in first for b in second):  # type: ignore[index]
            return next(m.text for m in said[at + 1 :] if m.can(K.NOUN))
    return None


def _chosen_by(mark: Mark) -> tuple[str, str] | None:
    """Return what kind of condition a mark is, and which one: a value of a dimension, or days."""
    if mark.period is not None:
        return "days", mark.period.label
    return (mark.held[0].element.ref, mark.held[0].value) if mark.held and not mark.can(K.NOUN) else None


def _course(read: Read) -> str | None:
    """Find a course in time, such as month by month, where the plan tells one number of all of it."""
    times = any(g.kind is Kind.TIME_DIMENSION or g.is_time for g in read.plan.groups)
    if read.plan.form is not Form.AGGREGATE or times or read.draft.has(K.VERSUS):
        return None
    return next((m.text for m in read.marks if m.kinds.get(K.TREND) and not m.meanings), None)


def _share_of_which(read: Read) -> str | None:
    """Find two values before "share of", of which either could be the whole: silver lapsed share of customers."""
    at = next((i for i, m in enumerate(read.marks) if m.can(K.SHARE) and not m.can(K.NOUN, K.VALUE)), 0)
    before = [m for m in read.marks[:at] if set(m.kinds) != {K.FILL}]
    chosen = [m for m in before if m.held or m.named(Kind.FILTER)]
    told = any(m.can(K.AND, K.OR, K.IS, K.HAVE, K.WHO, K.BY) for m in before)
    several = read.plan.form is Form.SHARE and len(read.plan.part) > 1
    return read.marks[at].text if several and len(chosen) > 1 and before[-1] in chosen and not told else None


def _who(read: Read) -> str | None:
    """Find people who are asked for where one number is told: who made it, customers with the largest one."""
    plan = read.plan
    said = read.said
    people = set(read.lexicon.shape.identity(read.lexicon.shape.main_table()))
    changes = plan.form is Form.CHANGE and not people & set(plan.groups)
    if not said or not (changes or (plan.form is Form.AGGREGATE and not plan.groups)):
        return None
    extreme = changes or any(
        m.function in {"max", "min"} or m.element.name.startswith(("MAX_", "MIN_")) for m in plan.measures
    )
    rows = any(e.table == read.lexicon.shape.main_table() for e in said[0].entities)
    described = len(said) > 1 and (said[1].can(K.WHO, K.HAVE) or said[1].kinds.get(K.SOFT) in {"with", "whose"})
    asked = said[0].text.lower() == "who" or (rows and described and extreme)
    return said[0].text if asked else None


def _size(read: Read) -> str | None:
    """Find a size of what is only counted: the largest refund is no number of them."""
    shape, ranking = read.lexicon.shape, read.plan.ranking
    ranked = ranking.measure.element if ranking is not None and ranking.measure is not None else None
    table = shape.counted_table(ranked) if ranked is not None else None
    if table is None or not shape.amount(table):
        return None
    for rank in read.draft.ranks:
        noun = rank.measure
        if noun is None or noun.plural or noun.counted or _NUMBERS & set(noun.mark.text.lower().split()):
            continue
        if _SIZES & set(rank.text.lower().split()):
            return f"{rank.text} {noun.mark.text}"
    return None


def _of_first(read: Read) -> str | None:
    """Find how many of the first rows of all are of a kind, which would be told of the first of this kind alone."""
    if read.plan.form is not Form.FIRST_ROWS:
        return None
    end = len(read.marks)
    first = next((i for i, m in enumerate(read.marks) if m.can(K.TOP)), end)
    counted = next((i for i, m in enumerate(read.marks) if m.can(K.HOW_MANY)), end)
    of_kind = read.marks[counted : first if counted < first else end]
    return read.marks[counted].text if any(m.held or m.named(Kind.FILTER) for m in of_kind) else None


def _asked_twice(read: Read) -> str | None:
    """Find a second question behind "and" with an end of its own: which gained the most, and which lost the most."""
    if found := re.search(
        r"\band who (?:has|have|had|holds?|made|is|are) (?:it|that|them|this)\b", " ".join(read.words)
    ):
        return found[0]
    joints = [i for i, m in enumerate(read.marks) if m.can(K.AND) and read.can(read.behind(i), K.WHICH, K.WHO)]
    for at in joints:
        ends = [any(m.can(K.TOP) for m in side) for side in (read.marks[:at], read.marks[at:])]
        if all(ends):
            return f"{read.marks[at].text} {read.word(read.behind(at))}"
    return None


def _all_but(read: Read) -> str | None:
    """Find "but" between all and a value that is chosen, and not left out: every card but Gold."""
    turned = any(c.negated if isinstance(c, Declared) else c.op in {"<>", "not in"} for c in read.conditions())
    for at, one in enumerate(read.marks):
        behind = read.behind(at)
        every = {"all", "every", "everyone", "everybody", "any"} & {w for word in read.words[:at] for w in word.split()}
        chosen = behind < len(read.marks) and (read.marks[behind].held or read.marks[behind].named(Kind.FILTER))
        if one.text.lower() == "but" and every and chosen and not turned:
            return one.text
    return None


def _listed_rows(read: Read) -> str | None:
    """Find "list" before events that are only counted: list the purchases of one customer."""
    plan = read.plan
    counts = {read.lexicon.count(t) for t in read.lexicon.shape.tables if read.lexicon.shape.amount(t)}
    counted = plan.form is Form.AGGREGATE and not plan.groups and any(m.element in counts for m in plan.measures)
    asked = read.draft.has(K.HOW_MANY) or any(n.counted for n in read.draft.nouns)
    return next((m.text for m in read.marks if m.text.lower() in {"list", "list all"} and counted and not asked), None)


def _distributed(read: Read) -> str | None:
    """Find a distribution where one number is told, or a mean that nobody named of each group."""
    plan = read.plan
    means = any(m.element.name.startswith("AVG_") for m in plan.measures)
    named = any(m.can(K.AGGREGATE) or "average" in m.text.lower() for m in read.marks)
    stepped = read.draft.step is not None  # which is asked about by itself
    if plan.form is not Form.AGGREGATE or stepped or (plan.groups and (named or not means)):
        return None
    spread = (m.text for m in read.marks if m.can(K.DISTRIBUTION) and not m.can(K.NOUN))
    return next((text for text in spread if text.lower().startswith(("distribut", "histogram", "spread"))), None)


def _than_of_share(read: Read) -> str | None:
    """Find a comparison beside a share that compares nothing: how many percent higher one month was than another."""
    if read.plan.form is not Form.SHARE or read.plan.having or "than" not in " ".join(read.words):
        return None
    return next((m.text for m in read.marks if m.kinds.get(K.COMPARE) == "more" and not m.can(K.NOUN)), None)


def _place_of(read: Read) -> str | None:
    """Find the place of one value in a ranking, which a list of its rows does not tell: the rank of Travel."""
    for at, one in enumerate(read.marks):
        linked = one.text.lower() in _PLACES and read.word(at + 1) == "of" and read.plan.form is not Form.PLACE
        behind = read.behind(at)
        if linked and behind < len(read.marks) and read.marks[behind].held and not read.marks[behind].entities:
            return f"{one.text} of {read.marks[behind].text}"
    return None


def _different(read: Read) -> str | None:
    """Find "how many different" things, where no different ones are counted."""
    plan = read.plan
    measures = (*plan.measures, *(h.measure for h in plan.having))
    values = plan.count_only or any(m.function == "different" for m in measures)
    for at, one in enumerate(read.marks):
        behind = read.behind(at)
        tables = {m.element.table for m in read.marks[behind].named(Kind.DIMENSION)} if behind < len(read.marks) else ()
        counted = values or any(read.lexicon.shape.counted_table(m.element) in tables for m in measures)
        if one.kinds.get(K.HOW_MANY) == "different" and tables and not counted:
            return one.text
    return None


def _at_the_top(read: Read) -> str | None:
    """Find "at the top", which is said of an order and not of how many are shown."""
    ranking = read.plan.ranking
    text = next((t for t in ("at the top", "on top") if t in " ".join(read.words)), None)
    few = ranking is not None and ranking.limit and all(r.limit is None for r in read.draft.ranks)
    return text if few else None


def _rest(read: Read) -> str | None:
    """Find "the rest", of which nothing is told beside the first rows."""
    return next((m.text for m in read.marks if m.can(K.REST) and not read.plan.with_rest), None)


def _amounts(read: Read) -> str | None:
    """Find "amounts of" what is only counted: the amounts of purchases are no number of them."""
    counts = {read.lexicon.count(t) for t in read.lexicon.shape.tables if read.lexicon.shape.amount(t)}
    counted = any(m.function is None and m.element in counts for m in read.plan.measures)
    return next((m.text for m in read.marks if counted and m.text.lower() == "amounts of"), None)


SHOWN_RULES: tuple[Callable[[Read], str | None], ...] = (
    _possessed,
    _one_unit,
    _each,
    _both_ways,
    _when,
    _limit,
    _listed,
    _rest,
    _different,
    _at_the_top,
    _personal,
    _leads_on,
    _orders_nothing,
    _counted_twice,
    _each_its_own,
    _course,
    _share_of_which,
    _who,
    _size,
    _of_first,
    _listed_rows,
    _distributed,
    _than_of_share,
    _place_of,
    _all_but,
    _asked_twice,
    _amounts,
)
