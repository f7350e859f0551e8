"""The way of a statement through the account, from its text to its result: one list of steps, read top to bottom."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fakesnow.statement_type import statement_type_id
from snowflake.connector.errors import DatabaseError, Error
from sqlglot import exp

from local_account.data_plane.messages import translated
from local_account.errors import message_of
from local_account.queries import (
    bound_values,
    forms,
    function_names,
    information_schema,
    merge,
    overwrite,
    positions,
    reads,
    relations,
    rewrite,
    rights,
    semantic_selects,
    semantic_views,
    several_inserts,
    staged_files,
    user_functions,
    variables,
)  # fmt: skip
from local_account.queries.execution import Execution
from local_account.queries.parse import name_placeholders, parsed, unknown
from local_account.results import table_result
from local_account.session.history import QueryRecord
from local_account.statements.registry import find_handler

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_account.results import Result
    from local_account.session.session import Session

log = logging.getLogger(__name__)
Step = Callable[[Execution], None]
_WORDS = {"INSERT": "inserted", "UPDATE": "updated", "DELETE": "deleted"}


def execute(session: Session, sql: str, binds: list[Any], query_id: str | None = None) -> Result:
    """Run one statement, whatever its kind, with the rights of the session's current role.

    Args:
        session: who runs it; one statement at a time.
        sql: one Snowflake statement; a closing semicolon is allowed.
        binds: values of ? or :n placeholders, in order.
        query_id: the id that the client was told, or None for a new one.

    Returns: its result, which bears the query id.
    Raises: ProgrammingError: not supported (2), syntax (1003), missing objects or rights (2003, 3001), and what the
        statement itself runs into.
    """
    execution = Execution(session, sql, binds, query_id or str(uuid.uuid4()))
    with session.lock, execution.closing:
        try:
            result = _pass(execution, EXECUTE)
            session.connection.statement_succeeded()
        except Error as error:
            _record_failure(execution, error)
            raise
        except Exception as error:
            log.exception("statement failed: %s", execution.text)
            failure = translated(error)
            _record_failure(execution, failure)
            raise failure from error
        except BaseException as error:
            _record_failure(execution, error)
            raise
        return _remember(execution, result)


def describe(session: Session, sql: str, query_id: str | None = None) -> Result:
    """Tell a statement's result columns without executing it; what only reads the catalog is run.

    Args and raises: as `execute`.
    """
    execution = Execution(session, sql, [], query_id or str(uuid.uuid4()))
    with session.lock, execution.closing:
        try:
            return _pass(execution, DESCRIBE)
        except BaseException:
            session.connection.statement_failed()
            raise


def _pass(execution: Execution, steps: Iterable[Step]) -> Result:
    """Take the steps one by one, up to the one that gives the answer."""
    for step in steps:
        step(execution)
        if execution.result is not None:
            return execution.result
    raise AssertionError("The last step answers.")


def read(execution: Execution) -> None:
    """Take off what does not belong to the statement."""
    execution.text = execution.text.strip().rstrip(";").rstrip()


def record(execution: Execution) -> None:
    """Write the statement into the account's history, as running."""
    session = execution.session
    tag = str(session.parameters.get("QUERY_TAG") or "")
    execution.query = QueryRecord(
        execution.query_id, execution.text, session.user, session.role, session.session_id, tag
    )
    session.account.history.add(execution.query)


def handle(execution: Execution) -> None:
    """Answer a statement of the control plane by the handler that is registered for its first words."""
    if found := find_handler(execution.text, execution.binds):
        handler, statement = found
        execution.result = handler(execution.session, statement)


def parse(execution: Execution) -> None:
    """Inline session variables, name placeholders by their position, and parse."""
    text = variables.inline(execution.session, execution.text)
    function_names.check_words(text)
    execution.expression = parsed(name_placeholders(text) if execution.binds else text)


def set_variable(execution: Execution) -> None:
    """Answer SET and UNSET."""
    if variables.is_assignment(execution.expression):
        execution.result = variables.assign(execution.session, execution.expression, execution.binds)


