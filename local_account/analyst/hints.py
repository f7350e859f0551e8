"""Words that hint at the form of an answer, and numbers beside what they count."""

from __future__ import annotations

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.criteria import ask_meaning, ask_measure, ask_value
from local_account.analyst.draft import (
    Bare,
    Noun,
    State,
    is_dimension,
    is_figure,
    is_filter,
)
from local_account.analyst.english import K
from local_account.analyst.lexicon import Entity
from local_account.analyst.marks import Mark
from local_account.analyst.ranks import close_rank
from local_account.analyst.wording import spoken
from local_account.analyst.words import phrase

_DUE = {"due to", "because of"}
_WITHIN = {"over", "past"}  # what compares numbers, and only leads on to days: over the last month
_ADJECTIVES = {"old": ("age",), "likely": ("most", "likely", "to", "churn")}
# What is said of words that name no time, by their kind.
_VAGUE_TIMES = {
    "time": 'names no period. Say, for example, "in the last 90 days".',
    "season": 'has no first and last day of its own. Say the months, such as "from June to August 2024".',
    "edge": 'does not say which days. Name the months, such as "in January 2024".',
    "side": 'can mean from that time on, or up to it: say "since" or "until".',
}
# Words that go on with the question before wherever they stand.
_ANYWHERE = {"too", "only", "replace", "details", "both", "reverse", "ungrouped", "same last year"}
_FLAGS = (
    K.SHARE,
    K.VERSUS,
    K.TREND,
    K.CHANGE,
    K.CORRELATION,
    K.DISTRIBUTION,
    K.LIST,
    K.WHICH,
    K.WHEN,
    K.HOW_MUCH,
    K.THEM,
    K.ALWAYS,
    K.EARLIER,
    K.FOLLOW,
    K.DIFFERENT,
    K.REST,
)


def read_person(state: State) -> None:
    """Take "who" at the beginning for the rows that most figures describe, where no other rows are named."""
    first = state.mark(state.skip(0, K.AND, K.LIST))
    rows = any(m.entities and not is_dimension(m) for m in state.marks)
    if first is not None and first.text.lower() == "who" and not rows:
        table = state.shape.main_table()
        behind = state.mark(1)
        several = behind is not None and behind.text.lower() in {"are", "were", "have"}
        text = spoken(table) if several else spoken(table).removesuffix("s")
        state.draft.nouns.append(Noun(Mark(text, {K.NOUN: ""}, (Entity(table),)), asked=True, at=-1))
        state.draft.flag(K.LIST, "", 0)
        state.draft.flag(K.WHO, "", 0)


def read_number(state: State, at: int) -> int:
    """Read "5 customers", "the three categories with the highest": how many are wanted, over values and filters."""
    mark = state.marks[at]
    i = at + 1
    while (found := state.mark(i)) is not None and (found.can(K.VALUE) or is_filter(found)):
        i += 1
    found = state.mark(i)
    if (
        mark.number is None
        or mark.number.percent
        or mark.period is not None
        or mark.number.value != int(mark.number.value)
    ):
        return 0
    units = found is not None and found.can(K.GRAIN) and found.text.lower().endswith("s")
    if units and any(m.can(K.TOP) for m in state.marks) and not state.can(at - 1, K.TOP):
        state.limit = int(mark.number.value)  # the two months with the highest revenue
        return 1
    alone = state.can(at - 1, K.LIST) and at == len(state.marks) - 1  # ... by tenure? Show 5
    if not alone and (found is None or not found.can(K.NOUN) or not (found.entities or is_dimension(found))):
        return 0
    state.limit = int(mark.number.value)
    return 1


def read_brought(state: State, at: int) -> int:
    """Read "80 % of revenue" behind a verb and those who bring it: how many customers make up half of revenue."""
    mark = state.marks[at]
    number = mark.number
    percent = number.value if number is not None and number.percent else float(mark.kinds.get(K.FRACTION, 0))
    named = state.mark(state.skip(at + 1, K.SOFT))
    before = state.mark(at - 1)
    verb = before is not None and (before.can(K.IS, K.BUY) or before.text.lower() in {"bring", "generates", "for"})
    if not percent or not verb or named is None or not is_figure(named):
        return 0
    if not any(n.mark.entities or is_dimension(n.mark) for n in state.draft.nouns) or state.pending is not None:
        return 0
    state.draft.brought = percent
    return 1


def read_step(state: State, at: int) -> int:
    """Read "in steps of 10 years"."""
    number = state.mark(at + 1)
    if not state.can(at, K.STEP) or number is None or number.number is None:
        return 0
    value = number.number.value
    state.draft.step = value / 100 if number.number.percent else value
    unit = state.mark(at + 2)
    return 3 if unit is not None and unit.can(K.UNIT, K.GRAIN) else 2


