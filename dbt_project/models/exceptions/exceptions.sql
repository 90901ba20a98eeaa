-- Grain: one row per exception: what two systems disagree on as of the day, with its owner and the day to act by.

{{ items_of_status("open") }}
