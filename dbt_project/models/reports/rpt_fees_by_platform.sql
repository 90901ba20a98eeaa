-- Grain: one row per platform, channel, who charged it and currency: fees, the rate book's, the rate in effect.

{{ fees_summed(["platform", "channel"]) }}