def insert_several(execution: Execution) -> None:
    """Answer INSERT ALL and INSERT FIRST by an INSERT into each of their tables."""
    if isinstance(execution.expression, exp.MultitableInserts):
        execution.result = several_inserts.run(execution.session, execution.expression, execution.text)


def refuse(execution: Execution) -> None:
    """Refuse what is neither a query nor DML nor DDL of a relation."""
    if not isinstance(execution.expression, rights.QUERIES + rights.DML + relations.STATEMENTS):
        raise unknown(execution.text)


def prepare(execution: Execution) -> None:
    """Replace functions that the account answers by what they stand for in this session."""
    user_functions.expand(execution.session, execution.expression, execution.text)
    forms.write_functions(execution.expression)
    function_names.check(execution.expression)
    execution.view_query = relations.view_query(execution.expression)
    forms.write(execution.session, execution.expression)
    execution.expression = rewrite.prepare(execution.session, execution.expression, execution.binds, execution.text)


def stage(execution: Execution) -> None:
    """Bring over the files of stages that a query reads."""
    staged_files.replace_staged_files(execution.session, execution.expression, execution.closing)


def define(execution: Execution) -> None:
    """Find out which relation DDL is about; answer where it is there, or missing, already."""
    if isinstance(execution.expression, relations.STATEMENTS):
        relations.refuse_or_alter(execution.expression, execution.text)
        found = relations.define(execution.session, execution.expression, execution.view_query)
        if isinstance(found, relations.Definition):
            execution.definition = found
        else:
            execution.result = found


def qualify(execution: Execution) -> None:
    """Give every relation its full name, and note those that need a right; a DROP names one, which has its own."""
    definition, expression = execution.definition, execution.expression
    if isinstance(expression, exp.Drop):
        return
    of_view = definition is not None and definition.kind == "VIEW" and not definition.temporary
    view = definition.name if definition and of_view else None
    semantic_selects.write_out(execution.session, expression, view)
    named = rewrite.qualify(execution.session, expression, view)
    positions.write(execution.session, expression)
    created = definition.target if definition and isinstance(expression, exp.Create) else None
    execution.tables = [(table, name) for table, name in named if table is not created]


def authorise(execution: Execution) -> None:
    """Check the role's rights on every relation that is read or written."""
    rights.authorise(execution.session, execution.expression, execution.tables)


def read_bound(execution: Execution) -> None:
    """Read texts that a client bound for columns of other types."""
    bound_values.convert(execution.session, execution.expression, execution.binds)


def require_warehouse(execution: Execution) -> None:
    """Refuse to compute without a warehouse that the role may use; of DDL, only a table's query computes."""
    definition, query = execution.definition, execution.expression.expression
    if definition is None or (definition.kind == "TABLE" and not definition.temporary and query):
        rights.require_warehouse(execution.session, execution.expression, execution.tables)


def expand(execution: Execution) -> None:
    """Put queries in place of semantic views; of what they read the masks apply, but no right is needed.

    What only the catalog knows is put into the tables of INFORMATION_SCHEMA too.
    """
    information_schema.complete(execution.session, execution.expression)
    execution.tables = semantic_views.expand(execution.session, execution.expression, execution.tables)


def mask(execution: Execution) -> None:
    """Replace, among the relations that are read, those with masks and those views that depend on who asks."""
    definition = execution.definition
    keeps_query = definition is not None and definition.kind != "TABLE" and not definition.temporary
    if not keeps_query and not execution.expression.args.get("clone"):
        reads.mask_written(execution.session, execution.expression)
        reads.apply(execution.session, execution.tables, rights.target(execution.expression))


def begin(execution: Execution) -> None:
    """Open a transaction for a change, where AUTOCOMMIT is off."""
    if isinstance(execution.expression, rights.DML):
        execution.session.begin_unless_autocommit()


