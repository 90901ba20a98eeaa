-- Grain: one row per shop and currency, with its after-sales figures.

{{ after_sales_rates(["platform", "shop_id"]) }}
