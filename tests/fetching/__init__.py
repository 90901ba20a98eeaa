"""Fetching: the platforms, made up but as strict as the real ones, and what is fetched from them."""
