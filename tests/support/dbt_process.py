"""A process that has loaded dbt, and runs each command that it is told in a fork of itself.

It reads lines of JSON from standard input: {"folder": of the project, "parsed": whether to parse it once for all such
commands, "environment": more of it, "arguments": of dbt, "output": the file for what dbt prints}. Behind each command
it writes dbt's exit status to standard output: 1 for failed nodes, 2 for a command that could not run.
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


# dbt's static parser starts threads that no fork has: a fork that parses by it would wait for them for ever.
_PARSE = ["--quiet", "--no-write-json", "--no-static-parser", "parse"]


def main() -> int:
    """Run what standard input says. Returns: dbt's status in a fork, 0 at the end of the input."""
    manifests: dict[str, Manifest] = {}
    for line in sys.stdin:
        told = json.loads(line)
        os.chdir(told["folder"])
        os.environ.update(told["environment"])
        if told["parsed"] and told["folder"] not in manifests:
            manifests[told["folder"]] = _parse()
        child = os.fork()
        if child == 0:
            manifest = manifests[told["folder"]] if told["parsed"] else None
            return _run(manifest, told["arguments"], told["output"])
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    return 0


def _parse() -> Manifest:
    with loading():
        parsed = dbtRunner().invoke(_PARSE).result
    if not isinstance(parsed, Manifest):
        raise SystemExit("The project cannot be parsed.")
    return parsed


def _run(manifest: Manifest | None, arguments: list[str], output: str) -> int:
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(written, stream.fileno())
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    done = dbtRunner(manifest=manifest).invoke(["--no-use-colors", *arguments])
    if done.exception:
        sys.stdout.write(f"{done.exception}\n")
        return 2
    return 0 if done.success else 1


if __name__ == "__main__":
    raise SystemExit(main())
