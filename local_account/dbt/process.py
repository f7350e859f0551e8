"""The process in which dbt runs: it loads dbt, parses projects ahead, and runs each command in a fork of itself.

To load dbt and to parse a project takes longer than most commands; a fork has both, and leaves neither changed. It
reads lines of JSON from standard input:

    {"folder": of the project, "environment": more of it, "parse": true}
        parse the project for later commands
    {"folder": ..., "environment": ..., "arguments": of dbt, "is_parsed": whether the command goes by what was parsed,
    "output": the file for what dbt prints}
        run one command, and answer its exit status in a line: 0, 1 for failed nodes, 2 for a command that could not
        run, below 0 the signal that ended it

and ends with the end of the input.
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
    from dbt.clients.jinja import MacroGenerator
    from dbt.contracts.graph.manifest import Manifest

# dbt's static parser starts threads that no fork has: a fork that parses by it would wait for them for ever.
_NO_STATIC_PARSER = "--no-static-parser"
_PARSE = ("--quiet", "--no-write-json", _NO_STATIC_PARSER, "parse")


def main() -> int:
    """Do what standard input says. Returns: 0 at its end."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    _redirect(os.open(os.devnull, os.O_WRONLY))
    parsed: dict[str, Manifest] = {}
    for line in sys.stdin:
        told = json.loads(line)
        os.chdir(told["folder"])
        os.environ.update(told["environment"])
        if told.get("parse"):
            if manifest := _parse():
                parsed[told["folder"]] = manifest
            continue
        manifest = parsed.get(told["folder"]) if told["is_parsed"] else None
        print(_run_in_fork(manifest, told["arguments"], told["output"]), file=answers, flush=True)
    return 0


def _parse() -> Manifest | None:
    """Parse the project of the working directory; None where it cannot be: the command then says why."""
    with loading():  # what it parses stays as well
        manifest = dbtRunner().invoke(list(_PARSE)).result
        if not isinstance(manifest, Manifest):
            return None
        _compile_macros(manifest)
    return manifest


def _compile_macros(manifest: Manifest) -> None:
    """Compile the macros that the models and their materializations call; each command would compile them anew.

    dbt compiles a macro where it is called first, and keeps it for the process: a quarter of the time in which a small
    model is built.
    """
    waiting: list[str] = []
    for node in manifest.nodes.values():
        waiting += node.depends_on.macros
        materialized = manifest.find_materialization_macro_by_name(
            manifest.metadata.project_name or "", node.config.materialized, "snowflake"
        )
        waiting += [materialized.unique_id] if materialized else []
        strategy = str(node.config.get("incremental_strategy") or "").replace("+", "_")
        waiting += [f"macro.dbt.get_incremental_{strategy}_sql"]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in manifest.macros and name not in found:
            found.add(name)
            MacroGenerator(manifest.macros[name]).get_template()
            waiting += [*manifest.macros[name].depends_on.macros, *_dispatched(name)]


def _dispatched(name: str) -> list[str]:
    """Return the names of the macros that `adapter.dispatch` may find for a macro, such as `macro.dbt.create_view_as`."""
    kind, _, plain = name.rpartition(".")
    return [f"{kind}.default__{plain}", f"macro.dbt_snowflake.snowflake__{plain}", f"{kind}.snowflake__{plain}"]


def _run_in_fork(manifest: Manifest | None, arguments: list[str], output: str) -> int:
    child = os.fork()
    if child == 0:
        status = 2
        try:
            status = _run(manifest, arguments, output)
        finally:
            sys.stdout.flush()
            os._exit(status)  # what a process does at its end is for the one that stays
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _run(manifest: Manifest | None, arguments: list[str], output: str) -> int:
    _redirect(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    done = dbtRunner(manifest=manifest).invoke(["--no-use-colors", _NO_STATIC_PARSER, *arguments])
    if done.exception:
        print(done.exception)  # noqa: T201 - standard output is what the caller reads
        return 2
    return 0 if done.success else 1


def _redirect(file: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(file, stream.fileno())


if __name__ == "__main__":
    raise SystemExit(main())
