"""What UPDATE, DELETE and MERGE read of the table that they write is masked like what a query reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.support.statements import records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import Session


_NEW = "(select ID, EMAIL from S)"


@pytest.fixture
def masked(session: Session) -> Iterator[Session]:
    """A session of a role that may change a table but not read its column EMAIL."""
    database = session.database
    for sql in (
        "create masking policy M as (v varchar) returns varchar -> iff(current_role() = 'ACCOUNTADMIN', v, '***')",
        "create or replace table P (ID int, EMAIL varchar, COPY varchar)",
        "insert into P values (1, 'a@x', null), (2, 'b@x', null)",
        "alter table P modify column EMAIL set masking policy M",
        "create or replace table S (ID int, EMAIL varchar)",
        "insert into S values (1, 'a@x')",
        "create role if not exists CLERK",
        f"grant usage on database {database} to role CLERK",
        f"grant usage on schema {database}.PUBLIC to role CLERK",
        "grant usage on warehouse W to role CLERK",
        "grant select, insert, update, delete on table P to role CLERK",
        "grant select on table S to role CLERK",
        "grant role CLERK to user LOCAL",
        "use role CLERK",
    ):
        session.execute(sql)
    yield session
    session.execute("use role ACCOUNTADMIN")
    for sql in ("drop table P", "drop table S", "drop masking policy M", "drop role CLERK"):
        session.execute(sql)


@pytest.mark.parametrize(
    ("sql", "copies"),
    [
        ("update P set COPY = EMAIL", ["***", "***"]),
        ("update P as T set COPY = upper(T.EMAIL) where T.ID = 1", ["***", None]),
        ("update P set COPY = 'hit' where EMAIL = 'a@x'", [None, None]),
        ("update P set COPY = 'hit' from S where P.EMAIL = S.EMAIL", [None, None]),
        ("delete from P where EMAIL like 'a%'", [None, None]),
        ("merge into P using S on P.ID = S.ID when matched then update set COPY = P.EMAIL", ["***", None]),
        ("merge into P using S on P.EMAIL = S.EMAIL when matched then delete", [None, None]),
        (f"merge into P using {_NEW} as N on P.ID = N.ID when matched then update set COPY = N.EMAIL || P.EMAIL",
         ["a@x***", None]),
        (f"update P set COPY = N.EMAIL from {_NEW} as N where P.ID = N.ID", ["a@x", None]),
        ("update P set EMAIL = 'c@x', COPY = 'set' where ID = 1", ["set", None]),
    ],
)  # fmt: skip
def test_a_change_reads_the_mask(masked: Session, sql: str, copies: list[str | None]) -> None:
    masked.execute(sql)
    assert [row["COPY"] for row in records(masked, "select COPY from P order by ID")] == copies


def test_a_name_that_may_be_the_masked_column_is_refused_in_a_subquery(masked: Session) -> None:
    with pytest.raises(ProgrammingError, match="The name EMAIL of a masked column without its table"):
        masked.execute("delete from P where ID in (select ID from S where EMAIL = 'a@x')")
    assert masked.execute("delete from P where ID in (select S.ID from S where S.EMAIL = 'a@x')").affected == 1
