"""Semantic views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.deployment.kinds.base import Query, SqlKind, or_replace
from c360.deployment.sql import COMMENT, clauses, identifier, literal, literals

if TYPE_CHECKING:
    from c360.deployment.model import Inputs


@dataclass(frozen=True)
class SemanticView(SqlKind):
    """A semantic view; everything but its comment replaces it."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE."""
        metrics = [metric["semanticExpression"] for metric in inputs.get("metrics") or []]
        sections = (
            f" TABLES ({', '.join(_table(table) for table in inputs['tables'])})",
            _section("FACTS", inputs.get("facts")),
            _section("DIMENSIONS", inputs.get("dimensions")),
            _section("METRICS", metrics),
        )
        return [f"CREATE SEMANTIC VIEW {self.name(inputs)}{''.join(sections)}{clauses(inputs, self.properties)}"]

    def adopt(self, inputs: Inputs, _query: Query, /) -> list[str] | None:
        """Create it over what is there, which holds no data."""
        return or_replace(self.create(inputs))


def _table(table: dict[str, Any]) -> str:
    keys = table.get("primaryKeys")
    primary = f" PRIMARY KEY ({', '.join(identifier(key) for key in keys)})" if keys else ""
    return f"{identifier(table['tableAlias'])} AS {table['tableName']}{primary}{_described(table)}"


def _section(keyword: str, expressions: list[dict[str, Any]] | None) -> str:
    written = [f"{e['qualifiedExpressionName']} AS {e['sqlExpression']}{_described(e)}" for e in expressions or []]
    return f" {keyword} ({', '.join(written)})" if written else ""


def _described(item: dict[str, Any]) -> str:
    synonyms = f" WITH SYNONYMS {literals(item['synonyms'])}" if item.get("synonyms") else ""
    return synonyms + (f" COMMENT = {literal(item['comment'])}" if item.get("comment") else "")


KINDS = {
    "snowflake:index/semanticView:SemanticView": SemanticView("SEMANTIC VIEW", (COMMENT,)),
}
