"""What Snowflake refuses, or answers otherwise, and the local account lets pass: no statement of ours relies on it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_account.scripting.parser import parse_block
from local_account.scripting.tree import Sql
from pipeline.procedures import PROCEDURES, procedures_for

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for folder in ("pipeline/sql", "dbt/macros", "dbt/models", "dbt/tests", "dbt/analyses")
    for path in sorted((ROOT / folder).rglob("*.sql"))
}
BODIES = {p.name: p.body for p in (*PROCEDURES, *procedures_for("procedure")) if not p.python}

# The generator's divisors, and lengths of windows: positive where they are made, and asking again in
# every row would cost.
POSITIVE = {
    "active_days", "decline_days", "shares", "total_weight", "grown", ":total_rows", "s.total", "days_180", "days_365",
    "(7000 + taste * 6)", "(31 - d.day_draw % 27)", "(2 * rate_noise + 1)", "(20 * budget_noise + 1)",
    "FLOOR(least_amount / 4)",
}  # fmt: skip
GUARDED = re.compile(
    r"[1-9][\d.]*(?:e\d+)?|0\.\d*[1-9]|nullif\s*\(.*|greatest\s*\(\s*[1-9].*", re.IGNORECASE | re.DOTALL
)
_BRACKETS = r"\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)"
DIVISOR = re.compile(rf"[/%]\s*(?=((?::?[\w.]+\s*)?(?:{_BRACKETS})?))")


def plain(sql: str) -> str:
    """Return SQL without comments, the contents of texts, and what dbt puts in: `jinja` stands for that."""
    sql = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", sql, flags=re.DOTALL)
    sql = re.sub(r"\{\{.*?\}\}", "jinja", sql, flags=re.DOTALL)
    sql = re.sub(r"--[^\n]*", "", sql)
    return re.sub(r"'(?:[^'\\]|\\.|'')*'", "''", sql, flags=re.DOTALL)


def unguarded_divisors(sql: str) -> set[str]:
    found = {" ".join(divisor.split()) for divisor in DIVISOR.findall(plain(sql))}
    return {divisor for divisor in found if not GUARDED.fullmatch(divisor) and divisor not in POSITIVE}


def statements(name: str) -> Iterator[Sql]:
    """Yield the SQL statements of a procedure, at whatever depth."""
    open_ends = [parse_block(BODIES[name])]
    while open_ends:
        node = open_ends.pop()
        if isinstance(node, Sql):
            yield node
        elif isinstance(node, list | tuple):
            open_ends.extend(node)
        elif hasattr(node, "__dataclass_fields__"):
            open_ends.extend(getattr(node, field) for field in node.__dataclass_fields__)


def test_what_counts_as_a_guarded_divisor() -> None:
    assert unguarded_divisors("a / b") == {"b"}
    assert unguarded_divisors("a % (b - 1)") == {"(b - 1)"}
    assert unguarded_divisors("iff(n > 0, a / sum(t.n), 0)") == {"sum(t.n)"}
    assert unguarded_divisors("a / nullif(b / c, 0)") == {"c"}
    assert unguarded_divisors("a / {{ b }}") == {"jinja"}
    assert unguarded_divisors("a / nullif(b, 0) / greatest(1, c) / 30 % 1000003 -- d / e\n || ' f / g '") == set()


@pytest.mark.parametrize("path", FILES)
def test_no_divisor_can_be_zero(path: str) -> None:
    """Snowflake fails at a division by zero, where DuckDB answers NULL; a condition around it need not come first."""
    assert unguarded_divisors(FILES[path]) == set()


@pytest.mark.parametrize("name", BODIES)
def test_no_subquery_stands_among_what_is_selected_into_variables(name: str) -> None:
    """Snowflake: INTO clause is not allowed in this context."""
    for statement in statements(name):
        if statement.into:
            selected = re.split(r"\bfrom\b", _top_level(plain(statement.statement.text)), flags=re.IGNORECASE)[0]
            assert not re.search(r"\(\s*(select|with)\b", selected, re.IGNORECASE), statement.statement.text


@pytest.mark.parametrize("name", BODIES)
def test_validate_is_given_a_constant(name: str) -> None:
    """Snowflake: table function argument is required to be a constant. A text that is put together has one."""
    assert not re.search(r"job_id\s*=>\s*:", BODIES[name], re.IGNORECASE)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_does_not_end_its_own_quotes(name: str) -> None:
    assert "$$" not in BODIES[name]


def _top_level(query: str) -> str:
    """Return what follows the common table expressions of a query, which stand in brackets behind AS."""
    return re.sub(rf"\bas\s+{_BRACKETS}\s*,?", "", query, flags=re.IGNORECASE) if _is_with(query) else query


def _is_with(query: str) -> bool:
    return query.lstrip()[:4].lower() == "with"
