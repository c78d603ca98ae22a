"""Bytes as text, whatever they are."""

_MAX_CHARACTER_BYTES = 4


def decoded(data: bytes, *, is_whole: bool) -> tuple[str, str]:
    """The text of some bytes, and what is wrong with it; what is not whole may end within a character."""
    for missing in range(1 if is_whole else _MAX_CHARACTER_BYTES):
        try:
            return data[: len(data) - missing].decode("utf-8-sig"), ""
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "it is not UTF-8: each byte is shown as a character of Latin-1"
