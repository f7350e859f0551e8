"""The part of a stack's outputs that follows from its configuration alone: names, addresses, where the data come from.

`c360` works with a stack's outputs, and with these where the local stack is not deployed yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.jobs import ROOT_TASK
from stacks.apps import app_outputs
from stacks.environment import PREFIXES, ROLES, SCHEMAS, WAREHOUSES, environment_of

if TYPE_CHECKING:
    from stacks.config import PlatformConfig


def planned_outputs(config: PlatformConfig) -> dict[str, Any]:
    """Return what a stack is going to call its objects, and where they are going to be.

    A password and keys are among the addresses of a computer's own account only: the configuration refuses them for
    any other.

    Args:
        config: of the stack.

    Returns:
        Outputs by name.
    """
    environment = environment_of(config)
    return {
        "environment": environment.name,
        "as_of_date": config.fixed_as_of_date.isoformat() if config.fixed_as_of_date else None,
        "source": config.source,
        "connection": config.snowflake.address(),
        "aws": config.aws.model_dump(exclude_none=True),
        "database": environment.database,
        "schemas": list(SCHEMAS),
        "roles": {role: environment.role(role) for role in ROLES},
        "warehouses": {purpose: environment.warehouse(purpose) for purpose in WAREHOUSES},
        "bucket": environment.bucket,
        "prefixes": list(PREFIXES),
        "root_task": environment.qualified(ROOT_TASK),
        "apps": app_outputs(environment),
    }
