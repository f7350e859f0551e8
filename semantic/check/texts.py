"""Rules of words: descriptions, units, synonyms, instructions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from semantic.check.rules import RuleSet
from semantic.source import Fact, Metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from semantic.check.rules import Faults
    from semantic.check.subject import Subject
    from semantic.places import Place
    from semantic.source import Named

rule = RuleSet()
_LONGEST = 1_000
_QUOTES = "$$"


def words(name: str) -> str:
    """Return a name or phrase as words in small letters."""
    return " ".join(name.replace("_", " ").lower().split())


def _named(subject: Subject) -> Iterator[tuple[str, Named]]:
    yield from ((table.name, table) for table in subject.model.tables)
    yield from ((part.path, part.element) for part in subject.parts)


@rule("W01")
def descriptions(subject: Subject) -> Faults:
    """The model, its tables and its expressions are described."""
    if not subject.model.description.strip():
        yield subject.model.at, "The model has no description; say in a sentence what can be asked of it."
    for path, one in _named(subject):
        if not one.description.strip():
            yield one.at, f"{path} has no description; say in a sentence what it is."


@rule("W02")
def metric_units(subject: Subject) -> Faults:
    """A metric has a unit."""
    for part in subject.of_kind("metric"):
        if isinstance(part.element, Metric) and not part.element.unit.strip():
            yield part.element.at, f"The metric {part.path} has no unit; say what it counts or measures, such as USD."


@rule("W03")
def fact_units(subject: Subject) -> Faults:
    """A fact has a unit."""
    for part in subject.of_kind("fact"):
        if isinstance(part.element, Fact) and not part.element.unit.strip():
            yield part.element.at, f"The fact {part.path} has no unit; say what it counts or measures, such as days."


@rule("W04")
def long_descriptions(subject: Subject) -> Faults:
    """A description has at most 1,000 characters."""
    for path, one in _named(subject):
        if len(one.description) > _LONGEST:
            yield one.at.of("description"), f"The description of {path} is longer than {_LONGEST:,} characters."


@rule("W05")
def descriptions_alike(subject: Subject) -> Faults:
    """Two descriptions of a table are not the same; a filter may say what the metric of its rows says."""
    for table in subject.model.tables:
        seen: dict[str, str] = {}
        for kind, one in table.expressions():
            if kind == "filter":
                continue
            text = one.description.strip().lower()
            first = seen.setdefault(text, one.name)
            if text and first != one.name:
                yield one.at.of("description"), f"{table.name}.{one.name} is described as {first} is; say what differs."


@rule("W06")
def synonyms_twice(subject: Subject) -> Faults:
    """An element does not have a synonym twice, nor its own name as one."""
    for path, one in _named(subject):
        count = Counter([words(one.name), *map(words, one.synonyms)])
        for index, synonym in enumerate(one.synonyms):
            if count[words(synonym)] > 1:
                yield one.at.of("synonyms", index), f"{path} has the synonym '{synonym}' already; take it out."
                break


@rule("W07")
def table_synonyms(subject: Subject) -> Faults:
    """A synonym of a table is that of no other table."""
    return _shared(subject.model.tables)


@rule("W08")
def expression_synonyms(subject: Subject) -> Faults:
    """A synonym means one expression of its table."""
    for table in subject.model.tables:
        yield from _shared([element for _, element in table.expressions()])


def _shared(named: Sequence[Named]) -> Faults:
    """Yield each synonym that is the name or a synonym of another of these."""
    owners = {words(one.name): one.name for one in named}
    for one in named:
        for index, synonym in enumerate(one.synonyms):
            owner = owners.setdefault(words(synonym), one.name)
            if owner != one.name:
                yield (
                    one.at.of("synonyms", index),
                    f"'{synonym}' means {owner} already; leave it to one of {owner} and {one.name}.",
                )


@rule("W09")
def blank_synonyms(subject: Subject) -> Faults:
    """A synonym has no blanks around it and says something."""
    for path, one in _named(subject):
        for index, synonym in enumerate(one.synonyms):
            if synonym != synonym.strip() or not synonym.strip():
                yield (
                    one.at.of("synonyms", index),
                    f"A synonym of {path} is blank or has blanks around it: '{synonym}'.",
                )


@rule("W10")
def quotes(subject: Subject) -> Faults:
    """No text holds $$, between which the model is handed over."""
    for place, what, text in _texts(subject):
        if _QUOTES in text:
            yield place, f"{what} holds {_QUOTES}, between which the model is handed to Snowflake; write it otherwise."


def _texts(subject: Subject) -> Iterator[tuple[Place, str, str]]:
    model = subject.model
    yield model.at.of("description"), "The model's description", model.description
    for path, one in _named(subject):
        yield one.at, path, " ".join((one.description, *one.synonyms))
    for part in subject.parts:
        yield part.element.at.of("expr"), f"The expression of {part.path}", part.element.expr
    for query in model.verified_queries:
        yield query.at, f"The verified query {query.name}", query.question + query.sql
    told = model.module_custom_instructions
    yield told.at, "An instruction", told.question_categorization + told.sql_generation


@rule("W11")
def instructions(subject: Subject) -> Faults:
    """Both instructions are given: what to answer and refuse, and how to compute."""
    told = subject.model.module_custom_instructions
    for key in ("question_categorization", "sql_generation"):
        if not getattr(told, key).strip():
            place = told.at if told.at.line else subject.model.at
            yield place, f"module_custom_instructions has no {key}; an analyst is then told nothing of it."
