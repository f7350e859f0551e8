"""The process in which dbt runs: it loads dbt, parses ahead if asked to, and runs the one command it is then told.

It reads two lines of JSON from standard input: {"folder": of the project, "parse_ahead": bool}, and then the list of
dbt's arguments. The end of the input in place of either means that nothing (more) is wanted. The exit status is dbt's:
1 for failed nodes, 2 for a command that could not run.
"""

from __future__ import annotations

import json
import os
import sys

from local_account.loading import leave_out_pandas, loading

leave_out_pandas()
with loading():
    import dbt.adapters.snowflake  # noqa: F401 - dbt would import it later, when it reads the profile
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest


def main() -> int:
    """Run what standard input says."""
    line = sys.stdin.readline()
    if not line:
        return 0
    project = json.loads(line)
    os.chdir(project["folder"])
    places = ["--project-dir", project["folder"], "--profiles-dir", project["folder"]]
    manifest = None
    if project["parse_ahead"]:
        with loading():  # what it parses stays as well
            parsed = dbtRunner().invoke(["--quiet", "--no-write-json", "parse", *places]).result
        manifest = parsed if isinstance(parsed, Manifest) else None
    line = sys.stdin.readline()
    if not line:
        return 0
    done = dbtRunner(manifest=manifest).invoke(["--no-use-colors", *json.loads(line), *places])
    if done.exception:
        print(done.exception)  # noqa: T201 - standard output is what the caller reads
        return 2
    return 0 if done.success else 1


if __name__ == "__main__":
    raise SystemExit(main())
