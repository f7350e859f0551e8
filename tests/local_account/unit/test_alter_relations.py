"""ALTER TABLE, ALTER VIEW and COMMENT ON: what each changes, and that a refused one changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.statements import records, refusal

if TYPE_CHECKING:
    from local_account.session.session import Session


@pytest.fixture
def place(session: Session) -> Session:
    """The session in a schema with a table X, a view V of it, and another table TAKEN."""
    for sql in (
        "create or replace schema ALTERED",
        "create table X (A int not null, B varchar(5) default 'x' comment 'second', C number(5, 2), primary key (A))",
        "comment on table X is 'old'",
        "insert into X (A) values (1)", "create view V as select A from X", "create table TAKEN (A int)",
    ):  # fmt: skip
        session.execute(sql)
    return session


def columns(session: Session, name: str = "X") -> dict[str, tuple[Any, ...]]:
    """Return type, whether NULL is allowed, default and comment by column."""
    rows = records(session, f"describe table {name}")
    return {r["name"]: (r["type"], r["null?"], r["default"], r["comment"]) for r in rows}


def shown(session: Session, kind: str = "tables", name: str = "X") -> dict[str, Any]:
    return records(session, f"show {kind} like '{name}'")[0]


A, B, C = (
    ("NUMBER(38,0)", "N", None, None), ("VARCHAR(5)", "Y", "'x'", "second"), ("NUMBER(5,2)", "Y", None, None),
)  # fmt: skip


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("add column D int", {"A": A, "B": B, "C": C, "D": ("NUMBER(38,0)", "Y", None, None)}),
        ("add D varchar(3) comment 'new', E date", {
            "A": A, "B": B, "C": C, "D": ("VARCHAR(3)", "Y", None, "new"), "E": ("DATE", "Y", None, None),
        }),
        ("add column if not exists C int", {"A": A, "B": B, "C": C}),
        ("add column if not exists C int, D int", {"A": A, "B": B, "C": C, "D": ("NUMBER(38,0)", "Y", None, None)}),
        ("add column D int not null default 7", {"A": A, "B": B, "C": C, "D": ("NUMBER(38,0)", "N", "7", None)}),
        ("add column D int null", {"A": A, "B": B, "C": C, "D": ("NUMBER(38,0)", "Y", None, None)}),
        ("drop column C", {"A": A, "B": B}),
        ("drop B, C", {"A": A}),
        ("drop column if exists NOTHING", {"A": A, "B": B, "C": C}),
        ("rename column B to E", {"A": A, "E": B, "C": C}),
        ("alter column A drop not null", {"A": ("NUMBER(38,0)", "Y", None, None), "B": B, "C": C}),
        ("modify column A comment 'key', B unset comment", {
            "A": (*A[:3], "key"), "B": (*B[:3], None), "C": C,
        }),
        ("alter (column B drop default, column B set data type varchar(9))", {
            "A": A, "B": ("VARCHAR(9)", "Y", None, "second"), "C": C,
        }),
        ("alter B type varchar", {"A": A, "B": ("VARCHAR(16777216)", *B[1:]), "C": C}),
        ("alter column B set not null", None),
        ("suspend recluster", {"A": A, "B": B, "C": C}),
        ("resume recluster", {"A": A, "B": B, "C": C}),
    ],
)  # fmt: skip
def test_columns_change_as_they_are_told(place: Session, action: str, expected: dict[str, Any] | None) -> None:
    place.execute(f"alter table X {action}")
    assert columns(place) == (expected or {"A": A, "B": ("VARCHAR(5)", "N", "'x'", "second"), "C": C})


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("alter table X frobnicate", 2), ("alter table X modify A frobnicate", 2040),
        ("alter table X set NOTHING = 1", 1006),
        ("alter table X unset NOTHING", 2), ("alter table X add column D foo", 2040),
        ("alter table X add column D geography", 2), ("alter table X add row access policy P on (A)", 2),
        ("alter table X add search optimization", 2), ("alter table X drop unique (A)", 2003),
        ("alter table X drop constraint K", 2003), ("alter table X drop row access policy P", 2),
        ("alter table X cluster by (A) B", 2), ("alter table X alter (column A drop not null", 1003),
        ("alter table X add column D int not null", 1008), ("alter table X rename to TAKEN", 2002),
        ("alter table X rename to V", 2002), ("alter table X rename to PUBLIC.X", 2),
        ("alter table X rename to Y nonsense", 2), ('alter table X rename to "taken"', 2),
        ("alter table NOTHING set comment = 'x'", 2003), ("alter view X set comment = 'x'", 2003),
        ("comment on table NOTHING is 'x'", 2003), ("comment on column NOTHING.A is 'x'", 2003),
        ("comment on table X 'x'", 1003), ("comment on nonsense X is 'x'", 1003),
        ("alter table X drop column NOTHING", 904), ("alter table X add column A int", 1430),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(place: Session, sql: str, code: int) -> None:
    before = (records(place, "show tables"), columns(place))
    assert refusal(place, sql)[0] == code
    assert (records(place, "show tables"), columns(place)) == before


def test_a_column_that_must_have_a_value_is_added_to_an_empty_table(place: Session) -> None:
    place.execute("alter table TAKEN add column D int not null")
    assert columns(place, "TAKEN")["D"] == ("NUMBER(38,0)", "N", None, None)
    assert refusal(place, "insert into TAKEN (A) values (1)")[0] == 100072


def test_settings_are_kept_and_taken_back(place: Session) -> None:
    place.execute("alter table X set comment = 'new' change_tracking = true, data_retention_time_in_days = 4")
    row = shown(place)
    assert (row["comment"], row["change_tracking"], row["retention_time"]) == ("new", "ON", "4")
    place.execute("alter table X unset change_tracking, comment")
    row = shown(place)
    assert (row["comment"], row["change_tracking"], row["retention_time"]) == ("", "OFF", "4")
    place.execute("alter table X cluster by (a, to_date(b))")
    assert (shown(place)["cluster_by"], shown(place)["automatic_clustering"]) == ("LINEAR(a, to_date(b))", "ON")
    place.execute("alter table X drop clustering key")
    assert (shown(place)["cluster_by"], shown(place)["automatic_clustering"]) == ("", "OFF")


def test_a_view_is_secure_while_it_says_so(place: Session) -> None:
    for sql, secure in (("set secure", "true"), ("unset secure", "false")):
        place.execute(f"alter view V {sql}")
        assert shown(place, "views", "V")["is_secure"] == secure


def test_a_rename_takes_everything_along(place: Session) -> None:
    place.execute("alter table X rename to ALTERED.Y")
    assert columns(place, "Y") == {"A": A, "B": B, "C": C}
    assert shown(place, name="Y")["comment"] == "old"
    assert place.execute("select A from Y").rows() == [(1,)]
    place.execute('alter table Y rename to "y"')
    assert columns(place, '"y"')["B"] == B
    place.execute("alter table V rename to W1")  # dbt renames views so
    assert [row["name"] for row in records(place, "show views")] == ["W1"]
    assert refusal(place, "select * from X")[0] == 2003


def test_comments_are_the_object_s_or_the_column_s(place: Session) -> None:
    for sql in ("comment on table X is 'table'", "comment on column X.A is 'column'", "comment on view V is 'view'",
                "comment if exists on table NOTHING is 'x'", "comment on schema ALTERED is 'schema'"):  # fmt: skip
        place.execute(sql)
    assert (shown(place)["comment"], columns(place)["A"][3], shown(place, "views", "V")["comment"]) == (
        "table", "column", "view",
    )  # fmt: skip
    assert shown(place, "schemas", "ALTERED")["comment"] == "schema"
    assert columns(place)["B"] == B


def test_keys_are_remembered_and_shown(place: Session) -> None:
    def keys(name: str) -> dict[str, tuple[str, str]]:
        rows = records(place, f"describe table {name}")
        return {r["name"]: (r["primary key"], r["unique key"]) for r in rows}

    assert keys("X") == {"A": ("Y", "N"), "B": ("N", "N"), "C": ("N", "N")}
    place.execute("alter table X add constraint K unique (B)")
    assert keys("X")["B"] == ("N", "Y")
    place.execute("alter table TAKEN add primary key (A)")
    assert keys("TAKEN") == {"A": ("Y", "N")}


def test_a_temporary_table_is_renamed_and_no_more(place: Session) -> None:
    place.execute("create temporary table MINE as select 1 as A")
    number, _, said = refusal(place, "alter table MINE set comment = 'x'")
    assert (number, "Of a temporary table, ALTER TABLE ... set comment" in said) == (2, True)
    place.execute("alter table MINE rename to OURS")
    assert place.execute("select A from OURS").rows() == [(1,)]
    assert refusal(place, "select A from MINE")[0] == 2003
    place.execute("drop table OURS")


def test_what_may_be_missing_is_passed_by(place: Session) -> None:
    for sql in ("alter table if exists NOTHING set comment = 'x'", "alter view if exists NOTHING set secure"):
        assert place.execute(sql).scalar() == "Statement executed successfully."
