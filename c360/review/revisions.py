"""Has two revisions of the repository recorded: the base out of git, the head from there or as it is on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from c360.review.report import Report, build_report
from c360.review.snapshot import revision_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from c360.review.snapshot import Snapshot

RECORDER = Path(__file__).parents[1] / "recorder.py"
WORKING_TREE = "the working tree"
_PATIENCE_SECONDS = 120


class RevisionError(RuntimeError):
    """A revision that cannot be compared; the text is one sentence for the user."""


def preview(repository: Path, base: str, head: str | None = None, stacks: Sequence[str] = ()) -> Report:
    """Compare what two revisions declare for every stack.

    The base is the commit at which the head left it, as in a pull request: what came to the base since then is not
    part of the change.

    Args:
        repository: a folder of the repository.
        base: a branch, tag or commit.
        head: likewise, or None for the files as they are on disk.
        stacks: which ones, or none for all.

    Raises:
        RevisionError: where git knows no such revision, or the recording process fails.
    """
    with tempfile.TemporaryDirectory(prefix="c360-preview-") as folder:
        tip = _commit(repository, "HEAD" if head is None else head, "--head")
        fork = _git(repository, "merge-base", _commit(repository, base, "--base"), tip)
        old = _extract(repository, fork, Path(folder) / "base")
        new = repository if head is None else _extract(repository, tip, Path(folder) / "head")
        names = (f"`{base}` ({fork[:9]})", WORKING_TREE if head is None else f"`{head}`")
        with ThreadPoolExecutor(2) as pool:
            recorded = list(pool.map(lambda folder: record(folder, stacks), (old, new)))
    return build_report(*(revision_from(name, found) for name, found in zip(names, recorded, strict=True)))


def recorded_stack(folder: Path, stack: str) -> Snapshot:
    """Return what one stack of a folder's program declares.

    Raises:
        RevisionError: where it cannot be evaluated.
    """
    found = revision_from(stack, record(folder, [stack]))
    if stack not in found.snapshots:
        reason = found.errors.get(stack, "it has no configuration").rstrip(".")
        raise RevisionError(f"Stack {stack} cannot be evaluated: {reason}.")
    return found.snapshots[stack]


def record(folder: Path, stacks: Sequence[str] = ()) -> dict[str, dict[str, object]]:
    """Evaluate stacks of a folder's program in a process of its own, whose imports are that folder's.

    Args:
        folder: a checkout of the repository.
        stacks: which ones, or none for all.

    Returns:
        By stack, what `c360.recorder` found.

    Raises:
        RevisionError: where that process fails.
    """
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", str(RECORDER), str(folder), *stacks]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=_PATIENCE_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise RevisionError(f"The program of {folder} did not end within {_PATIENCE_SECONDS} s.") from error
    if done.returncode:
        last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "it ended without a word")
        raise RevisionError(f"The program of {folder} cannot be recorded: {last}")
    return json.loads(done.stdout)


def _extract(repository: Path, commit: str, folder: Path) -> Path:
    archive = subprocess.run(["git", "archive", commit], cwd=repository, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


def _commit(repository: Path, revision: str, option: str) -> str:
    done = _run_git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if done.returncode:
        raise RevisionError(f"git knows no revision '{revision}' here: fetch it, or name another by {option}.")
    return done.stdout.strip()


def _git(repository: Path, *arguments: str) -> str:
    done = _run_git(repository, *arguments)
    if done.returncode:
        said = " ".join(done.stderr.split())
        raise RevisionError(
            f"git {arguments[0]} failed{': ' + said if said else ''}: fetch the whole history (fetch-depth: 0)."
        )
    return done.stdout.strip()


def _run_git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=repository, capture_output=True, text=True, check=False)
