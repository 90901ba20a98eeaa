"""The one error that is written for a person."""


class TieoutError(Exception):
    """Something a person has to act on; the message says what is wrong and what to do."""
