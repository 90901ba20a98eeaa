-- Grain: one row per platform, business day and currency: orders by payment, cases by claim, refunds by refund.

{{ after_sales_rates(["platform", "business_on"]) }}
