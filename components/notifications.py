"""Who hears when something is wrong: the e-mail integration, and the alert that looks for incidents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from components.options import child_of

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class MailArgs:
    """Arguments of the integration.

    Attributes:
        integration: Name of the integration.
        recipients: The only addresses that it may write to, each the verified address of a user of the account; without
            any, nothing is ever sent.
    """

    integration: str
    recipients: Sequence[str]


class Mail(pulumi.ComponentResource):
    """The e-mail integration."""

    def __init__(self, name: str, args: MailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:observability:Mail", name, None, opts)
        self.integration = snowflake.EmailNotificationIntegration(
            f"{name}-integration",
            name=args.integration,
            enabled=bool(args.recipients),
            allowed_recipients=list(args.recipients) or None,
            comment="Mail about runs of the platform",
            opts=child_of(self),
        )
        self.name = self.integration.name
        self.register_outputs({"name": self.name})


@dataclass(frozen=True)
class IncidentAlertArgs:
    """Arguments of the alert.

    Attributes:
        database: Database of the alert.
        schema: Schema of the alert.
        alert: Name of the alert.
        warehouse: Warehouse that computes its condition.
        minutes: Minutes between two looks, each of which sees what happened since the one before.
        incidents: Fully qualified name of the view that lists incidents.
        procedure: Fully qualified name of the procedure that mails them.
        mail: Name of the integration through which they are mailed.
        recipients: Addresses that they are mailed to.
    """

    database: pulumi.Input[str]
    schema: pulumi.Input[str]
    alert: str
    warehouse: pulumi.Input[str]
    minutes: int
    incidents: pulumi.Input[str]
    procedure: pulumi.Input[str]
    mail: pulumi.Input[str]
    recipients: Sequence[str]


class IncidentAlert(pulumi.ComponentResource):
    """The alert on incidents; it is started where there is somebody to tell."""

    def __init__(self, name: str, args: IncidentAlertArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:observability:IncidentAlert", name, None, opts)
        self.alert = snowflake.Alert(
            f"{name}-alert",
            name=args.alert,
            database=args.database,
            schema=args.schema,
            warehouse=args.warehouse,
            alert_schedule=snowflake.AlertAlertScheduleArgs(interval=args.minutes),
            condition=pulumi.Output.format(
                "SELECT 1 FROM {0} WHERE happened_at > DATEADD('minute', -{1}, SYSDATE())", args.incidents, args.minutes
            ),
            action=pulumi.Output.format(
                "CALL {0}('{1}', '{2}', {3})", args.procedure, args.mail, ", ".join(args.recipients), args.minutes
            ),
            enabled=bool(args.recipients),
            comment="Mails failed and overdue runs, failed checks and drift",
            opts=child_of(self),
        )
        self.name = self.alert.fully_qualified_name
        self.register_outputs({"name": self.name})
