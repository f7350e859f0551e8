"""The rows that FLATTEN gives, as macros of DuckDB.

https://docs.snowflake.com/en/sql-reference/functions/flatten
"""

from __future__ import annotations

# The parts of what is flattened; their list stands in one UNNEST, which DuckDB joins to its rows in their order
# where it takes one of their columns. No lambda looks at `j` itself, which may be a subquery.
_PARTS = """(j, outer_, kind) AS CASE
    WHEN json_type(j) = 'OBJECT' AND kind <> 'ARRAY' AND NOT (outer_ AND len(json_keys(j)) = 0) THEN
        list_transform(list_sort(map_entries(TRY_CAST(j AS MAP(VARCHAR, JSON)))), lambda x:
            {'k': x.key, 'p': CASE WHEN regexp_full_match(x.key, '[A-Za-z_]\\w*') THEN x.key
                 ELSE '[''' || x.key || ''']' END, 'i': NULL::BIGINT, 'v': coalesce(x.value, 'null'::JSON)})
    WHEN json_type(j) = 'ARRAY' AND kind <> 'OBJECT' AND NOT (outer_ AND json_array_length(j) = 0) THEN
        list_transform(CAST(j AS JSON[]), lambda x, n:
            {'k': NULL::VARCHAR, 'p': '[' || (n - 1) || ']', 'i': n - 1, 'v': coalesce(x, 'null'::JSON)})
    WHEN outer_ THEN [NULL] ELSE [] END"""
# A row of its own for each that is flattened; what is alone is the first, and others are told apart by their values.
# Of what is joined and has no parts, nothing is shown.
_SEQ = (
    "CASE WHEN e IS NULL AND joined THEN NULL WHEN alone THEN 1::UBIGINT ELSE hash(to_json(input))::UBIGINT END AS SEQ"
)
_OF_CONTAINER = "CASE WHEN json_type(to_json(input)) IN ('ARRAY', 'OBJECT') AND (e IS NOT NULL OR NOT joined) THEN"
_FLAT = f"""(input, way, outer_, kind, alone, joined := false) AS TABLE
    SELECT {_SEQ}, e.k AS KEY, {_OF_CONTAINER}
        CASE WHEN e.p IS NULL THEN way
             WHEN way <> '' AND e.k IS NOT NULL AND e.p NOT LIKE '[%' THEN way || '.' || e.p
             ELSE way || e.p END END AS PATH,
        e.i AS INDEX, e.v AS VALUE, {_OF_CONTAINER} to_json(input) END AS THIS
    FROM (SELECT unnest(memory.main.sf_flatten_parts(to_json(input), outer_, kind)) AS e)"""
# Of what is in it at any depth, which a function of the account lists.
_DEEP = f"""(input, way, outer_, parts, alone, joined := false) AS TABLE
    SELECT {_SEQ}, e ->> 'k' AS KEY, {_OF_CONTAINER}
        CASE WHEN way <> '' AND e ->> 'p' NOT LIKE '[%' THEN way || '.' ELSE way END || coalesce(e ->> 'p', '')
        END AS PATH,
        CAST(e ->> 'i' AS BIGINT) AS INDEX, e -> 'v' AS VALUE, {_OF_CONTAINER}
        CASE WHEN e ->> 't' <> '' THEN json_extract(to_json(input), e ->> 't') ELSE to_json(input) END END AS THIS
    FROM (SELECT unnest(CASE WHEN outer_ AND coalesce(json_array_length(parts), 0) = 0 THEN [NULL]
        ELSE CAST(parts AS JSON[]) END) AS e)"""
MACROS = {"flatten_parts": _PARTS, "flatten": _FLAT, "flatten_deep": _DEEP}
