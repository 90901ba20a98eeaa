"""Columns of a made-up month, made whole at a time: identifiers, exact amounts, instants, days."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Numbers = np.ndarray
DAY = 86_400


def amounts(fen: Numbers, empty: Numbers | None = None) -> pa.Array:
    """Exact yuan of whole fen; null where `empty`."""
    words = np.empty((len(fen), 2), dtype=np.int64)
    words[:, 0] = fen
    words[:, 1] = np.asarray(fen, dtype=np.int64) >> 63
    exact = pa.Array.from_buffers(pa.decimal128(18, 2), len(fen), [None, pa.py_buffer(words)])
    return exact if empty is None else pc.if_else(pa.array(empty), None, exact)


def numbered(prefix: str | pa.Array, numbers: Numbers, width: int, empty: Numbers | None = None) -> pa.Array:
    """Identifiers: a prefix and a number with leading zeros; null where `empty`."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    named = pc.binary_join_element_wise(prefix, digits, "")
    return named if empty is None else pc.if_else(pa.array(empty), None, named)


def joined(*parts: str | pa.Array, empty: Numbers | None = None) -> pa.Array:
    """Texts put together, null where `empty`."""
    named = pc.binary_join_element_wise(*parts, "")
    return named if empty is None else pc.if_else(pa.array(empty), None, named)


def words(values: list[str], codes: Numbers) -> pa.Array:
    """The value that each code stands for."""
    return pa.array(values, pa.string()).take(pa.array(codes))


def instants(first: date, seconds: Numbers, empty: Numbers | None = None) -> pa.Array:
    """ISO instants in Shanghai, from seconds after midnight of the first day."""
    begun = int(np.datetime64(first, "s").astype(np.int64))
    written = pc.strftime(pa.array(np.asarray(seconds) + begun, pa.timestamp("s")), "%Y-%m-%dT%H:%M:%S")
    return written if empty is None else pc.if_else(pa.array(empty), None, written)


def days(first: date, numbers: Numbers, pattern: str = "%Y-%m-%d") -> pa.Array:
    """Days as text, from their number after the first."""
    begun = int(np.datetime64(first, "D").astype(np.int64))
    number, place = np.unique(numbers, return_inverse=True)
    return pc.strftime(pa.array((number + begun).astype(np.int32), pa.date32()), pattern).take(pa.array(place))


def repeated(value: str | None, count: int) -> pa.Array:
    """One value as often as there are rows."""
    return pa.repeat(pa.scalar(value, pa.string()), count)
