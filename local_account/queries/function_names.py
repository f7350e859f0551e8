"""Refuses functions and forms that the data plane has and Snowflake has not: what works here would fail there."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.data_plane.functions import names_of_duckdb
from local_account.errors import not_supported, syntax_error, unknown_function
from local_account.queries import rewrite
from local_account.tokens import tokenize

if TYPE_CHECKING:
    from sqlglot import Expr

# Of those that sqlglot does not read, these have the same name on Snowflake.
_SHARED = frozenset({"HASH", "TO_TIMESTAMP"})
# Snowflake knows these, and the account does not: https://docs.snowflake.com/en/sql-reference/functions-all
_NAMES = """
    AI_AGG AI_CLASSIFY AI_COMPLETE AI_EXTRACT AI_FILTER AI_SENTIMENT AI_SIMILARITY AI_SUMMARIZE_AGG AI_TRANSLATE
    APPROX_PERCENTILE_ACCUMULATE APPROX_PERCENTILE_COMBINE APPROX_PERCENTILE_ESTIMATE APPROX_TOP_K_ACCUMULATE
    APPROXIMATE_JACCARD_INDEX APPROXIMATE_SIMILARITY ARRAY_UNION_AGG AS_TIMESTAMP_TZ BITMAP_CONSTRUCT_AGG
    BITMAP_COUNT BITMAP_OR_AGG CHECK_XML COLLATION COMPRESS CONDITIONAL_CHANGE_EVENT CURRENT_STATEMENT
    CURRENT_TRANSACTION DECOMPRESS_BINARY DECOMPRESS_STRING DECRYPT DECRYPT_RAW ENCRYPT ENCRYPT_RAW ENTROPY_AGG
    FILE_NAME FL_GET_SIZE GET_ABSOLUTE_PATH GET_CONDITION_QUERY_UUID  GET_PRESIGNED_URL GET_RELATIVE_PATH
    GET_STAGE_LOCATION GROUPING_SETS H3_CELL_TO_BOUNDARY H3_LATLNG_TO_CELL HLL_ACCUMULATE HLL_COMBINE
    HLL_ESTIMATE HLL_EXPORT HLL_IMPORT INVOKER_ROLE INVOKER_SHARE IS_DATABASE_ROLE_IN_SESSION
    IS_GRANTED_TO_INVOKER_ROLE LAST_SUCCESSFUL_SCHEDULED_TIME MINHASH MINHASH_COMBINE PARSE_XML SCHEDULED_TIME
    SEARCH SEARCH_IP SHA2_BINARY SOUNDEX_P123 ST_ASGEOJSON ST_ASTEXT ST_DISTANCE ST_MAKEPOINT ST_X ST_Y
    SUBSCRIBE SYS_CONNECT_BY_PATH TO_GEOGRAPHY TO_GEOMETRY TO_QUERY TO_XML TRY_DECRYPT VECTOR_COSINE_SIMILARITY
    VECTOR_INNER_PRODUCT VECTOR_L1_DISTANCE VECTOR_L2_DISTANCE XMLGET ZIPF
"""
_MISSING = frozenset(_NAMES.split())
# sqlglot takes these names of other dialects for functions that Snowflake has under another name.
_OTHER_NAMES = """
    APPROX_QUANTILE ARGMAX ARGMIN ARG_MAX ARG_MIN ARRAY_CONCAT ARRAY_HAS ARRAY_HAS_ALL ARRAY_INTERSECT ARRAY_JOIN
    ARRAY_LENGTH BOOL_AND BOOL_OR COUNTIF DATE_ADD DATE_DIFF DATE_SUB ENDS_WITH FROM_BASE64
    GENERATE_SERIES GEN_RANDOM_UUID GROUP_CONCAT JSON_EXTRACT JSON_KEYS JSON_REMOVE JSON_SET JSON_TYPE LCASE
    LEVENSHTEIN LOG10 LOG2 LOGICAL_AND LOGICAL_OR MAP_FROM_ENTRIES QUANTILE REGEXP_EXTRACT REGEXP_FULL_MATCH
    SAFE_DIVIDE SKEWNESS STARTS_WITH STRING_TO_ARRAY STRPOS STRUCT_EXTRACT STR_POSITION TO_BASE64 TO_HEX UCASE UNHEX
"""
_OTHER = frozenset(_OTHER_NAMES.split())
_SIDE_BY_SIDE = re.compile(r"'\s+'")
_BEFORE_NAMES = ("AS", "EXISTS", "INTO", "TABLE", "VIEW", ".")


def check_words(text: str) -> None:
    """Look at a statement as it is written, for what its parsed form does not show any more.

    Raises: ProgrammingError: 2140 for a function that Snowflake does not know, 1003 for two texts side by side.
    """
    upper = text.upper()
    if not any(name in upper for name in _OTHER) and not _SIDE_BY_SIDE.search(text):
        return  # a closer look costs more than all of the rest
    before = ""
    for token, following in pairwise(tokenize(text)):
        name = token.text.upper()
        if token.kind == "string" == following.kind:
            raise syntax_error(f"syntax error: unexpected {following.text} behind {token.text}.")
        if token.kind == "word" and name in _OTHER and following.text == "(" and before not in _BEFORE_NAMES:
            raise unknown_function(name)
        before = name


def check(expression: Expr) -> None:
    """Look at the functions that a statement calls, as it is written.

    Raises: ProgrammingError: 2140 for one that Snowflake does not know, 2 for one that the account does not know, 1003
        for FILTER behind one.
    """
    for call in expression.find_all(exp.Anonymous, exp.Filter):
        if isinstance(call, exp.Filter):
            raise syntax_error("syntax error: unexpected 'FILTER'; aggregate functions have no such clause.")
        name = str(call.this).upper()
        if name in _MISSING:
            raise not_supported(f"The function {name}")
        if name in _foreign() and not isinstance(call.parent, exp.Dot | exp.TableFromRows | exp.Table):
            raise unknown_function(name)


@cache
def _foreign() -> frozenset[str]:
    return names_of_duckdb() - _SHARED - set(rewrite.functions())
