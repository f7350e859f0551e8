"""What stands inside a block of Snowflake Scripting, found by the account's own parser, at whatever depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from local_account.scripting.parser import parse_block
from local_account.scripting.tree import Fragment, Sql

if TYPE_CHECKING:
    from collections.abc import Iterator

Part = TypeVar("Part", Sql, Fragment)


def statements(block: str) -> Iterator[Sql]:
    """Yield the SQL statements of a block."""
    yield from _inside(parse_block(block), Sql)


def fragments(block: str) -> Iterator[Fragment]:
    """Yield the statements, conditions and values of a block."""
    yield from _inside(parse_block(block), Fragment)


def _inside(node: object, kind: type[Part]) -> Iterator[Part]:
    if isinstance(node, kind):
        yield node
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _inside(part, kind)
    elif hasattr(node, "__dataclass_fields__"):
        for field in node.__dataclass_fields__:
            yield from _inside(getattr(node, field), kind)
