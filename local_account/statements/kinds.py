"""How every kind of object is created, altered, described and dropped.

A kind writes what is special about it as functions for `creates`, `alters`, `drops` and `describes`; one that is
nothing but checked properties is declared (`statements.declared`), and all of its statements follow.

Every statement checks in one order, so that it answers alike for every kind and nothing happens before all is checked:
1. the name is read and completed (90105 and 90106 without a current database or schema);
2. the database and schema around it are there and may be used (2003);
3. IF [NOT] EXISTS answers where there is nothing to do; a name that is taken, or missing, is refused (2002, 2003);
4. the role may do it: it owns what gives way, and may create where the name is (2003 without any right, 3001);
5. the rest of the statement is read, and its properties are checked (1003, 1008, 2);
6. it happens, to a copy of the object that replaces it when it is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from fakesnow import statement_type

from local_account.catalog.base import CatalogObject
from local_account.catalog.objects import Routine
from local_account.catalog.rights import grant_kind
from local_account.errors import (
    already_dropped,
    already_exists,
    does_not_exist,
    not_supported,
    require_one_way,
)
from local_account.results import Result, status_result, table_result
from local_account.statements.object_names import read_name
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.identifiers import Name
    from local_account.parsing import Cursor
    from local_account.session.session import Session

DONE = "Statement executed successfully."
T = TypeVar("T", bound=CatalogObject)
Created = T | tuple[T, Callable[[], None]]
Create = Callable[["Session", Statement, "Name"], Created[T]]
Alter = Callable[["Session", T, "Cursor"], Result | None]
Drop = Callable[["Session", T], None]
Describe = Callable[["Session", T], tuple[list[tuple[str, str]], Iterable[Sequence[Any]]]]


def admit(session: Session, kind: type[CatalogObject], name: Name, *, guarded: bool, replace: bool) -> Result | None:
    """Check that an object may be created: steps 2 to 4 of a CREATE.

    Args:
        session: who creates it.
        kind: its class.
        name: its full name.
        guarded: whether IF NOT EXISTS was said.
        replace: whether OR REPLACE was said.

    Returns: the answer where the object is there and IF NOT EXISTS was said, else None.
    """
    require_one_way(replace=replace, guarded=guarded)
    existing = session.account.catalog.find(kind, name)
    session.require_containers(name)
    if existing and guarded:
        return status_result(f"{name.name} already exists, statement succeeded.")
    if existing and not replace:
        raise already_exists(name)
    session.require_creation(kind.KIND, name, existing)
    return None


def creates(
    kind: type[T],
    created: str = "{kind} {name} successfully created.",
    add: Callable[[Session, T], None] = lambda session, item: session.add_object(item),
    modifiers: Collection[str] = (),
) -> Callable[[Create[T]], Create[T]]:
    """Register a function for CREATE [OR REPLACE] kind [IF NOT EXISTS] name.

    It reads and checks what follows the name, and returns the new object, maybe with what is done once that is there.

    Args:
        kind: the class of the objects.
        created: what the statement answers.
        add: makes the object, in the catalog and wherever else it lives.
        modifiers: what may stand between CREATE and the kind beside OR REPLACE.
    """

    def register(function: Create[T]) -> Create[T]:
        @handles(f"CREATE {kind.KIND}")
        def handler(session: Session, statement: Statement) -> Result:
            if other := statement.modifiers - {"OR REPLACE", *modifiers}:
                raise not_supported(f"CREATE {min(other)} {kind.KIND}")
            guarded = statement.cursor.accept("IF", "NOT", "EXISTS")
            name = session.resolve(statement.cursor.name(), kind.KIND)
            if answer := admit(session, kind, name, guarded=guarded, replace="OR REPLACE" in statement.modifiers):
                return answer
            made = function(session, statement, name)
            item, finish = made if isinstance(made, tuple) else (made, None)
            add(session, item)
            if finish:
                finish()
            return status_result(created.format(kind=kind.KIND.capitalize(), name=name.name))

        return function

    return register


def _named(session: Session, cursor: Cursor, kind: type[T]) -> tuple[Name, T | None]:
    """Consume `[IF EXISTS] name` of an ALTER or DROP: steps 1 to 3.

    Returns: the full name, and a copy of the object; None where IF EXISTS lets it be missing.
    Raises: ProgrammingError (2003) where it is missing and must not be.
    """
    guarded = cursor.accept("IF", "EXISTS")
    name = read_name(session, cursor, kind.KIND)
    item = session.account.catalog.find(kind, name)
    if item is None and not guarded:
        session.require_containers(name)
        raise does_not_exist(kind.KIND, name)
    return name, item and item.copy()


def takes_comment(item: CatalogObject, cursor: Cursor) -> bool:
    """Consume SET COMMENT = '..' or UNSET COMMENT of an ALTER, where one of them follows. Returns: whether it did."""
    if cursor.accept("SET", "COMMENT", "="):
        item.comment = str(cursor.value())
        return True
    if cursor.accept("UNSET", "COMMENT"):
        item.comment = ""
        return True
    return False


def alters(kind: type[T], phrase: str = "") -> Callable[[Alter[T]], Alter[T]]:
    """Register a function for ALTER kind [IF EXISTS] name.

    It checks rights, reads what follows, changes the copy that it gets, and saves it. It returns None for Snowflake's
    usual sentence.

    Args:
        kind: the class of the objects.
        phrase: the kind's words where these are not its name.
    """

    def register(function: Alter[T]) -> Alter[T]:
        handles(f"ALTER {phrase or kind.KIND}")(lambda session, s: alter_by(function, kind, session, s))

        return function

    return register


def alter_by(function: Alter[T], kind: type[T], session: Session, statement: Statement) -> Result:
    """Answer ALTER of a kind by a function that `alters` describes."""
    _, item = _named(session, statement.cursor, kind)
    result = function(session, item, statement.cursor) if item else None
    return result or status_result(DONE)


def drop_by(function: Drop[T], kind: type[T], session: Session, statement: Statement) -> Result:
    """Answer DROP of a kind by a function that `drops` describes."""
    name, item = _named(session, statement.cursor, kind)
    if item is None:
        return status_result(already_dropped(name.name))
    function(session, item)
    shown_name = item.called if isinstance(item, Routine) else name.name
    return status_result(f"{shown_name} successfully dropped.")


def drops(kind: type[T], phrase: str = "") -> Callable[[Drop[T]], Drop[T]]:
    """Register a function for DROP kind [IF EXISTS] name; it removes the object with whatever belongs to it.

    Args:
        kind: the class of the objects.
        phrase: the kind's words where these are not its name.
    """

    def register(function: Drop[T]) -> Drop[T]:
        handles(f"DROP {phrase or kind.KIND}")(lambda session, s: drop_by(function, kind, session, s))

        return function

    return register


def describes(kind: type[T]) -> Callable[[Describe[T]], Describe[T]]:
    """Register a function for DESCRIBE kind name: it returns columns and rows for an object that the role sees."""

    def register(function: Describe[T]) -> Describe[T]:
        @handles(f"DESCRIBE {kind.KIND}", f"DESC {kind.KIND}")
        def handler(session: Session, statement: Statement) -> Result:
            name = read_name(session, statement.cursor, kind.KIND)
            if not statement.cursor.done:
                raise not_supported(f"DESCRIBE {kind.KIND} ... {statement.cursor.rest()}")
            item = session.account.catalog.find(kind, name)
            session.require_containers(name)
            if item is None or not session.account.access.sees(session.role, grant_kind(kind.KIND), name):
                raise does_not_exist(kind.KIND, name)
            columns, rows = function(session, item)
            return table_result(columns, rows, statement_type.DESCRIBE)

        return function

    return register


def comment_of(given: dict[str, Any], otherwise: str = "") -> str:
    """Take COMMENT out of properties; return it, or what holds where none was given."""
    return str(given.pop("COMMENT", otherwise) or "")


def unset(item: CatalogObject, cursor: Cursor, known: Collection[str]) -> None:
    """Consume the list of UNSET, and give the properties the values that they have without being set.

    Raises: ProgrammingError (2) for a property that is not among the known ones.
    """
    while not cursor.done:
        key = cursor.identifier()
        if key == "COMMENT":
            item.comment = ""
        elif key in known and key.lower() in item.__dataclass_fields__:  # WAIT_FOR_COMPLETION is no state
            item.reset(key)
        else:
            raise not_supported(f"The property {key} of a {item.kind.lower()}")
        cursor.accept(",")
