-- Grain: one row per platform and currency, with its after-sales figures.

{{ after_sales_rates(["platform"]) }}
