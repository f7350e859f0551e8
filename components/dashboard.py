"""The app's pages as a Streamlit object of the account."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_snowflake as snowflake

from components.options import child_of, replaced_on_change


@dataclass(frozen=True)
class DashboardArgs:
    """Arguments of the app.

    Attributes:
        app: Name of the Streamlit object.
        title: What people see as its name.
        database: Database that it is in.
        schema: Schema that it is in.
        stage: Fully qualified name of the stage with its files.
        folder: Folder of its files on the stage.
        main_file: File that is run, in that folder.
        warehouse: Warehouse that computes its queries.
    """

    app: str
    title: str
    database: pulumi.Input[str]
    schema: pulumi.Input[str]
    stage: pulumi.Input[str]
    folder: str
    main_file: str
    warehouse: pulumi.Input[str]


class Dashboard(pulumi.ComponentResource):
    """The Streamlit app; its files are resources of their own, because this resource never notices new ones."""

    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:app:Dashboard", name, None, opts)
        self.app = snowflake.Streamlit(
            f"{name}-app",
            name=args.app,
            database=args.database,
            schema=args.schema,
            stage=args.stage,
            directory_location=args.folder,
            main_file=args.main_file,
            query_warehouse=args.warehouse,
            title=args.title,
            # What another role owns cannot be altered; an app holds no data, and its address is its name.
            opts=child_of(self, replaced_on_change("mainFile")),
        )
        self.name = self.app.fully_qualified_name
        self.register_outputs({"name": self.name})
