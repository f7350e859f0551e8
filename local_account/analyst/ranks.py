"""Phrases that rank: the top 10 customers, the highest revenue, most transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Dated, Noun, Rank, State, is_dimension, is_figure, is_filter
from local_account.analyst.english import PHRASES, K
from local_account.analyst.lexicon import Entity, Lexicon, Named
from local_account.analyst.marks import Mark
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.elements import Element
    from local_account.analyst.numbers import Number

_PARTS = {
    "tenth": 10.0,
    "decile": 10.0,
    "quintile": 20.0,
    "fifth": 20.0,
    "quartile": 25.0,
    "half": 50.0,
    "percent": 1.0,
}
_COUNTING = {
    "most",
    "the most",
    "least",
    "fewest",
    "more than any other",
    "more than any others",
    "the fewest",
    "the least",
}
_NUMBERS = {"number", "numbers", "count", "counts", "quantity"}
_SPENDING = {"spend", "spends", "spent"}
_WHOLE = 100  # percent
_OF_DAYS_TOO = frozenset({"first", "last", "latest", "past"})  # words of a period as well as of rows
_DOWN = {"bottom", "worst", "quiet", "young", "earliest", "slowest", "ascending"}


def read_top(state: State, at: int) -> int:
    """Read "top 10 customers", "the highest revenue", "most transactions", "5 best"."""
    if _read_likeliest(state, at):
        return 1
    place = int(state.word(at, K.ORDINAL) or 0) if state.can(at + 1, K.TOP) else 0
    i = at + bool(place)
    word = state.word(i, K.TOP)
    number_first = state.mark(i)
    limit_before = None
    if word is None and (counted := _count(number_first)) is not None and state.can(i + 1, K.TOP):
        limit_before, i = counted, i + 1
        word = state.word(i, K.TOP)
    mark = state.mark(i)
    if word is None and (newest := _last_events(state, at)) is not None:
        state.pending = newest[0]
        return _ranked(state, newest[0], state.marks[at], newest[1]) - at
    if word is None or mark is None or (mark.can(K.NOUN) and not mark.can(K.AGGREGATE)):
        return 0
    if mark.can(K.AGGREGATE) and _is_aggregate(state, i):
        return 0
    first = state.marks[at].span[0]
    apart = bool(state.commas & {first - 1, first - 2})  # an article may stand between
    rank = Rank(_down(word, mark), by=word, at=at, text=mark.text, place=place or None, apart=apart)
    j = _limit(state, rank, i + 1)
    if limit_before is not None and limit_before.percent:
        _check_limit(rank, state.marks[i - 1])
        rank.percent = limit_before.value  # the 20 % biggest customers
    elif limit_before is not None:
        rank.limit = int(limit_before.value)
    if word in {"descending", "ascending", "order", "alphabetical"}:
        state.draft.ranks.append(rank)
        return j - at
    if state.pending is not None and state.pending.text and not state.can(at - 1, K.AND):
        state.draft.leftover.append(Mark(state.pending.text, {K.TOP: state.pending.by}))  # the most common first names
    state.pending = rank
    return _ranked(state, rank, mark, j) - at


def _last_events(state: State, at: int) -> tuple[Rank, int] | None:
    """Read "last 5 transactions" and "last purchases": the newest of what happens day by day; with the place behind."""
    if state.marks[at].text.lower() not in {"last", "past", "previous"}:
        return None
    rank = Rank(by="newest", at=at, text=state.marks[at].text)
    i = _limit(state, rank, at + 1)
    found = state.mark(i)
    events = found is not None and (
        any(state.shape.amount(e.table) for e in found.entities)
        or any((t := state.shape.counted_table(m.element)) and state.shape.amount(t) for m in found.named())
    )
    return (rank, i) if events else None


def _count(mark: Mark | None) -> Number | None:
    """Return a number that is no year: "revenue 2024 top" does not ask for 2,024."""
    return mark.number if mark is not None and mark.period is None else None


def _limit(state: State, rank: Rank, at: int) -> int:
    """Read how many are wanted behind a superlative: "top 10", "top 10 %", "top tenth"; return the place behind it."""
    rank.limit = 1 if rank.by == "one" or rank.place else None
    number = state.mark(at)
    if number is None or number.period is not None:
        return at
    if number.number is not None:
        _check_limit(rank, number)
        if number.number.percent:
            rank.percent = number.number.value
        else:
            rank.limit = int(number.number.value)
        return at + 1
    if rank.by in {"top", "bottom", "best", "worst"} and number.text.lower() in _PARTS:
        rank.percent = _PARTS[number.text.lower()]
        return at + 1
    return at


def _check_limit(rank: Rank, number: Mark) -> None:
    """Refuse a number of rows, or a share of them, that there cannot be."""
    value = number.number.value if number.number is not None else 0
    percent = number.number is not None and number.number.percent
    if value <= 0 or (percent and value > _WHOLE) or (not percent and value != int(value)):
        said = f"{rank.text} {number.text}"
        if rank.text.lower() in _OF_DAYS_TOO:
            raise Unclear(f'It is not clear which days or rows "{said}" means.', Category.INCOMPLETE)
        raise Unclear(f'"{said}" is no number of rows that there can be.', Category.INCOMPLETE)


def _read_likeliest(state: State, at: int) -> bool:
    """Read a figure whose synonym is a superlative, such as "most likely to churn"."""
    named = state.mark(at)
    if named is not None and named.text.lower().startswith("most ") and is_figure(named) and not named.entities:
        close_rank(state, Rank(measure=Noun(named, at=at), at=at, text=named.text))
        return True
    return False


def _is_aggregate(state: State, at: int) -> bool:
    """Tell whether "maximum" asks for the maximum of a figure, and ranks nothing."""
    behind = state.mark(state.skip(at + 1, K.SOFT))
    return behind is not None and is_figure(behind) and not behind.named(Kind.METRIC)


def _down(word: str, mark: Mark) -> bool:
    return word not in _DOWN and not (word == "top" and mark.text.lower() in {"least", "fewest"})


def _ranked(state: State, rank: Rank, mark: Mark, at: int) -> int:  # noqa: PLR0911 (each phrase has its own end)
    """Read what stands behind a superlative: the figure that ranks, or what is ranked; return the place behind it."""
    i = state.skip(at, K.SOFT, K.DIFFERENT)
    function, counted = None, False
    while state.can(i, K.AGGREGATE, K.HOW_MANY) and not state.can(i, K.NOUN):
        function = state.word(i, K.AGGREGATE) or function
        counted = counted or state.can(i, K.HOW_MANY)
        i = state.skip(i + 1, K.SOFT)
    found = state.mark(i)
    if (
        found is not None
        and found.can(K.GRAIN)
        and function is None
        and not counted
        and (behind := state.mark(i + 1)) is not None
        and is_figure(behind)
    ):
        return at
    if found is not None and found.can(K.GRAIN) and not counted:
        rank.noun = Noun(found, grain=found.kinds[K.GRAIN], at=i)
        close_rank(state, rank)
        return i + 1
    if found is None or not found.can(K.NOUN) or is_filter(found):
        return at
    if not function and not counted and (largest := _largest(state, rank, found, i)) is not None:
        rank.measure = largest
        close_rank(state, rank)
        return i + 1
    if not function and not counted and (rows := _event_rows(state, rank, found, state.mark(i + 1))) is not None:
        rank.noun = Noun(rows, at=i)
        close_rank(state, rank)
        return i + 1
    if (
        is_figure(found)
        and (not found.entities or mark.text.lower() in _COUNTING or function or counted)
        and not (rank.by in {"top", "best"} and rank.limit and is_dimension(found))
    ):
        rank.measure = Noun(found, function, counted, at=i)
        if (behind := _entity_behind(state, i + 1)) is not None:
            rank.noun = Noun(behind, grain=behind.kinds.get(K.GRAIN), at=i + 1)
            i += 1
        close_rank(state, rank)
        return i + 1
    if found.entities and (mark.text.lower() in _COUNTING or counted):
        rank.measure = Noun(found, function, counted=True, at=i)
        close_rank(state, rank)
        return i + 1
    rank.noun = Noun(found, at=i)
    rank.measure = _rows_beside(state, found, i)
    close_rank(state, rank)
    return i + 1


def _rows_beside(state: State, found: Mark, at: int) -> Noun | None:
    """Return the rows that are counted of what is ranked, where they stand right behind it: top 5 states customers."""
    i = at + 1
    while (behind := state.mark(i)) is not None and (behind.held or is_filter(behind)) and not behind.entities:
        i += 1
    rows = state.mark(i)
    if rows is None or not rows.entities or is_dimension(rows) or is_figure(rows) or not is_dimension(found):
        return None
    last = state.mark(i + 1) is None or state.can(i + 1, K.PERIOD)
    if not last or not Noun(rows).plural or state.marks[at + 1].span[0] != found.span[1]:
        return None
    state.used.add(i)
    return Noun(rows, counted=True, at=i)


def _largest(state: State, rank: Rank, found: Mark, at: int) -> Noun | None:
    """Return the greatest or smallest amount, where "the largest transaction" is one figure and no list."""
    if _is_number(found, state.mark(at + 1)):
        return None
    tables = [e.table for e in found.entities] + [
        t for m in found.named() if (t := state.shape.counted_table(m.element))
    ]
    amounts = [t for t in tables if state.shape.amount(t)]
    noun = Noun(found, "max" if rank.descending else "min", at=at)
    if not amounts or rank.by not in {"top", "bottom", "one"} or rank.text.lower() in {"top", "bottom", *_COUNTING}:
        return None
    return None if (rank.limit and rank.by != "one") or rank.percent or noun.plural else noun


def ranked_noun(state: State, noun: Noun) -> int:
    """Give a superlative the noun that stands behind it, over values and filters: what ranks, or what is ranked."""
    rank = state.pending
    if rank is None:
        return 0
    counts = rank.text.lower() in _COUNTING or noun.counted
    if (is_figure(noun.mark) and not noun.mark.entities) or (noun.mark.entities and counts):
        noun.counted = noun.counted or bool(noun.mark.entities)
        rank.measure = noun
    else:
        rank.noun = noun
    close_rank(state, rank)
    return 1


def extreme_amount(lexicon: Lexicon, found: Mark) -> Element | None:
    """Return the greatest or smallest amount of all rows for a fact that keeps that of each, as smallest purchase."""
    first, *rest = phrase(found.text) or ("",)
    ways = [word for kind, word in PHRASES.get((first,), ()) if kind is K.TOP]
    rows = [m.element for m in lexicon.meanings(tuple(rest)) if isinstance(m, Named)]
    tables = [t for e in rows if (t := lexicon.shape.counted_table(e))]
    function = "min" if "bottom" in ways else "max"
    return lexicon.shape.amount_metric(tables[0], function) if ways and tables else None


def _event_rows(state: State, rank: Rank, found: Mark, behind: Mark | None) -> Mark | None:
    """Return the rows of "the 3 largest purchases", where a noun that counts them stands behind a size."""
    tables = [t for m in found.named() if (t := state.shape.counted_table(m.element)) and state.shape.amount(t)]
    sized = rank.by in {"top", "bottom"} and rank.text.lower() not in {"top", "bottom", *_COUNTING}
    if not tables or _is_number(found, behind) or not (sized or rank.by in {"newest", "earliest"}):
        return None
    return Mark(found.text, {K.NOUN: ""}, (Entity(tables[0]),), span=found.span)


def _is_number(found: Mark, behind: Mark | None) -> bool:
    """Tell whether a name says that rows are counted, so that it is no name of them: the lowest number of purchases."""
    count = behind is not None and behind.can(K.HOW_MANY) and behind.span[0] == found.span[1]
    return count or bool(_NUMBERS.intersection(found.text.lower().split()))


def _entity_behind(state: State, at: int) -> Mark | None:
    """Return a dimension or table right behind a figure, as in "highest revenue state"."""
    found = state.mark(at)
    if found is not None and found.can(K.NOUN) and (found.entities or is_dimension(found)) and not is_figure(found):
        return found
    each = any(state.word(i, K.BY) == "each" for i in range(len(state.marks)))
    return found if found is not None and found.can(K.GRAIN) and each else None


def _ranked_before(state: State, rank: Rank) -> Noun | None:
    """Return the noun before a superlative that is ranked: "the state with the highest revenue"."""
    if rank.by in {"order", "ascending", "descending", "alphabetical"}:
        return None
    asked = [
        n
        for n in state.draft.nouns
        if n.asked and not n.counted and (n.grain or n.mark.entities or is_dimension(n.mark))
    ]
    if asked:
        return asked[-1]
    at = rank.at - 1
    linked = False
    while state.can(at, K.SOFT, K.HAVE, K.WHO, K.IS, K.WHICH, K.BUY) and not state.can(at, K.NOUN, K.VALUE):
        linked, at = True, at - 1
    before = state.mark(at)
    last = state.draft.nouns[-1] if state.draft.nouns else None
    if (
        linked
        and last is not None
        and last.mark is before
        and not last.counted
        and (last.mark.entities or is_dimension(last.mark))
    ):
        return last
    return None


def _ranked_by_verb(state: State, rank: Rank) -> Noun | None:
    """Return what a relative clause ranks by its verb: customers who spent the most, categories where they spent it."""
    verb = state.mark(rank.at - 1)
    if verb is None or rank.text.lower() not in _COUNTING or not is_figure(verb) or verb.text.lower() not in _SPENDING:
        return None
    at = rank.at - 2
    doers = state.mark(at)
    if doers is not None and doers.entities and not is_figure(doers):
        at -= 1  # where customers spent
    end = at
    while _is_between(state, at):
        at -= 1
    before = state.mark(at)
    found = next((n for n in state.draft.nouns if n.mark is before and not n.counted), None)
    return found if at < end and found is not None and (found.mark.entities or is_dimension(found.mark)) else None


def _is_between(state: State, at: int) -> bool:
    """Tell whether a mark only stands between rows and the verb of their clause: customers in Texas who spent."""
    found = state.mark(at)
    if found is None or found.entities:
        return False
    linking = found.can(K.SOFT, K.WHO, K.WHICH, K.HAVE) and not found.can(K.NOUN, K.VALUE)
    return linking or bool(found.held) or is_filter(found)


def _bought(state: State, rank: Rank) -> Noun | None:
    """Return the number of events of "on which day do people buy the most", which names no other figure."""
    at = rank.at - 1
    if not state.can(at, K.BUY) or state.can(at, K.NOUN) or rank.text.lower() not in _COUNTING:
        return None
    table = state.shape.events()
    count = state.lexicon.count(table) if table is not None else None
    clause = next((c for c in state.draft.clauses if c.at == at and c.noun is None), None)
    if count is None or clause is None:
        return None
    state.draft.clauses.remove(clause)
    state.draft.tests += clause.tests
    state.draft.periods += [Dated(period) for period in clause.periods]
    state.scope, state.draft.bought = None, False
    if clause.about is not None and clause.about is not rank.noun and not clause.about.asked:
        state.draft.nouns = [n for n in state.draft.nouns if n is not clause.about]
    return Noun(Mark(rank.text, {K.NOUN: ""}, (Named(count),)), at=rank.at)


def _figure_before(state: State, rank: Rank) -> Noun | None:
    """Return the figure right before a superlative at the end: "which customer has been with us the longest"."""
    last = state.draft.nouns[-1] if state.draft.nouns else None
    if last is None or last is rank.noun or state.mark(rank.at - 1) is not last.mark or state.can(rank.at + 1, K.NOUN):
        return None
    facts = last.mark.named(Kind.FACT)
    if not facts or rank.by not in {"top", "bottom"} or last.mark.entities:
        return None
    state.draft.nouns.remove(last)
    return last


def _asks_for_one(state: State, rank: Rank) -> bool:
    """Tell whether "which of these segments has the highest" asks for one of them: its verb is in the singular."""
    at = rank.at - 1
    while state.can(at, K.SOFT) and not state.can(at, K.IS, K.HAVE, K.BUY):
        at -= 1
    verb = state.mark(at)
    singular = verb is not None and verb.can(K.IS, K.HAVE, K.BUY) and verb.text.lower().split()[-1].endswith("s")
    return singular and any(state.can(i, K.WHICH) for i in range(at))


def close_rank(state: State, rank: Rank) -> None:
    """Take up a ranking, with the noun before it where that is what is ranked."""
    if (
        rank.noun is None
        and (noun := _ranked_before(state, rank) or _ranked_by_verb(state, rank)) is not None
        and not any(r.noun is noun for r in state.draft.ranks)
    ):
        state.draft.nouns.remove(noun)
        rank.noun = noun
    if rank.measure is None and rank.text:
        rank.measure = _bought(state, rank) or (_figure_before(state, rank) if rank.noun is not None else None)
    rank.one = rank.one or _asks_for_one(state, rank)
    state.draft.ranks.append(rank)
    state.pending = None
    if rank.noun is not None:
        state.draft.nouns.append(rank.noun)
        state.asked = False
