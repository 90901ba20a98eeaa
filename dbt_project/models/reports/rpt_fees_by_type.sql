-- Grain: one row per type, platform, channel, who charged it and currency: fees, the rate book's, the rate in effect.

{{ fees_summed(["type", "platform", "channel"]) }}
