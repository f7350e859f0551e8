"""What everything stands on: how long the lake keeps what was written over, and parts of uploads that broke off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Evaluated = Callable[..., Any]
STACKS = ("local", "dev", "prod")


@pytest.mark.parametrize("stack", STACKS)
def test_old_versions_stay_thirty_days_and_parts_of_uploads_seven(program: Evaluated, stack: str) -> None:
    (lifecycle,) = program(stack).of("BucketLifecycleConfiguration")
    found = {
        rule["filter"]["prefix"]: (
            rule["status"],
            rule["noncurrentVersionExpiration"]["noncurrentDays"],
            rule["abortIncompleteMultipartUpload"]["daysAfterInitiation"],
        )
        for rule in lifecycle.inputs["rules"]
    }
    assert found == {"customers/": ("Enabled", 30, 7), "transactions/": ("Enabled", 30, 7)}
