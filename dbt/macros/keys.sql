{#- A stable integer key: the first 60 bits of the MD5 of the given expressions, read as a number. The same business key
    gives the same number in every rebuild. -#}
{% macro surrogate_key(expressions) -%}
    {%- set text -%} concat_ws('|', {% for e in expressions %}to_varchar({{ e }}){{ ", " if not loop.last }}{% endfor %}) {%- endset -%}
    to_number(left(md5({{ text | trim }}), 15), '{{ "X" * 15 }}')::integer
{%- endmacro %}

{#- A number that orders the transactions of a month by time, and those of one millisecond by id. -#}
{% macro order_in_month() -%}
    (
        datediff(
            millisecond,
            date_trunc('month', transaction_date)::timestamp_ntz,
            transaction_timestamp
        )::integer * 1000000000 + abs(transaction_key) % 1000000000
    )
{%- endmacro %}

{#- The key of a transaction: the number in its id (T00000000001 -> 1), which costs a tenth of a hash over millions of
    rows; an id of another form gets a hashed key, negative so that it never meets a number. -#}
{% macro transaction_key(transaction_id) -%}
    coalesce(
        iff(
            length({{ transaction_id }}) = 12 and startswith({{ transaction_id }}, 'T'),
            try_to_number(substr({{ transaction_id }}, 2))::integer,
            null
        ),
        -{{ surrogate_key([transaction_id]) }}
    )
{%- endmacro %}
