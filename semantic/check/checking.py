"""All rules over a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semantic.check import expressions, metrics, names, queries, relationships, tables, texts, values
from semantic.check.subject import Subject
from semantic.check.warehouse import dbt_columns
from semantic.places import Fault, SourceError
from semantic.source import load

if TYPE_CHECKING:
    from pathlib import Path

    from semantic.check.rules import Finding, Rule
    from semantic.check.warehouse import Columns
    from semantic.source import Model

_SUBJECTS = (names, tables, texts, values, expressions, metrics, relationships, queries)
RULES: tuple[Rule, ...] = tuple(rule for subject in _SUBJECTS for rule in subject.rule.rules)


def check(model: Model, columns: Columns) -> list[Finding]:
    """Find what is wrong with a model, by file and line.

    Args:
        model: its source.
        columns: what the base tables have; empty where nobody knows, and then nothing is said of columns.
    """
    subject = Subject(model, columns)
    found = {str(finding): finding for rule in RULES for finding in rule.findings(subject)}
    return sorted(found.values(), key=lambda one: (one.place.file, one.place.line, one.code, one.text))


def sound_model(folder: Path, dbt_models: Path) -> Model:
    """Read a model that keeps every rule.

    Args:
        folder: its files.
        dbt_models: folder of the dbt models that build its base tables.

    Raises:
        SourceError: where the files are no model, or one with faults; it says file, line and repair of each.
    """
    model = load(folder)
    found = check(model, dbt_columns(dbt_models))
    if found:
        raise SourceError([Fault(one.place, f"{one.code} {one.text}") for one in found])
    return model
