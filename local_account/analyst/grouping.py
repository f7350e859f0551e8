"""Phrases that group: by segment, per customer, in each month; and those with "by" that say what ranks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Group, Noun, Rank, State, is_dimension, is_figure, is_filter
from local_account.analyst.english import K
from local_account.analyst.joined_values import opposite, values_between
from local_account.analyst.lexicon import Named
from local_account.analyst.ranks import close_rank
from local_account.analyst.ungrouped import is_of_all, read_by_name
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark


def read_by_state(state: State, at: int) -> int:
    """Read "by weekend": a filter stands for the dimension that it is about, where no rows follow that it is of."""
    i = at + 1
    mark = _told_by_state(state, i)
    if state.word(at, K.BY) in {None, "order", "terms"} or mark is None or state.can(at, K.NOUN):
        return 0
    state.draft.groups.append(Group(mark, None, state.word(at, K.BY) == "each", i))
    return 2


def _told_by_state(state: State, at: int) -> Mark | None:
    """Return the dimension that a filter is about, where no rows follow that it is of."""
    found, behind = state.mark(at), state.mark(at + 1)
    if found is None:
        return None
    followed = behind is not None and (behind.can(K.NOUN, K.VALUE, K.AND, K.VERSUS) or is_filter(behind))
    filters = [m.element for m in found.named(Kind.FILTER)]
    if followed or not filters or is_dimension(found) or is_figure(found) or found.entities:
        return None
    simple = state.shape.simple_filter(filters[0])
    if simple is None:
        return None
    name = simple[0].name.removeprefix("IS_") + "_NAME"
    element = state.shape.element(simple[0].table, name) or simple[0]
    return replace(found, kinds={K.NOUN: ""}, meanings=(Named(element),))


def read_by_sides(state: State, at: int) -> int:
    """Read "differ between weekdays and weekends", "divided between Texas and Florida": each side has a figure."""
    i = state.skip(at + 1, K.DIFFERENT, K.SOFT)
    if state.word(at, K.BY) is None or not (opposite(state, i) is not None or _two_values(state, i)):
        return 0
    state.draft.flag(K.VERSUS, "", at)
    return i - at


def _two_values(state: State, at: int) -> bool:
    """Tell whether two values of one dimension stand at a place, and no rows behind them that both are told of."""
    first, last = state.mark(at), state.mark(at + 2)
    if first is None or last is None or not state.can(at + 1, K.AND, K.VERSUS) or first.can(K.NOUN):
        return False
    behind = state.mark(at + 3)
    more = behind is not None and behind.can(K.AND, K.OR) and not state.can(at + 4, K.BY)
    told = behind is not None and (bool(behind.entities) or more)
    same = {h.element for h in first.held} & {h.element for h in last.held}
    return bool(same) and not told and values_between(state, at) is None


def read_by(state: State, at: int) -> int:  # noqa: PLR0911 (each phrase has its own end)
    """Read "by segment and state", "per customer", "in each month", "sorted by revenue"."""
    word = state.word(at, K.BY)
    if word is None or state.can(at, K.NOUN) or state.word(at + 1, K.DIFFERENT) == "other":
        return 0
    i = state.skip(at + 1, K.DIFFERENT, K.SOFT)
    function, counted = None, None
    while state.can(i, K.AGGREGATE, K.HOW_MANY) and not state.can(i, K.NOUN):
        function = state.word(i, K.AGGREGATE) or function
        counted = state.can(i, K.HOW_MANY) or counted
        i = state.skip(i + 1, K.SOFT)
    found = state.mark(i)
    if found is None or not found.can(K.NOUN, K.GRAIN):
        return 0
    if read_by_name(state, word, found) or (word == "per" and _per_row(state, found)) or is_of_all(state, at, found):
        return i + 1 - at
    ranks = bool(state.draft.ranks) or state.pending is not None or state.draft.has(K.LIST)
    if word == "between" and (not is_dimension(found) or _of_two(state, i)):
        return 0
    if (
        word in {"order", "terms"}
        or function
        or counted
        or (is_figure(found) and not is_dimension(found) and (_no_group(state, found) or _ranks_rows(state, found)))
    ):
        if not found.can(K.NOUN):
            return 0
        noun = Noun(found, function, bool(counted), at=i)
        if word == "terms" and not ranks:
            state.draft.nouns.append(noun)
            return i + 1 - at
        return _rank_by(state, noun, i) - at
    if (
        found.entities
        and not is_dimension(found)
        and word == "by"
        and state.draft.ranks
        and state.draft.ranks[-1].measure is None
        and state.draft.ranks[-1].noun is not None
    ):
        return _rank_by(state, Noun(found, counted=True, at=i), i) - at
    before = len(state.draft.groups)
    end = _groups(state, i, word)
    return end - at if len(state.draft.groups) > before else 0


def read_by_counted(state: State, at: int) -> int:
    """Read "by number of high risk customers": the rows are counted, and the condition on them is read next."""
    i = state.skip(at + 1, K.SOFT)
    counted = state.can(i, K.HOW_MANY) and not state.can(i, K.NOUN)
    if state.word(at, K.BY) is None or not (counted or state.word(at, K.BY) == "order"):
        return 0
    first = j = state.skip(i + 1, K.SOFT) if counted else i
    while (found := state.mark(j)) is not None and (is_filter(found) or found.can(K.VALUE)) and not found.entities:
        j += 1
    rows = state.mark(j)
    if j == first or rows is None or not rows.entities:
        return 0
    state.used.add(j)
    _rank_by(state, Noun(rows, counted=True, at=j), j)
    return first - at


def read_per_filtered(state: State, at: int) -> int:
    """Read "per active customer": the figure is of the rows that meet the condition, which is read next."""
    rows = _filtered_rows(state, at + 1) if state.word(at, K.BY) == "per" else None
    if rows is None:
        return 0
    state.draft.groups.append(Group(rows, None, at=at, per=True))
    return 1


def _filtered_rows(state: State, at: int) -> Mark | None:
    """Return the rows behind conditions on them."""
    i = at
    while (found := state.mark(i)) is not None and is_filter(found) and not found.entities:
        i += 1
    rows = state.mark(i)
    if i == at or rows is None or not rows.entities or is_dimension(rows):
        return None
    if any(m.period is not None for m in state.marks):
        text = f"{state.marks[at].text} {rows.text}"
        raise Unclear(
            f'"{text}" is told as of {state.lexicon.data.as_of().isoformat()}: leave the days out, or ask per buyer.',
            Category.AMBIGUOUS_TIME,
        )
    state.used.add(i)
    return rows


def _of_two(state: State, at: int) -> bool:
    """Tell whether one of two states stands here, such as "weekdays and weekends", and no dimension."""
    behind = state.mark(at + 2)
    return state.can(at + 1, K.AND, K.VERSUS) and behind is not None and is_filter(behind)


def _per_row(state: State, found: Mark) -> bool:
    """Read "spend per purchase": the mean amount takes the place of the sum."""
    tables = [e.table for e in found.entities] + [
        t for m in found.named() if (t := state.shape.counted_table(m.element))
    ]
    metric = next((e for t in tables if (e := state.shape.amount_metric(t, "average"))), None)
    last = next((n for n in reversed(state.draft.nouns) if is_figure(n.mark)), None)
    if metric is None or last is None or not any(m.element.is_money for m in last.mark.named()):
        return False
    last.mark = replace(last.mark, meanings=(Named(metric),))
    last.function = None
    state.function = None
    return True


def _ranks_rows(state: State, found: Mark) -> bool:
    """Tell whether a figure is a fact of the rows that an open ranking is about: bottom 10 customers by age."""
    rank = state.draft.ranks[-1] if state.draft.ranks else None
    if rank is None or rank.measure is not None or rank.noun is None:
        return False
    tables = {e.table for e in rank.noun.mark.entities}
    return any(m.element.table in tables for m in found.named(Kind.FACT))


def _no_group(state: State, found: Mark) -> bool:
    """Tell whether a figure has no dimension that puts it into groups, such as age groups for age."""
    return not grouped_figure(state.lexicon, found)


def grouped_figure(lexicon: Lexicon, found: Mark) -> list[Named]:
    """Return the dimension that holds a figure in groups: the one that is called like it, with "group" behind."""
    words = tuple(word for m in found.named(Kind.FACT) for word in [m.element.name.lower()])
    names = [m for word in words for m in lexicon.meanings((*word.split("_"), "group")) if isinstance(m, Named)]
    return [m for m in names if m.element.kind is Kind.DIMENSION]


def _rank_by(state: State, noun: Noun, at: int) -> int:
    """Give the last ranking its figure; an order without a superlative is one from the greatest."""
    rank = state.draft.ranks[-1] if state.draft.ranks else state.pending
    if rank is None or rank.measure is not None:
        rank = Rank(by="order", at=at)
        state.draft.ranks.append(rank)
    rank.measure = noun
    if rank is state.pending:
        close_rank(state, rank)
    return at + 1


def _groups(state: State, at: int, word: str) -> int:
    """Read the things to group by, joined by and or a comma."""
    i = at
    while (found := state.mark(i)) is not None and found.can(K.NOUN, K.GRAIN):
        if _is_of(found, state.mark(i + 1)):
            i += 1
            continue
        if found.can(K.GRAIN):
            state.draft.groups.append(Group(None, found.kinds[K.GRAIN], word == "each", i, per=word == "per"))
        elif is_dimension(found) or found.entities or grouped_figure(state.lexicon, found):
            state.draft.groups.append(Group(found, None, word == "each", i, per=word == "per"))
        elif i > at and state.can(i - 1, K.AND) and (told := _told_by_state(state, i)) is not None:
            state.draft.groups.append(Group(told, None, word == "each", i))  # by segment and holiday
        else:
            break
        i += 1
        j = state.skip(i, K.AND, K.BY, K.DIFFERENT) if state.can(i, K.AND, K.BY) else i
        following = state.mark(j)
        if (
            following is None
            or not following.can(K.NOUN, K.GRAIN)
            or is_figure(following)
            or (j == i and (not _comma(state, i) or _has_number(state, j)))
        ):
            break
        if state.can(j - 1, K.BY):
            return j - 1
        i = j
    return i


def _is_of(found: Mark, behind: Mark | None) -> bool:
    """Tell whether rows only say whose the dimension right behind them is: transaction amount group."""
    if not found.entities or is_dimension(found) or behind is None or found.span[1] != behind.span[0]:
        return False
    own = {e.table for e in found.entities}
    return is_dimension(behind) and any(m.element.table in own for m in behind.named(Kind.DIMENSION))


def _has_number(state: State, at: int) -> bool:
    """Tell whether a number stands behind a dimension, so that it is a condition: fiscal year 2024."""
    behind = state.mark(at + 1)
    return behind is not None and behind.number is not None


def _comma(state: State, at: int) -> bool:
    """Tell whether two dimensions stand in a row, as they do with a comma between them."""
    found, before = state.mark(at), state.mark(at - 1)
    gap = range(before.span[1], found.span[0]) if found is not None and before is not None else range(0)
    if gap and state.commas.isdisjoint(gap):
        return False  # for every category group the category with the most
    if gap and state.word(at + 1, K.SOFT) == "with":
        return False  # for every year, the category with the most
    return found is not None and (is_dimension(found) or found.can(K.GRAIN)) and not found.entities
