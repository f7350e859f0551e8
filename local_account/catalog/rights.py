"""Who may do what: grants, the role hierarchy, and the one question every statement asks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import astuple, dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from local_account.identifiers import Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_account.catalog.base import CatalogObject
    from local_account.catalog.store import Catalog

ACCOUNT = Name("LOCAL")
# Kinds whose objects live inside a schema are everything but these.
ACCOUNT_KINDS = frozenset(
    {"ACCOUNT", "WAREHOUSE", "ROLE", "USER", "DATABASE", "INTEGRATION", "RESOURCE MONITOR", "NETWORK POLICY", "SHARE"}
)


def grant_kind(kind: str) -> str:
    """Return the kind that grants name: every integration is an INTEGRATION."""
    return "INTEGRATION" if kind.endswith("INTEGRATION") else kind


@dataclass(frozen=True, slots=True)
class Grant:
    """One privilege on one object, or (future) on every object of a kind created later in a container."""

    privilege: str
    kind: str
    name: str
    grantee: str
    grantee_kind: str = "ROLE"
    future: bool = False
    grant_option: bool = False
    granted_by: str = ""
    created_on: str = field(default_factory=lambda: datetime.now(UTC).isoformat(), compare=False)

    @property
    def key(self) -> tuple[str, str, str, str, str, bool]:
        """What makes the grant unique."""
        return (self.privilege, self.kind, self.name, self.grantee, self.grantee_kind, self.future)


class Access:
    """The account's grants, kept in the catalog's file, and the answers that follow from them; safe across threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = catalog.lock  # one lock: changes of both are written together
        self._grants: dict[tuple[str, str, str, str, str, bool], Grant] = {}
        self._by_object: dict[tuple[str, str, bool], set[Grant]] = defaultdict(set)
        self._by_grantee: dict[tuple[str, str], set[Grant]] = defaultdict(set)
        self._closures: dict[tuple[str, str], frozenset[str]] = {}
        catalog.db.execute(
            "create table if not exists grants (privilege text, kind text, name text, grantee text, grantee_kind text,"
            " future int, grant_option int, granted_by text, created_on text,"
            " primary key (privilege, kind, name, grantee, grantee_kind, future))"
        )
        for row in catalog.db.execute("select * from grants"):
            self._index(
                Grant(*row[:5], future=bool(row[5]), grant_option=bool(row[6]), granted_by=row[7], created_on=row[8])
            )

    def add(self, grants: Iterable[Grant]) -> None:
        """Record grants; one that is there already keeps its option to grant."""
        with self._catalog.together():
            wanted = [
                replace(g, grant_option=g.grant_option or (g.key in self._grants and self._grants[g.key].grant_option))
                for g in grants
            ]
            new = [g for g in wanted if g.key not in self._grants or self._grants[g.key] != g]
            for grant in new:
                if old := self._grants.get(grant.key):
                    self._unindex(old)
                self._index(grant)
            self._catalog.db.executemany(
                "insert or replace into grants values (?, ?, ?, ?, ?, ?, ?, ?, ?)", [astuple(g) for g in new]
            )

    def withdraw_option(self, grants: Iterable[Grant]) -> None:
        """Let those who hold grants keep them, but not give them on."""
        with self._catalog.together():
            held = [g for grant in grants if (g := self._grants.get(grant.key)) and g.grant_option]
            self.remove(held)
            self.add(replace(grant, grant_option=False) for grant in held)

    def remove(self, grants: Iterable[Grant]) -> None:
        """Forget grants."""
        with self._catalog.together():
            known = [g for g in list(grants) if g.key in self._grants]
            for grant in known:
                self._unindex(self._grants[grant.key])
            self._catalog.db.executemany(
                "delete from grants where privilege = ? and kind = ? and name = ? and grantee = ?"
                " and grantee_kind = ? and future = ?",
                [g.key for g in known],
            )

    def _index(self, grant: Grant) -> None:
        self._grants[grant.key] = grant
        self._by_object[grant.kind, grant.name, grant.future].add(grant)
        self._by_grantee[grant.grantee_kind, grant.grantee].add(grant)
        if grant.kind == "ROLE":
            self._closures.clear()

    def _unindex(self, grant: Grant) -> None:
        del self._grants[grant.key]
        self._by_object[grant.kind, grant.name, grant.future].discard(grant)
        self._by_grantee[grant.grantee_kind, grant.grantee].discard(grant)
        if grant.kind == "ROLE":
            self._closures.clear()

    def on(self, kind: str, name: Name) -> list[Grant]:
        """Return the grants on an object."""
        with self._lock:
            return _ordered(self._by_object.get((grant_kind(kind), str(name), False), ()))

    def to(self, grantee: str, grantee_kind: str = "ROLE") -> list[Grant]:
        """Return what is granted to a role or user, future grants aside."""
        with self._lock:
            return _ordered(g for g in self._by_grantee.get((grantee_kind, grantee), ()) if not g.future)

    def future_in(self, container: Name) -> list[Grant]:
        """Return the future grants in a database or schema."""
        with self._lock:
            return _ordered(g for g in self._grants.values() if g.future and g.name == str(container))

    def future_to(self, role: str) -> list[Grant]:
        """Return the future grants to a role."""
        with self._lock:
            return _ordered(g for g in self._by_grantee.get(("ROLE", role), ()) if g.future)

    def roles_of(self, grantee: str, grantee_kind: str = "ROLE") -> frozenset[str]:
        """Return every role that a role or user may act as: itself, what is granted to it, PUBLIC."""
        with self._lock:
            if cached := self._closures.get((grantee_kind, grantee)):
                return cached
            found = {"PUBLIC"} | ({grantee} if grantee_kind == "ROLE" else set())
            waiting = [(grantee_kind, grantee), ("ROLE", "PUBLIC")]
            while waiting:
                for grant in self._by_grantee.get(waiting.pop(), ()):
                    if grant.kind == "ROLE" and grant.privilege == "USAGE" and grant.name not in found:
                        found.add(grant.name)
                        waiting.append(("ROLE", grant.name))
            self._closures[grantee_kind, grantee] = frozenset(found)
            return frozenset(found)

    def owner_of(self, kind: str, name: Name) -> str | None:
        """Return the role that owns an object, or None where the object is unknown."""
        found = self._catalog.find(kind, name)
        if found is None and kind == "INTEGRATION":
            found = next((o for o in self._catalog.integrations() if o.name == name), None)
        return found.owner if found else None

    def held(self, role: str, kind: str, name: Name) -> set[str]:
        """Return the privileges that a role has on an object, OWNERSHIP among them."""
        roles = self.roles_of(role)
        with self._lock:
            grants = list(self._by_object.get((grant_kind(kind), str(name), False), ()))
        privileges = {g.privilege for g in grants if g.grantee_kind == "ROLE" and g.grantee in roles}
        if self.owner_of(kind, name) in roles:
            privileges.add("OWNERSHIP")
        return privileges

    def allows(self, role: str, privilege: str, kind: str, name: Name) -> bool:
        """Tell whether a role has a privilege on an object, by a grant or as its owner."""
        held = self.held(role, kind, name)
        return privilege in held or "OWNERSHIP" in held

    def sees(self, role: str, kind: str, name: Name) -> bool:
        """Tell whether SHOW lists an object to a role: any privilege on it is enough."""
        return bool(self.held(role, kind, name)) or self.allows(role, "MANAGE GRANTS", "ACCOUNT", ACCOUNT)

    def created(self, item: CatalogObject) -> None:
        """Give a new object its grants: those of a replaced one are gone, future grants apply."""
        kind = grant_kind(item.kind)
        self.remove(self.on(kind, item.name))  # of the object that it replaces
        name = item.name
        scopes = [Name.of(name.database, name.schema), Name(name.database)] if name.database else []
        if kind == "SCHEMA":
            scopes = [Name(str(name.schema))]
        for scope in scopes:
            future = [g for g in self.future_in(scope) if g.kind == kind]
            if future:  # a schema's future grants take precedence over its database's, as on Snowflake
                self.add(
                    Grant(g.privilege, kind, str(item.name), g.grantee, granted_by=item.owner)
                    for g in future
                    if g.privilege != "OWNERSHIP"
                )
                return

    def dropped(self, kind: str, name: Name) -> None:
        """Forget the grants on an object, and future grants inside it."""
        self.remove(self.on(kind, name))
        if kind in ("DATABASE", "SCHEMA"):
            prefix = f"{name}."
            with self._lock:
                inside = [g for g in self._grants.values() if g.name == str(name) or g.name.startswith(prefix)]
                self.remove(inside)
        if kind in ("ROLE", "USER"):
            with self._lock:
                self.remove(list(self._by_grantee.get((kind, str(name)), ())))

    def renamed(self, kind: str, old: Name, new: Name) -> None:
        """Move the grants of an object to its new name."""
        grants = self.on(kind, old)
        self.remove(grants)
        self.add(
            Grant(g.privilege, g.kind, str(new), g.grantee, g.grantee_kind, g.future, g.grant_option, g.granted_by)
            for g in grants
        )
        if kind in ("ROLE", "USER"):
            with self._lock:
                held = list(self._by_grantee.get((kind, str(old)), ()))
                self.remove(held)
            self.add(
                Grant(g.privilege, g.kind, g.name, str(new), g.grantee_kind, g.future, g.grant_option, g.granted_by)
                for g in held
            )


def _ordered(grants: Iterable[Grant]) -> list[Grant]:
    return sorted(grants, key=lambda g: (g.kind, g.name, g.privilege, g.grantee))
