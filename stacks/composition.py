"""The platform: what is built on what, and what the stack says about it at the end.

The account administrator lays the ground (foundation.py). On it the engineer builds what holds data (data.py), what
works on them (work.py), and what people ask (questions.py); the apps that people look at stand under roles of their own
(dashboards.py). Each part hands on what the next one needs.

The engine runs the providers of dynamic resources with this folder as the current one: no file here may have the name
of a module of Python's own (this one was called platform, and the provider did not start).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from components.guard import Guard
from components.options import after
from stacks.dashboards import build_dashboards
from stacks.data import build_data
from stacks.foundation import build_foundation, engineer_provider
from stacks.outputs import planned_outputs
from stacks.questions import build_semantic_layer, semantic_model
from stacks.work import build_work

if TYPE_CHECKING:
    from stacks.config import PlatformConfig


def build_platform(config: PlatformConfig) -> dict[str, Any]:
    """Declare every resource of the platform.

    Args:
        config: of the stack.

    Returns:
        The stack's outputs by name.

    Raises:
        SourceError: for a semantic model with faults; it says file, line and repair of each.
    """
    model = semantic_model()  # one with faults is refused before anything is declared
    base = build_foundation(config)
    owned = pulumi.ResourceOptions(providers=[engineer_provider(base)])
    ready = pulumi.ResourceOptions.merge(owned, after(base.roles))
    data = build_data(base, owned)
    work = build_work(base, data, ready)
    semantic = build_semantic_layer(base, data, ready, model)
    dashboards = build_dashboards(base, data)
    parts = [part for held in (base, data, work, dashboards) for part in vars(held).values()]
    built = [semantic, *dashboards.apps.values(), *parts]
    Guard("guard", [part for part in built if isinstance(part, pulumi.Resource)], is_protected=config.protect)
    stages = {**data.stages.external, **data.stages.internal}
    return planned_outputs(config) | {
        "access_roles": {role: resource.name for role, resource in base.roles.access_roles.items()},
        "resource_monitor": base.warehouses.monitor.name,
        "integration": base.integration.name,
        "mail_integration": base.mail.name,
        "bucket_arn": base.lake.arn,
        "iam_role_arn": base.reader.arn,
        "stages": {name: stage.fully_qualified_name for name, stage in stages.items()},
        "file_format": data.stages.file_format.fully_qualified_name,
        "personal_tag": base.governance.personal.fully_qualified_name,
        "tasks": list(work.pipeline.tasks),
        "alert": work.alert.name,
        "dbt_project": work.dbt.name,
        "semantic_view": semantic.name,
    }
