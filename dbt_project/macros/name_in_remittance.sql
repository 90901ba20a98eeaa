{# The payer in an MT940 remittance text of the form /NAME/…/ACCT/…, line breaks of the message taken out. #}
{% macro name_in_remittance(column) -%}
    nullif(trim({{ regex_capture("replace(replace(" ~ column ~ ", chr(13), ''), chr(10), '')", "/NAME/([^/]*)") }}), '')
{%- endmacro %}
