"""Amounts of bytes as people write them on a command line: 500MB, 2GB."""

import re

import click

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?B)?", re.IGNORECASE | re.ASCII)


def read_bytes(text: str) -> int:
    """A number of bytes, for click.

    Raises:
        BadParameter: It is no size.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise click.BadParameter(f"{text!r} is no size: write it as 500MB or 2GB")
    return int(float(match[1]) * _UNITS[(match[2] or "").upper()])
