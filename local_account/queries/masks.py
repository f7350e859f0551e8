"""Which values a role may not read: the masking policies on columns, set there or by tags."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fakesnow.dialect import parse_one
from sqlglot import Expr, exp
from sqlglot.optimizer.simplify import simplify

from local_account.catalog.objects import MaskingPolicy, Relation, Tag
from local_account.catalog.tags import tags_of
from local_account.errors import invalid_value
from local_account.identifiers import Name, identifier
from local_account.queries import rewrite
from local_account.queries.columns import columns
from local_account.tokens import without_positions

if TYPE_CHECKING:
    from local_account.session.session import Session

_TAG_OF_COLUMN = "SYSTEM$GET_TAG_ON_CURRENT_COLUMN"


@dataclass(frozen=True)
class Mask:
    """What stands on one column: the policy, and the tag (by its full name) that brought it, if one did."""

    policy: MaskingPolicy
    tag: str | None = None


def masks_of(session: Session, item: Relation) -> dict[str, Mask]:
    """Return the mask on each masked column of a table or view; a policy set on the column itself beats a tag's."""
    catalog = session.account.catalog
    direct = {column: Mask(_policy(session, name)) for column, name in item.masking.items()}
    masking = {str(tag.name): tag.policies for tag in catalog.list(Tag) if tag.policies}
    if not masking:
        return direct
    everywhere = tags_of(session.account.catalog, item).keys() & masking.keys()
    tagged = {c for c, tags in item.column_tags.items() if tags.keys() & masking.keys()}
    if not everywhere and not tagged:
        return direct
    found: dict[str, Mask] = {}
    for column in columns(session, item.name):
        if column.name in tagged or everywhere:
            for tag in sorted(tags_of(session.account.catalog, item, column.name).keys() & masking.keys()):
                if policy := masking[tag].get(column.type.name):
                    found[column.name] = Mask(_policy(session, policy), tag)
    return found | direct


def _policy(session: Session, name: str) -> MaskingPolicy:
    return session.account.catalog.get(MaskingPolicy, Name.parse(name))


def hidden_columns(session: Session, item: Relation) -> dict[str, Expr]:
    """Return what the role that asks reads in place of the columns of a table or view whose values it may not see.

    Session functions are answered, and what they decide is decided: a role that may read everything costs nothing.
    """
    found = {column: _masked(session, item, column, mask) for column, mask in masks_of(session, item).items()}
    return {column: expression for column, expression in found.items() if expression is not None}


def _masked(session: Session, item: Relation, column: str, mask: Mask) -> Expr | None:
    policy = mask.policy
    tags = tags_of(session.account.catalog, item, column)
    body = policy.body
    asked = tuple(tags.get(_named_tag(session, policy, call)) for call in _tags_asked(body))
    answers = tuple(rewrite.call_scalar(session, call, None) for call in _session_asked(body, asked))
    return _decided(body, asked, answers, policy.argument, column)


# Every read of a masked column asks its policy. What a policy says follows from its text, the tags and what its session
# functions answer, so it is worked out once for each of these.
@lru_cache(maxsize=256)
def _parsed(body: str) -> Expr:
    # Named, so that the projection can be taken out again whatever it is.
    return without_positions(parse_one(f"select {body} as masked"))


def _tag_calls(select: Expr) -> list[Expr]:
    return [f for f in select.find_all(exp.Func) if rewrite.function_name(f) == _TAG_OF_COLUMN]


@lru_cache(maxsize=256)
def _tags_asked(body: str) -> list[Expr]:
    return _tag_calls(_parsed(body))


@lru_cache(maxsize=1024)
def _session_asked(body: str, asked: tuple[str | None, ...]) -> list[Expr]:
    return rewrite.session_calls(_tagged(body, asked))


@lru_cache(maxsize=1024)
def _tagged(body: str, asked: tuple[str | None, ...]) -> Expr:
    """Return a policy's body with the tags that it asks for."""
    select = _parsed(body).copy()
    for call, value in zip(_tag_calls(select), asked, strict=True):
        call.replace(rewrite.literal(value))
    return select


@lru_cache(maxsize=4096)
def _decided(
    body: str, asked: tuple[str | None, ...], answers: tuple[Any, ...], argument: str, column: str
) -> Expr | None:
    """Return what is read in place of a column, or None where it is the column itself."""
    select = _tagged(body, asked).copy()
    for call, answer in zip(rewrite.session_calls(select), answers, strict=True):
        call.replace(rewrite.literal(answer))
    for reference in list(select.find_all(exp.Column)):
        if not reference.table and identifier(reference.this) == argument:
            reference.replace(exp.column(exp.to_identifier(column, quoted=True)))
    expression: Expr = select.expressions[0].this
    simple = simplify(expression.copy())
    return None if isinstance(simple, exp.Column) and simple.name == column else expression


def _named_tag(session: Session, policy: MaskingPolicy, call: Expr) -> str:
    arguments = call.expressions
    if len(arguments) != 1 or not isinstance(arguments[0], exp.Literal):
        raise invalid_value(f"{_TAG_OF_COLUMN} in {policy.name} needs the name of one tag as a literal.")
    name = Name.parse(arguments[0].name)
    full = Name.of(name.database or policy.name.database, name.schema or policy.name.schema, name.name)
    session.account.catalog.get(Tag, full)
    return str(full)