def run(execution: Execution) -> None:
    """Let the data plane do it."""
    session, expression, definition = execution.session, execution.expression, execution.definition
    match expression:
        case exp.Create() if definition:
            execution.result = relations.create(session, definition, expression, execution.binds, execution.text)
        case exp.Drop() if definition:
            execution.result = relations.drop(session, definition, expression)
        case exp.TruncateTable() if definition:
            execution.result = relations.truncate(session, definition, expression)
        case exp.Insert() if expression.args.get("overwrite"):
            execution.result = overwrite.run(session, expression, execution.binds)
        case exp.Merge():
            execution.result = merge.run(session, expression, execution.binds)
        case _:
            execution.result = session.connection.run(expression, execution.binds, session.tag)


def describe_handled(execution: Execution) -> None:
    """Answer for the control plane: statements that only read the catalog are run, others return one status."""
    if found := find_handler(execution.text):
        if found[1].phrase.startswith(("SHOW", "DESC", "LIST", "LS")):
            execution.result = execution.session.execute(execution.text, query_id=execution.query_id)
        else:
            execution.result = table_result([("status", "text")], [])


def describe_change(execution: Execution) -> None:
    """Answer for what is no query: DML returns the numbers of changed rows, the rest one status."""
    expression = execution.expression
    if isinstance(expression, rights.DML):
        kinds = rights.privileges_of(expression)
        names = [_WORDS[k] for k in kinds if not (isinstance(expression, exp.Insert) and k == "DELETE")]
        names += ["multi-joined rows updated"] if isinstance(expression, exp.Update) else []
        columns = [(f"number of {name if ' ' in name else f'rows {name}'}", "fixed") for name in names]
        execution.result = table_result(columns, [], statement_type_id(expression))
    elif not isinstance(expression, rights.QUERIES):
        execution.result = table_result([("status", "text")], [], statement_type_id(expression))


def leave_values_open(execution: Execution) -> None:
    """Put NULL in place of values that are not known yet."""
    for placeholder in list(execution.expression.find_all(exp.Placeholder)):
        placeholder.replace(exp.Null())


def stage_nothing(execution: Execution) -> None:
    """Tell the columns of files of stages without reading them."""
    staged_files.replace_staged_files(execution.session, execution.expression, execution.closing, with_rows=False)


def run_without_rows(execution: Execution) -> None:
    """Let the data plane tell the columns."""
    query = exp.Subquery(this=execution.expression, alias=exp.to_identifier("q"))
    execution.result = execution.session.connection.run(exp.select("*").from_(query).limit(0))


# A step may answer, by setting `result`: what stands behind it is left out.
EXECUTE: tuple[Step, ...] = (
    read,
    record,
    handle,  # the control plane ends here; a handler runs further statements by `session.execute`
    parse,
    set_variable,
    insert_several,
    refuse,
    prepare,
    stage,
    define,
    qualify,
    authorise,
    require_warehouse,
    expand,
    mask,
    read_bound,
    begin,
    run,
)
DESCRIBE: tuple[Step, ...] = (
    read,
    describe_handled,
    parse,
    describe_change,
    leave_values_open,
    prepare,
    stage_nothing,
    qualify,
    authorise,
    expand,
    mask,
    run_without_rows,
)


def _remember(execution: Execution, result: Result) -> Result:
    """Close the statement's record, and keep its result for RESULT_SCAN and for clients that ask again."""
    query, session = execution.query, execution.session
    query.ended = datetime.now(UTC)
    session.queries = [*session.queries[-99:], query.query_id]
    result = replace(result, query_id=query.query_id)
    query.rows = result.affected if result.affected is not None else result.arrow.num_rows
    session.account.results.add(result)
    return result


def _record_failure(execution: Execution, error: BaseException) -> None:
    """Close the statement's record with its error, which gets to bear the statement's id."""
    query, session = execution.query, execution.session
    session.connection.statement_failed()
    query.error = message_of(error)
    query.ended = datetime.now(UTC)
    session.queries = [*session.queries[-99:], query.query_id]
    if isinstance(error, DatabaseError):
        error.sfqid = query.query_id
