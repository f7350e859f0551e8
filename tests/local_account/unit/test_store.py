"""The catalog's file: every kind of object is read as it was written, also by earlier versions."""

from __future__ import annotations

import contextlib
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import (
    CLASSES,
    Database,
    Procedure,
    Schema,
    Sequence,
    Table,
    Task,
    View,
    Warehouse,
)
from local_account.catalog.privileges import KINDS
from local_account.catalog.store import Catalog, database_of, read_object
from local_account.identifiers import Name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_account.catalog.base import CatalogObject

VALUES: dict[str, Any] = {
    "str": "x", "str | None": "x", "int": 7, "int | None": 7, "bool": True, "list[str]": ["a", "b"],
    "list[bool]": [True, False], "list[str] | None": ["a"], "dict[str, str]": {"A": "b"}, "dict[str, Any]": {"A": 1},
    "dict[str, Value]": {"A": 1}, "dict[str, dict[str, str]]": {"A": {"T": "v"}}, "list[list[str]]": [["D", "S", "T"]],
    "list[tuple[str, str, str | None]]": [("A", "NUMBER(38,0)", None)], "list[tuple[str, str]] | None": [("A", "DATE")],
}  # fmt: skip


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.db")
    yield opened
    opened.close()


def filled(cls: type[CatalogObject]) -> CatalogObject:
    """An object with everything set."""
    item = cls(Name.of("D", "S", 'odd "name"'), "OWNER", "comment")
    for each in fields(cls):
        if each.name not in ("name", "owner", "comment", "created_on"):
            setattr(item, each.name, VALUES[str(each.type)])
    return item


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES.keys())
def test_an_object_is_read_as_it_was_written(tmp_path: Path, cls: type[CatalogObject]) -> None:
    item = filled(cls)
    catalog = Catalog(tmp_path / "catalog.db")
    catalog.save(item)
    catalog.close()
    again = Catalog(tmp_path / "catalog.db")
    assert again.find(cls, item.name) == again.find(cls.KIND, item.name) == item
    again.close()


def test_every_class_is_a_kind_that_grants_and_statements_know() -> None:
    assert set(CLASSES) <= {*KINDS, "STORAGE INTEGRATION", "NOTIFICATION INTEGRATION"}


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        ("TASK", {"state": "started", "WAREHOUSE": "W", "predecessors": ["D.S.A"], "SCHEDULE": None, "failures": 2},
         Task(Name.of("D", "S", "X"), "R", state="started", warehouse="W", predecessors=["D.S.A"], failures=2)),
        ("PROCEDURE", {"name": "P", "returns": "NUMBER", "columns": None, "language": "SQL", "body": "b"},
         Procedure(Name.of("D", "S", "X"), "R", called="P", returns="NUMBER", body="b",
                   parameters={"language": "SQL"})),
        ("SCHEMA", {"TRANSIENT": False, "DATA_RETENTION_TIME_IN_DAYS": 7},
         Schema(Name.of("D", "S", "X"), "R", parameters={"DATA_RETENTION_TIME_IN_DAYS": 7})),
        ("WAREHOUSE", {"WAREHOUSE_SIZE": "Small", "STATE": "SUSPENDED"},
         Warehouse(Name.of("D", "S", "X"), "R", warehouse_size="Small", state="SUSPENDED")),
    ],
)  # fmt: skip
def test_what_an_earlier_version_wrote_is_read(kind: str, properties: dict[str, Any], expected: CatalogObject) -> None:
    body = {"kind": kind, "name": {"name": "X", "schema": "S", "database": "D"}, "owner": "R", "comment": "",
            "created_on": expected.created_on.isoformat(), "properties": properties}  # fmt: skip
    assert read_object(json.loads(json.dumps(body))) == expected


def test_a_property_that_a_kind_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError, match="WAREHOUSE has no property SIZE"):
        Warehouse(Name("W"), "R").set({"SIZE": "Small"})
    with pytest.raises(AttributeError):
        Warehouse(Name("W"), "R").get("SIZE")


def test_properties_are_set_and_reset_by_their_names_in_sql() -> None:
    item = Warehouse(Name("W"), "R")
    item.set({"AUTO_SUSPEND": None, "WAREHOUSE_SIZE": "Large"})
    assert (item.get("AUTO_SUSPEND"), item.warehouse_size) == (None, "Large")
    item.reset("WAREHOUSE_SIZE")
    item.reset("AUTO_SUSPEND")
    assert (item.warehouse_size, item.auto_suspend) == ("X-Small", 600)


def test_a_copy_shares_nothing_with_the_object() -> None:
    item = Table(Name.of("D", "S", "T"), "R", column_types={"A": "DATE"}, tags={"D.S.X": "v"})
    changed = item.copy()
    changed.column_types["B"] = "DATE"
    changed.tags.clear()
    assert (item.column_types, item.tags) == ({"A": "DATE"}, {"D.S.X": "v"})


def test_a_missing_object_is_an_error_of_its_kind(catalog: Catalog) -> None:
    with pytest.raises(ProgrammingError, match=r"Task 'D.S.X' does not exist or not authorized"):
        catalog.get(Task, Name.of("D", "S", "X"))


