"""The bucket of the lake: nobody outside sees it, and what was written over or broke off does not stay for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Evaluated = Callable[..., Any]
STACKS = ("local", "dev", "prod")


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_opens_the_bucket_to_the_public(program: Evaluated, stack: str) -> None:
    (block,) = program(stack).of("BucketPublicAccessBlock")
    switches = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert {name: block.inputs[name] for name in switches} == dict.fromkeys(switches, True)


@pytest.mark.parametrize("stack", STACKS)
def test_objects_are_encrypted_and_keep_their_versions(program: Evaluated, stack: str) -> None:
    (versioning,) = program(stack).of("BucketVersioning")
    assert versioning.inputs["versioningConfiguration"]["status"] == "Enabled"
    (encryption,) = program(stack).of("BucketServerSideEncryptionConfiguration")
    (rule,) = encryption.inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "AES256"


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
