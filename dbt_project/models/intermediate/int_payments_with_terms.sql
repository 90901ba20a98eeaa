-- Grain: one row per payment of a channel's bill that a contract covers on its day: the channel's own, else that of a
-- platform which settles nothing itself. A row that names the shop wins; where goods of a category have a rate of their
-- own nothing is said. What the fee comes to is positive here.

with

payments as (

    select * from {{ ref("int_channel_charges") }} where type = 'payment'

),

settling as (

    select distinct platform from {{ ref("int_settlement_lines") }}

),

parties as (

    select payments.*, channel as party, true as is_of_channel
    from payments
    union all
    select payments.*, payments.platform, false
    from payments
    left join settling
        on payments.platform = settling.platform
    where settling.platform is null
        and payments.platform is not null

),

candidates as (

    select
        parties.transaction_key,
        parties.is_of_channel,
        parties.amount,
        contracts.shop_id as contract_shop_id,
        contracts.category,
        contracts.channel_fee_rate,
        coalesce(contracts.channel_fee_returned_on_refund, false) as is_returned,
        coalesce(contracts.rounding, 'half_up') as rounding_rule,
        contracts.valid_from,
        contracts.source_row as terms_source_row,
        min(case when parties.is_of_channel then 0 else 1 end) over (partition by parties.transaction_key) as first_party
    from parties
    inner join {{ ref("int_contracts") }} as contracts
        on parties.party = contracts.platform
            and contracts.shop_id in ('', coalesce(parties.shop_id, ''))
            and coalesce(contracts.valid_from <= parties.occurred_on, true)
            and coalesce(contracts.valid_to >= parties.occurred_on, true)
            and contracts.channel_fee_rate is not null

),

ranked as (

    select
        *,
        max(case when category <> '' then 1 else 0 end) over (partition by transaction_key) as has_categories,
        row_number() over (
            partition by transaction_key
            order by case when contract_shop_id = '' then 1 else 0 end, valid_from desc
        ) as choice
    from candidates
    where first_party = case when is_of_channel then 0 else 1 end

)

select
    transaction_key as payment_key,
    is_of_channel,
    channel_fee_rate,
    is_returned,
    rounding_rule,
    valid_from as terms_from,
    terms_source_row,
    {{ rounded("channel_fee_rate * abs(amount)", "rounding_rule") }} as fee_amount
from ranked
where choice = 1
    and has_categories = 0
