"""A copy of the project in a folder of its own, deployed by the real engine into an account of its own."""

from __future__ import annotations

import os
import stat
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi import automation

from tests.support.engine.files import ROOT, ProjectFiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.server.serve import ServedAccount


@dataclass
class Outcome:
    """What one command of the engine did.

    operations: names of resources by operation, without those that stayed the same; untouched: those that did; types:
    every resource's type by its name; seconds: of the whole command; messages: errors.
    """

    seconds: float
    operations: dict[str, set[str]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)
    messages: list[str] = field(default_factory=list)

    @property
    def touched(self) -> dict[str, list[str]]:
        """The names by operation, sorted, for comparison with what was expected."""
        return {operation: sorted(names) for operation, names in sorted(self.operations.items())}


_PARTS_OF_A_REPLACEMENT = {"create-replacement": "replace", "delete-replaced": "replace"}


class EngineError(AssertionError):
    """A command of the engine that failed; `outcome` holds what it did until then."""

    def __init__(self, outcome: Outcome, text: str) -> None:
        super().__init__("\n".join(outcome.messages[:20]) or text[-4000:])
        self.outcome = outcome


class Project(ProjectFiles):
    """The project's files, the engine's state and one account, all below one folder.

    main: another program than the platform's, a folder.
    """

    def __init__(self, folder: Path, account: ServedAccount, main: Path | None = None) -> None:
        super().__init__(folder / "project", main)
        self.account = account
        self.configure(
            snowflake={"port": account.port},
            aws={"endpoint": f"http://127.0.0.1:{account.s3_port}"},
        )
        backend, plugins = folder / "backend", folder / "plugins"
        backend.mkdir()
        _write_launcher(plugins / "pulumi-resource-aws")
        self.environment = {
            # The environment is active, as docs/deploy.md has it.
            "PATH": os.pathsep.join([str(plugins), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PULUMI_HOME": str(folder / "pulumi-home"),
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "local",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            # The provider of files runs in a process of its own and must find the copy, not the installed package.
            "PYTHONPATH": str(self.folder),
        }
        self.stack = automation.create_or_select_stack(
            "local", work_dir=str(self.folder), opts=automation.LocalWorkspaceOptions(env_vars=self.environment)
        )

    def up(self, **options: Any) -> Outcome:
        """Run `pulumi up`."""
        return self._run(lambda on_event: self.stack.up(on_event=on_event, **options))

    def preview(self, **options: Any) -> Outcome:
        """Run `pulumi preview`."""
        return self._run(lambda on_event: self.stack.preview(on_event=on_event, **options))

    def drift(self) -> Outcome:
        """Run `pulumi refresh --preview-only`: what a refresh would change in the state."""
        return self._run(lambda on_event: self.stack.preview_refresh(on_event=on_event))

    def refresh(self) -> Outcome:
        """Run `pulumi refresh`."""
        return self._run(lambda on_event: self.stack.refresh(on_event=on_event))

    def destroy(self) -> Outcome:
        """Run `pulumi destroy`."""
        return self._run(lambda on_event: self.stack.destroy(on_event=on_event))

    def _run(self, command: Callable[[Callable[[Any], None]], Any]) -> Outcome:
        started = time.perf_counter()
        events: list[Any] = []
        try:
            command(events.append)
        except automation.CommandError as error:
            raise EngineError(_outcome(events, time.perf_counter() - started), str(error)) from None
        return _outcome(events, time.perf_counter() - started)


def _outcome(events: list[Any], seconds: float) -> Outcome:
    outcome = Outcome(round(seconds, 1))
    for event in events:
        if diagnostic := event.diagnostic_event:
            if diagnostic.severity == "error":
                outcome.messages.append(diagnostic.message.strip())
            continue
        # A refresh knows what it found only behind the read.
        finished = event.res_outputs_event or event.res_op_failed_event
        metadata = finished and finished.metadata
        if metadata is None:
            continue
        name = str(metadata.urn).rpartition("::")[2]
        outcome.types[name] = metadata.type
        operation = str(getattr(metadata.op, "value", metadata.op))
        operation = _PARTS_OF_A_REPLACEMENT.get(operation, operation)
        if operation in ("same", "refresh"):
            outcome.untouched.add(name)
        else:
            outcome.operations.setdefault(operation, set()).add(name)
    return outcome


def _write_launcher(path: Path) -> None:
    """Write the program that the engine starts as the AWS provider."""
    path.parent.mkdir()
    path.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m tests.support.engine.aws_provider "$@"\n'
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