def read_bare_number(state: State, at: int) -> int:
    """Read the number of "lower the limit to 0.8" and of "how about 25?"."""
    mark = state.marks[at]
    last = at == len(state.marks) - 1 or (state.can(at + 1, K.THEM) and at == len(state.marks) - 2)
    of_them = last and state.can(at + 1, K.THEM)  # show 5 of them
    alone = (state.draft.flags.get(K.FOLLOW) == "replace" or of_them) and last and mark.period is None
    if mark.number is None or not (alone or state.draft.flags.get(K.FOLLOW) == "limit"):
        return 0
    state.draft.bare.append(Bare(None, (mark.number.value,), mark.number.money, mark.text))
    return 1


def is_idle(state: State, at: int) -> bool:
    """Tell whether a word that compares stands before a period or a dimension, where it means no comparison."""
    if state.marks[at].text.lower() in state.idle:
        return True
    word = state.word(at, K.COMPARE)
    if state.can(at, K.OR) and state.can(at + 1, K.PERIOD) and state.draft.periods:
        state.draft.flag(K.VERSUS, "", at)
        return True
    if word is None:
        return False
    if word == ">" and state.draft.has(K.DISTRIBUTION):
        return True
    if word == "more":
        return _compares_nothing(state, at)
    lasting = state.can(at + 1, K.PERIOD, K.GRAIN) or (word == ">" and _is_of_days(state.mark(at + 1)))
    within = word == "between" or state.marks[at].text.lower() in _WITHIN
    return within and (lasting or at == len(state.marks) - 1)


def _compares_nothing(state: State, at: int) -> bool:
    """Tell whether "more" only says that two things are compared: no "than" follows, of which something would be."""
    if any(state.word(i, K.SOFT) == "than" for i in range(at + 1, len(state.marks))):
        return False
    either = state.can(at + 1, K.OR) or any(m.can(K.OR, K.CORRELATION) for m in state.marks)
    return state.draft.has(K.VERSUS, K.CORRELATION) or either


def _is_of_days(mark: Mark | None) -> bool:
    """Tell whether a mark names days, such as the weekend or Christmas, over which something lasts."""
    tables = {m.element.table for m in mark.meanings if not isinstance(m, Entity)} if mark is not None else set()
    return mark is not None and bool(mark.held or is_filter(mark)) and tables == {"DATES"}


def read_flag(state: State, at: int) -> int:
    """Read a word that says which form the answer has."""
    mark = state.marks[at]
    _refuse_wish(state, mark)
    if mark.kinds.get(K.DIFFERENT) == "other" and state.can(at + 1, K.NOUN, K.GRAIN):
        state.draft.leftover.append(mark)
        return 1
    if (
        mark.can(K.NOUN, K.VALUE)
        and not (at == 0 and mark.can(K.LIST))
        and not (mark.can(K.TREND) and not state.can(at - 1, K.BY))
    ):
        return 0
    if mark.kinds.get(K.FOLLOW) == "instead":
        state.draft.flag(K.FOLLOW, "replace", at)
        dropped = state.mark(at + 1)
        named = dropped is not None and dropped.can(K.NOUN, K.GRAIN, K.VALUE, K.AGGREGATE)
        state.draft.instead_of = dropped if named else None
        return 2 if named else 1
    if mark.kinds.get(K.OR) == "nor":
        state.negated = "not"
        return 1
    return _flagged(state, mark, at)


def _refuse_wish(state: State, mark: Mark) -> None:
    """Refuse a question for a cause or for the future."""
    of_change = state.draft.has(K.CHANGE) and state.draft.flags.get(K.IS) == "asked"  # is the drop due to refunds
    if mark.can(K.WHY) or (of_change and mark.text.lower() in _DUE):
        raise Unclear(
            f'"{mark.text}" asks for a cause, and the model holds figures: ask for those that you would compare.',
            Category.CAUSE,
            refused=True,
        )
    if mark.can(K.FUTURE) and not mark.can(K.NOUN):
        raise Unclear(
            f'"{mark.text}" asks for the future. The data end on {state.lexicon.data.as_of().isoformat()}.',
            Category.FUTURE,
            refused=True,
        )


