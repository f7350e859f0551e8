"""A copy of the project in a folder of its own, deployed by the real engine into an account of its own."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pulumi import automation

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.server.serve import ServedAccount

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("stacks", "components", "pipeline", "dbt", "semantic", "analyst_client", "streamlit_app")
_LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "target", "logs", "dbt_packages", ".user.yml")


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


class Project:
    """The project's files, the engine's state and one account, all below one folder.

    main: another program than the platform's, a folder.
    """

    def __init__(self, folder: Path, account: ServedAccount, main: Path | None = None) -> None:
        self.folder = folder / "project"
        self.account = account
        for part in PARTS:
            if (ROOT / part).exists():
                shutil.copytree(ROOT / part, self.folder / part, ignore=_LEFT_BEHIND)
        if main:
            shutil.copytree(main, self.folder / main.name, ignore=_LEFT_BEHIND)
        self._write_settings(main)
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

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        """Change a file of the project. The change must change something."""
        file = self.folder / path
        before = file.read_text()
        after = change(before)
        assert after != before, f"{path} has nothing to change"
        file.write_text(after)

    def files(self) -> dict[Path, bytes]:
        """Return every file of the project with its content, for `restore`."""
        return {path: path.read_bytes() for path in sorted(self.folder.rglob("*")) if _is_ours(path)}

    def restore(self, kept: dict[Path, bytes]) -> None:
        """Bring the project's files back to what they were."""
        for path in self.files().keys() - kept.keys():
            path.unlink()
        for path, content in kept.items():
            if not path.is_file() or path.read_bytes() != content:
                path.write_bytes(content)

    def configure(self, **values: Any) -> None:
        """Set configuration values of the stack."""
        path = self.folder / "Pulumi.local.yaml"
        settings = yaml.safe_load(path.read_text())
        settings["config"] |= {f"customer-360:{key}": value for key, value in values.items()}
        path.write_text(yaml.safe_dump(settings, sort_keys=False))

    def _write_settings(self, main: Path | None) -> None:
        project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
        project["main"] = main.name if main else project["main"]
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(project, sort_keys=False))
        settings = yaml.safe_load((ROOT / "Pulumi.local.yaml").read_text())
        settings["config"]["customer-360:snowflake"]["port"] = self.account.port
        settings["config"]["customer-360:aws"]["endpoint"] = f"http://127.0.0.1:{self.account.s3_port}"
        (self.folder / "Pulumi.local.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))

    def _run(self, command: Callable[[Callable[[Any], None]], Any]) -> Outcome:
        started = time.perf_counter()
        events: list[Any] = []
        try:
            command(events.append)
        except automation.CommandError as error:
            raise EngineError(_outcome(events, time.perf_counter() - started), str(error)) from None
        return _outcome(events, time.perf_counter() - started)


def _is_ours(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


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
