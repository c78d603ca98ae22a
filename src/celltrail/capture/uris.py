"""URIs and texts as they may be kept: without passwords, tokens and signed parameters."""

import re
from functools import cache, lru_cache

HIDDEN = "***"
# A parameter by such a name is a secret, in a URI's query as in a connection string.
_PRIVATE = (
    r"[\w.-]*(?:password|passwd|pwd|secret|token|signature|credential|api[_-]?key|access[_-]?key|accountkey"
    r"|account_key|security|authorization|sas)[\w.-]*"
)
_PRIVATE_NAME = rf"(?i:{_PRIVATE}|sig|key|auth|code|pass|policy|key-pair-id|x-amz-.*|x-goog-.*)"
# scheme://user:password@host, where a password may have any sign but white space and quotes; :8080/ is a port.
_IN_AUTHORITY = r"(?i:(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?P<user>[^\s:/@'\"]*):(?!\d+/)[^\s'\"]*@)"
_HTTP_USER = r"(?i:(?P<scheme>\bhttps?://)[^\s:/@'\"]+@)"
# password=…, password: …, SECRET '…', with and without quotes.
_ASSIGNED = (
    rf"(?i:(?P<name>\b{_PRIVATE})(?P<gap>\s*(?:=>|:=|=|:)\s*|\s+(?=['\"]))"
    r"(?P<value>'[^']*'|\"[^\"]*\"|[^\s,;&)'\"]+))"
)
# A variable by such a name holds a secret; the tokens of a tokenizer are none.
_PRIVATE_VARIABLE = (
    r"(?i:(?:.*_)?(?:password|passwd|pwd|passphrase|secrets?|credentials?|api_?key|(?:secret|private|auth)_?key"
    r"|access_?key(?:_id)?|account_?key|connection_?string|bearer|(?:auth|access)_?token"
    r"|(?<!pad_)(?<!eos_)(?<!bos_)(?<!sep_)(?<!cls_)(?<!mask_)(?<!unk_)(?<!stop_)(?<!end_)(?<!start_)(?<!special_)token))"
)
# 'password': 'x' and password='x' in the repr of a dictionary or of an object.
_IN_REPR = (
    r"(?P<head>(?P<quote>['\"]?)\b(?P<name>\w+)(?P=quote)\s*[=:]\s*)(?P<value>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
)
_URI_QUERY = r"(?P<sign>[?&])(?P<name>[\w.%-]+)=(?P<value>[^&#\s'\"]*)"
# What is private has one of these in its name: quick to ask.
_IN_PRIVATE = re.compile("pass|pwd|secret|token|sign|cred|key|secu|auth|sas|string|bearer", re.IGNORECASE)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Compiled when first wanted: all of them take as long as five cells, and most notebooks want none."""
    return re.compile(text)


@lru_cache(maxsize=256)
def public_uri(uri: str) -> str:
    """The URI without its password, and without the values of parameters that are secrets.

    The user's name stays, but for HTTP, where it is as often a token. What is no URI is treated as a text.
    """
    scheme, mark, rest = uri.partition("://")
    if not mark:
        return public_text(uri)
    rest, question, query = rest.partition("?")
    user, host = _split_authority(rest)
    is_http = scheme.lower() in {"http", "https"}
    kept = f"{user}@{host}" if user and not is_http else host
    query = _pattern(_URI_QUERY).sub(_hide_parameter, f"{question}{query}") if question else ""
    return f"{scheme}://{kept}{query.partition('#')[0] if is_http else query}"


def _split_authority(rest: str) -> tuple[str, str]:
    """The user's name, and all that follows the @; a password may hold a slash that should have been escaped."""
    authority, slash, path = rest.partition("/")
    before, at, host = authority.rpartition("@")
    if at:
        return before.partition(":")[0], f"{host}{slash}{path}"
    _, colon, port = authority.partition(":")
    if colon and not port.isdigit() and "@" in path:
        return authority.partition(":")[0], rest.rpartition("@")[2]
    return "", rest


@lru_cache(maxsize=256)
def public_text(text: str) -> str:
    """A query's text, or a connection string, with what looks like a password or a token replaced by ***."""
    text = public_addresses(text)
    return _pattern(_ASSIGNED).sub(_hide, text) if _IN_PRIVATE.search(text) else text


def public_value(name: str, text: str) -> str:
    """A variable's text, or *** where the variable's name says that it is a secret; addresses as `public_addresses`."""
    is_private = text and _IN_PRIVATE.search(name) and _pattern(_PRIVATE_VARIABLE).fullmatch(name)
    return HIDDEN if is_private else public_addresses(text)


def public_repr(name: str, text: str) -> str:
    """An object's text without the secrets that are named in it, or *** where its own name says that it is one."""
    text = public_value(name, text)
    is_asked = text != HIDDEN and _IN_PRIVATE.search(text)
    return _pattern(_IN_REPR).sub(_hide_named, text) if is_asked else text


def _hide_named(found: re.Match[str]) -> str:
    return f"{found['head']}'{HIDDEN}'" if _pattern(_PRIVATE_VARIABLE).fullmatch(found["name"]) else found[0]


def public_addresses(text: str) -> str:
    """A text, such as an error's message, without the passwords and signed parameters of the addresses in it."""
    if "://" not in text and "?" not in text:
        return text
    text = _pattern(_IN_AUTHORITY).sub(rf"\g<scheme>\g<user>:{HIDDEN}@", text)
    text = _pattern(_HTTP_USER).sub(r"\g<scheme>", text)
    return _pattern(_URI_QUERY).sub(_hide_parameter, text)


def _hide_parameter(found: re.Match[str]) -> str:
    if not _pattern(_PRIVATE_NAME).fullmatch(found["name"]):
        return found[0]
    return f"{found['sign']}{found['name']}={HIDDEN}"


def _hide(found: re.Match[str]) -> str:
    value = found["value"]
    quote = value[0] if value[0] in "'\"" else ""
    return f"{found['name']}{found['gap']}{quote}{HIDDEN}{quote}"
