"""What `c360 up` and `c360 run` do: deploy, generate and upload customers, execute the graph, report."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from c360 import churn_model, past_deployments, runner, summary
from c360.connection import Target, configuration, connect, target
from c360.deployment import process as deployment
from c360.display import draws_again, showing
from c360.errors import CommandError
from c360.text_table import text_table
from components.repository import ROOT
from local_account.loading import loading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from rich.console import Console
    from snowflake.connector.cursor import SnowflakeCursor

    from c360.connection import Ports, Stack
    from c360.measure import Meter, Phase
    from c360.runner import RunProgress

RECORD = "last-run.json"
_MEGABYTE = 1 << 20


@dataclass
class RunRecord:
    """What a command did, as written to last-run.json.

    Attributes:
        command: The command.
        stack: Which stack it worked on.
        customers: How many customers were generated; None where the data come from files.
        started_at: When it began, in UTC.
        status: FAILED until everything succeeded; INTERRUPTED by Ctrl-C.
        run_id: Id of the run of the task graph.
        phases: Seconds and peak memory of each phase.
        tasks: State, rows and seconds of each task.
        record_counts: Rows of each table, by "LAYER.TABLE".
        checksum: Checksum of all transactions.
    """

    command: str
    stack: str
    customers: int | None = None
    started_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    status: str = "FAILED"
    run_id: str | None = None
    phases: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    record_counts: dict[str, int] = field(default_factory=dict)
    checksum: str | None = None

    @contextmanager
    def kept(self, home: Path, meter: Meter) -> Iterator[RunRecord]:
        """Write the record into the state folder when the block ends, however it ends."""
        try:
            with meter.running():
                yield self
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                self.status = "INTERRUPTED"
            with suppress(OSError):  # what the block failed of matters more, and it may be the full disk
                self._write(home, meter)
            raise
        self._write(home, meter)

    def _write(self, home: Path, meter: Meter) -> None:
        self.phases = meter.report()
        (home / RECORD).write_text(json.dumps(asdict(self), indent=2) + "\n")


@dataclass
class Workflow:
    """One command's work on a stack.

    Attributes:
        stack: Which stack.
        home: State folder.
        ports: Ports of the serving local account.
        console: Where the work is shown.
        meter: What measures its phases.
        adopts: Whether the local account's objects of the platform's names are taken over, whoever made them.
        confirmed: Whether a real account is changed without asking.
    """

    stack: Stack
    home: Path
    ports: Ports
    console: Console
    meter: Meter
    adopts: bool = False
    confirmed: bool = False

    @contextmanager
    def preparing(self, count: int | None, files: Mapping[str, Path]) -> Iterator[Callable[[], Mapping[str, Path]]]:
        """Begin what need not wait for the account: to load the program, and to generate the customers.

        Args:
            count: of customers to generate; None: the data comes from files.
            files: to upload where none are generated, by key.

        Yields:
            A function that waits until the stack is deployed and returns the files to upload, by key; the local account
            must serve when it is called.
        """

        def produce() -> Mapping[str, Path]:
            return files if count is None else self._generate(count)

        if self.stack != "local":
            deployment.run_pulumi("up", self.stack, confirmed=self.confirmed)
            yield produce
            return
        settings = {"source": "files"} if count is None else {}
        with (
            self.meter.phase("deploy"),
            deployment.LocalDeployment(
                "up", self.home, self.ports, deployment.Manner(settings, self.adopts)
            ) as deploying,
            ThreadPoolExecutor(1, "customers") as pool,
        ):
            produced = pool.submit(produce)
            pool.submit(_load_clients)

            def finish() -> Mapping[str, Path]:
                self.follow(deploying)
                self._keep_program(settings)
                return produced.result()

            yield finish

    def upload(self, files: Mapping[str, Path]) -> None:
        """Bring files into the bucket, by key, and verify them.

        Objects that an earlier command brought, that no run ever loaded and that are not among the files any more are
        taken out: a file that was refused and then renamed or withdrawn must not stop every later run.
        """
        from c360 import lake, upload  # noqa: PLC0415 - as below

        to = self.target()
        with self.meter.phase("upload"), self._progress() as progress:
            for key, file in files.items():
                line = progress.add_task(f"Upload {key}", total=file.stat().st_size)
                upload.upload_file(
                    file, to.names.bucket, key, to.aws,
                    lambda size, line=line: progress.advance(line, size),
                )  # fmt: skip
            removed = lake.withdraw(to, keep=files)
        if removed:
            self._say(f"Taken out of the bucket, because no run loaded them: {', '.join(removed)}")

    def execute(self, record: RunRecord) -> RunProgress:
        """Execute the root task, follow the graph to its end, and print and record what came out.

        Raises:
            CommandError: for a failed task, in one sentence.
        """
        to = self.target()
        pace = runner.CLOSE if self.stack == "local" else runner.DISTANT
        # Whoever watches must not keep awake the warehouses that the run wakes and leaves.
        with connect(to, warehouse=to.names.app_warehouse) as connection, connection.cursor() as cursor:
            tasks = runner.deployed_tasks(cursor, to.names.root_task, to.command("up"))
            runner.require_all(tasks, to.source, to.command("up"))
            with self.meter.phase("run"), showing(self.console) as show:
                phases = _TaskPhases(self.meter)
                record.run_id = runner.start(cursor, to.names.root_task, pace)

                def see(state: RunProgress) -> None:
                    phases.see(state)
                    show(state)

                try:
                    run = runner.follow(cursor, tasks, record.run_id, see, pace)
                except KeyboardInterrupt:
                    self._cancel(to)
                    raise
            record.tasks = [asdict(line) for line in run.lines]
            if sentence := runner.failure_sentence(run):
                raise CommandError(sentence)
            record.status = "SUCCEEDED"
            self._conclude(cursor, record)
        return run

    def _cancel(self, to: Target) -> None:
        """Cancel the run whose watcher is interrupted; that of a real account goes on, as its schedule's runs do."""
        if self.stack != "local":
            self._say(f"The run goes on in the account: 'c360 status --stack {self.stack}' says how it ends.")
            return
        # A connection of its own: the interrupt may have hit the other in the middle of an answer.
        with suppress(Exception), connect(to) as connection, connection.cursor() as cursor:
            runner.cancel(cursor, to.names.root_task)

    def target(self) -> Target:
        """Find the stack as it is deployed now."""
        return target(self.stack, self.ports, self.home)

    def _say(self, text: str) -> None:
        self.console.print(text, highlight=False, soft_wrap=True)

    def _generate(self, count: int) -> Mapping[str, Path]:
        from pipeline import customers  # noqa: PLC0415 - its libraries load while others already work

        with self.meter.phase("customers"):
            files = customers.write_files(self.home / "customers", count, configuration(self.stack).seed)
        return {f"customers/{file.name}": file for file in files}

    def _keep_program(self, settings: Mapping[str, str]) -> None:
        """Keep the program that stands now for a rollback, and note the model that the one before was left with."""
        before = past_deployments.past_deployments(self.home)
        if past_deployments.keep(self.home, ROOT, dict(settings)) and before:
            with connect(self.target()) as connection, connection.cursor() as cursor:
                before[-1].noting(churn_model.model_in_use(cursor))

    def follow(self, deploying: deployment.LocalDeployment) -> None:
        """Show a deployment until its end."""
        counts: dict[str, int] = {}
        with self._progress() as progress:
            line = progress.add_task("Deploy", total=None)

            def see(event: deployment.Event) -> None:
                if event.get("event") == "resource":
                    counts[event["operation"]] = counts.get(event["operation"], 0) + 1
                    progress.update(line, description=_deployed(counts))

            deploying.follow(see)
        if not draws_again(self.console):
            self.console.print(_deployed(counts), highlight=False)

    def _progress(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(24),
            TimeElapsedColumn(),
            console=self.console,
            disable=not draws_again(self.console),
        )

    def _conclude(self, cursor: SnowflakeCursor, record: RunRecord) -> None:
        to = self.target()
        if to.source == "synthetic":
            with self.meter.phase("checksum"):
                record.checksum = summary.checksum(cursor)
        tables = summary.outcome(cursor, str(record.run_id))
        record.record_counts = {f"{row[0]}.{row[1]}": int(row[2]) for row in tables[0].rows}
        for table in tables:
            self._say(f"\n{table.as_text()}")
        phases = [(p.name, round(p.seconds, 1), round(p.peak_bytes / _MEGABYTE)) for p in self.meter.phases]
        lines = text_table(("phase", "seconds", "peak memory, MB"), phases)
        self._say(f"\nTime and memory\n{lines}")
        if sentence := summary.shortcomings(cursor, str(record.run_id), to.command("status")):
            self._say(f"\n{sentence}")
        if record.checksum:
            self._say(f"\nChecksum of the transactions: {record.checksum}")


def _load_clients() -> None:
    """Load the clients of the bucket and the account, which are needed next, while the deployment works."""
    with loading():
        import snowflake.connector  # noqa: F401, PLC0415

        import c360.upload  # noqa: F401, PLC0415


def _deployed(counts: Mapping[str, int]) -> str:
    done = ", ".join(f"{count} {operation}" for operation, count in sorted(counts.items()))
    return f"Deploy: {sum(counts.values())} resources ({done})"


class _TaskPhases:
    """Opens and closes a measured phase for each task of a run."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._phases: dict[str, Phase] = {}

    def see(self, run: RunProgress) -> None:
        """Take note of a run's newest state."""
        for line in run.lines:
            has_begun = line.state == "EXECUTING" or line.seconds is not None
            if has_begun and line.name not in self._phases:
                self._phases[line.name] = self._meter.begin(line.name)
            if line.is_over and line.seconds is not None:
                self._meter.end(self._phases[line.name], line.seconds)
