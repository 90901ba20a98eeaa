-- Grain: one row per item that is not due yet, or only a matter of timing; never counted as an exception.

{{ items_of_status("pending") }}
