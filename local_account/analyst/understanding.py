"""From the words of a question to a plan: typing errors mended, each word accounted for, or a word back."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NoReturn

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Bare, Draft, Test, is_figure
from local_account.analyst.english import PHRASES, K
from local_account.analyst.followups import follows, merged
from local_account.analyst.lexicon import Entity, Held, Lexicon, Named
from local_account.analyst.marks import Mark, is_shouted, mark
from local_account.analyst.numbers import literal
from local_account.analyst.padding import is_of_asker, sentences
from local_account.analyst.phrases import read_draft
from local_account.analyst.rewording import reworded
from local_account.analyst.settle import settle
from local_account.analyst.spelling import Speller
from local_account.analyst.words import Token, stem, tokens
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.analyst.draft import Draft
    from local_account.analyst.plan import Plan

_MOST_TRIES = 12
_TELLING = 4  # letters of a word that is no article or preposition
_YOUNGEST, _OLDEST = 17, 110  # years between which a bare number can be an age
_SIDES = {"left", "entered"}  # verbs of movements that take what was moved from, or to, without a preposition
_FINAL = {
    Category.FUTURE, Category.CAUSE, Category.PERSONAL_DATA, Category.AMBIGUOUS_VALUE, Category.AMBIGUOUS_TIME,
}  # fmt: skip


@dataclass(frozen=True)
class Understood:
    """A plan, with the draft that it was made of and the typing errors that were mended."""

    plan: Plan
    draft: Draft
    mended: tuple[str, ...] = ()


def understand(question: str, lexicon: Lexicon, before: Draft | None = None) -> Understood:
    """Return the plan of a question.

    Args:
        question: a question in English.
        lexicon: the phrases of the model and its data.
        before: the draft of the question before it in the conversation.

    Raises:
        Unclear: the question is open, or cannot be answered.
    """
    failed: Unclear | None = None
    for found, mended in ways_to_read(question, lexicon):
        for marks in _readings(found, lexicon):
            try:
                draft = _draft(marks, lexicon, before)
                return Understood(settle(deepcopy(draft), lexicon), draft, tuple(mended))
            except Unclear as unclear:
                failed = failed or unclear
                if unclear.category in _FINAL:
                    break
    raise failed or Unclear("The question is empty.", Category.NOT_A_QUESTION)


def draft_of(question: str, lexicon: Lexicon, before: Draft | None = None) -> Draft | None:
    """Return what a question says that is not answered yet, so that what follows can say what was open; else nothing.

    Args:
        question: a question in English.
        lexicon: the phrases of the model and its data.
        before: the draft of the question before it in the conversation.
    """
    for found, _ in ways_to_read(question, lexicon):
        for marks in _readings(found, lexicon):
            try:
                return _draft(marks, lexicon, before)
            except Unclear:
                continue
    return None


def _draft(marks: list[Mark], lexicon: Lexicon, before: Draft | None) -> Draft:
    """Return what a question says, on top of the question before where it only changes that."""
    draft = read_draft(marks, lexicon)
    _nothing_left(draft, lexicon)
    if follows(draft, marks):
        if before is not None:
            return _settled_bare(merged(before, draft), lexicon)
        asked = draft.has(K.WHICH, K.LIST, K.HOW_MANY) and draft.tests
        fragment = not asked and not draft.nouns and not draft.ranks and not draft.moves and not draft.clauses
        if fragment or draft.flags.get(K.FOLLOW) == "details" or (draft.has(K.THEM) and not draft.nouns):
            raise Unclear("This goes on with a question that was not asked before.", Category.INCOMPLETE)
    return _settled_bare(draft, lexicon)


def _settled_bare(draft: Draft, lexicon: Lexicon) -> Draft:
    """Take a number beside people for an age where it can be one and something is asked of them; else ask."""
    ages = [m.element for m in lexicon.meanings(("age",)) if isinstance(m, Named)]
    for bare in list(draft.bare):
        of_people = bare.rows and all(_YOUNGEST <= v <= _OLDEST for v in bare.values) and not bare.money
        asked = draft.has(K.HOW_MANY, K.HOW_MUCH) or any(is_figure(n.mark) or n.counted for n in draft.nouns)
        if not (ages and of_people and asked and bare.op):
            _ask_of_what(bare, lexicon)
        draft.bare.remove(bare)
        draft.tests.append(Test([*ages], bare.op or "=", bare.values, bare.text))
        draft.notes.append(f'"{bare.text} {literal(bare.values[0])}" was read as an age')
    return draft


def _ask_of_what(bare: Bare, lexicon: Lexicon) -> NoReturn:
    """Name the figures that a number without one can be about."""
    table = lexicon.shape.main_table()
    facts = [
        e for e in lexicon.shape.elements if e.table == table and e.kind is Kind.FACT and (e.is_money or not bare.money)
    ]
    plain = [e for e in facts if "_" not in e.name or e.is_money or "PURCHASE" in e.name or "TRANSACTION" in e.name]
    names = [e.name.replace("_", " ").lower() for e in plain]
    text = " ".join([bare.text, *(literal(v) for v in bare.values)])
    raise Unclear(
        f'"{text}" does not say of what: it can be {", ".join(names[:-1])} or {names[-1]}.',
        Category.AMBIGUOUS_FILTER,
        [e.ref for e in plain],
        suggestions=[f"How many customers have a {n} over {literal(bare.values[0])}?" for n in names[:3]],
    )


def ways_to_read(question: str, lexicon: Lexicon) -> list[tuple[list[Token], list[str]]]:
    """Return the tokens of a question with names found and typing errors mended, and a sentence for each of these.

    Returns: the ways to mend what is mistyped, the likeliest first.
    """
    found = _with_names(reworded(tokens(question), lexicon), lexicon)
    found, parted = _parted(found, lexicon)
    unknown = [m.span[0] for m in mark(found, lexicon) if m.can(K.UNKNOWN) and m.kinds[K.UNKNOWN] != "id"]
    ways = speller(lexicon).mend(found, unknown) if unknown else [(found, [])]
    return [(way, [*parted, *said]) for way, said in ways]


def without_context(question: str, lexicon: Lexicon) -> tuple[str, tuple[str, ...]]:
    """Leave out the sentences that tell about those who ask and name nothing of the model, with a sentence for each.

    Args:
        question: one sentence or several.
        lexicon: the phrases of the model and its data.
    """
    every = sentences(question)
    left_out = [one for one in every if is_of_asker(one) and not _is_about_data(one, lexicon)]
    kept = [one for one in every if one not in left_out]
    if not kept or not left_out:
        return question, ()
    return " ".join(kept), tuple(f'"{one}" was left out: it names nothing of the data.' for one in left_out)


def _is_about_data(sentence: str, lexicon: Lexicon) -> bool:
    """Tell whether a sentence names anything that the rows of an answer could depend on."""
    marks = mark(tokens(sentence), lexicon)
    telling = any(m.number or m.period or any(not isinstance(one, Entity) for one in m.meanings) for m in marks)
    return telling or any(m.can(K.NOT, K.WHY, K.COMPARE, K.TOP, K.VAGUE) for m in marks)


def _parted(found: list[Token], lexicon: Lexicon) -> tuple[list[Token], list[str]]:
    """Part words that were written as one, such as "cardtype", with a sentence for each."""
    unknown = {m.span[0] for m in mark(found, lexicon) if m.can(K.UNKNOWN) and m.kinds[K.UNKNOWN] != "id"}
    result: list[Token] = []
    said: list[str] = []
    for at, token in enumerate(found):
        parts = speller(lexicon).parts(token) if at in unknown else None
        result += tokens(parts) if parts else [token]
        said += [f'"{token.text}" was read as "{parts}".'] if parts else []
    return result, said


def speller(lexicon: Lexicon) -> Speller:
    """Return the speller of a lexicon, made once."""
    if lexicon.speller is None:
        lexicon.speller = Speller(lexicon.vocabulary)
    return lexicon.speller


def _with_names(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Join words in capitals that are a person's name, or another value that is not listed, into one token."""
    if is_shouted(found):
        return found
    result: list[Token] = []
    at = 0
    while at < len(found):
        length = next((n for n in (3, 2) if _is_name(found[at : at + n], n, lexicon)), 0)
        if length:
            text = " ".join(token.text for token in found[at : at + length])
            result.append(Token(text, text.lower(), text.lower(), "id", found[at].start))
        else:
            result.append(found[at])
        at += max(length, 1)
    return result


