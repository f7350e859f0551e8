"""What Snowflake refuses, or answers otherwise, and the local account lets pass: no statement of ours relies on it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import ParseError
from sqlglot.tokens import TokenType

from pipeline.procedures import PROCEDURES, ProcedureFileError, procedures_for, read_procedure
from pipeline.sql_files import SQL, query
from pipeline.tables import VIEWS
from tests.support.scripting import fragments, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.scripting.tree import Fragment

ROOT = Path(__file__).parents[2]
BODIES = {p.file.relative_to(ROOT).as_posix(): p.body for p in (*PROCEDURES, *procedures_for("procedure"))}
BLOCKS = {path: body for path, body in BODIES.items() if path.endswith(".sql")}
QUERIES = {
    **{f"views/{view.name.lower()}": view.statement for view in VIEWS},
    **{file.stem: query(file.stem) for file in SQL.glob("*.sql")},
    **{
        path.relative_to(ROOT).as_posix(): path.read_text()
        for folder in ("dbt/models", "dbt/tests", "dbt/analyses", "dbt/macros")
        for path in sorted((ROOT / folder).rglob("*.sql"))
    },
}

# The generator's divisors, and lengths of windows: positive where they are made, and asking again in
# every row would cost.
POSITIVE = {
    "active_days", "decline_days", "shares", "total_weight", "grown", ":total_rows", "s.total", "days_180", "days_365",
    "(7000 + taste * 6)", "(31 - d.day_draw % 27)", "(2 * rate_noise + 1)", "(20 * budget_noise + 1)", "quarter_amount",
}  # fmt: skip
DIVISIONS = {TokenType.SLASH, TokenType.MOD, TokenType.DIV}


def without_jinja(sql: str) -> str:
    """Return SQL in which the name `jinja` stands for what dbt puts in; what it does not put in is left out."""
    sql = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", sql, flags=re.DOTALL)
    return re.sub(r"\{\{.*?\}\}", "jinja", sql, flags=re.DOTALL)


def divides(sql: str) -> bool:
    return any(token.token_type in DIVISIONS or token.text.upper() == "MOD" for token in Snowflake().tokenize(sql))


def unguarded_divisors(sql: str) -> set[str]:
    """Return the divisors of a statement or expression that may be 0, as Snowflake's dialect writes them."""
    if not divides(sql):
        return set()
    try:
        trees = sqlglot.parse(sql, dialect="snowflake")
    except ParseError:  # macros hold parts of statements, and more than one
        trees = [exp.Div(this=exp.column("anything"), expression=sqlglot.parse_one(text)) for text in operands(sql)]
    divisors = [
        division.expression for tree in trees if tree for division in tree.find_all(exp.Div, exp.Mod, exp.IntDiv)
    ]
    assert divisors, f"sqlglot does not understand: {sql}"
    found = {divisor.sql(dialect="snowflake") for divisor in divisors if not is_positive(divisor)}
    return found - POSITIVE


def operands(sql: str) -> Iterator[str]:
    """Yield what follows each sign of a division: a name, a number, a call, or what brackets hold."""
    tokens = Snowflake().tokenize(sql)
    for first, token in enumerate(tokens, start=1):
        if token.token_type in DIVISIONS:
            depth, last = 0, first
            for last in range(first, len(tokens)):
                depth += (tokens[last].text == "(") - (tokens[last].text == ")")
                following = tokens[last + 1].text if last + 1 < len(tokens) else ""
                if depth == 0 and following not in (".", "(") and tokens[last].text != ".":
                    break
            yield sql[tokens[first].start : tokens[last].end + 1]


def is_positive(divisor: exp.Expression | None) -> bool:
    """Whether a divisor cannot be 0 by what is written: NULL, which NULLIF makes of 0, divides without an error."""
    match divisor:
        case exp.Literal():
            return divisor.is_number and float(divisor.this) != 0
        case exp.Paren() | exp.Cast():
            return is_positive(divisor.this)
        case exp.Nullif():
            return is_zero(divisor.expression)
        case exp.Greatest():
            return any(
                is_positive(part) and isinstance(part, exp.Literal) for part in (divisor.this, *divisor.expressions)
            )
        case _:
            return False


def is_zero(value: exp.Expression) -> bool:
    return isinstance(value, exp.Literal) and value.is_number and float(value.this) == 0


def expressions(body: str) -> Iterator[str]:
    """Yield everything in a block that sqlglot is to read: statements, conditions and values, but not calls."""
    for fragment in fragments(body):
        if not calls(fragment):
            yield fragment.text


