"""What stands between `pulumi destroy` and a stack that shall not be destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Sequence


class Guard(pulumi.ComponentResource):
    """The last thing of a stack, so the first that `pulumi destroy` comes to, and protected.

    Protection of single resources holds where each is deleted, and what nobody waits for is deleted first: grants,
    masks and tasks would be gone before the first table refuses. The guard waits for everything, so it refuses first.
    """

    def __init__(self, name: str, behind: Sequence[pulumi.Resource], *, is_protected: bool) -> None:
        super().__init__(
            "customer360:safety:Guard",
            name,
            None,
            pulumi.ResourceOptions(depends_on=list(behind), protect=is_protected),
        )
        self.register_outputs({})
