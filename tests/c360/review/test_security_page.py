"""The page that a reviewer signs says what the program declares, and a change of it shows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from c360.review import security_page
from c360.review.effective_rights import effective_access
from c360.review.security_page import PAGE, SIGNED
from c360.review.snapshot import Resource
from tests.support.recorded import recorded


def rows(page: str, heading: str) -> list[list[str]]:
    section = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = [
        [cell.strip() for cell in line.strip("| ").split(" | ")] for line in section.splitlines() if line[:1] == "|"
    ]
    return found[2:]


def test_the_page_is_not_stale() -> None:
    written = security_page.security_page(recorded("prod"))
    assert PAGE.read_text().partition(SIGNED)[0] + SIGNED == written, (
        "the program changed: 'make reference' writes the page anew"
    )


def test_marketing_reads_names_and_no_birthdays() -> None:
    page = PAGE.read_text()
    heads = ["kind", "masked", "DATA_ENGINEER", "MARKETING_MANAGER", "DATA_ANALYST"]
    seen = {row[0]: dict(zip(heads, row, strict=False)) for row in rows(page, "Who sees which personal data")}
    assert seen["NAME"]["MARKETING_MANAGER"] == "**clear**"
    assert seen["DATE_OF_BIRTH"]["MARKETING_MANAGER"] == "masked"
    assert {row["DATA_ANALYST"] for row in seen.values()} == {"masked"}
    assert {row["DATA_ENGINEER"] for row in seen.values()} == {"**clear**"}


def test_nobody_has_a_right_whom_the_page_does_not_name() -> None:
    """Access roles carry rights for those who hold them; everybody who holds one is in the first table."""
    named = {row[0].strip("`") for row in rows(PAGE.read_text(), "Who may do what")}
    holders = {
        holder for holder, rights in effective_access(recorded("prod")).items()
        if rights and not re.match(r"CUSTOMER_ANALYTICS_|PII_|AWS |ACCOUNTADMIN|SYSADMIN|user ", holder)
    }  # fmt: skip
    assert holders == named


def test_snowflake_reads_the_bucket_and_writes_nothing() -> None:
    actions = {
        action for row in rows(PAGE.read_text(), "What AWS allows") for action in re.findall(r"`(\w+:\w+)`", row[1])
    }
    assert actions == {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetBucketLocation", "sts:AssumeRole"}


@pytest.mark.parametrize("kind", sorted(security_page._ABSENT))
def test_what_is_declared_leaves_the_list_of_what_is_missing(kind: str) -> None:
    prod = recorded("prod")
    more = replace(prod, resources=(*prod.resources, Resource("urn", f"any:index/x:{kind}", "x")))
    sentence = security_page._ABSENT[kind]
    assert sentence in security_page.security_page(prod)
    assert sentence not in security_page.security_page(more)
