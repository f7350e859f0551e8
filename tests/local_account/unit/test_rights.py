"""Grants: the role hierarchy, future grants, and what a rename, a drop or a replacement does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.catalog.objects import Schema, StorageIntegration, Table, Warehouse
from local_account.catalog.rights import ACCOUNT, Access, Grant, grant_kind
from local_account.catalog.store import Catalog
from local_account.identifiers import Name

if TYPE_CHECKING:
    from pathlib import Path

TABLE = Name.of("D", "S", "T")
SCHEMA = Name.of("D", "S")


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "catalog.db")


@pytest.fixture
def access(catalog: Catalog) -> Access:
    return Access(catalog)


def member(role: str, of: str, kind: str = "ROLE") -> Grant:
    """The grant of a role to a role or user."""
    return Grant("USAGE", "ROLE", role, of, kind)


def select(grantee: str, **more: bool) -> Grant:
    return Grant("SELECT", "TABLE", str(TABLE), grantee, **more)


def future(privilege: str, place: str, grantee: str, kind: str = "TABLE") -> Grant:
    return Grant(privilege, kind, place, grantee, future=True)


def table(owner: str = "OWNER", name: Name = TABLE) -> Table:
    return Table(name, owner)


def test_a_role_acts_as_what_is_granted_to_it_and_to_those(access: Access) -> None:
    access.add(
        [member("B", of="A"), member("C", of="B"), member("A", of="ANNA", kind="USER"), member("P", of="PUBLIC")]
    )
    assert access.roles_of("A") == {"A", "B", "C", "PUBLIC", "P"}
    assert access.roles_of("C") == {"C", "PUBLIC", "P"}
    assert access.roles_of("ANNA", "USER") == {"A", "B", "C", "PUBLIC", "P"}
    access.remove([member("C", of="B")])
    assert access.roles_of("A") == {"A", "B", "PUBLIC", "P"}
    access.add([member("C", of="A")])
    assert "C" in access.roles_of("A")


def test_roles_that_hold_one_another_end(access: Access) -> None:
    access.add([member("B", of="A"), member("A", of="B")])
    assert access.roles_of("A") == {"A", "B", "PUBLIC"}


def test_only_usage_of_a_role_lets_act_as_it(access: Access) -> None:
    access.add([Grant("OWNERSHIP", "ROLE", "B", "A")])
    assert "B" not in access.roles_of("A")


def test_a_privilege_is_held_by_its_role_and_those_above(access: Access) -> None:
    access.add([select("READER"), member("READER", of="BOSS")])
    assert access.held("READER", "TABLE", TABLE) == {"SELECT"}
    assert access.held("BOSS", "TABLE", TABLE) == {"SELECT"}
    assert access.held("OTHER", "TABLE", TABLE) == set()
    assert access.allows("READER", "SELECT", "TABLE", TABLE)
    assert not access.allows("READER", "INSERT", "TABLE", TABLE)
    assert not access.allows("OTHER", "SELECT", "TABLE", TABLE)


def test_a_grant_to_a_user_is_no_role_s(access: Access) -> None:
    access.add([Grant("SELECT", "TABLE", str(TABLE), "ANNA", "USER")])
    assert access.held("ANNA", "TABLE", TABLE) == set()


def test_the_owner_may_everything(access: Access, catalog: Catalog) -> None:
    catalog.save(table())
    assert access.held("OWNER", "TABLE", TABLE) == {"OWNERSHIP"}
    assert access.allows("OWNER", "SELECT", "TABLE", TABLE)
    assert access.owner_of("TABLE", Name.of("D", "S", "OTHER")) is None


def test_any_privilege_shows_an_object_and_manage_grants_shows_all(access: Access) -> None:
    access.add([select("READER"), Grant("MANAGE GRANTS", "ACCOUNT", str(ACCOUNT), "SECURITYADMIN")])
    assert access.sees("READER", "TABLE", TABLE)
    assert access.sees("SECURITYADMIN", "TABLE", TABLE)
    assert not access.sees("OTHER", "TABLE", TABLE)


def test_integrations_of_every_type_are_one_kind_of_grant(access: Access, catalog: Catalog) -> None:
    assert grant_kind("STORAGE INTEGRATION") == "INTEGRATION"
    assert grant_kind("TABLE") == "TABLE"
    catalog.save(StorageIntegration(Name("LAKE"), "OWNER"))
    access.add([Grant("USAGE", "INTEGRATION", "LAKE", "LOADER")])
    assert access.held("LOADER", "STORAGE INTEGRATION", Name("LAKE")) == {"USAGE"}
    assert access.owner_of("INTEGRATION", Name("LAKE")) == "OWNER"


def test_a_grant_that_changes_is_written_and_one_that_does_not_is_left(access: Access, tmp_path: Path) -> None:
    first = select("READER")
    access.add([first])
    access.add([Grant(**{**_fields(first), "created_on": "later"})])
    assert access.on("TABLE", TABLE)[0].created_on == first.created_on
    access.add([select("READER", grant_option=True)])
    again = Access(Catalog(tmp_path / "catalog.db"))
    for found in (access.on("TABLE", TABLE), again.on("TABLE", TABLE), again.to("READER")):
        assert [g.grant_option for g in found] == [True]


def _fields(grant: Grant) -> dict[str, object]:
    return {name: getattr(grant, name) for name in Grant.__dataclass_fields__}


def test_a_schema_s_future_grants_take_the_place_of_its_database_s(access: Access) -> None:
    access.add([future("SELECT", "D.S", "READER"), future("INSERT", "D", "WRITER"), future("SELECT", "D", "READER")])
    access.created(table())
    assert [(g.privilege, g.grantee, g.granted_by) for g in access.on("TABLE", TABLE)] == [
        ("SELECT", "READER", "OWNER")
    ]


def test_a_database_s_future_grants_apply_where_its_schema_has_none_of_the_kind(access: Access) -> None:
    access.add([future("SELECT", "D.S", "READER", "VIEW"), future("INSERT", "D", "WRITER")])
    access.created(table())
    assert [(g.privilege, g.grantee) for g in access.on("TABLE", TABLE)] == [("INSERT", "WRITER")]
    assert not access.on("TABLE", TABLE)[0].future


def test_a_new_schema_gets_its_database_s_future_grants_and_an_account_s_object_none(access: Access) -> None:
    access.add([future("USAGE", "D", "READER", "SCHEMA"), future("USAGE", "D", "READER", "WAREHOUSE")])
    access.created(Schema(SCHEMA, "OWNER"))
    access.created(Warehouse(Name("W"), "OWNER"))
    assert [g.grantee for g in access.on("SCHEMA", SCHEMA)] == ["READER"]
    assert access.on("WAREHOUSE", Name("W")) == []


def test_a_future_grant_of_ownership_makes_no_second_owner(access: Access) -> None:
    access.add([future("OWNERSHIP", "D.S", "READER")])
    access.created(table())
    assert access.on("TABLE", TABLE) == []


def test_what_was_granted_on_a_replaced_object_is_gone(access: Access) -> None:
    access.add([select("READER")])
    access.created(table())
    assert access.on("TABLE", TABLE) == []


def test_a_dropped_database_takes_the_grants_inside_along_and_no_other_s(access: Access) -> None:
    near = Grant("SELECT", "TABLE", "D2.S.T", "READER")
    access.add([select("READER"), future("SELECT", "D", "READER"), future("SELECT", "D.S", "READER"), near])
    access.add([Grant("USAGE", "DATABASE", "D", "READER"), Grant("USAGE", "SCHEMA", "D.S", "READER")])
    access.dropped("DATABASE", Name("D"))
    assert access.to("READER") == [near]
    assert access.future_to("READER") == []


def test_a_dropped_table_leaves_what_is_named_like_it(access: Access) -> None:
    longer = Grant("SELECT", "TABLE", "D.S.T.X", "READER")
    access.add([select("READER"), longer])
    access.dropped("TABLE", TABLE)
    assert access.to("READER") == [longer]


@pytest.mark.parametrize("kind", ["ROLE", "USER"])
def test_a_dropped_role_or_user_holds_nothing(access: Access, kind: str) -> None:
    access.add([Grant("SELECT", "TABLE", str(TABLE), "X", kind), member("R", of="X", kind=kind), select("OTHER")])
    access.dropped(kind, Name("X"))
    assert access.to("X", kind) == []
    assert [g.grantee for g in access.on("TABLE", TABLE)] == ["OTHER"]


def test_a_renamed_object_keeps_its_grants_as_they_are(access: Access) -> None:
    access.add([select("READER", grant_option=True)])
    access.renamed("TABLE", TABLE, Name.of("D", "S", "NEW"))
    assert access.on("TABLE", TABLE) == []
    assert [(g.grantee, g.grant_option) for g in access.on("TABLE", Name.of("D", "S", "NEW"))] == [("READER", True)]


def test_a_renamed_role_keeps_what_it_holds_future_grants_among_it(access: Access) -> None:
    access.add([select("OLD"), future("SELECT", "D.S", "OLD"), member("SUB", of="OLD"), member("OLD", of="BOSS")])
    access.renamed("ROLE", Name("OLD"), Name("NEW"))
    assert access.to("OLD") == access.future_to("OLD") == []
    assert [(g.privilege, g.kind, g.name) for g in access.to("NEW")] == [
        ("USAGE", "ROLE", "SUB"), ("SELECT", "TABLE", "D.S.T"),
    ]  # fmt: skip
    assert [(g.privilege, g.name, g.future) for g in access.future_to("NEW")] == [("SELECT", "D.S", True)]
    assert access.roles_of("BOSS") == {"BOSS", "NEW", "SUB", "PUBLIC"}
    access.created(table())
    assert [g.grantee for g in access.on("TABLE", TABLE)] == ["NEW"]


def test_grants_survive_a_restart(access: Access, tmp_path: Path) -> None:
    access.add([select("READER"), future("SELECT", "D.S", "READER"), member("READER", of="BOSS"), select("GONE")])
    access.remove([select("GONE"), select("NEVER")])
    again = Access(Catalog(tmp_path / "catalog.db"))
    assert again.on("TABLE", TABLE) == access.on("TABLE", TABLE) == [select("READER")]
    assert again.future_in(SCHEMA) == access.future_in(SCHEMA)
    assert again.future_in(Name("D")) == []
    assert again.roles_of("BOSS") == {"BOSS", "READER", "PUBLIC"}
