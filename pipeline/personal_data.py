"""What counts as personal data, who reads it, and what everybody else reads in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PersonalKind = Literal["NAME", "EMAIL", "PHONE", "ZIP_CODE", "DATE_OF_BIRTH", "RECORD", "MESSAGE"]
MaskedType = Literal["VARCHAR", "DATE"]


@dataclass(frozen=True)
class PersonalData:
    """One kind of personal data: a value of the tag PII."""

    type: MaskedType
    """The type of the columns that hold it."""

    masked: str
    """What others read in its place: SQL over `val`, the column's value."""

    for_contact: bool = False
    """Whether it is needed to reach customers, so that those who run campaigns read it."""


_VALUES = """''[^'']*''|"[^"]*"|[^ ]+@[^ ]+|[0-9][0-9() .-]{3,}[0-9]"""

PERSONAL_DATA: dict[PersonalKind, PersonalData] = {
    "NAME": PersonalData("VARCHAR", "'***'", for_contact=True),
    # The domain stays, for counts by provider.
    "EMAIL": PersonalData("VARCHAR", "REGEXP_REPLACE(val, '^[^@]+', '***')", for_contact=True),
    "PHONE": PersonalData("VARCHAR", "'***-***-' || RIGHT(val, 4)"),
    # Three digits name a region, five a neighbourhood.
    "ZIP_CODE": PersonalData("VARCHAR", "LEFT(val, 3) || '**'", for_contact=True),
    # The year is enough for every analysis by age. So completed years are nobody's secret: whoever reads profiles reads
    # AGE, analysts too.
    "DATE_OF_BIRTH": PersonalData("DATE", "DATE_TRUNC('YEAR', val)::DATE"),
    # A whole line of a file, or what somebody typed, with all of the above in it.
    "RECORD": PersonalData("VARCHAR", "'***'"),
    # An error or a statement: what it quotes may be a value of the above, and so may an address or a longer number.
    "MESSAGE": PersonalData("VARCHAR", f"REGEXP_REPLACE(val, '{_VALUES}', '***')"),
}


def masking_body(kind: MaskedType, tag: str, full_role: str, contact_role: str) -> str:
    """Return the body of the masking policy for the columns of one type.

    Args:
        kind: type of the columns, of the policy's argument `val` and of its result.
        tag: fully qualified name of the tag whose value says what a column holds.
        full_role: who is a member of it reads everything.
        contact_role: who is a member of it reads what is needed to reach customers.
    """
    value_of_tag = f"SYSTEM$GET_TAG_ON_CURRENT_COLUMN('{tag}')"
    kinds = {name: data for name, data in PERSONAL_DATA.items() if data.type == kind}
    branches = [f"WHEN val IS NULL OR IS_ROLE_IN_SESSION('{full_role}') THEN val"]
    for name, data in kinds.items():
        if data.for_contact:
            branches.append(f"WHEN {value_of_tag} = '{name}' AND IS_ROLE_IN_SESSION('{contact_role}') THEN val")
        branches.append(f"WHEN {value_of_tag} = '{name}' THEN {data.masked}")
    # A value that nobody thought of is hidden.
    return f"CASE {' '.join(branches)} ELSE NULL END"
