"""JSON among a resource's inputs: what is read of it, and what is left as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.documents import allow_statements, decoded, listed, principals


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{"a": 1}', {"a": 1}),
        ("[1, 2]", [1, 2]),
        ("{not json", "{not json"),
        ("1", "1"),
        ("true", "true"),
        ("", ""),
        ({"a": 1}, {"a": 1}),
        (None, None),
    ],
)
def test_only_objects_and_lists_are_decoded(value: Any, expected: Any) -> None:
    assert decoded(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(None, []), ("*", ["*"]), (["a", "b"], ["a", "b"]), (("a",), ["a"]), ({"a": 1}, [{"a": 1}])]
)
def test_one_item_stands_for_a_list_of_it(value: Any, expected: list[Any]) -> None:
    assert listed(value) == expected


@pytest.mark.parametrize("is_text", [True, False])
def test_only_statements_that_allow_are_returned(is_text: bool) -> None:
    allow, deny = {"Effect": "Allow", "Action": "s3:GetObject"}, {"Effect": "Deny", "Action": "*"}
    for statements in ([allow, deny], allow):
        document = {"Statement": statements}
        assert allow_statements(json.dumps(document) if is_text else document) == [allow]


@pytest.mark.parametrize("document", [None, "", "{", [], {}, {"Statement": None}])
def test_what_is_no_policy_allows_nothing(document: Any) -> None:
    assert allow_statements(document) == []


@pytest.mark.parametrize(
    ("principal", "expected"),
    [("*", ["*"]), ({"AWS": "a"}, ["a"]), ({"AWS": ["a", "b"], "Service": "s"}, ["a", "b", "s"]), ({}, [])],
)
def test_principals_of_every_spelling(principal: Any, expected: list[str]) -> None:
    assert principals({"Principal": principal}) == expected
    assert principals({}) == []
