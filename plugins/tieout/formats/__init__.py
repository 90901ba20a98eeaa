"""One module for each file format: bytes in, text rows and control totals out. No I/O, no settings."""
