"""What the steps of a statement's route know of it."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlglot import Expr, exp

    from local_account.identifiers import Name
    from local_account.queries.relations import Definition
    from local_account.results import Result
    from local_account.session.history import QueryRecord
    from local_account.session.session import Session


@dataclass
class Execution:
    """One statement on its way.

    Attributes:
        session: who runs it.
        text: as the client sent it; from the first step on without a closing semicolon.
        binds: values of its placeholders, in order.
        query_id: the id that the client was told.
        query: its record in the account's history.
        expression: what sqlglot made of it; the steps change it in place.
        view_query: the query of a CREATE VIEW, as it is written.
        definition: of a CREATE, DROP or TRUNCATE: which relation, and what the statement says of it.
        tables: the relations that it names and that need a right, with their full names.
        result: the answer; a step that gives it ends the way.
        closing: what is done when the statement is over, however it ends.
    """

    session: Session
    text: str
    binds: list[Any] = field(default_factory=list)
    query_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    query: QueryRecord = field(init=False)
    expression: Expr = field(init=False)
    view_query: Expr | None = None
    definition: Definition | None = None
    tables: list[tuple[exp.Table, Name]] = field(default_factory=list)
    result: Result | None = None
    closing: ExitStack = field(default_factory=ExitStack)
