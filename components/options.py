"""How children of a component get their options, and how every grant is built."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_snowflake as snowflake


def child_of(parent: pulumi.Resource, *more: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Merge the options of a child: its parent first, then whatever else it needs."""
    merged = pulumi.ResourceOptions(parent=parent)
    for options in more:
        merged = pulumi.ResourceOptions.merge(merged, options)
    return merged


def execute(name: str, *, statement: str, revert: str, opts: pulumi.ResourceOptions) -> snowflake.Execute:
    """Build a raw statement whose change runs the old `revert` before the new statement, never behind it."""
    options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(delete_before_replace=True))
    return snowflake.Execute(name, execute=statement, revert=revert, opts=options)


def after(*resources: pulumi.Resource) -> pulumi.ResourceOptions:
    """Return the option to wait for resources."""
    return pulumi.ResourceOptions(depends_on=list(resources))


def previous(resources: Sequence[pulumi.Resource]) -> pulumi.ResourceOptions | None:
    """Return the option to wait for the last of a sequence: its members are created one after another."""
    return after(resources[-1]) if resources else None
