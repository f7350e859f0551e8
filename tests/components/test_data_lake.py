"""The bucket of the lake: nobody outside sees it, and what is written over keeps its version."""

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
