"""Kinds of objects that are nothing but checked properties: one declaration each, from which all statements follow.

A `Kind` declares what its class in `catalog.objects` leaves open: the properties that CREATE and ALTER ... SET accept,
with type and allowed values, and the columns of its SHOW.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from local_account.catalog.base import CatalogObject
from local_account.catalog.rights import ACCOUNT_KINDS, grant_kind
from local_account.errors import (
    invalid_value,
    not_supported,
    syntax_error,
)
from local_account.identifiers import Name
from local_account.results import Result, table_result
from local_account.statements.listing import visible
from local_account.statements.registry import Statement, handles
from local_account.statements.tag_clause import alter_tags, is_about_tags

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session

from local_account.statements.kinds import alter_by, alters, comment_of, creates, describes, drops, unset

T = TypeVar("T", bound=CatalogObject)
Getter = Callable[["Session", Any], Any]


@dataclass(frozen=True)
class Property:
    """One property of a kind.

    Attributes:
        type: text, integer, boolean, choice, list or name.
        choices: upper-case values of a choice, mapped to how SHOW writes them.
        low: smallest integer.
        high: largest integer.
        nullable: whether NULL is allowed.
        secret: whether it is never shown.
    """

    type: str = "text"
    choices: dict[str, str] = field(default_factory=dict)
    low: int = 0
    high: int = 2**31
    nullable: bool = True
    secret: bool = False

    def checked(self, key: str, value: Any) -> Any:  # noqa: PLR0911 - one return a type
        """Return a value in its normal form. Raises: ProgrammingError (1008) naming key, value and what is allowed."""
        if value is None and self.nullable:
            return None
        match self.type:
            case "integer" if isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high:
                return value
            case "integer":
                allowed = f"a whole number from {self.low} to {self.high}"
            case "boolean" if isinstance(value, bool) or str(value).upper() in ("TRUE", "FALSE"):
                return str(value).upper() == "TRUE"
            case "boolean":
                allowed = "TRUE or FALSE"
            case "choice" if str(value).upper() in self.choices:
                return self.choices[str(value).upper()]
            case "choice":
                allowed = ", ".join(dict.fromkeys(self.choices.values()))
            case "list":
                return [str(v) for v in value] if isinstance(value, list) else [] if value == {} else [str(value)]
            case "name":
                return Name.parse(str(value)).name
            case _:
                return str(value)
        raise invalid_value(f"invalid value '{value}' for property '{key}': it must be {allowed}.")


def choice(*values: str, **aliases: str) -> Property:
    """Declare a property with a fixed set of values; aliases map another spelling to one of them."""
    known = {v.upper(): v for v in values} | {k.upper(): v for k, v in aliases.items()}
    return Property("choice", known)


@dataclass(frozen=True)
class Kind(Generic[T]):
    """One kind of object; see the module.

    Attributes:
        cls: the class of its objects, which holds the properties' defaults.
        properties: what CREATE and ALTER ... SET accept beside COMMENT, by name.
        columns: of SHOW: name, type, and the value for an object.
        plural: the word of SHOW where it is not the name with an S.
        created: what CREATE answers.
        create: whether CREATE reads the properties; else the kind writes its own.
        describe: whether DESCRIBE lists the properties; else the kind writes its own.
        prepare: checks given properties against each other and the account, and may change both.
        clauses: reads what stands before the properties.
        add: makes a new object.
        actions: what ALTER does beside SET, UNSET, RENAME TO and tags, by its words; it changes the object it gets.
        modify: the privilege that ALTER ... SET needs.
    """

    cls: type[T]
    properties: dict[str, Property]
    columns: tuple[tuple[str, str, Callable[[Session, T], Any]], ...]
    plural: str = ""
    created: str = "{kind} {name} successfully created."
    create: bool = True
    describe: bool = True
    prepare: Callable[[Session, T, dict[str, Any]], None] | None = None
    clauses: Callable[[Cursor], dict[str, Any]] | None = None
    add: Callable[[Session, T], None] = lambda session, item: session.add_object(item)
    actions: dict[str, Callable[[Session, T, Cursor], None]] = field(default_factory=dict)
    modify: str = "OWNERSHIP"

    @property
    def name(self) -> str:
        """The kind's name in SQL."""
        return self.cls.KIND

    @property
    def shown_as(self) -> str:
        """The word of SHOW."""
        return self.plural or f"{self.name}S"

    def of_account(self) -> bool:
        """Tell whether objects of the kind belong to the account and not to a schema."""
        return grant_kind(self.name) in ACCOUNT_KINDS


