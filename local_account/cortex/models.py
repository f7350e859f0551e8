"""The semantic models that a request names, as far as the asking role may use them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import SemanticView, model_of
from local_account.cortex.expansion import over_base_tables
from local_account.cortex.requests import FORBIDDEN, RequestError, Selector
from local_account.errors import message_of
from local_account.identifiers import Name, joined
from local_account.semantic import yaml_form
from local_account.stages.files import authorise, find_location, storage_of

if TYPE_CHECKING:
    from local_account.semantic.model import SemanticModel
    from local_account.session.session import Session

_INVALID_MODEL = "392700"
# REFERENCES is what Cortex Analyst needs, SELECT what the query that it writes needs.
_RIGHTS = ("REFERENCES", "SELECT", "OWNERSHIP")


@dataclass(frozen=True)
class OfferedModel:
    """A model that a request names.

    Attributes:
        model: what it declares; the same model is the same object, so that an analyst keeps what it worked out for it.
        view: what stands for it in SEMANTIC_VIEW(...): the full name of the semantic view that holds it, or the name of
            a model that is a file or a text.
        is_view: whether there is such a view.
        log_type: its type in the log: SEMANTIC_VIEW, FILE_ON_STAGE or INLINE.
        log_name: its name there.
        identifier: how an answer names it, where a list was offered.
    """

    model: SemanticModel
    view: str
    is_view: bool
    log_type: str
    log_name: str
    identifier: dict[str, str]

    def runnable(self, sql: str) -> str:
        """Return SQL over the model as the account can run it: where there is no view, over its base tables."""
        return sql if self.is_view else over_base_tables(self.model, sql)


def find(session: Session, selector: Selector) -> OfferedModel:
    """Find a model with the rights of a session's role.

    Raises: RequestError: 403 where it is missing or the role may not use it, 400 where it is no model.
    """
    match selector.kind:
        case "semantic_view":
            return _view(session, selector)
        case "semantic_model_file":
            return _file(session, selector)
        case _:
            return _unnamed(_read(selector.value), "INLINE", "", {"inline_semantic_model": selector.value})


def log_entry(session: Session, selector: Selector) -> tuple[str, str]:
    """Return the type and name under which requests about a model are logged, whether it exists or not."""
    try:
        match selector.kind:
            case "semantic_view":
                return "SEMANTIC_VIEW", str(session.resolve(Name.parse(selector.value)))
            case "semantic_model_file":
                location = find_location(session, selector.value)
                return "FILE_ON_STAGE", f"@{location.stage.name}/{location.path}"
    except ProgrammingError:
        return "UNKNOWN", selector.value
    return "INLINE", ""


def _view(session: Session, selector: Selector) -> OfferedModel:
    try:
        name = session.resolve(Name.parse(selector.value))
        session.require_containers(name)
    except ProgrammingError as error:
        raise RequestError(_flat(error), FORBIDDEN, str(error.errno)) from None
    item = session.account.catalog.find(SemanticView, name)
    held = session.account.access.held(session.role, SemanticView.KIND, name)
    if item is None or not held.intersection(_RIGHTS):
        raise RequestError(f"Semantic view '{name}' does not exist or not authorized.", FORBIDDEN, "2003")
    return OfferedModel(model_of(item), str(name), True, "SEMANTIC_VIEW", str(name), {"semantic_view": selector.value})


def _file(session: Session, selector: Selector) -> OfferedModel:
    try:
        location = find_location(session, selector.value)
        session.require_containers(location.stage.name)
        authorise(session, location.stage)
        storage = storage_of(session.account, location.stage)
        stored = next((file for file in storage.files(location.path) if file.name == location.path), None)
    except ProgrammingError as error:
        raise RequestError(_flat(error), FORBIDDEN, str(error.errno)) from None
    if stored is None:
        raise RequestError(f"The stage has no file '{location.path}'.", FORBIDDEN, _INVALID_MODEL)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "model.yaml"
        storage.download(stored, copy)
        model = _read(copy.read_bytes().decode(errors="replace"))
    kind, name = log_entry(session, selector)
    return _unnamed(model, kind, name, {"semantic_model_file": selector.value})


def _unnamed(model: SemanticModel, kind: str, name: str, identifier: dict[str, str]) -> OfferedModel:
    return OfferedModel(model, joined([model.name]), False, kind, name, identifier)


@lru_cache(maxsize=32)
def _read(text: str) -> SemanticModel:
    """Read a model."""
    try:
        return yaml_form.read(text)
    except ProgrammingError as error:
        raise RequestError(_flat(error), code=_INVALID_MODEL) from None


def _flat(error: ProgrammingError) -> str:
    return " ".join(message_of(error).split())