def _flagged(state: State, mark: Mark, at: int) -> int:
    """Note the words that say which form the answer has."""
    if at == 0 and mark.can(K.IS):
        state.draft.flag(K.IS, "asked", at)
    adjective = mark.kinds.get(K.WHICH)
    if adjective in _ADJECTIVES and (meanings := state.lexicon.meanings(_ADJECTIVES[adjective])):
        state.draft.nouns.append(Noun(Mark(mark.text, {K.NOUN: ""}, meanings), at=at))
        state.idle.update(_ADJECTIVES[adjective])
        return 1
    found = False
    state.draft.them = state.draft.them or (mark.text.lower() if mark.can(K.THEM) else "")
    for kind in _FLAGS:
        if mark.can(kind) and not (kind is K.FOLLOW and at > _first_words(state) and mark.kinds[kind] not in _ANYWHERE):
            if kind is K.CHANGE and mark.kinds[kind] in {"fastest", "slowest"}:
                state.draft.flags.pop(kind, None)  # grew fastest
            state.draft.flag(kind, mark.kinds[kind], at)
            if kind is K.SHARE and state.pending is not None:
                close_rank(state, state.pending)  # the highest share ranks what is named before or behind it
            found = found or kind not in {K.WHICH, K.LIST}
            if kind in {K.WHICH, K.LIST}:
                state.asked = state.asked or kind is K.WHICH
            state.draft.shares += kind is K.SHARE
            state.asked = state.asked and not _of_share(state, kind, at)
    if mark.can(K.IS, K.WHO, K.HAVE):
        state.note_verb(at, at)
        _count_subject(state, at)
        _close_scope(state, at)
        if mark.can(K.HAVE) and not state.negated:
            return 1
    return 1 if found else 0


def _of_share(state: State, kind: K, at: int) -> bool:
    """Tell whether "which" asks for a share, and for no dimension behind it: what share came from these categories."""
    return kind is K.SHARE and (state.can(at - 1, K.WHICH) or state.can(at, K.WHICH))


def _count_subject(state: State, at: int) -> None:
    """Count the rows before "how many" where a verb stands behind it: of those customers, how many have a limit."""
    rows = state.subject
    if state.counting == "" and state.can(at - 1, K.HOW_MANY) and rows is not None and rows.mark.entities:
        rows.counted, state.counting = True, None


def _close_scope(state: State, at: int) -> None:
    """End what somebody bought at the next verb: "without a purchase in Travel have a Platinum card"."""
    if state.scope is not None and state.scope.tests and not state.can(at, K.BUY) and not state.can(at - 1, K.WHO):
        state.scope = None


def _first_words(state: State) -> int:
    return state.skip(0, K.AND, K.BUT, K.FOLLOW, K.LIST)


def _is_explained(state: State, at: int) -> bool:
    """Tell whether the months of a season follow it: the summer months June to August."""
    behind = state.mark(at + 1 + state.can(at + 1, K.GRAIN))
    return behind is not None and behind.period is not None and behind.period.grain in {"day", "month", "quarter"}


def read_vague(state: State, at: int) -> int:
    """Ask what a vague word means, unless something beside it says so."""
    mark = state.marks[at]
    if not mark.can(K.VAGUE) or mark.can(K.NOUN, K.FILL, K.TOP, K.SOFT):
        return 0
    if mark.can(K.VALUE) and mark.kinds[K.VAGUE] == "time":
        return 0
    if mark.kinds[K.VAGUE] == "edge" and not state.can(at + 1, K.PERIOD, K.GRAIN):
        return 0
    if mark.kinds[K.VAGUE] == "season" and _is_explained(state, at):
        return 1
    if any(set(m.kinds) == {K.UNKNOWN} for m in state.marks):
        state.draft.leftover.append(mark)  # what the model does not know is said before what is vague
        return 1
    if (text := _VAGUE_TIMES.get(mark.kinds[K.VAGUE])) is not None:
        raise Unclear(f'"{mark.text}" {text}', Category.AMBIGUOUS_TIME)
    behind = state.mark(at + 1)
    of_figure = behind is not None and is_figure(behind) and not behind.entities
    told = f"{mark.text} {behind.text}" if of_figure and behind is not None else mark.text
    if mark.held and not of_figure and len(held := state.lexicon.held(phrase(mark.text))) > 1:
        ask_value(mark.text, held)
    if mark.kinds[K.VAGUE] == "volume":
        ask_measure(state.lexicon, mark.text)
    return ask_meaning(state.lexicon, told, mark.kinds[K.VAGUE])


def is_asked_for(state: State, at: int) -> bool:
    """Tell whether a figure is what "which" or "what is" asks for, so that no dimension behind it is.

    Args:
        state: the marks of the question.
        at: the place of the noun.
    """
    before = at - 1
    while state.can(before, K.IS, K.AGGREGATE, K.SOFT) and not state.can(before, K.NOUN, K.WHICH):
        before -= 1
    first = not state.draft.nouns and not state.draft.ranks and state.pending is None
    return first and is_figure(state.marks[at]) and state.can(before, K.WHICH)
