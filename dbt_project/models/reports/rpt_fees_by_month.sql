-- Grain: one row per month, platform, channel, who charged it and currency: fees, the rate book's, the rate in effect.

{{ fees_summed(["month", "platform", "channel"]) }}
