"""SWIFT MT940 customer statements.

Written for this project because the sign of a reversal decides whether a statement balances: RC takes money back out
(debit), RD gives it back (credit). Dates (YYMMDD) come as ISO dates and amounts with a decimal point instead of the
comma that the standard uses; nothing else is turned.
"""

from tieout.formats.mt940.rows import COLUMNS, read

__all__ = ["COLUMNS", "read"]
