{#
    CTEs that end in `members` (one_key, many_key): for each one of `candidates` (one_key, one_amount, family, many_key,
    many_amount, made_on) the only set of two or more whose amounts add up to it. Searched exactly among at most 14
    candidates of one family; with more, or with two sets, nothing is taken, and
    neither is a set that shares a member with another one's.
#}
{% macro only_sets() %}
numbered as (

    select
        *,
        row_number() over (partition by one_key, family order by made_on, many_key) as place,
        count(*) over (partition by one_key, family) as candidate_count
    from candidates
    where many_amount < one_amount

),

searched (one_key, family, one_amount, place, total_amount, places) as (

    select
        one_key,
        family,
        one_amount,
        place,
        many_amount,
        cast(',' || place || ',' as text)
    from numbered
    where candidate_count between 2 and 14

    union all

    select
        searched.one_key,
        searched.family,
        searched.one_amount,
        numbered.place,
        cast(searched.total_amount + numbered.many_amount as numeric(24, 6)),
        searched.places || numbered.place || ','
    from searched
    inner join numbered
        on searched.one_key = numbered.one_key
            and searched.family = numbered.family
            and numbered.place > searched.place
            and searched.total_amount + numbered.many_amount <= searched.one_amount

),

found as (

    select
        one_key,
        min(family) as family,
        min(places) as places
    from searched
    where total_amount = one_amount
    group by one_key
    having count(*) = 1

),

claimed as (

    select
        numbered.one_key,
        numbered.many_key,
        count(*) over (partition by numbered.many_key) as claim_count
    from found
    inner join numbered
        on found.one_key = numbered.one_key
            and found.family = numbered.family
            and position(',' || numbered.place || ',' in found.places) > 0

),

members as (

    select
        one_key,
        many_key
    from claimed
    where one_key not in (select one_key from claimed where claim_count > 1)

)
{% endmacro %}
