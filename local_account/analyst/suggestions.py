"""Questions that are offered: made of the model, and each answered before it is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.english import PHRASES
from local_account.analyst.lexicon import Entity
from local_account.analyst.wording import spoken
from local_account.analyst.words import tokens
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local_account.analyst.elements import Element
    from local_account.analyst.lexicon import Lexicon

_MOST = 3
_NEAR = 0.2  # what a word that one query in five uses counts


def offered(question: str, unclear: Unclear, lexicon: Lexicon, answers: Callable[[str], bool]) -> tuple[str, ...]:
    """Return up to three questions that come near to one that is open or cannot be answered.

    Args:
        question: what was asked.
        unclear: why it is not answered, and the elements that it is open between.
        lexicon: the phrases of the model and its data.
        answers: whether a question is answered.
    """
    found: list[str] = []
    for one in _candidates(question, unclear, lexicon):
        if one not in found and one.lower() != question.lower() and answers(one):
            found.append(one)
        if len(found) == _MOST:
            break
    return tuple(found)


def _candidates(question: str, unclear: Unclear, lexicon: Lexicon) -> Iterable[str]:
    """Yield questions, the nearest first."""
    yield from (one for one in unclear.suggestions if one.endswith("?"))
    elements = [e for ref in unclear.between if (e := lexicon.shape.element(*_parted(ref))) is not None]
    for element in elements:
        yield from about(element, lexicon)
    model = lexicon.shape.model
    words = _telling(question)
    told = [_telling(q.question) for q in model.verified_queries]
    rare = {word: 1 / max(1, sum(word in one for one in told)) for word in words}  # a word of every query tells little
    near = {q.question: sum(rare[w] for w in words & one) for q, one in zip(model.verified_queries, told, strict=True)}
    queries = sorted(model.verified_queries, key=lambda q: -near[q.question])
    if unclear.category is not Category.ONBOARDING:
        yield from (q.question for q in queries if near[q.question] >= _NEAR)
        for element in _named(question, lexicon):
            yield from about(element, lexicon)
    if unclear.category is Category.ONBOARDING:
        queries = [q for q in model.verified_queries if q.onboarding] + queries
    yield from (query.question for query in queries)


def _telling(text: str) -> set[str]:
    """Return the words of a question that say what it is about, and not how it is asked."""
    return {t.stem for t in tokens(text) if (t.stem,) not in PHRASES and len(t.stem) > 2}  # noqa: PLR2004 (signs, codes)


def _named(question: str, lexicon: Lexicon) -> list[Element]:
    """Return the elements that a question names or whose values it names, figures first."""
    stems = [t.stem for t in tokens(question)]
    spans = [tuple(stems[i : i + n]) for n in (3, 2, 1) for i in range(len(stems) - n + 1)]
    found = [m.element for span in spans for m in lexicon.meanings(span) if not isinstance(m, Entity)]
    return sorted(dict.fromkeys(found), key=lambda e: e.kind is not Kind.METRIC)[:_MOST]


def _parted(ref: str) -> tuple[str, str]:
    table, _, name = ref.rpartition(".")
    return table, name


def about(element: Element, lexicon: Lexicon) -> Iterable[str]:
    """Yield questions about an element."""
    name = spoken(element.name)
    if element.kind is Kind.METRIC:
        yield f"What is the {name}?"
        group = _group_for(element, lexicon)
        if group:
            yield f"{name.capitalize()} by {spoken(group.name)}"
    elif element.kind is Kind.FACT:
        yield f"Top 10 {spoken(element.table)} by {name}"
        yield f"What is the average {name}?"
    elif element.kind is Kind.DIMENSION and not lexicon.data.personal(element.table, element.name):
        metric = lexicon.count(element.table) or _events(lexicon)
        if metric is not None:
            yield f"{spoken(metric.name).capitalize()} by {name}"
        yield f"Revenue by {name}"
    elif element.kind is Kind.TIME_DIMENSION:
        yield f"How many {spoken(element.table)} are there by {name}?"


def _events(lexicon: Lexicon) -> Element | None:
    return next((m for t in lexicon.shape.tables if lexicon.shape.time_of(t) and (m := lexicon.count(t))), None)


def _group_for(element: Element, lexicon: Lexicon) -> Element | None:
    """Return an enumerated dimension that may group a metric."""
    allowed = lexicon.shape.dimensions_for(element)
    return next((e for e in lexicon.shape.elements if e.table in allowed and e.expression.is_enum), None)