def calls(fragment: Fragment) -> bool:
    return "CALL" in [token.upper for token in fragment.tokens[:2]]


def selects_into_from_a_subquery(block: str) -> list[str]:
    """Return the statements of a block that select a subquery into a variable."""
    found = []
    for statement in statements(block):
        if statement.into and statement.statement.text.split()[0].upper() in ("SELECT", "WITH"):
            tree = sqlglot.parse_one(statement.statement.text, dialect="snowflake")
            assert isinstance(tree, exp.Select)
            if any(selected.find(exp.Subquery, exp.Select) for selected in tree.expressions):
                found.append(statement.statement.text)
    return found


@pytest.mark.parametrize(
    ("sql", "unguarded"),
    [
        ("select a / b", {"b"}),
        ("select a % (b - 1)", {"(b - 1)"}),
        ("select mod(a, b)", {"b"}),
        ("select iff(n > 0, a / sum(t.n), 0)", {"SUM(t.n)"}),
        ("select a / nullif(b / c, 0)", {"c"}),
        ("select a / nullif(b, 1)", {"NULLIF(b, 1)"}),
        ("select a / greatest(0, b)", {"GREATEST(0, b)"}),
        ("select a / 0.0", {"0.0"}),
        ("select a / ((((((b))))))", {"((((((b))))))"}),
        (without_jinja("select a / {{ b }}"), {"jinja"}),
        ("select a / nullif(b, 0)::float / greatest(1, c) / 30 % 1000003 -- d / e\n || ' f / g '", set()),
    ],
)
def test_what_counts_as_a_guarded_divisor(sql: str, unguarded: set[str]) -> None:
    assert unguarded_divisors(sql) == unguarded


def test_a_divisor_in_a_part_of_a_statement_is_seen() -> None:
    part = "case when a / nullif(b, 0) > 1 / (c + (d)) then e / s.f(g) % 30 when"
    assert list(operands(part)) == ["nullif(b, 0)", "(c + (d))", "s.f(g)", "30"]
    assert unguarded_divisors(part) == {"(c + (d))", "s.f(g)"}


@pytest.mark.parametrize("path", QUERIES)
def test_no_divisor_of_a_query_can_be_zero(path: str) -> None:
    """Snowflake fails at a division by zero, where DuckDB answers NULL; a condition around it need not come first."""
    assert unguarded_divisors(without_jinja(QUERIES[path])) == set()


@pytest.mark.parametrize("path", BLOCKS)
def test_no_divisor_of_a_procedure_can_be_zero(path: str) -> None:
    assert {divisor for text in expressions(BLOCKS[path]) for divisor in unguarded_divisors(text)} == set()


def test_a_subquery_that_is_selected_into_a_variable_is_seen() -> None:
    wrong = "with c as (select ((((1)))) as n) select (select max(n) from c), 2 into :a, :b from c"
    right = "select 1, n into :a, :b from (select 2 as n) as c where n in (select 2)"
    assert len(selects_into_from_a_subquery(f"begin {wrong}; {right}; end")) == 1


@pytest.mark.parametrize("path", BLOCKS)
def test_no_subquery_stands_among_what_is_selected_into_variables(path: str) -> None:
    """Snowflake: INTO clause is not allowed in this context."""
    assert selects_into_from_a_subquery(BLOCKS[path]) == []


@pytest.mark.parametrize("path", BLOCKS)
def test_validate_is_given_a_constant(path: str) -> None:
    """Snowflake: table function argument is required to be a constant. A text that is put together has one."""
    assert not re.search(r"job_id\s*=>\s*:", BLOCKS[path], re.IGNORECASE)


@pytest.mark.parametrize("path", BODIES)
def test_a_body_does_not_end_its_own_quotes(path: str) -> None:
    assert "$$" not in BODIES[path]


def test_a_file_whose_body_ends_its_own_quotes_is_no_procedure(tmp_path: Path) -> None:
    good = next(p.file for p in PROCEDURES if p.name == "START_RUN")
    file = tmp_path / good.name
    file.write_text(good.read_text())
    assert read_procedure(file).name == "START_RUN"
    file.write_text(good.read_text().replace("\nbegin\n", "\nbegin -- a $$ in a comment\n"))
    with pytest.raises(ProcedureFileError, match="not one CREATE PROCEDURE"):
        read_procedure(file)
    file = file.rename(tmp_path / "other.sql")
    file.write_text(good.read_text())
    with pytest.raises(ProcedureFileError, match="declares start_run: give file and procedure one name"):
        read_procedure(file)
