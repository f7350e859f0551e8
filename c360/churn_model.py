"""Which churn model is in use, and the return to the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c360.errors import CommandError

if TYPE_CHECKING:
    from snowflake.connector.cursor import SnowflakeCursor

_IN_USE, _PREVIOUS, _LEAVING = "CHURN_MODEL", "CHURN_MODEL_PREVIOUS", "CHURN_MODEL_LEAVING"


def model_in_use(cursor: SnowflakeCursor) -> str:
    """Return what describes the model in use; empty where there is none."""
    return _descriptions(cursor).get(_IN_USE, "")


def require_model(cursor: SnowflakeCursor, wanted: str) -> None:
    """Make sure that a model can be returned to.

    Raises:
        CommandError: for one that is not kept any more.
    """
    models = _descriptions(cursor)
    if wanted and wanted not in (models.get(_IN_USE), models.get(_PREVIOUS)):
        raise CommandError(
            "The churn model of the deployment before is not kept any more: only the one in use and the one before it "
            "are. 'c360 rollback --keep-model' leaves the one in use; nothing was changed."
        )


def return_to_model(cursor: SnowflakeCursor, wanted: str) -> bool:
    """Put a model to use again; the one in use becomes the one before it.

    Args:
        cursor: of the engineer.
        wanted: what describes it; empty, or that of the model in use, changes nothing.

    Returns:
        Whether another model is in use now.
    """
    models = _descriptions(cursor)
    if not wanted or models.get(_IN_USE) == wanted:
        return False
    require_model(cursor, wanted)
    # Cut short between two of these, CHURN_MODEL_IN_USE finds the wanted one and gives it its name.
    swap = ((_IN_USE, _LEAVING), (_PREVIOUS, _IN_USE), (_LEAVING, _PREVIOUS))
    for old, new in swap if _IN_USE in models else swap[1:2]:
        cursor.execute(f"call PLATFORM.RENAME_CHURN_MODEL('{old}', '{new}')")
    return True


def _descriptions(cursor: SnowflakeCursor) -> dict[str, str]:
    cursor.execute("show snowflake.ml.classification like 'CHURN_MODEL%' in schema GOLD")
    names = [column.name.lower() for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall() if isinstance(row, tuple)]
    return {str(row["name"]): str(row["comment"] or "") for row in rows}
