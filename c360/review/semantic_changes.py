"""What a change means to those who ask: the difference of two semantic models."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import ProgrammingError

from c360.review.entries import Entry
from semantic.differences import differences

if TYPE_CHECKING:
    from c360.review.sections import Compared
    from c360.review.snapshot import Resource, Snapshot

KIND = "SemanticView"
YAML = "yaml"
Query = Callable[[str], list[dict[str, Any]]]
_DOES_NOT_EXIST = 2003


def semantic_entries(compared: Compared) -> list[Entry]:
    """List what is asked for otherwise: formulas first, then what is gone, what is new, and words."""
    found = []
    for change in compared.changes.changes:
        old, new = change.old, change.new
        if old and new and new.kind == KIND and YAML in change.inputs:
            if YAML not in old.inputs:
                found.append(
                    Entry(("the view is made of YAML from now on: there is no YAML before to compare it with",))
                )
                continue
            found += [Entry((one.as_text(),)) for one in differences(str(old.inputs[YAML]), str(new.inputs[YAML]))]
    return found


def view_drift(view: Resource, query: Query) -> list[str]:
    """Compare the account's semantic view with the program's, a line for each difference.

    Args:
        view: the resource.
        query: runs a statement with the role that owns the view, and returns rows by lower-case column.
    """
    name = ".".join(str(view.inputs[key]) for key in ("database", "schema", "name"))
    try:
        (row,) = query(f"SELECT SYSTEM$READ_YAML_FROM_SEMANTIC_VIEW('{name}') AS MODEL")
    except ProgrammingError as error:
        if error.errno != _DOES_NOT_EXIST:
            raise
        return [f"MISSING     semantic view {name}"]
    found = differences(str(view.inputs[YAML]), str(row["model"]))
    return [f"CHANGED     {one.as_text()}" for one in found]


def semantic_view(snapshot: Snapshot) -> Resource | None:
    """Return the semantic view that a stack declares as a whole."""
    return next((view for view in snapshot.of(KIND) if YAML in view.inputs), None)
