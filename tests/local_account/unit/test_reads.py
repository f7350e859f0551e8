"""A query of a masked table gives what it gives of a plain table that holds what the role may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local_account.session.session import Session

_MASKED, _PLAIN = "P", "SEEN"
_ROWS = "(1, 'ann@x', 'CA', 'p', 10), (2, 'bob@x', 'CA', 'q', 20), (3, 'cy@x', 'TX', 'p', 5)"


@pytest.fixture(scope="module")
def tables(session: Session) -> Session:
    """A session with a table of a masked column, and one that holds its rows with the masks."""
    for sql in (
        "create masking policy M as (v varchar) returns varchar -> left(v, 1) || '***'",
        'create table P (ID int, EMAIL varchar, STATE varchar, "low" varchar, SPENT int, WHOLE object)',
        f"insert into P select $1, $2, $3, $4, $5, object_construct('a', $1) from values {_ROWS}",
        "alter table P modify column EMAIL set masking policy M",
        "create table SEEN as select * from P",
        "create view FIRST_ONES as select * from P where ID < 3",
        "create table S (ID int, STATE varchar, NAME varchar)",
        "insert into S values (1, 'CA', 'one'), (3, 'NY', 'three')",
    ):
        session.execute(sql)
    return session


@pytest.mark.parametrize(
    "query",
    [
        "select EMAIL from {} order by ID",
        "select * from {} order by ID",
        "select T.* from {} as T order by T.ID",
        "select * exclude EMAIL from {} order by ID",
        "select count(*) from {}",
        "select count(1), 'x' from {}",
        "select count(*), count(email) from {} where email like 'a%'",
        'select "low", count(*) from {} group by "low" order by 1',
        "select STATE, sum(SPENT) from {} group by all order by all",
        "select T.STATE, S.NAME from {} as T join S using (ID) order by S.NAME",
        "select NAME from {} natural join S",
        "select NAME from S where exists (select 1 from {} as T where T.ID = S.ID and T.EMAIL = 'a***')",
        "select (select max(EMAIL) from {} as T where T.STATE = S.STATE) from S order by NAME",
        "with A as (select * from {}), B as (select ID, EMAIL as e from A) select e from B order by ID",
        "select EMAIL from {} qualify row_number() over (partition by STATE order by SPENT desc) = 1 order by 1",
        "select WHOLE:a::int from {} order by 1",
        "select F.value::int from {} as T, lateral flatten(input => T.WHOLE) as F order by 1",
        "select object_construct(*):EMAIL::varchar from {} order by 1",
        "select \"'CA'\" from {} pivot (sum(SPENT) for STATE in ('CA', 'TX')) order by 1",
        "select V, N from {} unpivot (V for N in (EMAIL, STATE)) order by all",
        "select T.EMAIL, S.NAME from ({} as T join S on T.ID = S.ID) order by 1",
        "select EMAIL from {} as T sample (100) order by 1",
        "select A.EMAIL, B.EMAIL from {0} as A join {0} as B on A.ID = B.ID + 1 order by A.ID",
        "select ID from {0} where EMAIL in (select EMAIL from {0} where STATE = 'TX') union all select 9 order by 1",
    ],
)
def test_a_masked_table_reads_as_one_of_what_is_seen(tables: Session, query: str) -> None:
    masked = tables.execute(query.format(_MASKED)).rows()
    assert masked
    assert masked == tables.execute(query.format(_PLAIN)).rows()


def test_a_view_of_all_columns_gives_each(tables: Session) -> None:
    assert tables.execute('select EMAIL, "low" from FIRST_ONES order by ID').rows() == [("a***", "p"), ("b***", "q")]
    assert len(tables.execute("select * from FIRST_ONES").rows()[0]) == 6


def test_what_is_written_of_a_masked_table_has_all_that_is_read(tables: Session) -> None:
    tables.execute("create table COPIED as select ID, EMAIL from P where SPENT > 5")
    tables.execute("insert into COPIED (EMAIL, ID) select EMAIL, SPENT from P where \"low\" = 'q'")
    assert tables.execute("select ID, EMAIL from COPIED order by ID").rows() == [(1, "a***"), (2, "b***"), (20, "b***")]
