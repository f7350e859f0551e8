"""E-mail integrations, and mail through them: kept in the account's outbox, because nothing leaves this computer."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from local_account.catalog.objects import NotificationIntegration, User
from local_account.errors import does_not_exist, invalid_value
from local_account.identifiers import Name
from local_account.queries.rewrite import scalar_function
from local_account.statements.declared import COMMENT, CREATED_ON, NAME, Kind, Property, choice, const, declare, prop

if TYPE_CHECKING:
    from local_account.session.session import Session

_LONGEST_BODY = 128_000


def _checked_recipients(session: Session, _item: NotificationIntegration, given: dict[str, Any]) -> None:
    """Refuse addresses of no user: https://docs.snowflake.com/en/sql-reference/sql/create-notification-integration-email."""
    known = {str(user.email).lower() for user in session.account.catalog.list(User) if user.email}
    for key in ("ALLOWED_RECIPIENTS", "DEFAULT_RECIPIENTS"):
        if strangers := [address for address in given.get(key) or () if address.lower() not in known]:
            raise invalid_value(
                f"Email recipients in the given list '{', '.join(strangers)}' are not allowed: {key} takes addresses "
                "of users of the account (ALTER USER ... SET EMAIL)."
            )


NOTIFICATION_INTEGRATION = declare(
    Kind(
        NotificationIntegration,
        {
            "TYPE": choice("EMAIL"),
            "ENABLED": Property("boolean"),
            "ALLOWED_RECIPIENTS": Property("list"),
            "DEFAULT_RECIPIENTS": Property("list"),
            "DEFAULT_SUBJECT": Property(),
        },
        (
            NAME,
            prop("TYPE"),
            const("category", "NOTIFICATION"),
            prop("ENABLED"),
            COMMENT,
            CREATED_ON,
        ),
        prepare=_checked_recipients,
        created="Integration {name} successfully created.",
        describe=False,
    )
)


@scalar_function("SYSTEM$SEND_EMAIL")
def send_email(  # noqa: PLR0913, PLR0917 - Snowflake's own arguments
    session: Session, integration: str, recipients: str, subject: str, content: str, mime_type: str = "text/plain"
) -> bool:
    """Put a mail into the outbox, a file each, if the integration allows every recipient.

    Raises: ProgrammingError where the integration is missing, disabled or not for this role, for a recipient that it
        does not allow, and for an empty or too long content.
    """
    name = Name.parse(integration)
    found = session.account.catalog.find(NotificationIntegration, name)
    if found is None:
        raise does_not_exist("Integration", name)
    session.require("USAGE", "INTEGRATION", name)
    if not found.enabled:
        raise invalid_value(f"Integration {name} is not enabled.")
    addresses = [address.strip() for address in recipients.split(",") if address.strip()]
    allowed = found.allowed_recipients
    if not addresses or (allowed and not set(addresses) <= set(allowed)):
        raise invalid_value(f"Email recipients in the given list '{recipients}' are not allowed by {name}.")
    if not 0 < len(content) <= _LONGEST_BODY:
        raise invalid_value(f"The body of a mail has 1 to {_LONGEST_BODY} characters.")
    mail = EmailMessage()
    mail["To"], mail["Subject"], mail["Date"] = ", ".join(addresses), " ".join(subject.split()), datetime.now(UTC)
    mail.set_content(content, subtype=mime_type.partition("/")[2])
    outbox = session.account.home / "outbox"
    outbox.mkdir(exist_ok=True)
    (outbox / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.eml").write_bytes(bytes(mail))
    return True
