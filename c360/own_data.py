"""A folder of an issuer's own files, and where each of them goes in the bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c360.errors import CommandError

if TYPE_CHECKING:
    from pathlib import Path

FEEDS = ("customers", "transactions")
SUFFIXES = (".csv", ".csv.gz", ".parquet")


def find_files(folder: Path) -> dict[str, Path]:
    """Return the files below `folder`/customers and `folder`/transactions by the key that they get in the bucket.

    Raises:
        CommandError: where there is none, or something that no job would load.
    """
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    if not files:
        raise CommandError(f"{folder} has no files: put them below {FEEDS[0]}/ and {FEEDS[1]}/ (docs/data.md).")
    for key in files:
        if key.partition("/")[0] not in FEEDS or "/" not in key:
            raise CommandError(
                f"{folder / key} belongs to no feed: put files below {' or '.join(FEEDS)} of that folder."
            )
        if not key.endswith(SUFFIXES):
            raise CommandError(f"{folder / key} has no known format: deliver {', '.join(SUFFIXES)}.")
    return files
