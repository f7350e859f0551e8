"""Statements made at random of Snowflake's grammar, right and wrong ones: `python -m tests.local_account.fuzz 20000`.

Whatever a statement is, the account answers it, or refuses it in Snowflake's words or its own; never in those of
DuckDB, sqlglot, fakesnow or Python. The command prints what failed otherwise, by kind.
"""

from __future__ import annotations

import logging
import random
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from snowflake.connector.errors import Error
from sqlglot.dialects.snowflake import Snowflake

from local_account.account import Account
from local_account.errors import message_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import Session

PREPARED = (
    (
        "create or replace table t (n int, m number(10, 2), f float, v varchar, d date, ts timestamp_ntz, tm time, "
        "b boolean, j variant)"
    ),
    (
        "insert into t select 1, 2.5, 0.5, 'a', '2024-01-31', '2024-01-31 10:20:30', '10:20:30', true, "
        "parse_json('{\"a\": [1]}')"
    ),
    "create or replace table u (n int not null, w varchar(3))",
    "create or replace view s as select n, v from t",
)
# Words of others. "Internal error" is what the account says where it does not know what failed.
_FOREIGN = re.compile(
    r"\b(?:Binder|Catalog|Parser|Conversion|Constraint|Invalid Input|Out of Range|TransactionContext|IO|Internal|"
    r"Not implemented) Error\b|duckdb|sqlglot|fakesnow|<class |Candidate |Traceback|NoneType|object has no attribute|"
    r"Required keyword|recursion depth|_fs_|\bsf_\w|memory\.main|internal error|CANDIDATE|LINE \d+:|JSON\[\]|"
    r"list index|KeyError|\bHUGEINT\b|\bBLOB\b",
)
_FRESH = 200  # statements, after which the tables are made anew
_COLUMNS = ("n", "m", "f", "v", "d", "ts", "tm", "b", "j", "j:a", "j:a[0]", "t.n", "x.n", "nope", '"v"', "w")
_LITERALS = ("1", "0", "-1", "1.5", "1e3", "99999999999999999999", "'a'", "''", "'1'", "'2024-01-31'", "'{}'", "null",
             "true", "'x y'", "$1", "date '2024-02-29'", "'abc'::varchar(2)", "[1, 2]", "{'a': 1}", "current_date()",
             "interval '1 day'", "parse_json('[1]')", "'%Y'", "'DD.MM.YYYY'")  # fmt: skip
_TYPES = ("int", "number(5, 2)", "float", "varchar", "varchar(1)", "date", "timestamp_ntz", "timestamp_tz", "time",
          "boolean", "variant", "array", "object", "binary", "nosuchtype", "number(99)")  # fmt: skip
_OPERATORS = ("+", "-", "*", "/", "%", "||", "=", "<>", "<", ">=", "and", "or", "like", "ilike", "rlike", "in", "is",
              "is distinct from", "^")  # fmt: skip
_PARTS = ("day", "month", "year", "hour", "'week'", "nonsense", "epoch_second", "quarter")
_FUNCTIONS = (*sorted(Snowflake.Parser.FUNCTIONS), "OBJECT_DELETE", "AS_INTEGER", "IS_OBJECT", "RATIO_TO_REPORT",
              "STRTOK", "ZIPF", "NO_SUCH_FUNCTION", "LIST_VALUE")  # fmt: skip
_WINDOWS = (
    "over ()",
    "over (order by n)",
    "over (partition by v order by d desc rows between 1 preceding and current row)",
)
_WRECKS = ("(", ")", ",", "from", "select", "'", ";", "where", "group by", "")