def _is_name(words: list[Token], length: int, lexicon: Lexicon) -> bool:
    if len(words) < length or not all(w.kind == "word" and w.text[0].isupper() for w in words):
        return False
    if lexicon.meanings(tuple(w.stem for w in words)):
        return False
    text = " ".join(w.text for w in words)
    return any(
        lexicon.data.has_value(e.table, e.name, text)
        for e in lexicon.shape.elements
        if e.kind is Kind.DIMENSION
        and not e.is_number
        and not e.is_flag
        and not e.expression.is_enum
        and (lexicon.data.personal(e.table, e.name) or not lexicon.data.values(e.table, e.name))
    )


def _readings(found: list[Token], lexicon: Lexicon) -> Iterator[list[Mark]]:
    """Yield the marks of a question: the longest phrases first, then with one or two of them taken apart."""
    first = mark(found, lexicon)
    moves = [m.span for m, behind in pairwise(first) if _moves(m, behind)]
    if moves:
        yield mark(found, lexicon, frozenset(moves))
    if any(m.span in moves and behind.held for m, behind in pairwise(first)):
        return  # who left a segment is no one who left
    yield first
    named = {m.span for m in first if m.meanings}
    long = [m.span for m in first if m.span[1] - m.span[0] > 1 and not (m.period or m.can(K.UNKNOWN, K.VAGUE))]
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


