"""From the words of a question to a plan: typing errors mended, each word accounted for, or a word back."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import combinations, islice, pairwise
from typing import TYPE_CHECKING, NoReturn

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Bare, Clause, Draft, Noun, Test, is_figure
from local_account.analyst.english import PHRASES, K
from local_account.analyst.followups import follows, merged
from local_account.analyst.left_over import check_left_over
from local_account.analyst.lexicon import Lexicon, Named
from local_account.analyst.loaded import check_loaded
from local_account.analyst.marks import Mark, mark
from local_account.analyst.names import with_names
from local_account.analyst.numbers import literal
from local_account.analyst.objections import ask_fragment, objection
from local_account.analyst.open_words import figures_called
from local_account.analyst.phrases import read_draft
from local_account.analyst.replacing import of_one_row
from local_account.analyst.rewording import reworded
from local_account.analyst.settle import settle
from local_account.analyst.shown_plan import with_shown
from local_account.analyst.spelling import Mended
from local_account.analyst.wording import either
from local_account.analyst.words import Token, stem, tokens
from local_account.analyst.written import in_words
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.analyst.draft import Draft, Shown
    from local_account.analyst.plan import Plan

_MOST_TRIES = 12
_MOST_DRAFTS = 24  # readings of one question, whatever its ways; after them it is asked back
_BOUGHT = {"bought", "buy", "spent", "paid", "shop"}
_SHORT_NAME = 2  # words
_MOST_BESIDE = 4  # figures that are named beside those that are called so
_TELLING = 4  # letters of a word that is no article or preposition
_YOUNGEST, _OLDEST = 17, 99  # years between which a bare number can be an age
_SIDES = {"left", "entered"}  # verbs of movements that take what was moved from, or to, without a preposition
_BOUNDS = {">", ">=", "<", "<="}  # how a share can be compared with one
_KEEPING = {Category.UNSUPPORTED_JOIN, Category.INCOMPLETE}  # of a reading, for which no name is taken apart
_FINAL = {
    Category.FUTURE, Category.CAUSE, Category.PERSONAL_DATA, Category.AMBIGUOUS_VALUE, Category.AMBIGUOUS_TIME,
}  # fmt: skip


Way = tuple[list[Token], list[Mended]]


@dataclass(frozen=True)
class Understood:
    """A plan, with the draft that it was made of and the typing errors that were mended."""

    plan: Plan
    draft: Draft
    mended: tuple[Mended, ...] = ()


def understand(
    ways: list[Way], lexicon: Lexicon, before: Draft | None = None, shown: Shown | None = None
) -> Understood:
    """Return the plan of a question.

    Args:
        ways: the ways to read its words, the likeliest first.
        lexicon: the phrases of the model and its data.
        before: the draft of the question before it in the conversation.
        shown: what is to be shown of each row of a list.

    Raises:
        Unclear: the question is open, or cannot be answered.
    """
    failed: Unclear | None = None
    read: list[Understood] = []
    most = _MOST_DRAFTS
    for found, mended in ways:
        one, tries = _first_read(found, lexicon, before, most, shown)
        most -= tries
        if isinstance(one, Unclear):
            failed = failed or one.said_beside([m.said() for m in mended if m.typed.lower() not in one.text.lower()])
        elif not any(_same_plan(one, other) for other in read):
            read.append(replace(one, mended=tuple(mended)))
        if most <= 0:
            break
    if len(read) > 1:
        raise _open_spelling(read)
    if not read:
        failed = failed or Unclear("The question is empty.", Category.NOT_A_QUESTION)
        raise objection(failed, ways[0][0], lexicon, goes_on=before is not None)
    return read[0]


def _first_read(
    found: list[Token], lexicon: Lexicon, before: Draft | None, most: int, shown: Shown | None
) -> tuple[Understood | Unclear, int]:
    """Return the first reading of tokens that makes a plan, or why the likeliest one makes none, and the tries."""
    failed: Unclear | None = None
    whole: list[Mark] | None = None
    tries = 0
    for marks in islice(_readings(found, lexicon), most):
        tries += 1
        whole = whole or marks
        if failed is not None and failed.category in _KEEPING and _parts_figure(whole, marks):
            continue  # spend at risk by month is no spend of those at risk
        try:
            draft = _draft(marks, lexicon, before)
            plan = settle(deepcopy(draft), lexicon)
            check_loaded(marks, draft, plan, lexicon)
            draft.shown = shown or draft.shown
            return Understood(with_shown(plan, draft.shown, lexicon), draft), tries
        except Unclear as unclear:
            unknown = failed is not None and failed.category is Category.UNKNOWN_WORD
            failed = (
                unclear if failed is None or (unknown and unclear.category is Category.UNSUPPORTED_JOIN) else failed
            )
            if unclear.category in _FINAL:
                break
    return failed or Unclear("The question is empty.", Category.NOT_A_QUESTION), tries


def _parts_figure(whole: list[Mark], marks: list[Mark]) -> bool:
    """Tell whether a reading takes the name of an amount apart, of several words, that the first one has whole."""
    spans = {m.span for m in marks}
    long = [m for m in whole if m.span not in spans and len(m.text.split()) > _SHORT_NAME]
    long = [m for m in long if not any(letter.isdigit() for letter in m.text)]  # spend of the last 90 days has days
    return any(one.element.is_money for m in long for one in m.named(Kind.METRIC))


def _same_plan(one: Understood, other: Understood) -> bool:
    return replace(one.plan, notes=()) == replace(other.plan, notes=())


def _open_spelling(read: list[Understood]) -> Unclear:
    """Ask which word was mistyped, where several can be meant."""
    first = next(m for m in read[0].mended if any(m not in other.mended for other in read[1:]))
    words = dict.fromkeys(m.text for one in read for m in one.mended if m.typed == first.typed)
    return Unclear(f'"{first.typed}" can be a typing error of {either(list(words))}.', Category.INCOMPLETE)


def draft_of(ways: list[Way], lexicon: Lexicon, before: Draft | None = None) -> Draft | None:
    """Return what a question says that is not answered yet, so that what follows can say what was open; else nothing.

    Args:
        ways: the ways to read its words, the likeliest first.
        lexicon: the phrases of the model and its data.
        before: the draft of the question before it in the conversation.
    """
    for found, _ in ways:
        for marks in _readings(found, lexicon):
            try:
                return _draft(marks, lexicon, before)
            except Unclear:
                continue
    return None


def _draft(marks: list[Mark], lexicon: Lexicon, before: Draft | None) -> Draft:
    """Return what a question says, on top of the question before where it only changes that."""
    draft = read_draft(marks, lexicon)
    check_left_over(draft, marks, lexicon)
    of_row = before is not None and _asks_of_row(draft, before, lexicon)
    if of_row or follows(draft, marks):
        if before is not None:
            return _settled_bare(merged(before, draft, lexicon), lexicon)
        asked = (draft.has(K.WHICH, K.LIST, K.HOW_MANY) and draft.tests) or draft.different is not None
        fragment = not asked and not draft.nouns and not draft.ranks and not draft.moves and not draft.clauses
        if fragment or draft.flags.get(K.FOLLOW) == "details" or _needs_before(draft):
            ask_fragment(draft, marks, lexicon)
    return _settled_bare(draft, lexicon)


def _asks_of_row(draft: Draft, before: Draft, lexicon: Lexicon) -> bool:
    """Tell whether a question only names what a row has, behind one about a single row: what is the lifetime value."""
    said = draft.tests or draft.groups or draft.clauses or draft.ranks or draft.periods or draft.moves or draft.bare
    main = lexicon.shape.main_table()
    own = all(any(m.element.table == main and m.element.kind is Kind.FACT for m in n.mark.named()) for n in draft.nouns)
    plain = not any(n.counted or n.function or n.mark.entities for n in draft.nouns)
    return bool(draft.nouns) and own and plain and not said and of_one_row(before)


def _needs_before(draft: Draft) -> bool:
    """Tell whether a question is told from another one: of them, the month before, the same month of 2023."""
    return (draft.has(K.THEM) and not draft.nouns) or draft.has(K.EARLIER) or draft.same_unit is not None


def _settled_bare(draft: Draft, lexicon: Lexicon) -> Draft:
    """Take a number beside people for an age where it can be one and something is asked of them; else ask."""
    ages = [m.element for m in lexicon.meanings(("age",)) if isinstance(m, Named)]
    for bare in list(draft.bare):
        if draft.has(K.CHANGE) and bare.op in {">", ">="} and any(is_figure(n.mark) for n in draft.nouns):
            draft.grown = (bare.op, bare.values[0], bare.percent)
            draft.bare.remove(bare)
            continue
        if (told := _figure_of_groups(draft, bare)) is not None:
            draft.clauses.append(Clause(Noun(told.mark, told.function, told.counted), bare.op or "=", bare.values))
            draft.bare.remove(bare)
            continue
        if draft.has(K.SHARE) and bare.percent and bare.op in _BOUNDS and draft.grown is None:
            draft.grown = (bare.op, bare.values[0], True)
            draft.bare.remove(bare)
            continue
        having = bare.text.lower().startswith(("more", "less", "fewer"))  # more than 40 of something
        of_people = bare.rows and not having and all(_YOUNGEST <= v <= _OLDEST for v in bare.values) and not bare.money
        asked = draft.has(K.HOW_MANY, K.HOW_MUCH, K.SHARE) or any(is_figure(n.mark) or n.counted for n in draft.nouns)
        if not (ages and of_people and (asked or draft.ranks) and bare.op):
            _ask_of_what(bare, lexicon)
        draft.bare.remove(bare)
        draft.tests.append(Test([*ages], bare.op or "=", bare.values, bare.text))
        draft.notes.append(f'"{bare.text} {literal(bare.values[0])}" was read as an age')
    return draft


def _figure_of_groups(draft: Draft, bare: Bare) -> Noun | None:
    """Return the one figure of groups that a comparison is about which stands apart from it, behind "only"."""
    counted = [n for n in draft.nouns if n.counted and n.mark.entities]
    figures = [n for n in draft.nouns if n.mark.named(Kind.METRIC) and is_figure(n.mark) and n not in counted]
    percent = [m.element.is_percent for n in figures for m in n.mark.named(Kind.METRIC)]
    fits = (not bare.percent or all(percent)) and (not bare.money or not any(percent))
    fits = len(figures) + len(counted) == 1 and (fits if figures else not bare.percent and not bare.money)
    kept = draft.flags.get(K.FOLLOW) == "only" and bare.op and not bare.rows
    return (figures or counted)[0] if fits and kept and draft.groups and not draft.clauses else None


def _ask_of_what(bare: Bare, lexicon: Lexicon) -> NoReturn:
    """Name the figures that a number without one can be about."""
    table = lexicon.shape.main_table()
    facts = [e for e in lexicon.shape.elements if e.kind is Kind.FACT and (e.is_money or not bare.money)]
    own = [e for e in facts if e.table == table]
    plain = [e for e in own if "_" not in e.name or e.is_money or "PURCHASE" in e.name or "TRANSACTION" in e.name]
    near = figures_called("percent" if bare.percent else bare.near, own)
    near = near if len(near) > 1 else figures_called("percent" if bare.percent else bare.near, facts)
    said = {kind for kind, _ in PHRASES.get((bare.near.lower(),), ())}
    rest = plain[:_MOST_BESIDE] if K.AGGREGATE in said else []  # an average of what
    plain = list(dict.fromkeys([*near, *rest])) if len(near) > 1 else plain
    names = [e.name.replace("_", " ").lower() for e in plain]
    text = " ".join([bare.text, *(literal(v) for v in bare.values)])
    raise Unclear(
        f'"{text}" does not say of what: it can be {", ".join(names[:-1])} or {names[-1]}.',
        Category.AMBIGUOUS_FILTER,
        [e.ref for e in plain],
        suggestions=[f"How many customers have a {n} over {literal(bare.values[0])}?" for n in names[:3]],
    )


def ways_to_read(question: str, lexicon: Lexicon) -> list[Way]:
    """Return the tokens of a question with names found and typing errors mended, and what was mended.

    Returns: the ways to mend what is mistyped, the likeliest first.
    """
    found = with_names(reworded(tokens(question), lexicon), lexicon)
    unknown = _unknown(found, lexicon)
    if not unknown:
        return [(found, [])]
    words = {found[at].lower for at in unknown}
    found = with_names(tokens(question), lexicon)  # what is mended may be an idiom only then
    unknown = [at for at, token in enumerate(found) if token.lower in words]
    for at in unknown:
        found[at] = lexicon.speller.inflected(found[at])
    found, parted = _parted(found, unknown, lexicon)
    found, joined = lexicon.speller.joined(found, set(_unknown(found, lexicon)))
    ways = lexicon.speller.mend(found, _unknown(found, lexicon))
    ways = [(_written_anew(way, said), said) for way, said in ways]
    return [(reworded(way, lexicon), [*parted, *joined, *said]) for way, said in ways]


def _written_anew(found: list[Token], said: list[Mended]) -> list[Token]:
    """Return tokens that were mended, with what is short for something only now put into words: in their thirties."""
    text = " ".join(token.text for token in found)
    return tokens(text) if said and in_words(text) != text else found


def _unknown(found: list[Token], lexicon: Lexicon) -> list[int]:
    """Return the places of the words that mean nothing."""
    return [m.span[0] for m in mark(found, lexicon) if m.can(K.UNKNOWN) and m.kinds[K.UNKNOWN] != "id"]


def _parted(found: list[Token], unknown: list[int], lexicon: Lexicon) -> tuple[list[Token], list[Mended]]:
    """Part words that were written as one, such as "cardtype"."""
    result: list[Token] = []
    said: list[Mended] = []
    for at, token in enumerate(found):
        parts = lexicon.speller.parts(token) if at in unknown and not lexicon.speller.is_near(token) else None
        result += tokens(parts.text) if parts else [token]
        said += [parts] if parts else []
    return result, said


def _readings(found: list[Token], lexicon: Lexicon) -> Iterator[list[Mark]]:
    """Yield the marks of a question: the longest phrases first, then with one or two of them taken apart."""
    first = mark(found, lexicon)
    said = [m for m in first if set(m.kinds) != {K.FILL}]
    moves = [m.span for m, behind in pairwise(said) if any(way(m, behind) for way in (_moves, _compares, _buys))]
    moves += [m.span for m, link, behind in zip(said, said[1:], said[2:], strict=False) if _buys_from(m, link, behind)]
    shares = [m.span for m, behind in pairwise(said) if _shares(m, behind) or _buys(m, behind)]
    if moves or shares:
        yield mark(found, lexicon, frozenset((*moves, *shares)))
    if shares or any(m.span in moves and (behind.held or behind.period) for m, behind in pairwise(said)):
        return  # who left a segment is no one who left, and who spent more in a year no one who spends more
    yield first
    named = {m.span for m in first if m.meanings}
    fixed = (K.UNKNOWN, K.VAGUE, K.FOLLOW)
    asking = (K.COMPARE, K.HOW_MANY, K.HOW_MUCH, K.NOT)  # at least, how many: no names
    long = [
        m.span
        for m in first
        if m.span[1] - m.span[0] > 1 and not m.period and not m.can(*fixed) and (m.meanings or not m.can(*asking))
    ]
    long.sort(key=lambda span: span[0] - span[1])
    tries = 0
    for size in (1, 2):
        for spans in combinations(long, size):
            tries += 1
            if tries > _MOST_TRIES:
                return
            again = mark(found, lexicon, frozenset(spans))
            if not any(_loses(m) for m in again for span in named & set(spans) if span[0] <= m.span[0] < span[1]):
                yield again


def _loses(one: Mark) -> bool:
    """Tell whether a word, taken out of the name that it is part of, would be passed over: group of age group."""
    return set(one.kinds) <= {K.FILL, K.LIST, K.UNIT} and len(one.text) >= _TELLING


def _compares(one: Mark, behind: Mark) -> bool:
    """Tell whether a name ends on a word that compares, with the days behind it: "spent more" in 2024 than in 2023."""
    words = one.text.lower().split()
    more = len(words) > 1 and (K.COMPARE, "more") in PHRASES.get((words[-1],), ())
    return more and bool(one.meanings) and behind.period is not None


def _buys(one: Mark, behind: Mark) -> bool:
    """Tell whether a name ends on a verb of buying, of which a number is told: "customers who bought" 5 times."""
    last = one.text.lower().rpartition(" ")[2]
    verb = last in _BOUGHT or last.endswith("ed")  # and no purchase
    buying = verb and K.BUY in {kind for kind, _ in PHRASES.get((stem(last),), ())} and " " in one.text
    counted = behind.can(K.COMPARE) or (behind.number is not None and behind.period is None)
    return buying and bool(one.meanings) and counted


def _buys_from(one: Mark, link: Mark, behind: Mark) -> bool:
    """Tell whether a number stands behind a verb of buying and a preposition: who bought in at least 5 categories."""
    return link.kinds.get(K.SOFT) in {"in", "from", "at", "with"} and not link.meanings and _buys(one, behind)


def _shares(one: Mark, behind: Mark) -> bool:
    """Tell whether the name of a share goes on with what the part is: percentage of high-risk customers who are Gold.

    As a name it is a share of all rows, and the clause would choose these.
    """
    named = [m.element for m in one.named(Kind.METRIC)]
    described = behind.can(K.WHO) or behind.text.lower() in {"who", "that", "whose"}
    return bool(named) and all(e.is_percent for e in named) and " of " in one.text.lower() and described


def _moves(one: Mark, behind: Mark) -> bool:
    """Tell whether a name ends on a verb that goes on: "customers who moved" from somewhere, "who left" a value."""
    words = one.text.lower().split()
    ways = [word for kind, word in PHRASES.get((stem(words[-1]),), ()) if kind is K.MOVE] if len(words) > 1 else []
    return bool(ways) and (behind.kinds.get(K.SOFT) in {"from", "to"} or (bool(behind.held) and ways[0] in _SIDES))
