"""Secret: a value that is used and never shown; and how text of others is made fit for a message.

A token reaches people by many roads: a repr in a traceback, a header in an exception of the HTTP library, a pickle,
a proxy's error page that echoes the request. So a secret shows nothing of itself, and whatever was written by others
goes through ``quoted`` before it is repeated.
"""

import re
from hmac import compare_digest
from typing import Final, NoReturn
from urllib.parse import quote, quote_plus

MASK: Final = "[secret]"
_LONGEST_QUOTE = 300

_PATTERNS: Final = (
    # Shopify's own tokens and secrets: shpat_, shpca_, shppa_, shpss_, shpua_, atkn_ and their like.
    (re.compile(r"\b(?:shp[a-z]{2}|atkn)_[A-Za-z0-9_-]{6,}"), MASK),
    (
        re.compile(
            r"(?i)\b(x-shopify-access-token|authorization|access_token|client_secret|refresh_token)"
            r"([\"']?\s*[=:]\s*[\"']?)(?:(?:bearer|basic)\s+)?[^\s\"'&,;}]+"
        ),
        rf"\1\2{MASK}",
    ),
    (re.compile(r"(?<=://)[^/\s@]+@"), f"{MASK}@"),  # user:password@ of a URL
)
_NOT_FOR_TERMINALS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class Secret:
    """A secret. ``reveal`` is the only way to it; it cannot be pickled, and copies are itself."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value, for a header or a form that is sent at once. Never for a message, a log or a file."""
        return self.__value

    @property
    def fits_a_header(self) -> bool:
        """Whether a header can carry it; what it cannot makes HTTP libraries quote it in their exceptions."""
        return bool(self.__value) and self.__value.isascii() and self.__value.isprintable() and " " not in self.__value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self.__value.encode(), other.__value.encode())

    def __hash__(self) -> int:
        return hash(self.__value)

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        del memo
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        del protocol
        message = "a secret is not written anywhere; pass its reference instead"
        raise TypeError(message)


def redact(text: str, *secrets: Secret) -> str:
    """Return the text without the secrets, plain or as a URL spells them, and without what looks like one."""
    for secret in secrets:
        if value := secret.reveal():
            for spelling in (value, quote(value, safe=""), quote_plus(value)):
                text = text.replace(spelling, MASK)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def quoted(text: str, *secrets: Secret) -> str:
    """Return text that others wrote, fit for a message: redacted, on one line, without terminal codes, not endless."""
    line = _NOT_FOR_TERMINALS.sub(" ", redact(text[: 10 * _LONGEST_QUOTE], *secrets)).strip()
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1]}…"