class Grammar:
    """Makes statements of a seeded source of chances."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - it makes statements, not keys

    def statements(self, count: int) -> Iterator[str]:
        """Yield so many statements."""
        for _ in range(count):
            made = self.chance.choices((self.query, self.change, self.definition, self.shown), (14, 3, 2, 1))[0]()
            yield self.wrecked(made) if self.chance.random() < 0.1 else made

    def wrecked(self, statement: str) -> str:
        """Return a statement with a word in the wrong place."""
        words = statement.split(" ")
        words[self.chance.randrange(len(words))] = self.chance.choice(_WRECKS)
        return " ".join(words)

    def expression(self, depth: int = 2) -> str:
        """Return an expression that nests as deep at most."""
        pick = self.chance.choice
        if not depth:
            return pick((pick(_COLUMNS), pick(_LITERALS)))
        forms = (
            lambda: self.expression(0),
            lambda: f"{self.expression(depth - 1)} {pick(_OPERATORS)} {self.expression(depth - 1)}",
            lambda: self.call(depth - 1),
            lambda: self.call(depth - 1),
            lambda: f"{self.expression(depth - 1)}::{pick(_TYPES)}",
            lambda: f"try_cast({self.expression(depth - 1)} as {pick(_TYPES)})",
            lambda: f"case when {self.expression(depth - 1)} then {self.expression(0)} else {self.expression(0)} end",
            lambda: f"{pick(('dateadd', 'datediff', 'date_trunc'))}({pick(_PARTS)}, {self.expression(0)}, "
                    f"{self.expression(0)})",
            lambda: f"{self.call(0)} {pick(_WINDOWS)}",
            lambda: f"(select {self.expression(0)} from u x)",
            lambda: f"{self.expression(0)} between {self.expression(0)} and {self.expression(0)}",
            lambda: f"({self.expression(depth - 1)})",
        )  # fmt: skip
        return pick(forms)()

    def call(self, depth: int) -> str:
        """Return the call of a function with any number of arguments."""
        arguments = ", ".join(
            self.expression(depth) for _ in range(self.chance.choices((0, 1, 2, 3, 4), (1, 5, 5, 2, 1))[0])
        )
        return f"{self.chance.choice(_FUNCTIONS).lower()}({arguments})"

    def query(self) -> str:
        """Return a query."""
        pick, e = self.chance.choice, self.expression
        source = pick(("t", "t", "t join u x on t.n = x.n", "t join u x using (n)", "s", "values (1, 'a')", "nowhere",
                       "(select 1 as n)", "t, lateral flatten(input => j) x", "t pivot (sum(n) for v in ('a'))",
                       "table(generator(rowcount => 2))", "information_schema.tables"))  # fmt: skip
        tail = pick(("", "", f" where {e()}", f" group by {e(1)}", f" order by {e(1)}", f" qualify {e(1)} = 1",
                     " limit 1", f" group by all having {e(1)}", f" union all select {e(1)}", " limit -1",
                     " order by 9", " group by rollup (n)"))  # fmt: skip
        return f"select {', '.join(e() for _ in range(pick((1, 1, 2))))} from {source}{tail}"

    def change(self) -> str:
        """Return DML."""
        pick, e = self.chance.choice, self.expression
        return pick((
            f"insert into u values ({e(1)}, {e(1)})", f"insert into u (n) select {e(1)} from t",
            f"update t set {pick(_COLUMNS)} = {e(1)}", f"delete from u where {e(1)}",
            f"insert into u (nope) values ({e(0)})",
            (f"merge into u using t x on u.n = x.n when matched then update set w = {e(1)} when not matched then "
             f"insert (n) values ({e(0)})"),
            f"update u set w = {e(1)} from t where u.n = t.n", f"insert overwrite into u select {e(0)}, {e(0)}",
        ))  # fmt: skip

    def definition(self) -> str:
        """Return DDL."""
        pick, e = self.chance.choice, self.expression
        name = pick(("p", "q", "r", '"odd name"'))
        return pick((
            f"create or replace table p (a {pick(_TYPES)} default {e(0)})",
            f"create table {name} as select {e(1)} as a from t",
            f"create or replace view q as select {e(1)} as a from t", f"drop table if exists {name}",
            "drop view nowhere",
            f"alter table p add column {name} {pick(_TYPES)}", f"alter table p rename column a to {name}",
            f"alter table t alter column n set data type {pick(_TYPES)}", f"set x = {e(1)}",
            f"create schema {name}.{name}",
            f"execute immediate 'begin return {self.chance.choice(('1', 'x', 'null'))}; end'", f"call {name}({e(0)})",
            f"declare c cursor for select {pick(_COLUMNS)} from t; begin open c; return 1; end",
        ))  # fmt: skip

    def shown(self) -> str:
        """Return SHOW, DESCRIBE or USE."""
        what = self.chance.choice(
            ("tables", "columns in table t", "views like 'S%'", "shares", "primary keys", "nonsense")
        )
        return self.chance.choice(
            (f"show {what}", "describe table nowhere", "use schema nowhere", "desc view s", "use role x")
        )


def faults(session: Session, statements: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Run statements, and yield those that fail in foreign words, with what was said."""
    for number, statement in enumerate(statements):
        if not number % _FRESH:
            session.execute("use schema D.PUBLIC")
            for prepared in PREPARED:
                session.execute(prepared)
        try:
            session.execute(statement).rows()
        except Error as error:
            message = message_of(error)
            if _FOREIGN.search(message) or error.errno in (None, -1):
                yield statement, message
        except Exception as error:  # noqa: BLE001 - any of Python's own is a fault
            yield statement, f"{type(error).__name__}: {error}"


def main(count: int, seed: int = 1) -> int:
    """Run so many statements, and print the faults. Returns: their number."""
    logging.disable(logging.CRITICAL)
    account = Account(Path(tempfile.mkdtemp()))
    with account.open_session("LOCAL", "ACCOUNTADMIN") as session:
        session.execute("create warehouse W")
        session.execute("create database D")
        found = list(faults(session, Grammar(seed).statements(count)))
    account.close()
    kinds = Counter(re.sub(r"'[^']*'|\d+", "_", message)[:100] for _, message in found)
    for kind, times in kinds.most_common():
        example = next(s for s, m in found if re.sub(r"'[^']*'|\d+", "_", m)[:100] == kind)
        sys.stdout.write(f"{times:5} {kind}\n      {example}\n")
    sys.stdout.write(f"{count} statements, {len(found)} faults\n")
    return len(found)


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:3]))))
