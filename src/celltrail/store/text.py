"""Text that DuckDB can hold: a lone surrogate, which is no character, is written as its escape."""


def clean(text: str) -> str:
    """The text itself, or with each lone surrogate escaped: one alone would invalidate a DuckDB 1.5 database."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text
