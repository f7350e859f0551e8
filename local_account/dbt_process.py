"""The process in which dbt runs: it loads dbt, parses ahead if asked to, and runs the one command it is then told.

Usage: python -m local_account.dbt_process FOLDER [--parse-ahead]; the command comes on standard input, a JSON list of
dbt's arguments; nothing there means that no command is wanted. The exit status is dbt's: 1 for failed nodes, 2 for a
command that could not run.
"""

from __future__ import annotations

import json
import sys

from pipeline.loading import loading

with loading():
    import dbt.adapters.snowflake  # noqa: F401 - dbt would import it later, when it reads the profile
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest


def main() -> int:
    """Run the command of standard input on the project in the folder named by the first argument."""
    folder = sys.argv[1]
    places = ["--project-dir", folder, "--profiles-dir", folder]
    manifest = None
    if "--parse-ahead" in sys.argv:
        parsed = dbtRunner().invoke(["--quiet", "parse", *places]).result
        manifest = parsed if isinstance(parsed, Manifest) else None
    text = sys.stdin.read()
    if not text:
        return 0
    done = dbtRunner(manifest=manifest).invoke(["--no-use-colors", *json.loads(text), *places])
    if done.exception:
        print(done.exception)  # noqa: T201 - standard output is what the caller reads
        return 2
    return 0 if done.success else 1


if __name__ == "__main__":
    raise SystemExit(main())
