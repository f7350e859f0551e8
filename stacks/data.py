"""Data of the platform: the stages through which they come in, the tables, personal columns, and the procedures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.governance import PersonalColumns, PersonalColumnsArgs
from components.ingestion import Stages, StagesArgs
from components.jobs import Procedures, ProceduresArgs
from components.options import after
from components.tables import Tables, TablesArgs
from pipeline.procedures import procedures_for
from pipeline.tables import TABLES, VIEWS
from stacks.environment import CUSTOMERS_PREFIX, TRANSACTIONS_PREFIX
from stacks.files import INTERNAL_STAGES

if TYPE_CHECKING:
    from stacks.foundation import Foundation


@dataclass(frozen=True)
class Data:
    """What holds data and what works on them.

    Attributes:
        stages: Where files come in and where files of ours lie.
        tables: Bronze, and what is observed about runs.
        personal: Tags on their columns with personal data.
        procedures: What loads, generates, checks and scores.
    """

    stages: Stages
    tables: Tables
    personal: PersonalColumns
    procedures: Procedures


def build_data(base: Foundation, owned: pulumi.ResourceOptions) -> Data:
    """Declare stages, tables with their personal columns, and procedures.

    Args:
        base: the ground.
        owned: options of what the engineer owns.
    """
    ready = pulumi.ResourceOptions.merge(owned, after(base.roles))
    stages = Stages(
        "stages",
        StagesArgs(
            **base.place,
            integration=base.integration.integration,
            file_format="CSV_FORMAT",
            fields_format="FIELDS_FORMAT",
            external={
                "CUSTOMERS_STAGE": base.environment.location(CUSTOMERS_PREFIX),
                "TRANSACTIONS_STAGE": base.environment.location(TRANSACTIONS_PREFIX),
            },
            internal=INTERNAL_STAGES,
        ),
        pulumi.ResourceOptions.merge(owned, after(base.reader, base.roles)),
    )
    tables = Tables(
        "tables",
        TablesArgs(
            database=base.database.name,
            schemas=base.schemas,
            tables=TABLES,
            views=VIEWS,
            is_protected=base.config.protect,
        ),
        ready,
    )
    personal = PersonalColumns(
        "personal",
        PersonalColumnsArgs(
            tag=base.governance.personal.fully_qualified_name,
            tables=TABLES,
            names={name: table.fully_qualified_name for name, table in tables.tables.items()},
        ),
        ready,
    )
    procedures = Procedures(
        "procedures",
        ProceduresArgs(
            database=base.database.name, schemas=base.schemas, procedures=procedures_for(base.config.churn_model)
        ),
        ready,
    )
    return Data(stages, tables, personal, procedures)
