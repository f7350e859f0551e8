"""A folder of an issuer's own files, and where each of them goes in the bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from c360.errors import CommandError
from pipeline.feeds import FEEDS, SUFFIXES, problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What systems and programs leave beside files: names begin with one of these, or are one of these.
_LEFT_BEHIND = (".", "~$")
_LEFT_BEHIND_NAMES = {"thumbs.db", "desktop.ini", "__macosx"}


@dataclass(frozen=True)
class Delivery:
    """What a folder holds.

    Attributes:
        files: The files to upload, by the key that they get in the bucket.
        skipped: Names of hidden files and of what systems leave behind, relative to the folder.
    """

    files: Mapping[str, Path]
    skipped: tuple[str, ...] = ()


def find_files(folder: Path) -> Delivery:
    """Find the files below `folder`/customers and `folder`/transactions.

    An ending in capitals is the same ending: the key has it in small letters.

    Raises:
        CommandError: where there is none, or something that no job would load; nothing is uploaded then.
    """
    files: dict[str, Path] = {}
    skipped = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if any(_is_left_behind(part) for part in name.split("/")):
            skipped.append(name)
            continue
        key = _key(name)
        if problem := problem_of(key):
            raise CommandError(f"{path} {problem} (docs/data.md). Nothing was uploaded.")
        if path.stat().st_size == 0:
            raise CommandError(f"{path} is empty: it needs at least the line of column names. Nothing was uploaded.")
        if key in files:
            raise CommandError(f"{path} and {files[key].name} would be one object, {key}: rename one of them.")
        files[key] = path
    if not files:
        raise CommandError(f"{folder} has no files: put them below {FEEDS[0]}/ and {FEEDS[1]}/ (docs/data.md).")
    return Delivery(files, tuple(skipped))


def _is_left_behind(part: str) -> bool:
    return part.startswith(_LEFT_BEHIND) or part.lower() in _LEFT_BEHIND_NAMES


def _key(name: str) -> str:
    ending = next((suffix for suffix in reversed(SUFFIXES) if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(ending)] + ending
