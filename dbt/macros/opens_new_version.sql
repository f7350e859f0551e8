{#- Whether a new state of a customer opens a version: another card type, or a credit limit more than 10 % away from the
    current version's (exactly 10 % does not). -#}
{% macro opens_new_version(current, new) -%}
    (
        {{ new }}.card_type <> {{ current }}.card_type
        or abs({{ new }}.credit_limit - {{ current }}.credit_limit) * 10 > {{ current }}.credit_limit
    )
{%- endmacro %}
