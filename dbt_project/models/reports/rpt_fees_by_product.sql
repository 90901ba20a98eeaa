-- Grain: one row per platform, sku, channel, who charged it and currency: the product's part of fees, of the rate book's
-- and the rate in effect; what belongs to no product stands in a row without one.

{{ fees_summed(["platform", "sku", "channel"], fees="fct_product_fees") }}
