"""How children of a component get their options and wait for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Sequence

# Resource types by the last part of their name: dropping one of these drops what is in it.
HOLDS_DATA = frozenset({"Bucket", "Database", "DynamicTable", "Schema", "Table"})


def logical_name(*names: str) -> str:
    """Write names of the account as a part of a resource's logical name, such as gold-dim-customer."""
    return "-".join(names).lower().replace("_", "-")


# What an account says about an object besides its inputs. A preview cannot know it, and would show it as changed where
# anything else is.
_ANSWERS = ["showOutputs", "describeOutputs", "parameters"]


def replaced_on_change(*inputs: str) -> pulumi.ResourceOptions:
    """Return the option that a change of inputs replaces a resource, for lists of blocks.

    The provider asks for that itself, but only where a list gets longer or shorter: what changes inside of a block it
    would update without effect (snowflakedb/terraform-provider-snowflake#4681). Created first, the new one would find
    the name taken.
    """
    return pulumi.ResourceOptions(replace_on_changes=list(inputs), delete_before_replace=True)


def child_of(parent: pulumi.Resource, *more: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Merge the options of a child: its parent first, then whatever else it needs.

    The parent is the component, never another resource in it: who waits for a component waits for its children, but
    not for children of those.
    """
    merged = pulumi.ResourceOptions(parent=parent, hide_diffs=_ANSWERS)
    for options in more:
        merged = pulumi.ResourceOptions.merge(merged, options)
    return merged


def after(*resources: pulumi.Resource) -> pulumi.ResourceOptions:
    """Return the option to wait for resources."""
    return pulumi.ResourceOptions(depends_on=list(resources))


def previous(resources: Sequence[pulumi.Resource]) -> pulumi.ResourceOptions | None:
    """Return the option to wait for the last of a sequence: its members are created one after another."""
    return after(resources[-1]) if resources else None
