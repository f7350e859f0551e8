"""The dbt project as an object of the account: created once, a new version whenever one of its files changes."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_snowflake as snowflake

from components.options import after, child_of


@dataclass(frozen=True)
class DbtProjectArgs:
    """Arguments of the project.

    Attributes:
        project: Fully qualified name of the project.
        stage: Fully qualified name of the stage with its files.
        folder: Folder of the project on the stage.
        digest: Digest of its files: another one makes another version.
        target: Target of the profile that runs use.
        dbt_version: Version of dbt, pinned because the account's default moves.
    """

    project: pulumi.Input[str]
    stage: pulumi.Input[str]
    folder: str
    digest: str
    target: str
    dbt_version: str


class DbtProject(pulumi.ComponentResource):
    """The dbt project.

    The provider has no resource for it, so two raw statements stand in: CREATE, undone by DROP; and DEPLOY, which runs
    again when the digest changes and has nothing to undo, because the next version takes the old one's place.
    """

    def __init__(self, name: str, args: DbtProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:jobs:DbtProject", name, None, opts)
        source = pulumi.Output.format("@{0}/{1}", args.stage, args.folder)
        # A changed statement runs the old revert first: behind the new one, it would drop what was just made.
        reverted_first = pulumi.ResourceOptions(delete_before_replace=True)
        self.project = snowflake.Execute(
            f"{name}-project",
            execute=pulumi.Output.format(
                "CREATE DBT PROJECT IF NOT EXISTS {0} FROM '{1}' DBT_VERSION = '{2}' DEFAULT_TARGET = '{3}' "
                # Its models read the day of the newest run, and at deployment there is none.
                "AUTO_COMPILE = FALSE",
                args.project,
                source,
                args.dbt_version,
                args.target,
            ),
            revert=pulumi.Output.format("DROP DBT PROJECT IF EXISTS {0}", args.project),
            opts=child_of(self, reverted_first),
        )
        self.version = snowflake.Execute(
            f"{name}-version",
            execute=pulumi.Output.format(
                "ALTER DBT PROJECT {0} DEPLOY FROM '{1}' -- files {2}", args.project, source, args.digest
            ),
            revert="SELECT 1",
            opts=child_of(self, after(self.project), reverted_first),
        )
        self.name = pulumi.Output.from_input(args.project)
        self.register_outputs({"name": self.name})