def text(value: Any) -> str:
    """Write a property as SHOW does: booleans in lower case, NULL as the empty text."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def prop(key: str, kind: str = "text") -> tuple[str, str, Getter]:
    """Declare a SHOW column that shows the property of the same name."""
    if kind == "text":
        return key.lower(), kind, lambda _s, o: text(o.get(key))
    return key.lower(), kind, lambda _s, o: o.get(key)


def const(name: str, value: Any = "", kind: str = "text") -> tuple[str, str, Getter]:
    """Declare a SHOW column with a fixed value."""
    return name, kind, lambda _s, _o: value


CREATED_ON: tuple[str, str, Getter] = ("created_on", "timestamp_ltz", lambda _s, o: o.created_on)
NAME: tuple[str, str, Getter] = ("name", "text", lambda _s, o: o.name.name)
OWNER: tuple[str, str, Getter] = ("owner", "text", lambda _s, o: o.owner)
COMMENT: tuple[str, str, Getter] = ("comment", "text", lambda _s, o: o.comment)
DATABASE_NAME: tuple[str, str, Getter] = ("database_name", "text", lambda _s, o: o.name.database)
SCHEMA_NAME: tuple[str, str, Getter] = ("schema_name", "text", lambda _s, o: o.name.schema)
ROLE_TYPE = const("owner_role_type", "ROLE")


def _read(kind: Kind[T], cursor: Cursor) -> dict[str, Any]:
    found = kind.clauses(cursor) if kind.clauses else {}
    if not cursor.done:
        cursor.accept("WITH")
        found |= cursor.properties()
    return found


def _checked(kind: Kind[T], given: dict[str, Any]) -> dict[str, Any]:
    checked = {}
    for key, value in given.items():
        known = kind.properties.get(key)
        if known is None:
            raise not_supported(f"The property {key} of a {kind.name.lower()}")
        checked[key] = known.checked(key, value)
    return checked


def _new(session: Session, statement: Statement, name: Name, kind: Kind[T]) -> T:
    """Read the rest of CREATE kind name properties."""
    given = _read(kind, statement.cursor)
    item = kind.cls(name, session.role, comment_of(given))
    _set(session, kind, item, given)
    return item


def _set(session: Session, kind: Kind[T], item: T, given: dict[str, Any]) -> None:
    checked = _checked(kind, given)
    if kind.prepare:
        kind.prepare(session, item, checked)
    item.set(checked)


def _alter(session: Session, item: T, cursor: Cursor, kind: Kind[T]) -> None:
    """Read and do SET ... | UNSET ... | RENAME TO ... | an action of the kind."""
    for words, action in kind.actions.items():
        if cursor.accept(*words.split()):
            action(session, item, cursor)
            session.account.catalog.save(item)
            return
    session.require(kind.modify, grant_kind(kind.name), item.name)
    if cursor.accept("RENAME", "TO"):
        session.rename_object(item, session.resolve(cursor.name(), kind.name))
        return
    if is_about_tags(cursor):
        alter_tags(session, item, cursor)
    elif cursor.accept("SET"):
        given = _read(kind, cursor)
        if not given:
            raise syntax_error("ALTER ... SET needs at least one property.")
        item.comment = comment_of(given, item.comment)
        _set(session, kind, item, given)
    elif cursor.accept("UNSET"):
        unset(item, cursor, kind.properties)
    else:
        raise not_supported(f"ALTER {kind.name} ... {cursor.rest()}")
    session.account.catalog.save(item)


def _show(session: Session, statement: Statement, kind: Kind[T]) -> Result:
    """SHOW kinds [LIKE ..] [IN ..] [STARTS WITH ..] [LIMIT ..]."""
    items = visible(session, kind.cls, statement.cursor)
    return table_result(*shown(session, kind, items))


def shown(session: Session, kind: Kind[T], items: Iterable[T]) -> tuple[list[tuple[str, str]], list[list[Any]]]:
    """Return the columns and rows of SHOW for some objects."""
    columns = [(name, column_type) for name, column_type, _ in kind.columns]
    return columns, [[get(session, o) for _, _, get in kind.columns] for o in items]


def _describe(item: T, kind: Kind[T]) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    """Return one row a property, as Snowflake does for most kinds."""
    kept = item.__dataclass_fields__
    rows = [
        (key, text(item.get(key)), text(item.default(key))) if key.lower() in kept else (key, "", "")
        for key, p in sorted(kind.properties.items())
        if not p.secret
    ]
    return [("property", "text"), ("value", "text"), ("default", "text")], [*rows, ("COMMENT", item.comment, "")]


def declare(kind: Kind[T]) -> Kind[T]:
    """Register the statements of a kind."""
    cls = kind.cls
    if kind.create:
        creates(cls, kind.created, kind.add)(lambda session, statement, name: _new(session, statement, name, kind))
    alters(cls)(lambda session, item, cursor: _alter(session, item, cursor, kind))
    drops(cls)(lambda session, item: session.drop_object(item))
    handles(f"SHOW {kind.shown_as}")(lambda session, statement: _show(session, statement, kind))
    if kind.describe:
        describes(cls)(lambda _session, item: _describe(item, kind))
    return kind


def alter_as(kind: Kind[T], session: Session, statement: Statement) -> Result:
    """Do what ALTER of a declared kind does, for a statement with other words before the name."""
    return alter_by(lambda s, item, cursor: _alter(s, item, cursor, kind), kind.cls, session, statement)
