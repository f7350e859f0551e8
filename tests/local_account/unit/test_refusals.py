"""What every refusal carries beside its sentence: Snowflake's code and SQLSTATE, which clients decide by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from snowflake.connector.errors import DatabaseError

from tests.support.statements import records, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.account import Account
    from local_account.session.session import Session

_MADE = (
    "create or replace role R1", "create or replace role R2", "grant role R1 to role R2", "create role LONELY",
    "create task ROOT schedule = '1 minute' as select 1", "create task CHILD after ROOT as select 1",
    "alter task CHILD resume", "alter task ROOT resume",
    "create procedure ONE(x int) returns int language sql as 'begin return x; end'",
    "create procedure NO_TABLE() returns table (a int) language sql as 'begin return 1; end'",
    "grant select on table T to role R1", "insert into T values (1)",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(session: Session) -> Iterator[Session]:
    for sql in _MADE:
        session.execute(sql)
    yield session
    for sql in ("drop role R1", "drop role R2", "drop role LONELY", "alter task ROOT suspend"):
        session.execute(sql)


_RAW_QUERY = """create snowflake.ml.classification M(
    input_data => system$query_reference('select *
from T'), target_colname => 'A')"""


def _block(body: str) -> str:
    return f"execute immediate $${body}$$"


@pytest.mark.parametrize(
    ("sql", "code", "state"),
    [
        # statements: what is not supported, not written right, missing, taken, not allowed
        ("create external table X (a int)", 2, "0A000"),
        ("frobnicate", 2, "0A000"),
        ("describe role LONELY", 2, "0A000"),
        ("describe tag G", 2, "0A000"),
        ("select (", 1003, "42000"),
        ("alter session", 1003, "42000"),
        ("select 1; select 2", 8, "0A000"),
        ("show tables in schema NOWHERE", 2043, "02000"),
        ("show tables in database NOWHERE", 2043, "02000"),
        ("use schema NOWHERE", 2043, "02000"),
        ("use database NOWHERE", 2043, "02000"),
        ("use warehouse NOWHERE", 2003, "02000"),
        ("use role NOWHERE", 2003, "02000"),
        ("drop stage NOTHING", 2003, "02000"),
        ("select * from NOTHING", 2003, "42S02"),
        ("create table T (A int)", 2002, "42710"),
        ("create warehouse W", 2002, "42710"),
        ("create warehouse V auto_suspend = 'never'", 1008, "22023"),
        ("alter session set NOTHING = 1", 1006, "42601"),
        ("alter session unset NOTHING", 1006, "42601"),
        ("select * from table(result_scan('nothing'))", 709, "02000"),
        ("grant role R2 to role R1", 3042, "42501"),
        ("grant role R1 to role R1", 3042, "42501"),
        ("grant ownership on table T to role R1", 3036, "0LP01"),
        # queries
        ("select NOTHING from T", 904, "42000"),
        ("select no_such_function(1)", 2140, "42601"),
        ("select 'x'::int", 100038, "22018"),
        ("select ?", 2049, "42601"),
        ("merge into T using (select 1 as B union all select 1) S on A = B when matched then update set A = 2",
         100090, "42P18"),
        # mail
        ("create notification integration M type = email enabled = true allowed_recipients = ('nobody@b.c')",
         1008, "22023"),
        ("create notification integration M type = email enabled = true default_recipients = ('nobody@b.c')",
         1008, "22023"),
        # models
        (_RAW_QUERY, 1008, "22023"),
        # tasks
        ("execute task NOTHING", 2003, "02000"),
        ("execute task CHILD", 91088, "55000"),
        ("alter task ROOT set comment = 'x'", 91089, "55000"),
        ("alter task CHILD suspend", 91089, "55000"),
        ("drop task CHILD", 91089, "55000"),
        ("create task LATE after ROOT as select 1", 91089, "55000"),
        ("execute task ROOT retry last", 91095, "P0000"),
        ("select system$task_runtime_info('CURRENT_TASK_NAME')", 91000, "55000"),
        ("select system$set_return_value('x')", 91000, "55000"),
        # procedures and blocks
        ("call NOTHING()", 2003, "02000"),
        ("call ONE()", 1044, "42P13"),
        ("call ONE('x')", 100038, "22018"),
        ("call NO_TABLE()", 2141, "42601"),
        (_block("begin y := 1; end"), 904, "42000"),
        (_block("begin raise NOTHING; end"), 904, "42000"),
        (_block("begin select A into :y from T; end"), 2049, "42601"),
        (_block("begin select :y; end"), 904, "42000"),
        (_block("declare x int; begin select A into :x from T where false; end"), 90231, "21000"),
        (_block("declare x int; begin select 1, 2 into :x; end"), 2057, "42601"),
        (_block("declare x int; begin x := 'abc'; end"), 100038, "22018"),
        (_block("declare x varchar(2); begin x := 'abc'; end"), 100078, "22000"),
        (_block("declare x number(3, 1); begin x := 12345; end"), 100132, "22003"),
        (_block("declare e exception (-20001, 'x'); begin raise e; end"), -20001, "P0001"),
        (_block("declare e exception (-20001, 'a \"b\"'); begin return 1; end"), 1003, "42000"),
    ],
)  # fmt: skip
def test_a_refusal_has_snowflakes_code_and_state(made: Session, sql: str, code: int, state: str) -> None:
    assert refusal(made, sql)[:2] == (code, state)


@pytest.mark.parametrize(
    ("sql", "code", "state"),
    [
        ("create table U (A int)", 2003, "02000"),
        ("create warehouse V", 3001, "42501"),
        ("grant create warehouse on account to role LONELY", 3001, "42501"),
        ("grant role R1 to role LONELY", 3001, "42501"),
        ("use role R1", 3013, "42501"),
    ],
)
def test_a_role_without_rights_is_refused_with_snowflakes_code(
    made: Session, bare_account: Account, sql: str, code: int, state: str
) -> None:
    made.execute("create user if not exists LENA")
    made.execute("grant role LONELY to user LENA")
    with bare_account.open_session("LENA", "LONELY") as lonely:
        lonely.use(made.database, "PUBLIC")
        assert refusal(lonely, sql)[:2] == (code, state)


@pytest.mark.parametrize(("sql", "code"), [("select 1 from X", 90105), ("create stage X", 90105)])
def test_a_session_without_a_database_says_so(bare_account: Account, sql: str, code: int) -> None:
    with bare_account.open_session("LOCAL", "ACCOUNTADMIN") as empty:
        assert refusal(empty, sql)[:2] == (code, "22000")


def test_a_session_without_a_schema_says_so(made: Session, bare_account: Account) -> None:
    with bare_account.open_session("LOCAL", "ACCOUNTADMIN") as other:
        other.use(made.database, None)
        assert refusal(other, "create stage X")[:2] == (90106, "22000")
        assert refusal(other, f"select A from {made.database}.PUBLIC.T")[:2] == (606, "57P03")


def test_a_login_is_refused_with_snowflakes_code(bare_account: Account) -> None:
    with pytest.raises(DatabaseError) as error:
        bare_account.open_session("LOCAL", "NOTHING")
    assert (error.value.errno, error.value.sqlstate) == (390189, "08001")


_INTEGRATION = """create storage integration OUTSIDE type = external_stage storage_provider = 'S3' enabled = true
    storage_aws_role_arn = 'arn:aws:iam::000000000000:role/x' storage_allowed_locations = ('s3://b/')"""


def test_only_stages_of_the_account_are_put_to(made: Session) -> None:
    for sql in (
        _INTEGRATION,
        "create stage EXTERNAL_ONE url = 's3://b/x/' storage_integration = OUTSIDE",
    ):
        made.execute(sql)
    for sql in ("put file:///tmp/x @EXTERNAL_ONE", "get @EXTERNAL_ONE file:///tmp/"):
        assert refusal(made, sql)[:2] == (1013, "42601"), sql
    made.execute("drop storage integration OUTSIDE")


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from information_schema.tables",
        "select table_name from {database}.information_schema.tables",
        "select * from table(information_schema.task_history())",
        "select 1 where exists (select * from table(result_scan('{query}')))",
        "create table COPIED as select * from information_schema.tables",
    ],
)
def test_metadata_needs_a_warehouse_too(made: Session, bare_account: Account, sql: str) -> None:
    query = made.execute("show tables").query_id
    with bare_account.open_session("LOCAL", "ACCOUNTADMIN", database=made.database) as without:
        for free in ("select 1", "select current_role()", "show tables", "describe table T"):
            without.execute(free)
        assert refusal(without, sql.format(database=made.database, query=query))[:2] == (606, "57P03")


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        # what Snowflake's grammar has not
        *((f"create or replace {kind} if not exists X{rest}", 1003) for kind, rest in (
            ("table", " (A int)"), ("view", " as select 1 as A"), ("sequence", ""), ("schema", ""), ("stage", ""),
            ("warehouse", ""), ("role", ""), ("user", ""), ("tag", ""), ("file format", " type = csv"),
            ("procedure", "() returns int language sql as 'begin return 1; end'"), ("task", " as select 1"),
            ("masking policy", " as (v varchar) returns varchar -> v"), ("temporary table", " (A int)"),
        )),
        ("create temporary file format F type = csv", 2),
        ("create secure warehouse V", 2),
        ("create or alter role R9", 2),
        ("rollback to savepoint S", 1003),
        ("commit and chain", 1003),
        ("begin transaction read only", 1003),
        # columns that are not there
        ("comment on column T.NOPE is 'x'", 2003),
        ("alter table T alter column NOPE comment 'x'", 904),
        ("alter table T modify column NOPE unset comment", 904),
        # views that read themselves
        ("create or replace view V_A as select * from V_A", 2037),
        ("create or replace view V_A as select * from V_B", 2037),
    ],
)  # fmt: skip
def test_what_snowflake_refuses_is_refused(made: Session, sql: str, code: int) -> None:
    made.execute("create or replace view V_A as select 1 as A")
    made.execute("create or replace view V_B as select * from V_A")
    assert refusal(made, sql)[0] == code
    assert made.execute("select count(*) from V_B").scalar() == 1


@pytest.mark.parametrize("sql", ["begin work", "begin name N", "begin transaction name N", "start transaction name N"])
def test_a_transaction_may_have_a_name(made: Session, sql: str) -> None:
    made.execute(sql)
    made.execute("commit work")
    made.execute("rollback work")


def test_what_a_dropped_role_owned_goes_to_who_drops_it(made: Session) -> None:
    made.execute("create role LEAVING")
    made.execute("create table LEFT_BEHIND (A int)")
    made.execute("grant ownership on table LEFT_BEHIND to role LEAVING")
    made.execute("drop role LEAVING")
    assert records(made, "show tables like 'LEFT_BEHIND'")[0]["owner"] == "ACCOUNTADMIN"


def test_a_masks_argument_is_found_by_its_name_as_written(made: Session) -> None:
    made.execute("create or replace table HIDDEN (SECRET varchar) as select 'abc'")
    made.execute("""create masking policy LOW as ("v" varchar) returns varchar -> left("v", 1) || '*'""")
    made.execute("alter table HIDDEN modify column SECRET set masking policy LOW")
    assert made.execute("select SECRET from HIDDEN").scalar() == "a*"
