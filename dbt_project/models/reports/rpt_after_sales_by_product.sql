-- Grain: one row per platform, sku and currency; what names no sku stands in a row without one.

{{ after_sales_rates(["platform", "sku"], orders="sold") }}
