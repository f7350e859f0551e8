"""What `c360 preview` says of an edit is what the engine would do.

One deployment; each edit is then previewed in both ways and taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from c360.review.changes import compare
from c360.review.revisions import recorded_stack
from tests.support.engine.edits import EDITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Deployed

    from c360.review.snapshot import Snapshot
    from tests.support.engine.project import Outcome

_AS_THE_ENGINE_SAYS = {"added": "create", "changed": "update", "replaced": "replace", "removed": "delete"}
# "options" is not among them: the engine keeps options in its state and does nothing for them.
# The provider of files is given the whole configuration of the stack, so it changes with any part of that. It is none
# of the program's resources, and nothing in the account corresponds to it.
_OF_THE_ENGINE = "pulumi:providers:pulumi-python"
# What the trust of the IAM role is made of is an answer of the account about the integration, which a preview of the
# engine cannot know where anything of the integration changes. In the update it is the same, and nothing happens.
_INTEGRATION, _TRUSTS_IT = "lake-access-integration", "lake-reader-role"


@pytest.fixture(scope="module")
def base(deployed: Deployed) -> Snapshot:
    """What the program declares before any edit; previews of the engine need no refresh, because no hand was here."""
    deployed.project.edit("Pulumi.yaml", lambda text: text.partition("options:")[0])
    return recorded_stack(deployed.project.folder, "local")


@pytest.fixture
def edited(deployed: Deployed) -> Iterator[Deployed]:
    """The platform, whose files are as before when the test is over."""
    kept = deployed.project.files()
    yield deployed
    deployed.project.restore(kept)


@pytest.mark.parametrize("edit", EDITS)
def test_both_previews_of_an_edit_say_the_same(edited: Deployed, base: Snapshot, edit: str) -> None:
    EDITS[edit](edited.project)
    said = _said(base, recorded_stack(edited.project.folder, "local"))
    named = {name for names in said.values() for name in names}
    without = {_TRUSTS_IT} - named if _INTEGRATION in named else set()
    assert _done(edited.project.preview(), without) == said


def _said(old: Snapshot, new: Snapshot) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for change in compare(old, new).of(*_AS_THE_ENGINE_SAYS):
        found.setdefault(_AS_THE_ENGINE_SAYS[change.operation], []).append(change.resource.name)
    return {operation: sorted(names) for operation, names in sorted(found.items())}


def _done(outcome: Outcome, without: set[str]) -> dict[str, list[str]]:
    theirs = {name for name, kind in outcome.types.items() if kind == _OF_THE_ENGINE} | without
    kept = {operation: sorted({*names} - theirs) for operation, names in outcome.touched.items()}
    return {operation: names for operation, names in kept.items() if names}
