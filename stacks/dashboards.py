"""The app: its files, a Streamlit object per audience under its owner's role, and who may do what with each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.dashboard import Dashboard, DashboardArgs
from components.options import after
from components.role_grants import ObjectGrants, ObjectGrantsArgs
from stacks.apps import APPS
from stacks.files import APP_FILES, CLIENT_FILES, stage_folder
from stacks.foundation import app_owner_provider
from stacks.roles import platform_access

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.role_grants import SchemaObject
    from stacks.apps import App, Audience
    from stacks.data import Data
    from stacks.foundation import Foundation


@dataclass(frozen=True)
class Dashboards:
    """What people look at.

    Attributes:
        apps: The Streamlit objects by their audience.
        owners: Grants on the files that the apps are made of, and on the procedures that their pages write by.
        viewers: Grants on the apps themselves, for people.
    """

    apps: dict[Audience, Dashboard]
    owners: ObjectGrants
    viewers: ObjectGrants


def build_dashboards(base: Foundation, data: Data) -> Dashboards:
    """Declare the app's files and its Streamlit objects.

    Args:
        base: the ground.
        data: with the stage that the files are put on, and the procedures that pages write by.
    """
    stages = data.stages.internal
    files = [stage_folder(folder, stages, base) for folder in (APP_FILES, CLIENT_FILES)]
    owners = _grants("app-owners", base, {APP_FILES.stage: stages[APP_FILES.stage], **data.procedures.procedures})
    apps = {app.audience: _app(app, base, data, [*files, owners]) for app in APPS}
    viewers = _grants("app-viewers", base, {app.name: apps[app.audience].app for app in APPS})
    return Dashboards(apps, owners, viewers)


def _app(app: App, base: Foundation, data: Data, needed: Sequence[pulumi.Resource]) -> Dashboard:
    """Declare one Streamlit object; that of marketing is called as the only one was."""
    return Dashboard(
        "app" if app.audience == "marketing" else f"app-{app.audience}",
        DashboardArgs(
            app=app.name,
            title=app.title,
            **base.place,
            stage=data.stages.internal[APP_FILES.stage].fully_qualified_name,
            folder=APP_FILES.target,
            main_file=app.main_file,
            warehouse=base.warehouses.names["app"],
        ),
        pulumi.ResourceOptions(providers=[app_owner_provider(base, app.owner)], depends_on=[base.roles, *needed]),
    )


def _grants(name: str, base: Foundation, objects: dict[str, SchemaObject]) -> ObjectGrants:
    """Grant what the plan of access says about these objects."""
    return ObjectGrants(
        name,
        ObjectGrantsArgs(
            roles={role: resource.name for role, resource in base.roles.roles.items()},
            grants=[grant for grant in platform_access().on_objects if grant.target in objects],
            objects=objects,
        ),
        pulumi.ResourceOptions.merge(base.as_admin, after(base.roles)),
    )
