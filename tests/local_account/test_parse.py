"""What sqlglot cannot parse is refused in words of SQL, with the place, and never with names of the parser's own."""

from __future__ import annotations

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.queries.parse import parsed


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("drop table", "syntax error line 1 at position 5 near 'table'."),
        ("select (", "syntax error line 1 at position 7 near '('."),
        ("select 1\nfrom t where", "syntax error line 2 at position 7 near 'where'."),
        ("create table T (a varchar(10) collate)", "syntax error line 1 at position 37 near ')'."),
        ("create table T (a foo)", "syntax error line 1 at position 18 near 'foo'."),
        ("select cast(1 as foo)", "syntax error line 1 at position 17 near 'foo'."),
        ("selec 1", "syntax error line 1 at position 6 near '1'."),
        ("select 1 /* /* */ */", "syntax error line 1 at position 19 near '/'."),
    ],
)
def test_a_syntax_error_says_where_it_is(sql: str, sentence: str) -> None:
    with pytest.raises(ProgrammingError) as error:
        parsed(sql)
    assert error.value.errno == 1003
    assert error.value.raw_msg == f"SQL compilation error:\n{sentence}"


@pytest.mark.parametrize(("sql", "errno"), [("", 1003), ("-- nothing", 1003), (";", 1003), ("select 1; select 2", 8)])
def test_one_statement_is_parsed_no_more_and_no_less(sql: str, errno: int) -> None:
    with pytest.raises(ProgrammingError) as error:
        parsed(sql)
    assert error.value.errno == errno
