"""From a delivery's bytes to its text, as UTF-8 in blocks of whole lines: a file of any size in little memory."""

import codecs
from collections.abc import Iterator, Sequence

from tieout.core.content import Content
from tieout.core.reading import UnreadableError

BLOCK = 1 << 22
"""Bytes read at once (4 MiB): large enough for what a call costs, small beside what a process needs anyway."""

MAX_LINE = 64 << 20
"""No line of a table comes near it (64 MiB): what is longer is no text with lines."""

ENCODINGS = ("utf-8-sig", "gb18030")

_HEAD = 1 << 16
_NOT_TEXT = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls); save it as .xlsx or export csv",
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
}


def check_text(content: Content) -> None:
    """Refuse what is empty, too large, or by its first bytes no text in UTF-8 or GB18030."""
    content.check_size()
    head = content.head()
    for magic, what in _NOT_TEXT.items():
        if head.startswith(magic):
            raise UnreadableError("unreadable", f"a text file is expected here, but this is {what}")
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in head:
        raise UnreadableError(
            "unit_or_encoding", "the file is UTF-16 or binary; save it as UTF-8 or GBK (GB18030) and deliver it again"
        )
    if not any(_strip_bom(place, block).strip() for place, block in enumerate(_bytes(content))):
        raise UnreadableError("empty", "the file is empty (no header, no rows); export or fetch it again")


def decode(content: Content, encodings: Sequence[str] = ENCODINGS) -> str:
    """Give the text of a file whose format is read in one piece, see `open_lines`."""
    return b"".join(open_lines(Content.of(content.whole()), encodings)).decode()


def decode_head(content: Content, encodings: Sequence[str] = ENCODINGS) -> str:
    """Give the first lines of a text, so that it can be told what it is; what is no text is refused."""
    check_text(content)
    head = content.head(_HEAD)
    for encoding in encodings:
        try:
            return codecs.getincrementaldecoder(encoding)().decode(head, final=content.size <= _HEAD)
        except UnicodeDecodeError:
            continue
    raise _refusal(encodings)


def open_lines(content: Content, encodings: Sequence[str] = ENCODINGS) -> Iterator[bytes]:
    """Give the text as UTF-8 without BOM, in blocks that end with a line feed (but for the end of the file).

    It is decoded as the first of `encodings` in which all of it fits; refuses anything else with what to do about it.
    """
    check_text(content)
    return _cut(_transcode(content, _find_encoding(content, encodings), encodings))


def _bytes(content: Content) -> Iterator[bytes]:
    with content.open() as file:
        while block := file.read(BLOCK):
            yield block


def _find_encoding(content: Content, encodings: Sequence[str]) -> str:
    """Only all of a file shows that it is UTF-8; another encoding shows within its first characters."""
    for encoding in encodings[:-1]:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for block in _bytes(content):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    return encodings[-1]


def _transcode(content: Content, encoding: str, encodings: Sequence[str]) -> Iterator[bytes]:
    """Give the text as UTF-8. What is UTF-8 already is only looked at, unless that has been done."""
    is_utf8, is_checked = encoding == "utf-8-sig", encoding != encodings[-1]
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for place, block in enumerate(_bytes(content)):
            text = "" if is_utf8 and is_checked else decoder.decode(block)
            yield _strip_bom(place, block) if is_utf8 else text.encode()
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise _refusal(encodings) from error


def _strip_bom(place: int, block: bytes) -> bytes:
    return block if place else block.removeprefix(codecs.BOM_UTF8)


def _refusal(encodings: Sequence[str]) -> UnreadableError:
    return UnreadableError(
        "unit_or_encoding",
        f"the file is not {' or '.join(encodings)} text; deliver it as it was downloaded, or save it as UTF-8",
    )


def _cut(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut behind the last line feed; what follows it waits for the next block."""
    waiting: list[bytes] = []
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if end:
            yield b"".join([*waiting, block[:end]])
            waiting = [block[end:]] if end < len(block) else []
        elif block:
            waiting.append(block)
            if sum(map(len, waiting)) > MAX_LINE:
                raise UnreadableError(
                    "unreadable", f"{MAX_LINE} bytes without a line feed: this is no table of text; fetch it again"
                )
    if waiting:
        yield b"".join(waiting)
