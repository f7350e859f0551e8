"""Objects that are nothing but a name, an owner and checked properties: one declaration a kind, one set of statements.

A `Kind` lists the properties that CREATE and ALTER ... SET accept, with type, default and allowed values, and the
columns of its SHOW. CREATE, ALTER, DROP, SHOW and DESCRIBE follow from it. Kinds of more than that register what is
special about their ALTER and DROP by `alters` and `drops`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type

from local_account.catalog.rights import ACCOUNT_KINDS, grant_kind
from local_account.catalog.store import CatalogObject
from local_account.errors import already_exists, does_not_exist, invalid_value, not_supported, syntax_error
from local_account.results import Result, status_result, table_result
from local_account.statements.listing import visible
from local_account.statements.registry import Statement, handles
from local_account.statements.tag_clause import alter_tags, is_about_tags

if TYPE_CHECKING:
    from local_account.identifiers import Name
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_DONE = "Statement executed successfully."
Getter = Callable[["Session", CatalogObject], Any]
Alter = Callable[["Session", CatalogObject, "Cursor"], Result | None]
Drop = Callable[["Session", CatalogObject], None]


@dataclass(frozen=True)
class Property:
    """One property of a kind.

    type: text, integer, boolean, choice, list or name; choices: upper-case values of a choice, mapped to how SHOW
    writes them; low, high: bounds of an integer; nullable: whether NULL is allowed; secret: never shown.
    """

    type: str = "text"
    default: Any = None
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
                return str(value).upper()
            case _:
                return str(value)
        raise invalid_value(f"invalid value [{value}] for parameter '{key}': it must be {allowed}.")


def choice(default: str | None, *values: str, **aliases: str) -> Property:
    """Declare a property with a fixed set of values; aliases map another spelling to one of them."""
    known = {v.upper(): v for v in values} | {k.upper(): v for k, v in aliases.items()}
    return Property("choice", default, known)


@dataclass(frozen=True)
class Kind:
    """One kind of object; see the module."""

    name: str
    properties: dict[str, Property]
    columns: tuple[tuple[str, str, Getter], ...]
    plural: str = ""
    created: str = "{kind} {name} successfully created."
    describe: bool = True
    prepare: Callable[[Session, CatalogObject, dict[str, Any]], None] | None = None
    clauses: Callable[[Cursor], dict[str, Any]] | None = None
    actions: dict[str, Callable[[Session, CatalogObject, Cursor], None]] = field(default_factory=dict)
    modify: str = "OWNERSHIP"

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
        return key.lower(), kind, lambda _s, o: text(o[key])
    return key.lower(), kind, lambda _s, o: o[key]


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


def timestamp(value: str | None) -> datetime | None:
    """Read a moment that properties keep as text."""
    return datetime.fromisoformat(value) if value else None


def _read(kind: Kind, cursor: Cursor) -> dict[str, Any]:
    found = kind.clauses(cursor) if kind.clauses else {}
    if not cursor.done:
        cursor.accept("WITH")
        found |= cursor.properties()
    return found


def _checked(kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    checked = {}
    for key, value in given.items():
        known = kind.properties.get(key)
        if known is None:
            raise not_supported(f"The property {key} of a {kind.name.lower()}")
        checked[key] = known.checked(key, value)
    return checked


def create(session: Session, statement: Statement, kind: Kind) -> Result:
    """CREATE [OR REPLACE] kind [IF NOT EXISTS] name properties."""
    cursor = statement.cursor
    guarded = cursor.accept("IF", "NOT", "EXISTS")
    name = session.resolve(cursor.name(), kind.name)
    given = _read(kind, cursor)
    comment = str(given.pop("COMMENT", "") or "")
    defaults = {key: p.default for key, p in kind.properties.items() if p.default is not None}
    item = CatalogObject(kind.name, name, session.role, defaults | _checked(kind, given), comment)
    existing = session.account.catalog.find(kind.name, name)
    if existing and guarded:
        return status_result(f"{name.name} already exists, statement succeeded.")
    if existing and "OR REPLACE" not in statement.modifiers:
        raise already_exists(kind.name, name)
    if existing:
        session.require("OWNERSHIP", kind.name, name)
    if kind.prepare:
        kind.prepare(session, item, item.properties)
    session.create_object(item, replace="OR REPLACE" in statement.modifiers)
    return status_result(kind.created.format(kind=kind.name.capitalize(), name=name.name))


def _target(session: Session, cursor: Cursor, kind: str) -> tuple[Name, CatalogObject | None]:
    """Consume `[IF EXISTS] name` of an ALTER or DROP.

    Returns: the full name, and the object; None where IF EXISTS lets it be missing.
    Raises: ProgrammingError (2003) where it is missing and must not be.
    """
    guarded = cursor.accept("IF", "EXISTS")
    name = session.resolve(cursor.name(), kind)
    item = session.account.catalog.find(kind, name)
    if item is None and not guarded:
        raise does_not_exist(kind, name)
    return name, item


def alters(kind: str, phrase: str = "") -> Callable[[Alter], Alter]:
    """Register a function for ALTER kind [IF EXISTS] name; it reads what follows, and checks rights.

    It returns None for Snowflake's usual sentence. phrase: the kind's words where these are not its name.
    """

    def register(function: Alter) -> Alter:
        @handles(f"ALTER {phrase or kind}")
        def handler(session: Session, statement: Statement) -> Result:
            _, item = _target(session, statement.cursor, kind)
            result = function(session, item, statement.cursor) if item else None
            return result or status_result(_DONE)

        return function

    return register


def drops(kind: str, phrase: str = "") -> Callable[[Drop], Drop]:
    """Register a function for DROP kind [IF EXISTS] name; it removes the object with whatever belongs to it.

    phrase: the kind's words where these are not its name.
    """

    def register(function: Drop) -> Drop:
        @handles(f"DROP {phrase or kind}")
        def handler(session: Session, statement: Statement) -> Result:
            name, item = _target(session, statement.cursor, kind)
            if item is None:
                return status_result(
                    f"Drop statement executed successfully ({name.name} already dropped or does not exist or not "
                    "authorized)."
                )
            function(session, item)
            return status_result(f"{name.name} successfully dropped.")

        return function

    return register


def alter(session: Session, statement: Statement, kind: Kind) -> Result:
    """ALTER kind [IF EXISTS] name SET ... | UNSET ... | RENAME TO ... | an action of the kind."""
    cursor = statement.cursor
    name, item = _target(session, cursor, kind.name)
    if item is None:
        return status_result(_DONE)
    for words, action in kind.actions.items():
        if cursor.accept(*words.split()):
            action(session, item, cursor)
            return status_result(_DONE)
    session.require(kind.modify, kind.name, name)
    if cursor.accept("RENAME", "TO"):
        session.rename_object(item, session.resolve(cursor.name(), kind.name))
        return status_result(_DONE)
    if is_about_tags(cursor):
        alter_tags(session, item, cursor)
    elif cursor.accept("SET"):
        set_properties(session, kind, item, _read(kind, cursor))
    elif cursor.accept("UNSET"):
        _unset(kind, item, cursor)
    else:
        raise not_supported(f"ALTER {kind.name} ... {cursor.rest()}")
    session.account.catalog.save(item)
    return status_result(_DONE)


def set_properties(session: Session, kind: Kind, item: CatalogObject, given: dict[str, Any]) -> None:
    """Check and write properties of an object, without saving it."""
    if not given:
        raise syntax_error("ALTER ... SET needs at least one property.")
    if "COMMENT" in given:
        item.comment = str(given.pop("COMMENT") or "")
    checked = _checked(kind, given)
    if kind.prepare:
        kind.prepare(session, item, checked)
    item.properties |= checked


def _unset(kind: Kind, item: CatalogObject, cursor: Cursor) -> None:
    while not cursor.done:
        key = cursor.identifier()
        if key == "COMMENT":
            item.comment = ""
        elif key in kind.properties:
            default = kind.properties[key].default
            if default is None:
                item.properties.pop(key, None)
            else:
                item.properties[key] = default
        else:
            raise not_supported(f"The property {key} of a {kind.name.lower()}")
        cursor.accept(",")


def show(session: Session, statement: Statement, kind: Kind) -> Result:
    """SHOW kinds [LIKE ..] [IN ..] [STARTS WITH ..] [LIMIT ..]."""
    items = visible(session, kind.name, statement.cursor)
    columns = [(name, column_type) for name, column_type, _ in kind.columns]
    return table_result(columns, [[get(session, o) for _, _, get in kind.columns] for o in items])


def describe(session: Session, statement: Statement, kind: Kind) -> Result:
    """DESCRIBE kind name: one row a property, as Snowflake does for most kinds."""
    name = session.resolve(statement.cursor.name(), kind.name)
    item = session.account.catalog.get(kind.name, name)
    if not session.account.access.sees(session.role, kind.name, name):
        session.require("USAGE", kind.name, name)
    rows = [
        (key, text(item.properties.get(key)), text(p.default))
        for key, p in sorted(kind.properties.items())
        if not p.secret
    ]
    columns = [("property", "text"), ("value", "text"), ("default", "text")]
    return table_result(columns, [*rows, ("COMMENT", item.comment, "")], statement_type.DESCRIBE)


def declare(kind: Kind) -> Kind:
    """Register the statements of a kind."""
    for verb, function in (("CREATE", create), ("ALTER", alter)):
        handles(f"{verb} {kind.name}")(_bound(function, kind))
    drops(kind.name)(lambda session, item: session.drop_object(item))
    handles(f"SHOW {kind.shown_as}")(_bound(show, kind))
    if kind.describe:
        handles(f"DESCRIBE {kind.name}", f"DESC {kind.name}")(_bound(describe, kind))
    return kind


def _bound(function: Callable[[Session, Statement, Kind], Result], kind: Kind) -> Callable[..., Result]:
    def handler(session: Session, statement: Statement) -> Result:
        return function(session, statement, kind)

    handler.__doc__ = function.__doc__
    return handler