def test_a_relation_is_a_table_or_a_view(catalog: Catalog) -> None:
    table, view = Table(Name.of("D", "S", "T"), "R"), View(Name.of("D", "S", "V"), "R")
    for item in (table, view, Sequence(Name.of("D", "S", "Q"), "R")):
        catalog.save(item)
    assert [catalog.find_relation(Name.of("D", "S", n)) for n in "TVQ"] == [table, view, None]
    assert catalog.list(Table, "D", "S") == [table]
    assert catalog.list(View, "OTHER") == []


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("TABLE", Name.of("D", "S", "t"), "differs in case only"), ("VIEW", Name.of("D", "S", "t"), "differs in case"),
        ("TABLE", Name.of("D", "S2", "t"), None), ("SEQUENCE", Name.of("D", "S", "t"), None),
        ("TABLE", Name.of("D", "S", "T"), None), ("SCHEMA", Name.of("D", "MAIN"), "keeps for itself"),
        ("DATABASE", Name("system"), "keeps for itself"), ("TABLE", Name.of("D", "S", "MAIN"), None),
    ],
)  # fmt: skip
def test_duckdb_must_tell_names_apart(catalog: Catalog, kind: str, name: Name, said: str | None) -> None:
    catalog.save(Table(Name.of("D", "S", "T"), "R"))
    if said is None:
        catalog.require_distinct(kind, name)
        return
    with pytest.raises(ProgrammingError, match=said):
        catalog.require_distinct(kind, name)


def _inhabited(catalog: Catalog) -> None:
    """Two databases with two schemas each, a table in every schema, and a warehouse."""
    for database in ("D", "E"):
        catalog.save(Database(Name(database), "R"))
        for schema in ("S", "T"):
            catalog.save(Schema(Name.of(database, schema), "R"))
            catalog.save(Table(Name.of(database, schema, "X"), "Q" if schema == "T" else "R"))
    catalog.save(Warehouse(Name("W"), "R"))


def _names(items: list[CatalogObject]) -> list[str]:
    return [f"{item.kind} {item.name}" for item in items]


def test_what_is_within_a_database_or_schema(catalog: Catalog) -> None:
    _inhabited(catalog)
    assert _names(catalog.within("D")) == ["SCHEMA D.S", "TABLE D.S.X", "SCHEMA D.T", "TABLE D.T.X"]
    assert _names(catalog.within("D", "S")) == ["TABLE D.S.X"]
    assert catalog.within("W") == catalog.within("D", "X") == []


def test_a_kind_is_listed_in_its_database_and_schema(catalog: Catalog) -> None:
    _inhabited(catalog)
    assert _names(catalog.list(Table)) == ["TABLE D.S.X", "TABLE D.T.X", "TABLE E.S.X", "TABLE E.T.X"]
    assert _names(catalog.list("TABLE", "E")) == ["TABLE E.S.X", "TABLE E.T.X"]
    assert _names(catalog.list("TABLE", None, "S")) == ["TABLE D.S.X", "TABLE E.S.X"]
    assert _names(catalog.list("SCHEMA", "D")) == ["SCHEMA D.S", "SCHEMA D.T"]
    assert _names(catalog.list("WAREHOUSE")) == ["WAREHOUSE W"]
    assert _names(catalog.owned_by("Q")) == ["TABLE D.T.X", "TABLE E.T.X"]
    assert len(catalog.all()) == 11


def test_an_object_lives_in_a_database() -> None:
    assert database_of(Schema(Name.of("D", "S"), "R")) == "D"
    assert database_of(Table(Name.of("D", "S", "T"), "R")) == "D"
    assert database_of(Warehouse(Name("W"), "R")) is None


def test_a_rename_keeps_the_object_and_takes_no_name_of_another(catalog: Catalog) -> None:
    _inhabited(catalog)
    old, new = Name.of("D", "S", "X"), Name.of("D", "S", "Y")
    renamed = catalog.rename("TABLE", old, new)
    assert catalog.find("TABLE", old) is None
    assert catalog.find("TABLE", new) is renamed
    assert catalog.rename("TABLE", new, new) is renamed
    for missing, taken, errno in ((old, new, 2003), (new, Name.of("D", "T", "X"), 2002)):
        with pytest.raises(ProgrammingError) as error:
            catalog.rename("TABLE", missing, taken)
        assert error.value.errno == errno
    with pytest.raises(ProgrammingError, match="does not exist"):
        catalog.drop("TABLE", old)


def test_changes_together_reach_the_file_together(tmp_path: Path) -> None:
    catalog, other = Catalog(tmp_path / "catalog.db"), tmp_path / "catalog.db"
    with catalog.together(), catalog.together():
        catalog.save(Warehouse(Name("W"), "R"))
        assert Catalog(other).all() == []
    assert _names(Catalog(other).all()) == ["WAREHOUSE W"]
    with contextlib.suppress(ZeroDivisionError), catalog.together():
        catalog.save(Warehouse(Name("V"), "R"))
        raise ZeroDivisionError
    assert _names(Catalog(other).all()) == ["WAREHOUSE W", "WAREHOUSE V"], "the file holds what memory holds"
    catalog.close()


def test_notes_are_kept_in_order_until_they_are_discarded(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.db")
    first, second = catalog.note({"a": 1}), catalog.note({"b": [2]})
    assert catalog.notes() == [(first, {"a": 1}), (second, {"b": [2]})]
    catalog.discard(first)
    catalog.close()
    assert Catalog(tmp_path / "catalog.db").notes() == [(second, {"b": [2]})]