def _moves(one: Mark, behind: Mark) -> bool:
    """Tell whether a name ends on a verb that goes on: "customers who moved" from somewhere, "who left" a value."""
    words = one.text.lower().split()
    ways = [word for kind, word in PHRASES.get((stem(words[-1]),), ()) if kind is K.MOVE] if len(words) > 1 else []
    return bool(ways) and (behind.kinds.get(K.SOFT) in {"from", "to"} or (bool(behind.held) and ways[0] in _SIDES))


def _nothing_left(draft: Draft, lexicon: Lexicon) -> None:
    """Refuse a reading that leaves words over, and name them."""
    if not draft.leftover:
        return
    left = draft.leftover[0]
    if left.kinds.get(K.UNKNOWN) == "id":
        raise Unclear(f'The data hold no "{left.text}".', Category.UNKNOWN_VALUE, refused=True)
    if left.held and not left.can(K.NOUN):
        raise Unclear(f'It is not clear what "{left.text}" does in the question.', Category.INCOMPLETE)
    near = speller(lexicon).nearest(left.text) if left.can(K.UNKNOWN) and left.text.isalpha() else None
    names = _nearest(near, lexicon) if near else []
    hint = f" What comes nearest is {' or '.join(names)}." if names else ""
    if left.can(K.UNKNOWN):
        raise Unclear(
            f'The model and its data know no "{left.text}".{hint}', Category.UNKNOWN_WORD, names, refused=True
        )
    raise Unclear(f'It is not clear what "{left.text}" is about.', Category.INCOMPLETE)


def _nearest(word: str, lexicon: Lexicon) -> list[str]:
    """Return what a word of the vocabulary belongs to, in words: elements and values."""
    found = [
        m.value if isinstance(m, Held) else m.element.name.replace("_", " ").lower()
        for m in lexicon.meanings((word,))
        if not isinstance(m, Entity)
    ]
    return list(dict.fromkeys(found))[:2]
